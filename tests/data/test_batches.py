"""Windows, batches and negatives: nothing lost, nothing seen twice."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rectutor.data.batches import bucketed, left_trimmed, sample_negatives, seen_keys, windows
from rectutor.data.prefixes import prefixes
from rectutor.schema import PAD, Events


def events_of(histories: list[list[int]]) -> Events:
    users = np.repeat(np.arange(len(histories)), [len(h) for h in histories])
    items = np.concatenate([np.array(h, dtype=np.int64) for h in histories])
    offsets = np.concatenate([[0], np.cumsum([len(h) for h in histories])])
    return Events(users, items, np.ones(len(items), np.float32), np.arange(len(items)), offsets)


def test_a_long_history_is_cut_from_the_newest_backwards():
    owners, items = windows(events_of([[1, 2, 3, 4, 5], [9]]), length=2)
    assert items.tolist() == [[1, 2, 3], [3, 4, 5]]
    assert owners.tolist() == [0, 0]  # user 1 has nothing to predict


def test_the_cuts_of_a_long_history_move_and_a_short_one_stays_whole():
    events = events_of([[1, 2, 3, 4, 5, 6], [7, 8, 9]])
    ways = {
        tuple(map(tuple, windows(events, 2, np.random.default_rng(seed)).items))
        for seed in range(20)
    }
    whole = (7, 8, 9)
    assert ways == {
        ((0, 1, 2), (2, 3, 4), (4, 5, 6), whole),  # two targets in the newest window
        ((1, 2, 3), (3, 4, 5), (0, 5, 6), whole),  # one
    }


def test_a_short_history_is_padded_on_the_left():
    assert windows(events_of([[7, 8]]), length=4).items.tolist() == [[0, 0, 0, 7, 8]]


@settings(max_examples=50, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 30), min_size=1, max_size=8),
    length=st.integers(1, 9),
    seed=st.none() | st.integers(0, 99),
)
def test_every_event_but_each_users_first_is_a_target_exactly_once(
    sizes: list[int], length: int, seed: int | None
):
    ends = np.cumsum(sizes)
    histories = [list(range(end - n + 1, end + 1)) for end, n in zip(ends, sizes, strict=True)]
    rng = None if seed is None else np.random.default_rng(seed)
    items = windows(events_of(histories), length, rng).items
    is_target = (items[:, :-1] != PAD) & (items[:, 1:] != PAD)
    assert sorted(items[:, 1:][is_target]) == sorted(i for h in histories for i in h[1:])


def test_every_event_but_each_users_first_has_what_came_before_it():
    users, history, targets = prefixes(events_of([[5, 6, 7, 8], [9], [3, 2]]), length=2)
    assert users.tolist() == [0, 0, 0, 2]
    assert history.tolist() == [[0, 5], [5, 6], [6, 7], [0, 3]]
    assert targets.tolist() == [6, 7, 8, 2]


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 300), batch_size=st.integers(1, 40), seed=st.integers(0, 9))
def test_an_epoch_shows_every_row_once(n: int, batch_size: int, seed: int):
    lengths = np.random.default_rng(seed).integers(1, 50, n)
    batches = bucketed(lengths, batch_size, np.random.default_rng(seed))
    assert sorted(np.concatenate(batches)) == list(range(n))
    assert max(len(batch) for batch in batches) <= batch_size


def test_batches_hold_rows_of_like_length():
    lengths = np.tile([2, 50], 64)
    spread = [np.ptp(lengths[b]) for b in bucketed(lengths, 8, np.random.default_rng(0))]
    assert sum(s == 0 for s in spread) == len(spread)


def test_columns_that_are_padding_everywhere_are_dropped():
    rows = np.array([[0, 0, 3], [0, 2, 3]])
    assert left_trimmed(rows).tolist() == [[0, 3], [2, 3]]
    assert left_trimmed(np.zeros((2, 3), int), at_least=2).shape == (2, 2)


def test_negatives_are_items_the_user_has_not_seen():
    train = events_of([[1, 2, 3], [4]])
    seen = seen_keys(train, n_items=20)
    drawn = sample_negatives(np.array([0, 1]), 400, seen, 20, np.random.default_rng(0))
    assert drawn.shape == (2, 400)
    assert set(drawn[0]) == set(range(4, 21))
    assert set(drawn[1]) == set(range(1, 21)) - {4}
