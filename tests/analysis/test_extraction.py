"""What is compared between a box and its clones."""

import numpy as np
import pytest
import torch

from rectutor.analysis import extraction
from rectutor.analysis.records import read_record
from rectutor.evaluation import Evaluation
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.training.fingerprint import fingerprint


def evaluation(name, ranks, top):
    return Evaluation(
        name, "all items", np.arange(len(top)), np.array(ranks)[:, None], np.array(top), 20, 0.0
    )


def test_a_row_holds_agreement_and_the_hits_of_both():
    box = evaluation("box", [1, 20], [list(range(1, 11)), list(range(1, 11))])
    clone = evaluation("clone", [15, 3], [list(range(6, 16)), list(range(1, 11))])
    row = extraction.cloned_row({"how": "by lot"}, box, clone)
    assert row["how"] == "by lot"
    assert row["agreement"] == pytest.approx((0.5 + 1.0) / 2)
    assert row["HR@10"] == 0.5
    assert row["box HR@10"] == 0.5
    assert row["low"] <= row["agreement"] <= row["high"]


def test_vectors_are_alike_where_they_point_the_same_way():
    one, other = (SASRec(SASRecConfig(40, width=16), seed=seed) for seed in (0, 1))
    assert extraction.alike_vectors(one, one) == pytest.approx(1.0)
    assert abs(extraction.alike_vectors(one, other)) < 0.2  # drawn by lot
    with torch.no_grad():
        other.items.weight.copy_(-3 * one.items.weight)
    assert extraction.alike_vectors(one, other) == pytest.approx(-1.0)


def test_the_record_shows_what_the_lesson_says():
    table = read_record(extraction.NAME).table
    onwards = table[(table["how"] == "onwards") & (table["kind"] == "SASRec")]
    assert onwards["lists"].tolist() == [240, 1000, 4000]
    assert onwards["agreement"].is_monotonic_increasing
    assert (table["low"] <= table["agreement"]).all()
    assert (table["agreement"] <= table["high"]).all()


def test_the_record_was_made_from_this_code():
    assert read_record(extraction.NAME).fingerprint == fingerprint("films", extraction.CODE)
