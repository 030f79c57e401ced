"""Tables turned into flat arrays, and flat arrays into questions.

Users are numbered 0..n_users-1 and items 1..n_items in the ascending order of the source's
ids. Each user's events are sorted by timestamp. **Tie rule**: events of one user with the same
timestamp stand in ascending order of `item_id`, as if the smaller id had come first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rectutor.schema import (
    ITEM_ID,
    PAD,
    RATING,
    TIMESTAMP,
    USER_ID,
    Cases,
    Events,
    Queries,
)

__all__ = [
    "cases_between",
    "histories_before",
    "keep_events",
    "number_events",
    "queries_from_histories",
]


def number_events(
    interactions: pd.DataFrame, asked_by: str = "number_events"
) -> tuple[Events, np.ndarray, np.ndarray]:
    """Give users and items dense numbers and lay the table out as flat arrays.

    Args:
        interactions: a table with user_id, item_id, timestamp and, if known, rating.
        asked_by: the function named in error messages.

    Returns:
        The events, user_ids [n_users] and item_ids [n_items + 1] (where [0] is padding: "" or
        a number below every id).

    Raises:
        ValueError: a column is missing or has a gap, there is no event, or a user has the
            same item twice.
    """
    _check_columns(interactions, asked_by)
    users, user_ids = _dense(interactions[USER_ID])
    items, item_ids = _dense(interactions[ITEM_ID])
    times = interactions[TIMESTAMP].to_numpy(dtype=np.int64)
    _check_repeats(interactions, users, items, asked_by)
    order = np.lexsort((items, times, users))
    n_users = len(user_ids)
    if RATING in interactions:
        ratings = interactions[RATING].fillna(0).to_numpy(dtype=np.float32)
    else:
        ratings = np.zeros(len(order), dtype=np.float32)
    events = Events(
        users[order], items[order] + 1, ratings[order], times[order],
        _offsets(users, n_users),
    )  # fmt: skip
    return events, user_ids, np.concatenate([_padding_id(item_ids), item_ids])


def histories_before(
    events: Events, user_index: np.ndarray, ends: np.ndarray, now: np.ndarray
) -> Queries:
    """Lay out what each user had done before a place in their own events.

    Args:
        events: sorted as `number_events` gives them.
        user_index: [B] int, who asks.
        ends: [B] int, positions in `events`; history is offsets[user] up to, not with, this.
        now: [B] int, the moment of each question, in seconds.

    Returns:
        B queries as wide as the longest history (at least 1), padded on the left.
    """
    lengths = ends - events.offsets[user_index]
    B, T = len(ends), max(1, int(lengths.max(initial=0)))
    rows = np.repeat(np.arange(B), lengths)
    step_in = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    source = np.repeat(ends - lengths, lengths) + step_in
    flat = rows * T + np.repeat(T - lengths, lengths) + step_in
    fields = []
    for values in (events.item_index, events.rating, events.timestamp):
        padded = np.zeros(B * T, dtype=values.dtype)  # PAD is 0
        padded[flat] = values[source]
        fields.append(padded.reshape(B, T))
    history, ratings, timestamps = fields
    return Queries(
        np.asarray(user_index, dtype=np.int64), history, ratings, timestamps,
        np.asarray(now, dtype=np.int64),
    )  # fmt: skip


def queries_from_histories(histories: Sequence[Sequence[int]]) -> Queries:
    """Ask for people who are in no data set: a learner's own list of films.

    Args:
        histories: one list of item indices (1..n_items) per person, oldest first.

    Returns:
        Queries with ratings 0, timestamps 1, 2, 3, ... and user_index 0, 1, 2, ... which
        count the rows and name nobody in the data.

    Raises:
        ValueError: an item index is below 1.

    Example:
        >>> queries_from_histories([[4, 2], [7]]).history
        array([[4, 2],
               [0, 7]])
    """
    lengths = np.array([len(history) for history in histories], dtype=np.int64)
    items = np.array([item for history in histories for item in history], dtype=np.int64)
    if (items < 1).any():
        wrong = int(np.flatnonzero(items < 1)[0])
        row = int(np.searchsorted(np.cumsum(lengths), wrong, side="right"))
        raise ValueError(
            f"queries_from_histories needs item indices of 1 or more ({PAD} is padding); "
            f"row {row} holds {items[wrong]}"
        )
    users = np.repeat(np.arange(len(lengths)), lengths)
    offsets = _offsets(users, len(lengths))
    step = np.arange(len(items)) - offsets[users] + 1
    events = Events(users, items, np.zeros(len(items), dtype=np.float32), step, offsets)
    return histories_before(events, np.arange(len(lengths)), offsets[1:], lengths + 1)


def cases_between(
    events: Events, user_index: np.ndarray, starts: np.ndarray, ends: np.ndarray
) -> Cases:
    """Make one case per user out of neighbouring events: what came before, and the events.

    Args:
        events: sorted as `number_events` gives them.
        user_index: [B] int, whose events.
        starts: [B] int, position in `events` of each first held-out event.
        ends: [B] int, position after each last held-out event; later than `starts`.

    Returns:
        B cases with targets [B, M], oldest first, PAD on the right; `now` is the moment of
        the first held-out event.
    """
    queries = histories_before(events, user_index, starts, events.timestamp[starts])
    lengths = ends - starts
    step = np.arange(lengths.max(initial=1))  # [M]
    is_target = step < lengths[:, None]  # [B, M]
    targets = np.full(is_target.shape, PAD, dtype=np.int64)
    targets[is_target] = events.item_index[(starts[:, None] + step)[is_target]]
    return Cases(queries, targets)


def keep_events(events: Events, stays: np.ndarray) -> Events:
    """Return the events where `stays` [E] bool is true; users keep their numbers."""
    before = np.concatenate([[0], np.cumsum(stays)])
    return Events(
        events.user_index[stays],
        events.item_index[stays],
        events.rating[stays],
        events.timestamp[stays],
        before[events.offsets],
    )


def _offsets(user_index: np.ndarray, n_users: int) -> np.ndarray:
    """Return [n_users + 1]: where each user's events begin once sorted by user."""
    return np.concatenate([[0], np.cumsum(np.bincount(user_index, minlength=n_users))])


def _dense(ids: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return each row's rank among the sorted distinct ids, and those ids."""
    ranks, distinct = pd.factorize(ids, sort=True)
    return ranks.astype(np.int64), np.asarray(distinct)


def _padding_id(item_ids: np.ndarray) -> np.ndarray:
    """Return [1]: an id that no item has."""
    if np.issubdtype(item_ids.dtype, np.number):
        return np.array([min(0, item_ids.min()) - 1], dtype=item_ids.dtype)
    return np.array([""], dtype=item_ids.dtype)


def _check_columns(interactions: pd.DataFrame, asked_by: str) -> None:
    for column in (USER_ID, ITEM_ID, TIMESTAMP):
        if column not in interactions:
            raise ValueError(
                f"{asked_by} needs a column {column}, got {list(interactions.columns)}; "
                "rename yours, or read the file with `load_table(path, columns={...})`"
            )
        gaps = int(interactions[column].isna().sum())
        if gaps:
            raise ValueError(
                f"{asked_by} needs {column} in every row; {gaps} of {len(interactions)} rows "
                f"have none. Run `interactions.dropna(subset=[{column!r}])` first."
            )
    if interactions.empty:
        raise ValueError(f"{asked_by} needs interactions, got an empty table")


def _check_repeats(
    interactions: pd.DataFrame, users: np.ndarray, items: np.ndarray, asked_by: str
) -> None:
    pairs = np.sort(users * (items.max() + 1) + items)
    repeats = int((pairs[1:] == pairs[:-1]).sum())
    if repeats:
        row = interactions[interactions.duplicated([USER_ID, ITEM_ID])].iloc[0]
        raise ValueError(
            f"{asked_by} needs each item at most once per user; user_id {row[USER_ID]} has "
            f"item_id {row[ITEM_ID]} again, {repeats} repeats in all. Run "
            f"`interactions.drop_duplicates(['{USER_ID}', '{ITEM_ID}'])` first."
        )
