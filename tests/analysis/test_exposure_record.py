"""What the record of lesson 12 knows of the items, and which rows it has."""

import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.exposure_lab import settings
from rectutor.analysis.exposure_record import catalogue_of, kinds_of_items
from rectutor.analysis.records import read_record
from rectutor.training.assets import split_of


def test_an_item_is_of_the_kinds_that_are_told_of_it():
    items = pd.DataFrame({"item_id": [7, 9], "genres": [("war",), ()], "themes": [("sea",), ()]})
    features = kinds_of_items(items, np.array([0, 9, 7]))
    assert features.tolist() == [[0, 0], [0, 0], [1, 1]]


def test_the_catalogue_counts_training_alone():
    split = split_of("films")
    catalogue = catalogue_of("films", split)
    assert catalogue.counts.sum() == len(split.train.item_index)
    assert catalogue.counts.shape == (split.n_items + 1,) == catalogue.features.shape[:1]
    assert catalogue.features[1:].sum(axis=1).min() >= 1


@pytest.mark.parametrize("way", ["popularity weight", "drawing temperature"])
def test_knobs_do_not_move_what_they_should_not(way):
    scores = np.array([[-np.inf, 0.0, 1.0, -np.inf]])
    for name, _, changed in settings(scores, np.array([0, 5, 1, 3])):
        if name == way:
            assert np.isneginf(changed[0, [0, 3]]).all()


def test_the_record_holds_each_part_length_and_knob_of_its_models():
    table = read_record("exposure").table
    assert set(table["on"]) == {"train", "validation", "test"}
    sizes = table[table["on"] != "train"].groupby(["model", "on"]).size().unstack("on")
    assert (sizes["validation"] == sizes["test"]).all()
    assert sizes.loc["SASRec (CE)", "test"] == 5 * 13 and sizes.loc["Random", "test"] == 5
