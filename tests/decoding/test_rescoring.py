"""Scores with popularity taken off, and scores whose best k are a draw."""

import numpy as np
import pytest

from rectutor.decoding.rescoring import drawn, less_popular


def test_weight_zero_changes_nothing_and_weight_one_divides_the_odds_by_the_counts():
    p = np.array([[0.0, 0.6, 0.3, 0.1]]) + 1e-9
    counts = np.array([0, 59, 9, 0])
    np.testing.assert_allclose(less_popular(np.log(p), counts, 0.0), np.log(p))
    np.testing.assert_allclose(np.exp(less_popular(np.log(p), counts, 1.0)), p / (counts + 1))
    halved = np.exp(less_popular(np.log(p), counts, 0.5))
    np.testing.assert_allclose(halved, p / np.sqrt(counts + 1))


def test_equal_counts_change_no_order():
    scores = np.random.default_rng(0).normal(size=(5, 8))
    adjusted = less_popular(scores, np.full(8, 30), 2.0)
    assert (adjusted.argsort(axis=1) == scores.argsort(axis=1)).all()


def test_a_missing_count_is_named():
    with pytest.raises(ValueError, match=r"one count a column, got \(3,\) for scores \(2, 4\)"):
        less_popular(np.zeros((2, 4)), np.zeros(3), 1.0)


def test_the_first_of_a_draw_comes_in_proportion():
    p = np.array([0.7, 0.2, 0.1])
    scores = np.tile(np.log(p), (40_000, 1))
    first = drawn(scores, 1.0, np.random.default_rng(0)).argmax(axis=1)
    np.testing.assert_allclose(np.bincount(first) / 40_000, p, atol=0.01)
    flatter = drawn(scores, 2.0, np.random.default_rng(0)).argmax(axis=1)
    root = np.sqrt(p) / np.sqrt(p).sum()
    np.testing.assert_allclose(np.bincount(flatter) / 40_000, root, atol=0.01)


def test_the_second_is_drawn_among_those_that_are_left():
    scores = np.tile(np.log([0.7, 0.2, 0.1]), (40_000, 1))
    order = np.argsort(-drawn(scores, 1.0, np.random.default_rng(1)), axis=1)
    after_first = order[order[:, 0] == 0, 1]
    assert (after_first == 1).mean() == pytest.approx(2 / 3, abs=0.01)


def test_what_is_removed_is_never_drawn_and_temperature_zero_ranks():
    scores = np.array([[0.0, -np.inf, 1.0]])
    assert (drawn(scores, 5.0, np.random.default_rng(0))[:, 1] == -np.inf).all()
    assert (drawn(scores, 0.0, np.random.default_rng(0)) == scores).all()


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_what_is_done_to_a_draw_leaves_the_scores_alone(temperature):
    scores = np.array([[0.0, 2.0, 1.0]])
    drawn(scores, temperature, np.random.default_rng(0))[:] = -np.inf
    assert scores.tolist() == [[0.0, 2.0, 1.0]]


def test_a_temperature_below_zero_is_refused():
    with pytest.raises(ValueError, match=r"temperature must be 0 or more, got -0.5"):
        drawn(np.zeros((1, 2)), -0.5, np.random.default_rng(0))
