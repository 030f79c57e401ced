"""Names of items: each its own, and made of what the scheme says."""

import numpy as np
import pytest

from rectutor.data import queries_from_histories
from rectutor.models.item_clusters import cluster_ids, succession, togetherness
from rectutor.models.item_ids import category_ids, random_ids, sequential_ids, token_ids
from rectutor.models.next_number import NextNumber
from rectutor.schema import Events
from tests.models.worlds import cycle_world


def events_of(*histories: list[int]) -> Events:
    lengths = [len(h) for h in histories]
    items = np.concatenate([np.array(h) for h in histories])
    users = np.repeat(np.arange(len(histories)), lengths)
    ones = np.ones(len(items), dtype=np.float32)
    return Events(users, items, ones, np.arange(len(items)), np.cumsum([0, *lengths]))


def all_schemes(n: int):
    train = cycle_world(n_users=60, n_items=n).train
    paths = [("odd" if i % 2 else "even", "low" if i < 9 else "") for i in range(1, n + 1)]
    yield from (token_ids(n), random_ids(n), sequential_ids(train, n), category_ids(paths))
    yield cluster_ids("collaborative", togetherness(train, n), n_branches=3)
    yield cluster_ids("succession", succession(train, n), n_branches=3)


@pytest.mark.parametrize("ids", list(all_schemes(30)), ids=lambda ids: ids.name)
def test_every_item_has_a_name_of_its_own_and_padding_has_none(ids):
    assert ids.codes.shape[0] == 31
    assert (ids.codes[0] == 0).all()
    assert len(np.unique(ids.codes[1:], axis=0)) == 30
    assert ids.codes[1:].min() >= 1 and ids.codes.max() <= ids.n_tokens
    assert ids.text(0).strip() == "" and ids.text(1).strip()


def test_items_are_numbered_as_they_first_appear_and_the_rest_comes_last():
    ids = sequential_ids(events_of([3, 1], [1, 4, 3]), n_items=5)
    assert [ids.text(i) for i in (3, 1, 4, 2, 5)] == ["00", "01", "02", "03", "04"]


def test_numbers_beyond_a_hundred_are_cut_into_pieces_of_two_digits():
    ids = sequential_ids(events_of(list(range(1, 251))), n_items=250)
    assert ids.text(1) == "00 00" and ids.text(207) == "02 06"
    # a piece is one token wherever it stands: 02 leads item 207, and ends item 3
    assert ids.codes[207, 0] == ids.codes[3, 1]


def test_held_out_events_change_the_numbers_that_they_leak_into():
    train = events_of([1, 2], [4, 3])
    everything = events_of([1, 2, 3], [4, 3])
    assert sequential_ids(train, 4).text(3) == "03"
    assert sequential_ids(everything, 4).text(3) == "02"  # right after item 2


def test_random_numbers_depend_on_the_seed_alone():
    assert np.array_equal(random_ids(50, 1).codes, random_ids(50, 1).codes)
    assert not np.array_equal(random_ids(50, 1).codes, random_ids(50, 2).codes)


def test_a_path_says_its_categories_and_a_number_among_equals():
    ids = category_ids([("war", "sea"), ("war", ""), ("war", "sea")])
    assert [ids.text(i) for i in (1, 2, 3)] == ["war sea 0", "war other 0", "war sea 1"]


def test_clusters_find_groups_that_are_chosen_together():
    rng = np.random.default_rng(0)
    halves = [np.arange(1, 21), np.arange(21, 41)]
    train = events_of(*(list(rng.choice(halves[u % 2], 6, replace=False)) for u in range(200)))
    first = cluster_ids("c", togetherness(train, 40), n_branches=2).codes[1:, 0]
    assert len(set(first[:20])) == 1 and len(set(first[20:])) == 1 and first[0] != first[-1]


def test_clusters_of_succession_find_items_that_stand_in_for_each_other():
    """Films of one kind never meet in a history, and always lie between the same kinds."""
    rng = np.random.default_rng(0)
    kinds = np.arange(1, 37).reshape(3, 12)  # each followed by the next, the last by the first
    train = events_of(
        *([int(rng.choice(kinds[(u + step) % 3])) for step in range(3)] for u in range(600))
    )
    first = cluster_ids("s", succession(train, 36), n_branches=3).codes[1:, 0].reshape(3, 12)
    assert all(len(set(row)) == 1 for row in first) and len(set(first[:, 0])) == 3
    together = togetherness(train, 36)[1:, 1:].reshape(3, 12, 3, 12)
    assert all(together[kind, :, kind].sum() == 0 for kind in range(3))  # no graph of company helps


def test_wrong_input_is_named():
    with pytest.raises(ValueError, match=r"one length, got \[1, 2\]"):
        category_ids([("a",), ("a", "b")])
    with pytest.raises(ValueError, match="got no paths"):
        category_ids([])
    with pytest.raises(ValueError, match="n_branches must be 2 or more, got 1"):
        cluster_ids("c", togetherness(cycle_world().train, 30), n_branches=1)


def test_the_next_numbers_are_recommended_and_the_last_is_followed_by_the_first():
    reader = NextNumber(sequential_ids(events_of([3, 1, 4, 2, 5]), n_items=5))
    scores = reader.score(queries_from_histories([[1], [5]]))
    assert scores.shape == (2, 6) and scores[0, 0] == -np.inf
    assert np.argsort(-scores, axis=1)[:, :4].tolist() == [[4, 2, 5, 3], [3, 1, 4, 2]]
    few = reader.score(queries_from_histories([[1]]), np.array([[5, 4]]))
    assert few.tolist() == [[-2.0, 0.0]]


def test_numbers_are_read_as_numbers_and_not_as_text():
    ids = sequential_ids(events_of(list(range(1, 251))), n_items=250)
    scores = NextNumber(ids).score(queries_from_histories([[100]]))  # number 99, then 1 00
    assert int(np.argmax(scores)) == 101
