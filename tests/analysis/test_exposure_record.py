"""The record of lesson 12: its parts on small models, and what it says."""

import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.exposure_lab import KS, Catalogue
from rectutor.analysis.exposure_record import (
    TemperedCodes,
    catalogue_of,
    kinds_of_items,
    with_code_temperatures,
)
from rectutor.data.events import queries_from_histories
from rectutor.models.code_recommender import Exact
from rectutor.models.tiger import TIGER, TIGERConfig
from rectutor.training.assets import split_of
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


def test_each_temperature_gets_its_rows():
    split = cycle_world(n_items=60)
    catalogue = Catalogue(np.bincount(split.train.item_index, minlength=61), np.eye(61))
    rows = with_code_temperatures(tiger(), split, catalogue, "validation", (0.5, 2.0))
    assert len(rows) == 2 * len(KS)
    assert set(rows["way"]) == {"temperature of codes"} and set(rows["strength"]) == {0.5, 2.0}
    assert set(rows["model"]) == {"TIGER (exact)"} and set(rows["on"]) == {"validation"}


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
    from rectutor.analysis.exposure_lab import settings

    scores = np.array([[-np.inf, 0.0, 1.0, -np.inf]])
    for name, _, changed in settings(scores, np.array([0, 5, 1, 3])):
        if name == way:
            assert np.isneginf(changed[0, [0, 3]]).all()
