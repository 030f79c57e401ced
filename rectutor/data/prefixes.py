"""Every event with the events before it, for models that read a history anew for each target."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rectutor.schema import PAD, Events

__all__ = ["Prefixes", "prefixes"]


class Prefixes(NamedTuple):
    """Events, each with what came before it."""

    user_index: np.ndarray  # [n] int64
    history: np.ndarray  # [n, T] int64, oldest first, PAD on the left
    targets: np.ndarray  # [n] int64


def prefixes(train: Events, length: int) -> Prefixes:
    """Give every event but a user's first the events before it.

    `rectutor.data.batches.windows` is for models that predict every position of a window at once,
    at a T-th of the work.

    Args:
        train: the events to learn from.
        length: T, the most events of a history, at least 1.

    Example:
        >>> events = Events(*np.array([[0] * 4, [7, 8, 9, 5], [0] * 4, [1, 2, 3, 4]]),
        ...                 offsets=np.array([0, 4]))
        >>> prefixes(events, length=2).history
        array([[0, 7],
               [7, 8],
               [8, 9]])
    """
    n = np.diff(train.offsets)
    first = np.repeat(train.offsets[:-1], n)  # where the history of each event's user begins
    here = np.flatnonzero(np.arange(len(first)) > first)
    places = here[:, None] - np.arange(length, 0, -1)  # [n, T]
    items = train.item_index
    history = np.where(places >= first[here, None], items[np.maximum(places, 0)], PAD)
    return Prefixes(train.user_index[here], history, items[here])
