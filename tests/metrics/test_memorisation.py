"""Exposure, worked out by hand."""

import math

import numpy as np
import pytest

from rectutor.metrics.memorisation import chance_exposure, exposure, most_exposure


def test_the_most_probable_of_eight_has_three_bits_and_the_third_one_fewer():
    scores = np.array([[9.0, 1, 2, 3, 4, 5, 6, 7], [5.0, 7, 6, 4, 3, 2, 1, 0]])
    assert exposure(scores).tolist() == [3.0, 3 - math.log2(3)]
    assert most_exposure(8) == 3.0


def test_a_model_that_finds_all_alike_has_learned_nothing():
    assert exposure(np.zeros((2, 16))).tolist() == [0.0, 0.0]


def test_the_secret_may_stand_in_any_column():
    assert exposure(np.array([[1.0, 2.0, 4.0, 3.0]]), secret=2).tolist() == [2.0]


def test_chance_is_the_mean_over_all_ranks():
    ranks = np.arange(1, 65)
    assert chance_exposure(64) == pytest.approx(6 - np.log2(ranks).mean())
    assert chance_exposure(100_000) == pytest.approx(1 / math.log(2), abs=1e-3)


def test_scores_drawn_by_lot_have_the_exposure_of_chance():
    drawn = exposure(np.random.default_rng(0).random((4000, 64)))
    assert drawn.mean() == pytest.approx(chance_exposure(64), abs=0.1)


def test_no_secret_has_no_exposure():
    assert exposure(np.zeros((0, 4))).shape == (0,)


def test_a_secret_without_alternatives_is_refused():
    with pytest.raises(ValueError, match="2 or more candidates a secret, got 1"):
        exposure(np.zeros((3, 1)))


def test_a_score_that_is_no_number_is_named():
    scores = np.zeros((3, 4))
    scores[2, 1] = np.nan
    with pytest.raises(ValueError, match="secret 2 is nan"):
        exposure(scores)
