"""Product quantisation: blocks that do not touch each other, so sums and nearest entries hold."""

import numpy as np
import pytest

from rectutor.models.kmeans import kmeans
from rectutor.models.product_codes import product_codes
from rectutor.models.residual_codes import decode, encode, level_errors
from tests.models.test_residual_codes import is_one_to_one


def skewed(n=400, width=7, seed=0):
    """Points whose columns have very different spreads and hang together."""
    rng = np.random.default_rng(seed)
    return 1 + (rng.normal(size=(n, width)) * 2.0 ** -np.arange(width)) @ rng.normal(
        size=(width, width)
    )


def test_two_blocks_of_one_column_by_hand():
    numbers = np.array([[0.0, 5.0], [10.0, 5.0], [0.0, 9.0], [10.0, 9.0]])
    table = product_codes(numbers, n_levels=2, codebook_size=2, is_turned=False)
    assert sorted(table.codebooks[0].tolist()) == [[0.0, 0.0], [10.0, 0.0]]
    assert sorted(table.codebooks[1].tolist()) == [[0.0, 5.0], [0.0, 9.0]]
    assert np.array_equal(decode(table.codes, table.codebooks), numbers)
    assert level_errors(numbers, table).tolist() == [103.0, 53.0, 0.0]


def test_each_level_is_k_means_on_its_own_columns_and_zero_elsewhere():
    points, rng = skewed(), np.random.default_rng(3)
    table = product_codes(points, 3, 8, seed=3, is_turned=False)
    for level, block in enumerate(([0, 1, 2], [3, 4], [5, 6])):
        found = kmeans(points[:, block], 8, rng)
        assert np.array_equal(table.codes[:, level], found.nearest)
        np.testing.assert_allclose(table.codebooks[level][:, block], found.centres, atol=1e-6)
        assert not np.delete(table.codebooks[level], block, axis=1).any()


@pytest.mark.parametrize("is_turned", [False, True])
def test_sums_nearest_entries_and_errors_are_those_of_residual_codes(is_turned):
    points = skewed()
    table = product_codes(points, 3, 8, is_turned=is_turned)
    assert np.array_equal(encode(points, table.codebooks), table.codes)
    assert np.array_equal(encode(points[:9] + 1e-6, table.codebooks), table.codes[:9])
    for one, other in ((0, 1), (0, 2), (1, 2)):
        products = table.codebooks[one] @ table.codebooks[other].T
        np.testing.assert_allclose(products, 0, atol=1e-4)
    assert np.all(np.diff(level_errors(points, table)) < 0)


def test_the_levels_have_no_order():
    points = skewed()
    table = product_codes(points, 3, 8)
    turned = encode(points, table.codebooks[[2, 0, 1]])
    assert np.array_equal(turned, table.codes[:, [2, 0, 1]])


def test_a_turn_shares_the_variance_out_and_leaves_a_smaller_error():
    points = skewed(width=6)
    plain, turned = (product_codes(points, 3, 16, is_turned=turn) for turn in (False, True))
    assert level_errors(points, turned)[-1] < 0.8 * level_errors(points, plain)[-1]
    blocks = decode(turned.codes[:, :1], turned.codebooks[:1])
    assert np.linalg.matrix_rank(blocks - blocks[0], tol=1e-3) == 2  # D / L directions


def test_directions_are_dealt_out_so_that_the_products_of_variances_are_alike():
    spreads = np.array([16.0, 8.0, 4.0, 2.0])  # 16 * 2 = 8 * 4
    points = np.random.default_rng(0).normal(size=(4000, 4)) * spreads
    table = product_codes(points, 2, 8)
    told = [np.flatnonzero(np.abs(level).max(axis=0) > 3).tolist() for level in table.codebooks]
    assert sorted(told) == [[0], [1, 2]]  # what 3 has is too little for an entry beside 0


def test_clusters_planted_in_a_block_are_found():
    rng = np.random.default_rng(0)
    owner = rng.integers(5, size=(200, 2))
    points = np.concatenate([10 * np.eye(5)[owner[:, 0]], 10 * np.eye(5)[owner[:, 1]]], axis=1)
    points += rng.normal(scale=0.1, size=points.shape)
    table = product_codes(points, 2, 5, is_turned=False)
    assert is_one_to_one(table.codes[:, 0], owner[:, 0])
    assert is_one_to_one(table.codes[:, 1], owner[:, 1])


def test_columns_that_never_change_do_no_harm():
    points = np.concatenate([skewed(width=3), np.ones((400, 3))], axis=1)
    table = product_codes(points, 3, 8)
    assert np.isfinite(table.codebooks).all()
    assert level_errors(points, table)[-1] < level_errors(points, table)[0] / 20


def test_more_levels_than_columns_are_refused():
    for n_levels in (0, 4):
        with pytest.raises(ValueError, match=rf"1\.\.3, the width of the vectors, got {n_levels}"):
            product_codes(np.zeros((5, 3)), n_levels, 2)
