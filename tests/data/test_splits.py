import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rectutor.data import (
    cold_items,
    cold_users,
    leave_one_out,
    load,
    number_events,
    queries_from_histories,
    ratio_split,
    time_split,
)
from rectutor.schema import Cases, Split


def table(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["user_id", "item_id", "rating", "timestamp"])


def some_table(seed: int) -> pd.DataFrame:
    """5 to 12 users with 3 to 12 of 20 items each, and many tied timestamps."""
    rng = np.random.default_rng(seed)
    rows = [
        (10 * user, 100 + int(item), float(rng.integers(1, 6)), int(rng.integers(1, 30)))
        for user in range(1, 1 + int(rng.integers(5, 13)))
        for item in rng.permutation(20)[: rng.integers(3, 13)]
    ]
    rng.shuffle(rows)
    return table(rows)


SPLITS = {
    "leave_one_out": leave_one_out,
    "ratio_split": lambda rows: ratio_split(rows, validation=0.2, test=0.3),
    "time_split": lambda rows: time_split(rows, validation_from=0.5, test_from=0.75),
    "cold_items": lambda rows: cold_items(rows, share=0.2, seed=1),
    "cold_users": lambda rows: cold_users(rows, share=0.2, seed=1),
}
WHOLE = ["leave_one_out", "ratio_split"]  # in these every event is in one part


def events_of(split: Split, part: str) -> set[tuple[int, int]]:
    if part == "train":
        return set(zip(*(field.tolist() for field in split.train[:2]), strict=True))
    cases: Cases = getattr(split, part)
    users = np.repeat(cases.queries.user_index, cases.targets.shape[1])
    flat = cases.targets.ravel()
    return {(int(u), int(i)) for u, i in zip(users, flat, strict=True) if i}


def test_the_last_two_events_of_each_person_are_held_out(tiny_split):
    assert tiny_split.test.targets.ravel().tolist() == [8, 5, 4, 11, 2, 11, 7, 3, 3, 8, 4, 5]
    assert tiny_split.validation.targets.ravel().tolist() == [9, 4, 7, 12, 1, 7, 6, 2, 10, 2, 5, 4]
    assert tiny_split.validation.queries.history[:2].tolist() == [[0, 1, 2, 3, 10], [0, 0, 1, 2, 3]]
    assert tiny_split.test.queries.history[1].tolist() == [0, 0, 1, 2, 3, 4]
    assert len(tiny_split.train.item_index) == 70 - 24
    assert (tiny_split.n_users, tiny_split.n_items) == (12, 12)


def test_a_question_carries_ratings_times_and_its_moment_beside_the_history():
    rows = table([(7, 30, 4.5, 100), (7, 10, 2.0, 200), (7, 20, 3.0, 300), (7, 40, 5.0, 400)])
    queries = leave_one_out(rows).test.queries
    assert queries.history.tolist() == [[3, 1, 2]]
    assert queries.ratings.tolist() == [[4.5, 2.0, 3.0]]
    assert queries.timestamps.tolist() == [[100, 200, 300]]
    assert queries.now.tolist() == [400]


def test_ids_are_numbered_in_their_own_order_and_padding_has_no_id():
    split = leave_one_out(table([(9, 300, 1, 1), (9, 50, 1, 2), (9, 70, 1, 3)]))
    assert split.item_ids.tolist() == [-1, 50, 70, 300]
    assert split.train.item_index.tolist() == [3]
    words = leave_one_out(table([("z", "b", 1, 1), ("z", "c", 1, 2), ("z", "a", 1, 3)]))
    assert words.item_ids.tolist() == ["", "a", "b", "c"]
    assert words.user_ids.tolist() == ["z"]


def test_events_at_the_same_moment_stand_in_the_order_of_item_id():
    rows = table([(1, 4, 1, 5), (1, 30, 1, 9), (1, 2, 1, 9), (1, 9, 1, 9)])
    split = leave_one_out(rows)
    assert split.item_ids[split.test.targets].tolist() == [[30]]
    assert split.item_ids[split.validation.targets].tolist() == [[9]]
    assert split.item_ids[split.train.item_index].tolist() == [4, 2]


def test_94_real_users_have_a_tied_last_moment_and_the_larger_id_is_held_out(real_data):
    rows = load("ml-latest-small", folder=real_data).interactions
    last = rows["timestamp"] == rows.groupby("user_id")["timestamp"].transform("max")
    at_the_end = rows[last].groupby("user_id")["item_id"].agg(["size", "max"])
    assert (at_the_end["size"] > 1).sum() == 94
    split = leave_one_out(rows)
    held_out = split.item_ids[split.test.targets.ravel()]
    assert (held_out == at_the_end["max"].to_numpy()).all()


def test_a_split_without_ratings_has_zeros():
    rows = table([(1, 4, 1, 5), (1, 5, 1, 6), (1, 6, 1, 7)]).drop(columns="rating")
    assert leave_one_out(rows).test.queries.ratings.tolist() == [[0, 0]]


@pytest.mark.parametrize("name", SPLITS)
@settings(max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_no_event_of_the_future_is_in_any_history(name, seed):
    split = SPLITS[name](some_table(seed))
    for cases in (split.validation, split.test):
        queries = cases.queries
        assert (queries.timestamps <= queries.now[:, None]).all()
        for history, targets in zip(queries.history, cases.targets, strict=True):
            assert not set(history[history > 0]) & set(targets)


@pytest.mark.parametrize("name", SPLITS)
@settings(max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_every_event_is_in_at_most_one_part_and_in_one_where_nothing_is_dropped(name, seed):
    rows = some_table(seed)
    split = SPLITS[name](rows)
    parts = [events_of(split, part) for part in ("train", "validation", "test")]
    assert len(set.union(*parts)) == sum(len(part) for part in parts)
    source = {
        (user, item)
        for user, item in zip(
            np.searchsorted(split.user_ids, rows["user_id"]).tolist(),
            np.searchsorted(split.item_ids, rows["item_id"]).tolist(),
            strict=True,
        )
    }
    assert set.union(*parts) <= source
    if name in WHOLE:
        assert set.union(*parts) == source


@pytest.mark.parametrize("name", SPLITS)
@settings(max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_histories_are_oldest_first_and_padded_on_the_left(name, seed):
    split = SPLITS[name](some_table(seed))
    for queries in (split.validation.queries, split.test.queries):
        is_padding = queries.history == 0
        assert (np.diff(is_padding.astype(int), axis=1) <= 0).all()
        assert (np.diff(queries.timestamps, axis=1) >= 0).all()
        assert (queries.timestamps[is_padding] == 0).all()
        assert (queries.ratings[is_padding] == 0).all()


@pytest.mark.parametrize("name", SPLITS)
def test_the_order_of_the_rows_in_the_file_changes_nothing(name):
    rows = some_table(3)
    one, other = SPLITS[name](rows), SPLITS[name](rows.iloc[::-1])
    for a, b in zip(one.train, other.train, strict=True):
        assert (a == b).all()
    assert (one.test.targets == other.test.targets).all()
    assert (one.test.queries.history == other.test.queries.history).all()


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_the_history_of_the_test_is_everything_but_the_test_item(seed):
    rows = some_table(seed)
    split = leave_one_out(rows)
    lengths = (split.test.queries.history > 0).sum(axis=1)
    assert (lengths == rows.groupby("user_id").size().to_numpy() - 1).all()


def test_a_share_of_ten_events_is_held_out_together():
    rows = table([(1, item, 1, item) for item in range(1, 11)])
    split = ratio_split(rows, validation=0.2, test=0.3)
    assert split.test.targets.tolist() == [[8, 9, 10]]
    assert split.validation.targets.tolist() == [[6, 7]]
    assert split.test.queries.history.tolist() == [[1, 2, 3, 4, 5, 6, 7]]
    assert split.validation.queries.history.tolist() == [[1, 2, 3, 4, 5]]


def test_shorter_rows_of_targets_are_padded_on_the_right():
    rows = table([(1, i, 1, i) for i in range(1, 11)] + [(2, i, 1, i) for i in range(1, 4)])
    split = ratio_split(rows, validation=0.1, test=0.3)
    assert split.test.targets.tolist() == [[8, 9, 10], [3, 0, 0]]
    assert split.validation.targets.tolist() == [[7], [2]]


@pytest.mark.parametrize("shares", [(0.0, 0.1), (0.1, -0.1), (0.5, 0.5)])
def test_shares_that_leave_nothing_are_named(shares):
    with pytest.raises(ValueError, match=rf"got validation={shares[0]} and test={shares[1]}"):
        ratio_split(some_table(0), *shares)


def test_everybody_is_cut_at_the_same_two_moments():
    rows = table(
        [
            *[(1, 1, 1, 10), (1, 2, 1, 20), (1, 3, 1, 30), (1, 4, 1, 40)],
            *[(2, 1, 1, 15), (2, 4, 1, 35)],
            (3, 2, 1, 31),  # nothing before a cut: no case
        ]
    )
    split = time_split(rows, validation_from=20, test_from=30)
    assert split.train.item_index.tolist() == [1, 1]
    assert split.validation.queries.user_index.tolist() == [0]
    assert split.validation.targets.tolist() == [[2]]
    assert split.test.queries.user_index.tolist() == [0, 1]
    assert split.test.targets.tolist() == [[3, 4], [4, 0]]
    assert split.test.queries.history.tolist() == [[1, 2], [0, 1]]


def test_a_cut_below_one_is_a_share_of_all_events():
    rows = table([(1, item, 1, 100 * item) for item in range(1, 11)])
    split = time_split(rows, validation_from=0.6, test_from=0.8)
    assert len(split.train.item_index) == 6
    assert split.validation.targets.tolist() == [[7, 8]]
    assert split.test.targets.tolist() == [[9, 10]]


def test_a_time_split_without_order_or_with_an_empty_part_says_which():
    rows = table([(1, item, 1, 100 * item) for item in range(1, 11)])
    with pytest.raises(ValueError, match=r"got 0\.8 \(second 900\) and 0\.6 \(second 700\)"):
        time_split(rows, validation_from=0.8, test_from=0.6)
    with pytest.raises(
        ValueError, match=r"nothing for test with cuts at seconds 300 and 5000; .* 1000"
    ):
        time_split(rows, validation_from=300, test_from=5000)


def test_withheld_items_are_asked_for_and_seen_nowhere_else():
    rows = load("tiny").interactions
    split = cold_items(rows, share=0.25, seed=4)
    cold = set(split.test.targets.ravel().tolist())
    assert len(cold) == 3
    for items in (
        split.train.item_index,
        split.validation.targets,
        split.validation.queries.history,
        split.test.queries.history,
    ):
        assert not cold & set(items.ravel().tolist())


def test_each_event_of_a_withheld_item_is_a_case_with_the_past_of_that_moment():
    rows = table(
        [(1, 1, 1, 10), (1, 2, 1, 20), (1, 3, 1, 30), (1, 4, 1, 40), (2, 3, 1, 5), (2, 1, 1, 6)]
    )
    seed = next(s for s in range(99) if 3 in cold_items(rows, 0.25, s).test.targets)
    split = cold_items(rows, share=0.25, seed=seed)
    assert split.test.targets.tolist() == [[3]]  # person 2 had no past at second 5
    assert split.test.queries.history.tolist() == [[1, 2]]
    assert split.test.queries.now.tolist() == [30]
    assert split.validation.targets.tolist() == [[4]]
    assert split.validation.queries.history.tolist() == [[1, 2]]
    assert split.train.item_index.tolist() == [1, 2, 1]


def test_only_so_many_cold_cases_are_kept_in_their_order():
    rows = load("tiny").interactions
    all_cases = cold_items(rows, share=0.25, seed=4).test
    some = cold_items(rows, share=0.25, seed=4, max_cases=5).test
    assert len(some.targets) == 5 < len(all_cases.targets)
    assert (np.diff(some.queries.user_index) >= 0).all()


def test_withheld_users_are_met_only_when_they_ask():
    split = cold_users(load("tiny").interactions, share=0.25, seed=0)
    groups = [
        set(split.train.user_index.tolist()),
        set(split.validation.queries.user_index.tolist()),
        set(split.test.queries.user_index.tolist()),
    ]
    assert [len(group) for group in groups] == [6, 3, 3]
    assert len(set.union(*groups)) == 12
    assert split.n_users == 12
    assert len(split.train.offsets) == 13


@pytest.mark.parametrize("split", [cold_items, cold_users])
def test_the_seed_alone_decides_who_is_withheld(split):
    rows = load("tiny").interactions
    one, same, other = (split(rows, 0.25, seed).test.targets.tolist() for seed in (0, 0, 1))
    assert one == same
    assert one != other


def test_a_share_out_of_range_is_named():
    with pytest.raises(ValueError, match=r"cold_items needs a share between 0 and 1, got 1\.5"):
        cold_items(some_table(0), 1.5, 0)
    with pytest.raises(ValueError, match=r"cold_users needs a share between 0 and 0\.5, got 0\.5"):
        cold_users(some_table(0), 0.5, 0)


def test_withholding_everybody_is_refused():
    rows = table([(user, item, 1, item) for user in (1, 2) for item in (1, 2, 3)])
    with pytest.raises(ValueError, match=r"share=0\.4 withholds 2 of 2"):
        cold_users(rows, 0.4, 0)


@pytest.mark.parametrize("name", ["leave_one_out", "ratio_split", "cold_users"])
def test_a_short_user_is_named_and_the_others_counted(name):
    rows = table([(42, 1, 1, 1), (42, 2, 1, 2), (50, 1, 1, 1), (60, 1, 1, 1)])
    message = (
        rf"{name} needs 3 or more interactions per user \(train, validation, test\); user_id 42 "
        r"has 2, and 2 other users are short\. Run `k_core\(interactions, k=3\)` first\."
    )
    with pytest.raises(ValueError, match=message):
        SPLITS[name](rows)


def test_a_single_short_user_is_named_alone():
    with pytest.raises(ValueError, match=r"user_id 42 has 1\. Run"):
        leave_one_out(table([(42, 1, 1, 1)]))


def test_a_missing_column_a_gap_an_empty_table_and_a_repeat_are_named():
    rows = table([(1, 4, 1, 5), (1, 4, 1, 6), (1, 6, 1, 7)])
    with pytest.raises(ValueError, match="user_id 1 has item_id 4 again, 1 repeats in all"):
        leave_one_out(rows)
    with pytest.raises(ValueError, match=r"needs a column timestamp, got \['user_id', 'item_id'"):
        leave_one_out(rows.drop(columns="timestamp"))
    with pytest.raises(ValueError, match="timestamp in every row; 1 of 3 rows have none"):
        leave_one_out(rows.assign(timestamp=[1, np.nan, 3]))
    with pytest.raises(ValueError, match="leave_one_out needs interactions, got an empty table"):
        leave_one_out(rows.iloc[:0])


def test_events_are_laid_out_by_user_and_time():
    events, user_ids, _ = number_events(table([(8, 5, 2, 9), (3, 6, 1, 9), (8, 6, 4, 1)]))
    assert user_ids.tolist() == [3, 8]
    assert events.user_index.tolist() == [0, 1, 1]
    assert events.item_index.tolist() == [2, 2, 1]
    assert events.rating.tolist() == [1, 4, 2]
    assert events.offsets.tolist() == [0, 1, 3]
    assert [field.dtype for field in events] == [np.int64, np.int64, np.float32, np.int64, np.int64]


def test_a_list_of_ones_own_becomes_a_question():
    queries = queries_from_histories([[4, 2, 9], [], [7]])
    assert queries.history.tolist() == [[4, 2, 9], [0, 0, 0], [0, 0, 7]]
    assert queries.timestamps.tolist() == [[1, 2, 3], [0, 0, 0], [0, 0, 1]]
    assert queries.now.tolist() == [4, 1, 2]
    assert queries.user_index.tolist() == [0, 1, 2]
    assert queries_from_histories([]).history.shape == (0, 1)


def test_an_item_that_is_padding_is_named_by_its_row():
    with pytest.raises(ValueError, match=r"row 2 holds 0"):
        queries_from_histories([[4, 2], [], [7, 0]])
