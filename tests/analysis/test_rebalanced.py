"""The rebalanced TIGER beside its control: what is tuned, what is measured, what is recorded."""

import numpy as np
import pytest

from rectutor.analysis import rebalanced
from rectutor.analysis.rebalanced import beside, control
from rectutor.analysis.records import read_record
from rectutor.evaluation import evaluate
from rectutor.training.assets import fit_or_load, split_of
from rectutor.training.crab_recipe import CRAB_FILMS


def test_the_control_has_no_code_split_and_the_knobs_of_the_other(monkeypatch):
    asked = {}
    monkeypatch.setattr(rebalanced, "fit", lambda model, split, **knobs: asked.update(knobs))
    model = control(split_of("films"))
    assert np.array_equal(model.codes, fit_or_load("tiger-films").codes)
    assert asked.pop("progress") is False and asked == CRAB_FILMS.knobs


def test_hits_and_exposure_are_those_of_the_lists():
    split, crab = split_of("films"), fit_or_load("crab-films")
    row = beside({"x": crab}, split).iloc[0]
    judged = evaluate(crab, split)
    assert row["how"] == "x" and row["first codes"] == 68
    assert row["low"] < row["value"] == judged.mean("HR@10") < row["high"]
    assert (row["coverage"], row["Gini"]) == (judged.coverage, judged.gini)


def test_the_record_has_the_control_beside_what_ships():
    table = read_record(rebalanced.NAME).table.set_index("how")
    assert table["first codes"].to_dict() == {
        **{"as it ships": 64, "split, not tuned": 68},
        **{"tuned as long, not split": 64, "split and tuned": 68},
    }
    judged = evaluate(fit_or_load("crab-films"), split_of("films"))
    assert table.loc["split and tuned", "Gini"] == pytest.approx(judged.gini, abs=0.005)
    assert table["value"].min() > 0.3
