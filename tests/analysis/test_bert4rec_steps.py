import numpy as np
import pytest

from rectutor.analysis.bert4rec_steps import (
    BATCH,
    TIMES,
    learning_curve,
    steps_of_one_epoch,
    walk,
)
from rectutor.analysis.records import read_record
from rectutor.evaluation import evaluate
from rectutor.models.bert4rec import BERT4Rec, BERT4RecConfig
from rectutor.training import fit


def test_a_curve_passes_through_an_uninterrupted_training(tiny_split):
    marks, people = learning_curve("BERT4Rec", tiny_split, seed=1, times=(1, 3), epochs=2)
    config = BERT4RecConfig(tiny_split.n_items, dropout=0.1, mask_share=0.4)
    model = BERT4Rec(config, seed=1)
    fit(model, tiny_split, seed=1, epochs=6, batch_size=BATCH, patience=6, progress=False)
    assert marks["NDCG@10"][1] == pytest.approx(evaluate(model, tiny_split).mean("NDCG@10"))
    assert list(people.columns) == ["BERT4Rec 1x", "BERT4Rec 3x"]
    np.testing.assert_allclose(people.mean(), marks["NDCG@10"])


def test_steps_are_counted_in_batches(tiny_split):
    model = BERT4Rec(BERT4RecConfig(tiny_split.n_items))
    assert steps_of_one_epoch(model, tiny_split) == 1, "twelve people fit into one batch of 16"
    marks, _ = learning_curve("BERT4Rec", tiny_split, seed=0, times=(1, 2), epochs=3)
    assert marks["steps"].tolist() == [3, 6]


def test_a_walk_holds_both_models_and_every_mark(tiny_split, monkeypatch):
    monkeypatch.setitem(TIMES, "SASRec", (1,))
    monkeypatch.setitem(TIMES, "BERT4Rec", (1, 2))
    marks, people = walk(tiny_split, seeds=(0, 1))
    assert marks["model"].tolist() == ["SASRec", "BERT4Rec", "BERT4Rec"] * 2
    assert list(people.columns) == ["SASRec 1x", "BERT4Rec 1x", "BERT4Rec 2x"]
    of_sasrec = marks.loc[marks["model"] == "SASRec", "NDCG@10"]
    np.testing.assert_allclose(people["SASRec 1x"].mean(), of_sasrec.mean())


def test_the_record_reaches_thirty_times_the_steps():
    marks = read_record("bert4rec_steps").table
    steps = marks.groupby("model")["steps"].agg(["min", "max"])
    assert steps.loc["BERT4Rec", "max"] == 30 * steps.loc["BERT4Rec", "min"]
    assert steps.loc["SASRec", "min"] == steps.loc["BERT4Rec", "min"]
