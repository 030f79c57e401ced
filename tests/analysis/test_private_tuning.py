"""Canaries and the price of privacy: what is measured, and what was recorded."""

import math

import numpy as np
import pytest

from rectutor.analysis import private_tuning
from rectutor.analysis.private_tuning import (
    CANARIES,
    DELTA,
    N_EACH,
    N_PEOPLE,
    NAME,
    REPEATS,
    SETTINGS,
    auc_per_person,
    measured,
)
from rectutor.analysis.records import read_record
from rectutor.training.fingerprint import fingerprint
from rectutor.training.private import epsilon_of


def test_the_auc_counts_films_that_score_below_and_ties_half(monkeypatch):
    scores = np.array([[2.0, 1.0, 3.0, 2.0, 0.0], [9.0, 1.0, 1.0, 1.0, 1.0]])
    monkeypatch.setattr(private_tuning, "secret_scores", lambda *_: scores)
    case = private_tuning.Case(*[None] * 5)
    assert auc_per_person(None, case).tolist() == [2.5 / 4, 1.0]


def test_a_short_run_gives_a_row_and_looks_at_every_canary(monkeypatch):
    for name, value in {"N_PEOPLE": 8, "N_EACH": 1, "REPEATS": (0, 2), "N_JUDGED": 4}.items():
        monkeypatch.setattr(private_tuning, name, value)
    monkeypatch.setattr(private_tuning, "N_CANDIDATES", 4)
    monkeypatch.setattr(private_tuning, "N_EXPECTED", 5)
    worth, kept = measured(1.0, 2.0, 2)
    assert worth.loc[0, "rate"] == 0.5  # of 8 people and 2 copies
    assert worth.loc[0, "epsilon"] == pytest.approx(epsilon_of(2.0, 0.5, 2, DELTA))
    assert kept["repeats"].tolist() == [0, 2]
    assert kept["step"].tolist() == [2, 2]
    assert kept["exposure"].between(0, 2).all()


def test_the_records_hold_every_setting_and_canary():
    worth, kept = read_record(NAME).table, read_record(CANARIES).table
    assert list(zip(worth["clip"], worth["noise"], worth["steps"], strict=True)) == list(SETTINGS)
    n_rows = N_PEOPLE + N_EACH * sum(REPEATS)
    assert 1 / n_rows > DELTA
    for row in worth.itertuples():
        steps = int(row.steps)
        assert row.epsilon == pytest.approx(epsilon_of(row.noise, row.rate, steps, DELTA), rel=1e-4)
    last = kept[(kept["clip"] == 1.0)]
    assert len(last) == N_EACH * len(REPEATS) * sum(clip == 1.0 for clip, _, _ in SETTINGS)
    assert kept["exposure"].max() <= math.log2(private_tuning.N_CANDIDATES)


def test_the_records_were_made_from_this_code():
    for name in (private_tuning.NAME, private_tuning.CANARIES):
        assert read_record(name).fingerprint == fingerprint("films", private_tuning.CODE)
