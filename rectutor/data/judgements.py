"""Ratings as yes/no questions: would this person like this item, given what they liked before?

Bao et al., "TALLRec: An Effective and Efficient Tuning Framework to Align Large Language Model
with Recommendation", RecSys 2023, section 4.1: a rating above a threshold is a yes, and what the
person rated before is told as two lists.

**Departures.** Both lists have the same length for everybody, the newest so many likes and so
many dislikes, so that a prompt does not tell how generous its person is. Who has rated less does
not appear.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rectutor.schema import Events

__all__ = ["LIKED_FROM", "Judgements", "balanced", "judgements", "later_events"]

LIKED_FROM = 4.0  # stars


class Judgements(NamedTuple):
    """n questions with their answers, sorted by user and then by time."""

    user_index: np.ndarray  # [n] int64
    liked: np.ndarray  # [n, T] int64, item indices, oldest first
    disliked: np.ndarray  # [n, T] int64, likewise
    item_index: np.ndarray  # [n] int64, what is asked about
    is_liked: np.ndarray  # [n] bool, the answer

    def take(self, rows: np.ndarray | slice) -> Judgements:
        """Return the questions in `rows`, in that order."""
        return Judgements(*(column[rows] for column in self))


def judgements(events: Events, asked: np.ndarray, n_told: int = 4) -> Judgements:
    """Ask about ratings, each from the same person's earlier ones.

    Args:
        events: sorted by user and time; ratings in stars, 4 or more is a yes.
        asked: [E] bool, the events to ask about.
        n_told: T, likes and dislikes that every question tells of, 1 or more.

    Returns:
        One question for each event asked about that has n_told likes and n_told dislikes of its
        user before it; the others are left out.

    Raises:
        ValueError: a rating is missing, lengths differ, or n_told is below 1.

    Example:
        >>> from rectutor.schema import Events
        >>> stars = np.array([5, 2, 1, 4], dtype=np.float32)
        >>> one_user, times = np.zeros(4, dtype=np.int64), np.arange(4)
        >>> events = Events(one_user, np.arange(1, 5), stars, times, np.array([0, 4]))
        >>> one = judgements(events, np.ones(4, bool), n_told=1)
        >>> one.liked.tolist(), one.disliked.tolist(), one.item_index.tolist()
        ([[1], [1]], [[2], [3]], [3, 4])
    """
    if n_told < 1:
        raise ValueError(f"n_told must be 1 or more, got {n_told}")
    if len(asked) != len(events.rating):
        raise ValueError(
            f"asked must have one truth value per event, got {len(asked)} for "
            f"{len(events.rating)} events"
        )
    if (events.rating <= 0).any():
        place = int(np.flatnonzero(events.rating <= 0)[0])
        raise ValueError(
            f"judgements need a rating for each event, got {events.rating[place]} at event "
            f"{place}; leave out the events without"
        )
    is_liked = events.rating >= LIKED_FROM
    liked, has_liked = _newest_before(events, is_liked, n_told)
    disliked, has_disliked = _newest_before(events, ~is_liked, n_told)
    kept = np.flatnonzero(np.asarray(asked, dtype=bool) & has_liked & has_disliked)
    return Judgements(
        events.user_index[kept],
        liked[kept],
        disliked[kept],
        events.item_index[kept],
        is_liked[kept],
    )


def later_events(events: Events, share: float) -> np.ndarray:
    """Mark the newest share of each user's events, [E] bool, rounded down to whole events.

    Args:
        events: sorted by user and time.
        share: above 0 and below 1.

    Raises:
        ValueError: the share is out of range.
    """
    if not 0 < share < 1:
        raise ValueError(f"share must be above 0 and below 1, got {share}")
    n_events = np.diff(events.offsets)
    first = events.offsets[1:] - np.floor(share * n_events).astype(np.int64)
    return np.arange(len(events.rating)) >= first[events.user_index]


def balanced(asked: Judgements, rng: np.random.Generator) -> Judgements:
    """Keep as many likes as dislikes of each user, drawn at random, in the order they had.

    Who likes most of what they see then no longer stands out, so a measure over all questions
    cannot be raised by knowing how generous a person is.
    """
    kind = asked.user_index * 2 + asked.is_liked
    drawn = rng.permutation(len(kind))
    order = drawn[np.argsort(kind[drawn], kind="stable")]  # by kind, shuffled within
    kinds, starts, counts = np.unique(kind[order], return_index=True, return_counts=True)
    n_of = np.bincount(kinds, weights=counts, minlength=2 * (kinds.max(initial=0) // 2 + 1))
    n_kept = np.minimum(n_of[kinds], n_of[kinds ^ 1])  # of each kind
    place = np.arange(len(kind)) - np.repeat(starts, counts)  # within its kind
    return asked.take(np.sort(order[place < np.repeat(n_kept, counts)]))


def _newest_before(
    events: Events, is_meant: np.ndarray, n_told: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return [E, T] items of the newest meant events before each, and [E] whether there are T."""
    places = np.flatnonzero(is_meant)
    n_before = np.searchsorted(places, np.arange(len(is_meant)))  # [E], of all users so far
    first = np.searchsorted(places, events.offsets[events.user_index])  # [E], of this user
    columns = n_before[:, None] + np.arange(-n_told, 0)  # [E, T]
    is_there = columns >= first[:, None]
    items = np.zeros(columns.shape, dtype=np.int64)  # PAD
    items[is_there] = events.item_index[places[columns[is_there]]]
    return items, is_there.all(axis=1)
