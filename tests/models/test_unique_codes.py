"""Collisions: a suffix that counts, or the next tuple that is free; both on paper first."""

from itertools import product

import numpy as np
import pytest

from rectutor.models.random_codes import random_codes
from rectutor.models.residual_codes import CodeTable, decode, encode, residual_kmeans
from rectutor.models.unique_codes import nearest_tuples, next_nearest, with_suffix
from rectutor.trie import Trie

TENS_AND_ONES = np.array([[[0.0], [10.0]], [[0.0], [4.0]]])  # 0, 4, 10, 14


def table_of(numbers):
    points = np.array(numbers, dtype=float)[:, None]
    return points, CodeTable(TENS_AND_ONES, encode(points, TENS_AND_ONES))


def is_unique(codes):
    return len(np.unique(codes, axis=0)) == len(codes)


def test_suffixes_count_the_items_of_a_tuple_in_their_order():
    codes = np.array([[1, 2], [0, 0], [1, 2], [0, 2], [1, 2], [0, 0]])
    assert with_suffix(codes)[:, 2].tolist() == [0, 0, 1, 0, 2, 1]
    assert np.array_equal(with_suffix(codes)[:, :2], codes)


def test_suffixes_of_new_items_go_on_behind_those_that_are_taken():
    taken = np.array([[1, 2, 0], [1, 2, 1], [0, 0, 4]])
    new = np.array([[0, 0], [1, 2], [5, 5], [1, 2]])
    assert with_suffix(new, taken).tolist() == [[0, 0, 5], [1, 2, 2], [5, 5, 0], [1, 2, 3]]


def test_suffixed_ids_make_a_trie_that_finds_every_item():
    codes = np.random.default_rng(0).integers(3, size=(200, 2))
    ids = with_suffix(codes)
    assert is_unique(ids)
    assert Trie(ids).find(ids).tolist() == list(range(1, 201))


def test_the_nearest_keeps_its_tuple_and_the_other_goes_to_the_next_by_hand():
    points, table = table_of([1.0, 0.5, 9.0])
    assert table.codes.tolist() == [[0, 0], [0, 0], [1, 0]]  # 0, 0 and 10
    assert next_nearest(points, table).tolist() == [[0, 1], [0, 0], [1, 0]]  # 4, 0 and 10


def test_of_two_that_are_moved_the_nearest_gets_what_both_want():
    points, table = table_of([0.0, 1.0, 2.0])
    table = table._replace(codes=np.zeros((3, 2), dtype=int))
    assert decode(next_nearest(points, table), TENS_AND_ONES).ravel().tolist() == [0.0, 10.0, 4.0]


def test_new_items_get_what_is_left_over_by_a_catalogue():
    points, table = table_of([0.2, 13.0])
    taken = np.array([[0, 0], [1, 1], [0, 0]])
    new = next_nearest(points, table, taken)
    assert decode(new, TENS_AND_ONES).ravel().tolist() == [4.0, 10.0]


def test_codes_without_collisions_stay_as_they_are():
    points = np.random.default_rng(0).normal(size=(60, 4))
    table = random_codes(points, 2, 16)  # far from the nearest, but unique
    assert np.array_equal(next_nearest(points, table), table.codes)


@pytest.mark.parametrize(("n", "n_levels", "size"), [(200, 2, 16), (64, 3, 4), (300, 3, 8)])
def test_every_item_gets_a_tuple_of_its_own_and_old_tuples_stay_in_use(n, n_levels, size):
    points = np.random.default_rng(n).normal(size=(n, 3))
    table = residual_kmeans(points, n_levels, size)
    codes = next_nearest(points, table)
    assert not is_unique(table.codes) and is_unique(codes)
    old, new = ({tuple(row) for row in own.tolist()} for own in (table.codes, codes))
    assert old <= new
    gaps = ((points - decode(table.codes, table.codebooks)) ** 2).sum(axis=1)
    for row in np.flatnonzero((codes != table.codes).any(axis=1)):  # moved: somebody was nearer
        stayed = (codes == table.codes[row]).all(axis=1)
        assert gaps[stayed].item() <= gaps[row] + 1e-5


def test_it_is_nearly_as_good_as_before_where_tuples_abound():
    points = np.random.default_rng(0).normal(size=(300, 3))
    table = residual_kmeans(points, 3, 16)
    before, after = (
        ((points - decode(codes, table.codebooks)) ** 2).sum(axis=1).mean()
        for codes in (table.codes, next_nearest(points, table))
    )
    assert before <= after < 1.3 * before


def test_a_wide_beam_lists_all_tuples_as_brute_force_does():
    rng = np.random.default_rng(0)
    points, codebooks = rng.normal(size=(5, 2)), rng.normal(size=(3, 4, 2))
    everything = np.array(list(product(range(4), repeat=3)))
    distances = ((points[:, None] - decode(everything, codebooks)) ** 2).sum(axis=2)
    tuples, gaps = nearest_tuples(points, codebooks, 64)
    np.testing.assert_allclose(gaps, np.sort(distances, axis=1), atol=1e-5)
    assert np.array_equal(tuples, everything[distances.argsort(axis=1)])


def test_a_beam_of_one_is_the_greedy_code():
    points = np.random.default_rng(0).normal(size=(1000, 3))
    table = residual_kmeans(points, 3, 8)
    tuples, _ = nearest_tuples(points, table.codebooks, 1)
    assert np.array_equal(tuples[:, 0], table.codes)


def test_more_items_than_free_tuples_are_refused():
    points, table = table_of([0.0, 1.0, 2.0, 3.0, 4.0])
    with pytest.raises(
        ValueError, match=r"5 items need as many .* 2 levels of 2 codes have 4; take"
    ):
        next_nearest(points, table)
    taken = np.array([[0, 0], [1, 1], [1, 1]])
    with pytest.raises(ValueError, match=r"3 items need as many free tuples, .* have 2; take"):
        next_nearest(points[:3], table._replace(codes=table.codes[:3]), taken)
