"""The tree of semantic ids: nodes, children and ids on paper, and against dictionaries."""

import numpy as np
import pytest

from rectutor.trie import Trie

CODES = np.array([[2, 0], [0, 1], [0, 0], [2, 3]])  # of items 1, 2, 3, 4


def test_ids_are_sorted_and_children_lie_side_by_side():
    trie = Trie(CODES)
    assert [codes.tolist() for codes in trie.codes] == [[0, 2], [0, 1, 0, 3]]
    assert [starts.tolist() for starts in trie.starts] == [[0, 2], [0, 2, 4]]
    assert trie.item_of(np.array([0, 1, 2, 3, -1])).tolist() == [3, 2, 1, 4, 0]
    assert (trie.n_levels, trie.codebook_size) == (2, 4)


def test_a_child_is_found_or_minus_one():
    trie = Trie(CODES)
    root = np.zeros(4, dtype=int)
    assert trie.child(0, root, np.arange(4)).tolist() == [0, -1, 1, -1]
    nodes = np.array([[0, 1], [1, -1]])
    assert trie.child(1, nodes, np.array([[1, 3], [1, 0]])).tolist() == [[1, 3], [-1, -1]]


def test_one_step_by_hand_is_the_same_as_a_step_of_many():
    trie = Trie(CODES)
    for node in (-1, 0, 1):
        for code in range(4):
            many = trie.child(1, np.array([node]), np.array([code]))
            assert trie.child(1, node, code) == many[0]


def test_every_child_of_every_beam_comes_at_once():
    trie = Trie(CODES)
    owner, children = trie.legal(1, np.array([1, 0, 1]))
    assert owner.tolist() == [0, 0, 1, 1, 2, 2]
    assert trie.codes[1][children].tolist() == [0, 3, 0, 1, 0, 3]
    assert trie.legal_mask(1, np.array([1])).astype(int).tolist() == [[1, 0, 0, 1]]
    assert trie.n_children(0, np.zeros(1, dtype=int)).tolist() == [2]


def test_whole_ids_lead_to_their_items():
    trie = Trie(CODES)
    asked = np.array([[2, 3], [0, 0], [1, 0], [0, 3], [2, 0]])
    assert trie.find(asked).tolist() == [4, 3, 0, 0, 1]
    assert trie.find(asked.reshape(1, 5, 2)).shape == (1, 5)


@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_nested_dictionaries(seed):
    rng = np.random.default_rng(seed)
    K, L = 6, 4
    codes = np.unique(rng.integers(0, K, (300, L)), axis=0)
    codes = codes[rng.permutation(len(codes))]
    trie, nested = Trie(codes, K), {}
    for item, row in enumerate(codes.tolist(), start=1):
        own = nested
        for code in row[:-1]:
            own = own.setdefault(code, {})
        own[row[-1]] = item
    wanted = np.stack(np.meshgrid(*[np.arange(K)] * L, indexing="ij"), axis=-1).reshape(-1, L)

    def look_up(row):
        own = nested
        for code in row:
            own = own.get(code) if isinstance(own, dict) else None
        return own or 0

    assert trie.find(wanted).tolist() == [look_up(row) for row in wanted.tolist()]
    for beginning in ([], [3], [3, 1], [3, 1, 4]):
        own, node = nested, np.zeros(1, dtype=int)
        for level, code in enumerate(beginning):
            own, node = own.get(code, {}), trie.child(level, node, np.array([code]))
        if node[0] >= 0:
            legal = trie.legal_mask(len(beginning), node)[0]
            assert set(np.flatnonzero(legal)) == set(own)


def test_the_order_of_items_decides_nothing_but_their_index():
    shuffled = np.array([3, 1, 0, 2])
    one, other = Trie(CODES), Trie(CODES[shuffled])
    assert all(np.array_equal(*pair) for pair in zip(one.codes, other.codes, strict=True))
    leaves = np.arange(4)
    assert np.array_equal(one.item_of(leaves), shuffled[other.item_of(leaves) - 1] + 1)


def test_codes_take_the_smallest_numbers_that_hold_them():
    codes = np.column_stack([np.arange(1000) // 256, np.arange(1000) % 256])
    trie = Trie(codes)
    assert {array.dtype for array in trie.codes} == {np.dtype(np.uint8)}
    assert trie.n_bytes == 4 + 1000 + 4 * (2 + 5)
    assert Trie(codes[::-1]).n_bytes == trie.n_bytes + 4 * 1000  # and the order of the items


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        (np.zeros((0, 2), dtype=int), r"one level or more, got int64 \[0, 2\]"),
        (np.zeros(3, dtype=int), r"got int64 \[3\]"),
        (np.zeros((1, 2)), r"got float64 \[1, 2\]"),
        (np.array([[0, -1]]), r"codes must be 0\.\.3, got -1\.\.0"),
        (np.array([[0, 4]]), r"codes must be 0\.\.3, got 0\.\.4"),
        (np.array([[1, 2], [0, 3], [1, 2]]), r"items \[1, 3\] share \[1, 2\]; add a code"),
    ],
)
def test_what_is_no_table_of_ids_is_refused(codes, message):
    with pytest.raises(ValueError, match=message):
        Trie(codes, codebook_size=4)
