"""Random codes: all different, without meaning, and with entries that are the best for them."""

import numpy as np
import pytest

from rectutor.metrics.codes import adjusted_nmi, collision_share
from rectutor.models.random_codes import random_codes
from rectutor.models.residual_codes import decode, encode, level_errors, residual_kmeans
from tests.models.test_residual_codes import planted


def test_entries_are_means_of_what_their_items_have_left_over():
    points = np.random.default_rng(0).normal(size=(50, 3))
    table = random_codes(points, 2, 8)
    left = points.copy()
    for level in range(2):
        for code in range(8):
            own = table.codes[:, level] == code
            if own.any():
                mean = left[own].mean(axis=0)
                np.testing.assert_allclose(table.codebooks[level, code], mean, atol=1e-5)
        left -= table.codebooks[level, table.codes[:, level]]


def test_no_two_items_share_a_tuple_even_where_every_tuple_is_needed():
    for n, n_levels, size in ((27, 3, 3), (500, 3, 8), (1000, 40, 256), (1, 2, 1)):
        table = random_codes(np.zeros((n, 2)), n_levels, size)
        assert table.codes.shape == (n, n_levels) and collision_share(table.codes) == 0
        assert 0 <= table.codes.min() <= table.codes.max() < size


def test_they_mean_nothing_and_fail_where_learned_codes_succeed():
    points, owner = planted(each=40)
    drawn, learned = random_codes(points, 2, 16), residual_kmeans(points, 2, 16)
    assert abs(adjusted_nmi(drawn.codes[:, 0], owner)) < 0.1
    shares = [level_errors(points, t)[-1] / level_errors(points, t)[0] for t in (drawn, learned)]
    assert shares[1] < 0.01 < 0.2 < shares[0]


def test_the_error_falls_by_luck_alone_as_for_any_grouping():
    points = np.random.default_rng(0).normal(size=(300, 50))
    errors = level_errors(points, random_codes(points, 2, 30))
    assert errors[1] / errors[0] == pytest.approx(1 - 30 / 300, abs=0.02)
    assert errors[2] < errors[1]


def test_a_new_item_gets_entries_but_old_ones_would_not_get_their_own():
    points = np.random.default_rng(0).normal(size=(100, 4))
    table = random_codes(points, 2, 16)
    found = encode(points, table.codebooks)
    assert found.shape == (100, 2) and (found == table.codes).all(axis=1).mean() < 0.2
    nearer = ((points - decode(found, table.codebooks)) ** 2).sum()
    assert nearer < ((points - decode(table.codes, table.codebooks)) ** 2).sum()


def test_the_same_seed_draws_the_same_codes_and_another_seed_others():
    points = np.zeros((50, 1))
    one, again, other = (random_codes(points, 2, 16, seed).codes for seed in (0, 0, 1))
    assert np.array_equal(one, again) and not np.array_equal(one, other)


def test_more_items_than_tuples_are_refused():
    with pytest.raises(
        ValueError, match="10 items need as many tuples, 2 levels of 3 codes have 9"
    ):
        random_codes(np.zeros((10, 1)), 2, 3)
    with pytest.raises(ValueError, match="n_levels must be 1 or more, got 0"):
        random_codes(np.zeros((1, 1)), 0, 3)
