"""What is nearest: by hand, at a tie, out of reach; codes that differ on few levels."""

import numpy as np
import pytest

from rectutor.decoding import grounding
from rectutor.decoding.grounding import blocks, code_distances, ground_codes, nearest

CODES = np.array([[7, 1, 4], [7, 1, 5], [2, 1, 4], [7, 3, 4]])  # of items 1, 2, 3, 4


def test_the_nearest_come_first_and_a_tie_is_said():
    grounded = nearest(np.array([[2.0, 0.5, 3.0], [1.0, 4.0, 1.0]]), k=2)
    assert grounded.items.tolist() == [[2, 1], [1, 3]]
    assert grounded.distances.tolist() == [[0.5, 2.0], [1.0, 1.0]]
    assert grounded.is_certain.tolist() == [True, False]
    assert grounded.is_found.tolist() == [True, True]


def test_a_tie_is_seen_even_where_one_item_is_asked_for():
    assert nearest(np.array([[1.0, 1.0]]), k=1).is_certain.tolist() == [False]


def test_what_is_too_far_or_ruled_out_is_no_item():
    grounded = nearest(np.array([[2.0, np.inf, 3.0], [np.inf] * 3]), k=3, within=2.0)
    assert grounded.items.tolist() == [[1, 0, 0], [0, 0, 0]]
    assert grounded.distances.tolist() == [[2.0, np.inf, np.inf], [np.inf] * 3]
    assert grounded.is_certain.tolist() == [True, False]
    assert grounded.is_found.tolist() == [True, False]


def test_more_places_than_items_are_filled_up():
    grounded = nearest(np.array([[4.0]]), k=3)
    assert grounded.items.tolist() == [[1, 0, 0]]
    assert grounded.distances.tolist() == [[4.0, np.inf, np.inf]]
    assert grounded.is_certain.tolist() == [True]


def test_no_question_has_no_answer():
    assert nearest(np.zeros((0, 3)), k=2).items.shape == (0, 2)
    assert ground_codes(np.zeros((0, 3), dtype=int), CODES).items.shape == (0, 1)


@pytest.mark.parametrize(
    ("distances", "k", "message"),
    [
        (np.zeros((1, 2)), 0, "k must be 1 or more, got 0"),
        (np.zeros((2, 0)), 1, r"with one item or more, got \[2, 0\]"),
        (np.zeros(3), 1, r"with one item or more, got \[3\]"),
        (np.array([[0.0, 1.0], [2.0, np.nan]]), 1, "row 1: the distance to item 2 is nan"),
    ],
)
def test_what_is_no_table_of_distances_is_refused(distances, k, message):
    with pytest.raises(ValueError, match=message):
        nearest(distances, k)


def test_levels_that_differ_are_counted_and_levels_below_a_parting_too():
    asked = np.array([[7, 1, 4], [7, 0, 4], [9, 1, 4]])
    assert code_distances(asked, CODES).tolist() == [[0, 1, 1, 1], [1, 2, 2, 1], [1, 2, 1, 2]]
    assert code_distances(asked, CODES, "prefix").tolist() == [
        [0, 1, 3, 2],  # (7, 1, 5) shares two levels, (7, 3, 4) one
        [2, 2, 3, 2],
        [3, 3, 3, 3],
    ]


@pytest.mark.parametrize("how", ["hamming", "prefix"])
def test_an_item_grounds_to_itself_and_prefixes_are_never_nearer(how):
    rng = np.random.default_rng(0)
    codes = np.unique(rng.integers(0, 5, (200, 4)), axis=0)
    grounded = ground_codes(codes, codes, how=how)
    assert grounded.items[:, 0].tolist() == list(range(1, len(codes) + 1))
    assert grounded.is_certain.all()
    asked = rng.integers(0, 5, (50, 4))
    assert (code_distances(asked, codes, "prefix") >= code_distances(asked, codes)).all()


def test_blocks_change_nothing(monkeypatch):
    asked = np.random.default_rng(1).integers(0, 8, (23, 3))
    whole = ground_codes(asked, CODES, k=2)
    monkeypatch.setattr(grounding, "_CELLS_AT_ONCE", 10)
    assert [rows.start for rows in blocks(5, 4)] == [0, 2, 4]
    pieces = ground_codes(asked, CODES, k=2)
    assert all(np.array_equal(*pair) for pair in zip(whole, pieces, strict=True))


def test_other_levels_and_unknown_distances_are_refused():
    with pytest.raises(ValueError, match=r"asked must be \[B, 3\] .* got \[1, 2\]"):
        ground_codes(np.zeros((1, 2), dtype=int), CODES)
    with pytest.raises(ValueError, match='"hamming" or "prefix", got \'edit\''):
        ground_codes(CODES, CODES, how="edit")
    with pytest.raises(ValueError, match="whole numbers"):
        ground_codes(CODES, CODES / 2)
