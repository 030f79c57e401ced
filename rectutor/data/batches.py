"""Whole epochs as arrays: windows over histories, and batches of windows of like length."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rectutor.schema import PAD, Events

__all__ = ["Windows", "bucketed", "left_trimmed", "sample_negatives", "seen_keys", "windows"]

_STRETCH = 16  # batches that are sorted together: little padding, and the order stays random


class Windows(NamedTuple):
    """Stretches of history, each owned by one user."""

    user_index: np.ndarray  # [n_windows] int64
    items: np.ndarray  # [n_windows, T + 1] int64, oldest first, PAD on the left


def windows(train: Events, length: int, rng: np.random.Generator | None = None) -> Windows:
    """Cut every user's events into windows so that each event but the first is a target once.

    Windows are laid from the newest event backwards; neighbours share one event, which is the
    target of the older window and the first input of the newer one. (The SASRec paper keeps the
    newest window only, and loses the rest of a long history.)

    A history of more than one window is cut elsewhere in every epoch when `rng` is given: the
    newest window gets 1..T targets. So an event is predicted from ever other stretches of what
    came before it, and from 0..T-1 events in turn.

    Args:
        train: the events to learn from.
        length: T, the most inputs a model reads, at least 1.
        rng: decides the cuts; None makes every window as long as can be.

    Returns:
        Windows of T + 1 columns: inputs are `items[:, :-1]`, targets `items[:, 1:]`. Users
        with a single event have no window.

    Example:
        >>> events = Events(*np.array([[0] * 4, [7, 8, 9, 5], [0] * 4, [1, 2, 3, 4]]),
        ...                 offsets=np.array([0, 4]))
        >>> windows(events, length=2).items
        array([[0, 7, 8],
               [8, 9, 5]])
    """
    starts, ends = train.offsets[:-1], train.offsets[1:]
    n_targets = np.maximum(0, ends - starts - 1)
    newest = np.minimum(n_targets, length)  # targets of each user's newest window
    if rng is not None:
        newest = np.where(n_targets > length, rng.integers(1, length + 1, len(starts)), newest)
    n_windows = (n_targets > 0) - (newest - n_targets) // length  # 1 and a ceiling division
    owner = np.repeat(np.arange(len(starts)), n_windows)
    later = np.repeat(np.cumsum(n_windows), n_windows) - np.arange(len(owner)) - 1
    is_newest = later == 0
    skipped = np.where(is_newest, 0, newest[owner] + length * (later - 1))  # targets after these
    last = ends[owner] - 1 - skipped  # [n_windows], position of the last target
    first = np.maximum(starts[owner], last - np.where(is_newest, newest[owner], length))
    positions = last[:, None] - np.arange(length, -1, -1)  # [n_windows, T + 1]
    is_real = positions >= first[:, None]
    return Windows(owner, np.where(is_real, train.item_index[np.maximum(positions, 0)], PAD))


def bucketed(lengths: np.ndarray, batch_size: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Shuffle rows into batches whose members have about the same length.

    Args:
        lengths: [n] int, how many real positions each row has.
        batch_size: rows in a batch; the last one of an epoch may be smaller.
        rng: decides the order.

    Returns:
        A list of row-number arrays in which every row stands exactly once.
    """
    order = rng.permutation(len(lengths))
    stretch = batch_size * _STRETCH
    batches = []
    for start in range(0, len(order), stretch):
        rows = order[start : start + stretch]
        rows = rows[np.argsort(lengths[rows], kind="stable")]
        batches += [rows[i : i + batch_size] for i in range(0, len(rows), batch_size)]
    return [batches[i] for i in rng.permutation(len(batches))]


def left_trimmed(rows: np.ndarray, at_least: int = 1) -> np.ndarray:
    """Drop the columns on the left that are padding in every row.

    Args:
        rows: [B, T] int, PAD on the left.
        at_least: columns that are kept in any case.

    Returns:
        [B, T'] with T' from `at_least` to T: a view, not a copy.
    """
    T = rows.shape[1]
    is_used = (rows != PAD).any(axis=0)
    width = T - int(is_used.argmax()) if is_used.any() else 0
    return rows[:, T - min(T, max(width, at_least)) :]


def seen_keys(train: Events, n_items: int) -> np.ndarray:
    """List every (user, item) of `train` as one sorted number, user * (N + 1) + item."""
    return np.unique(train.user_index * (n_items + 1) + train.item_index)


def sample_negatives(
    users: np.ndarray, n: int, seen: np.ndarray, n_items: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw items uniformly that the user has not seen in training.

    A draw that was seen is drawn again, eight times at most: a user who has seen half the
    catalogue keeps a seen item once in 512 draws.

    Args:
        users: [...] int user_index.
        n: draws for each.
        seen: sorted keys from `seen_keys`.
        n_items: N.
        rng: decides the draws.

    Returns:
        [..., n] int64, each in 1..N.
    """
    owner = np.broadcast_to(users[..., None], (*users.shape, n)).ravel() * (n_items + 1)
    drawn = rng.integers(1, n_items + 1, len(owner))
    again = np.arange(len(owner))
    for _ in range(8):
        keys = owner[again] + drawn[again]
        at = np.minimum(np.searchsorted(seen, keys), len(seen) - 1)
        again = again[seen[at] == keys]
        if not len(again):
            break
        drawn[again] = rng.integers(1, n_items + 1, len(again))
    return drawn.reshape(*users.shape, n)
