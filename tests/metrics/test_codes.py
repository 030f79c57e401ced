"""Measures of code tables: by hand, at their ends, and against what luck gives."""

import numpy as np
import pytest

from rectutor.metrics import (
    adjusted_nmi,
    collision_share,
    n_dead_codes,
    neighbours_kept,
    nmi,
    usage_perplexity,
)


def test_perplexity_of_three_shares_by_hand():
    codes = np.array([[0], [0], [1], [2]])
    expected = np.exp(0.5 * np.log(2) + 2 * 0.25 * np.log(4))
    assert usage_perplexity(codes, 8)[0] == pytest.approx(expected)


def test_perplexity_is_k_when_all_codes_are_used_alike_and_one_when_one_is():
    codes = np.stack([np.arange(16), np.zeros(16, dtype=int)], axis=1)
    assert usage_perplexity(codes, 16) == pytest.approx([16, 1])
    assert n_dead_codes(codes, 16).tolist() == [0, 15]
    assert np.isnan(usage_perplexity(np.zeros((0, 2), dtype=int), 4)).all()


def test_items_that_share_all_codes_collide():
    assert collision_share(np.array([[1, 2], [1, 3], [2, 2]])) == 0.0
    assert collision_share(np.array([[1, 2], [1, 2], [1, 2], [0, 0]])) == 0.75
    assert np.isnan(collision_share(np.zeros((0, 2), dtype=int)))


def test_mutual_information_by_hand():
    one, other = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    rows = np.log(2)
    columns = 0.25 * np.log(4) + 0.75 * np.log(4 / 3)
    joint = 2 * 0.25 * np.log(4) + 0.5 * np.log(2)
    assert nmi(one, other) == pytest.approx((rows + columns - joint) / ((rows + columns) / 2))
    assert nmi(one, other) == pytest.approx(nmi(other, one))
    assert nmi(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])) == pytest.approx(0, abs=1e-12)
    assert np.isnan(nmi(np.zeros(3), np.zeros(3)))


def test_many_small_groups_agree_by_luck_and_adjusting_takes_it_away():
    rng = np.random.default_rng(0)
    genres, codes = rng.integers(0, 18, 600), rng.integers(0, 64, 600)
    assert nmi(codes, genres) > 0.15
    assert adjusted_nmi(codes, genres) == pytest.approx(0, abs=0.02)
    assert adjusted_nmi(genres, genres) == pytest.approx(1)
    assert adjusted_nmi(codes, genres, seed=1) == adjusted_nmi(codes, genres, seed=1)


def test_neighbours_are_kept_by_what_keeps_distances_and_lost_by_noise():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(300, 8))
    turned = points @ np.linalg.qr(rng.normal(size=(8, 8)))[0] * 3 + 5
    assert neighbours_kept(points, turned) == 1.0
    assert neighbours_kept(points, rng.normal(size=(300, 8))) == pytest.approx(10 / 299, abs=0.01)


def test_neighbours_on_a_line_by_hand():
    one = np.array([[0.0], [1.0], [3.0], [7.0]])  # nearest: 1, 0, 1, 2
    other = np.array([[0.0], [1.0], [3.0], [2.0]])  # nearest: 1, 0, 3, 1
    assert neighbours_kept(one, other, k=1) == 0.5


def test_more_items_than_are_compared_at_once_give_the_same(monkeypatch):
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(50, 3)), rng.normal(size=(50, 2))
    whole = neighbours_kept(one, other, k=5)
    monkeypatch.setattr("rectutor.metrics.codes._ROWS_AT_ONCE", 7)
    assert neighbours_kept(one, other, k=5) == whole


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"codes must be 0\.\.3, got 0\.\.4; codebook_size"):
        usage_perplexity(np.array([[0], [4]]), 4)
    with pytest.raises(ValueError, match=r"same things, got 3 and 2"):
        nmi(np.zeros(3), np.zeros(2))
    with pytest.raises(ValueError, match=r"k must be 1\.\.2, the number of other items, got 3"):
        neighbours_kept(np.zeros((3, 2)), np.zeros((3, 2)), k=3)
    with pytest.raises(ValueError, match=r"the 3 items of original, got 4"):
        neighbours_kept(np.zeros((3, 2)), np.zeros((4, 2)), k=1)
