"""Dividing interactions into what is learned from, chosen on and judged on.

Users and items are numbered in the ascending order of the source's ids, and each user's events
are sorted by timestamp. **Tie rule**: events of one user with the same timestamp are taken in
ascending order of `item_id`, as if the smaller id had come first.

A question holds the user's whole past, never an event at or after the first held-out one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from rectutor.data.events import cases_between, histories_before, keep_events, number_events
from rectutor.schema import Cases, Events, Queries, Split

__all__ = ["cold_items", "cold_users", "leave_one_out", "ratio_split", "time_split"]


def leave_one_out(interactions: pd.DataFrame) -> Split:
    """Hold out each user's last event for the test and the one before for validation.

    Args:
        interactions: a table with user_id, item_id, timestamp and, if known, rating.

    Returns:
        A split with one validation and one test case for every user, in the order of
        `user_index`; the history of the test case holds the validation item. The two share
        memory, so copy a history before you write into it.

    Raises:
        ValueError: a user has fewer than 3 interactions, or the same item twice.
    """
    events, user_ids, item_ids = number_events(interactions, "leave_one_out")
    _need_three(events, user_ids, "leave_one_out")
    last = events.offsets[1:] - 1
    test = cases_between(events, np.arange(len(user_ids)), last, last + 1)
    position = np.arange(len(events.item_index))
    train = keep_events(events, position < last[events.user_index] - 1)
    return Split("leave_one_out", train, _one_earlier(test), test, user_ids, item_ids)


def ratio_split(interactions: pd.DataFrame, validation: float = 0.1, test: float = 0.1) -> Split:
    """Hold out the last share of each user's events, all of one user in one case.

    A share is rounded to whole events and is at least one event, so a user with 3 events
    gives one to each part.

    Args:
        interactions: a table with user_id, item_id, timestamp and, if known, rating.
        validation: share of each user's events, between 0 and 1.
        test: share of each user's events, later than those of validation.

    Returns:
        A split with one validation and one test case for every user. Targets are [B, M],
        oldest first. A history stops before the first held-out event of its case.

    Raises:
        ValueError: the shares leave nothing to train on, a user has fewer than 3
            interactions, or the same item twice.
    """
    if validation <= 0 or test <= 0 or validation + test >= 1:
        raise ValueError(
            "ratio_split needs positive shares that leave some for training, "
            f"got validation={validation} and test={test}"
        )
    events, user_ids, item_ids = number_events(interactions, "ratio_split")
    _need_three(events, user_ids, "ratio_split")
    starts, ends = events.offsets[:-1], events.offsets[1:]
    counts = ends - starts
    n_test = np.minimum(np.maximum(1, np.rint(counts * test).astype(np.int64)), counts - 2)
    n_validation = np.maximum(1, np.rint(counts * validation).astype(np.int64))
    n_validation = np.minimum(n_validation, counts - n_test - 1)
    test_from = ends - n_test
    validation_from = test_from - n_validation
    position = np.arange(len(events.item_index))
    return Split(
        "ratio_split",
        keep_events(events, position < validation_from[events.user_index]),
        cases_between(events, np.arange(len(user_ids)), validation_from, test_from),
        cases_between(events, np.arange(len(user_ids)), test_from, ends),
        user_ids,
        item_ids,
    )


def time_split(interactions: pd.DataFrame, validation_from: float, test_from: float) -> Split:
    """Cut everybody's events at the same two moments, as a running service would.

    Users without any event before a cut give no case for it: they have no past to be asked
    about. Their events then belong to no part, so this split may hold fewer events than came.

    Args:
        interactions: a table with user_id, item_id, timestamp and, if known, rating.
        validation_from: first second of validation; a number below 1 is a share of all
            events, for instance 0.8 for the moment by which 80 % had happened.
        test_from: first second of the test, later than `validation_from`; or a share.

    Returns:
        A split with one case for each user who has events both before and after a cut;
        targets are [B, M], oldest first.

    Raises:
        ValueError: the cuts are out of order, a part would be empty, or a user has the same
            item twice.
    """
    events, user_ids, item_ids = number_events(interactions, "time_split")
    cuts = [_moment(events.timestamp, cut) for cut in (validation_from, test_from)]
    if not cuts[0] < cuts[1]:
        raise ValueError(
            "time_split needs validation_from before test_from, "
            f"got {validation_from} (second {cuts[0]}) and {test_from} (second {cuts[1]})"
        )
    starts, ends = events.offsets[:-1], events.offsets[1:]
    middle, late = (starts + _count(events, events.timestamp < cut) for cut in cuts)
    train = keep_events(events, events.timestamp < cuts[0])
    validation, test = _between(events, middle, late), _between(events, late, ends)
    sizes = {
        "train": len(train.item_index),
        "validation": len(validation.targets),
        "test": len(test.targets),
    }
    for part, size in sizes.items():
        if size == 0:
            raise ValueError(
                f"time_split leaves nothing for {part} with cuts at seconds {cuts[0]} and "
                f"{cuts[1]}; the data run from {events.timestamp.min()} to "
                f"{events.timestamp.max()}"
            )
    return Split("time_split", train, validation, test, user_ids, item_ids)


def cold_items(
    interactions: pd.DataFrame, share: float, seed: int, *, max_cases: int = 5000
) -> Split:
    """Withhold some items from training, and ask for each of their events.

    Every event of a withheld item is one test case, whose history holds the user's earlier
    events with other items. Events that have no such past are dropped, and so are, drawn by
    the seed, those beyond `max_cases`: each case carries a whole history. Validation is the last
    event of each user among the other items (users with one such event give none). Training
    may hold events later than a test case: this split asks about new items, not about time.

    Args:
        interactions: a table with user_id, item_id, timestamp and, if known, rating.
        share: share of the items to withhold, between 0 and 1; at least one item.
        seed: which items; the same seed gives the same items.
        max_cases: the most test cases.

    Returns:
        A split; `split.test.targets` holds withheld items only, and no other part any.

    Raises:
        ValueError: the share is not between 0 and 1, or a user has the same item twice.
    """
    events, user_ids, item_ids = number_events(interactions, "cold_items")
    rng = np.random.default_rng(seed)
    is_cold = np.zeros(len(item_ids), dtype=bool)
    is_cold[1 + _draw(len(item_ids) - 1, share, rng, "cold_items")] = True
    is_test = is_cold[events.item_index]
    warm = keep_events(events, ~is_test)
    ends = np.cumsum(~is_test)  # where, among the warm events, each event would stand
    asked = np.flatnonzero(is_test & (ends > warm.offsets[events.user_index]))
    asked = np.sort(rng.permutation(asked)[:max_cases])
    queries = histories_before(warm, events.user_index[asked], ends[asked], events.timestamp[asked])
    can_spare = np.flatnonzero(np.diff(warm.offsets) > 1)
    last = warm.offsets[can_spare + 1] - 1
    is_validation = np.zeros(len(warm.item_index), dtype=bool)
    is_validation[last] = True
    return Split(
        "cold_items",
        keep_events(warm, ~is_validation),
        cases_between(warm, can_spare, last, last + 1),
        Cases(queries, events.item_index[asked][:, None]),
        user_ids,
        item_ids,
    )


def cold_users(interactions: pd.DataFrame, share: float, seed: int) -> Split:
    """Withhold some users from training, and meet them only when they ask.

    Two groups of equal size are drawn, one for validation and one for the test. A case holds
    the user's last event as the target and everything before it as the history.

    Args:
        interactions: a table with user_id, item_id, timestamp and, if known, rating.
        share: share of the users in each group, between 0 and 0.5; at least one user.
        seed: which users; the same seed gives the same users.

    Returns:
        A split in which no user has events in two parts.

    Raises:
        ValueError: the share is out of range or leaves nobody, a user has fewer than
            3 interactions, or the same item twice.
    """
    if not 0 < share < 0.5:
        raise ValueError(f"cold_users needs a share between 0 and 0.5, got {share}")
    events, user_ids, item_ids = number_events(interactions, "cold_users")
    _need_three(events, user_ids, "cold_users")
    n_users = len(user_ids)
    size = max(1, round(share * n_users))
    if 2 * size >= n_users:
        raise ValueError(
            f"cold_users needs users left to train on; share={share} withholds {2 * size} of "
            f"{n_users}. Choose a smaller share, or use more users."
        )
    order = np.random.default_rng(seed).permutation(n_users)
    test, validation = np.sort(order[:size]), np.sort(order[size : 2 * size])
    is_warm = np.ones(n_users, dtype=bool)
    is_warm[order[: 2 * size]] = False
    last = events.offsets[1:] - 1
    return Split(
        "cold_users",
        keep_events(events, is_warm[events.user_index]),
        cases_between(events, validation, last[validation], last[validation] + 1),
        cases_between(events, test, last[test], last[test] + 1),
        user_ids,
        item_ids,
    )


def _one_earlier(cases: Cases) -> Cases:
    """Ask for the newest item of each history, which shares memory with the one given.

    Padding is on the left, so the earlier history is the same table without its last column.
    """
    user_index, history, ratings, timestamps, _ = cases.queries
    queries = Queries(
        user_index, history[:, :-1], ratings[:, :-1], timestamps[:, :-1], timestamps[:, -1]
    )
    return Cases(queries, history[:, -1:])


def _need_three(events: Events, user_ids: np.ndarray, asked_by: str) -> None:
    counts = np.diff(events.offsets)
    short = np.flatnonzero(counts < 3)
    if len(short):
        first = short[0]
        n = len(short) - 1
        others = f", and {n} other {'users are' if n > 1 else 'user is'} short" if n else ""
        raise ValueError(
            f"{asked_by} needs 3 or more interactions per user (train, validation, test); "
            f"user_id {user_ids[first]} has {counts[first]}{others}. "
            "Run `k_core(interactions, k=3)` first."
        )


def _draw(n: int, share: float, rng: np.random.Generator, asked_by: str) -> np.ndarray:
    """Draw a share of 0..n-1, at least one, without replacement."""
    if not 0 < share < 1:
        raise ValueError(f"{asked_by} needs a share between 0 and 1, got {share}")
    return rng.permutation(n)[: max(1, round(share * n))]


def _moment(timestamps: np.ndarray, cut: float) -> int:
    """Read a cut as a second, or, below 1, as a share of all events."""
    if 0 < cut < 1:
        return int(np.sort(timestamps)[int(cut * len(timestamps))])
    return int(cut)


def _count(events: Events, counted: np.ndarray) -> np.ndarray:
    """Return [n_users]: how many of each user's events are `counted` [E] bool."""
    return np.diff(keep_events(events, counted).offsets)


def _between(events: Events, starts: np.ndarray, ends: np.ndarray) -> Cases:
    """Make cases of the users who have a past before `starts` and events up to `ends`."""
    asked = np.flatnonzero((starts > events.offsets[:-1]) & (ends > starts))
    return cases_between(events, asked, starts[asked], ends[asked])
