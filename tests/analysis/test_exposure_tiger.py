"""Exposure of a writer of ids: less sure codes, and which rows there are."""

import numpy as np

from rectutor.analysis.exposure_lab import AS_IT_IS, KS, WAYS, Catalogue
from rectutor.analysis.exposure_tiger import TemperedCodes, rows_of_tiger
from rectutor.data.events import queries_from_histories
from rectutor.models.code_recommender import Exact
from rectutor.models.tiger import TIGER, TIGERConfig
from tests.models.worlds import cycle_world

CODES = np.stack([np.arange(60) // 8, np.arange(60) % 8], axis=1)
SIZES = {"max_length": 8, "width": 16, "n_heads": 2, "dropout": 0.0}


def tiger() -> TIGER:
    return TIGER(CODES, TIGERConfig(**SIZES), seed=3).eval()


def test_temperature_one_of_codes_is_the_model_itself():
    model, queries = tiger(), queries_from_histories([[3, 4, 5], [9]])
    exact = Exact(model).score(queries)
    np.testing.assert_allclose(TemperedCodes(model, 1.0).score(queries), exact, atol=1e-5)
    some = np.array([[1, 7], [60, 2]])
    np.testing.assert_allclose(
        TemperedCodes(model, 1.0).score(queries, some),
        np.take_along_axis(exact, some, axis=1),
        atol=1e-5,
    )


def test_a_high_temperature_of_codes_comes_near_even_odds():
    model, queries = tiger(), queries_from_histories([[3, 4, 5]])
    spread = [np.ptp(TemperedCodes(model, T).score(queries)[0, 1:]) for T in (0.5, 1, 2, 1000)]
    assert spread == sorted(spread, reverse=True) and spread[-1] < 0.02


def test_beams_exact_scores_and_temperatures_have_their_rows():
    split = cycle_world(n_items=60)
    catalogue = Catalogue(np.bincount(split.train.item_index, minlength=61), np.eye(61))
    rows = rows_of_tiger(tiger(), split, catalogue, "validation", (0.5, 2.0))
    n = rows.groupby(["model", "way"]).size() // len(KS)
    assert n["TIGER", AS_IT_IS] == n["TIGER (exact)", AS_IT_IS] == 1
    assert n["TIGER (exact)", "popularity weight"] == len(WAYS["popularity weight"])
    assert n["TIGER (exact)", "temperature of codes"] == 2
    assert set(rows["on"]) == {"validation"}
    tempered = rows[rows["way"] == "temperature of codes"]
    base = rows[(rows["model"] == "TIGER (exact)") & (rows["way"] == AS_IT_IS)].set_index("k")["HR"]
    np.testing.assert_allclose(tempered["change"], tempered["HR"] - tempered["k"].map(base))
    assert (tempered["change"] != 0).any()
