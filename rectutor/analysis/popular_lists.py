"""What popularity would have recommended to the same users: the least that a list must beat."""

from __future__ import annotations

import numpy as np

from rectutor.schema import PAD

__all__ = ["popular_unseen"]

_CELLS = 2**24  # users times items that are looked at once


def popular_unseen(
    popularity: np.ndarray, seen_by: np.ndarray, seen: np.ndarray, n_users: int, k: int
) -> np.ndarray:
    """List for each user the most popular items that the user has not seen.

    Args:
        popularity: [N] interactions of each item; of equally popular ones the first comes first.
        seen_by: [E] 0..n_users-1.
        seen: [E] item index 1..N, what that user has seen.
        n_users: B.
        k: places of a list.

    Returns:
        [B, k] item index, most popular first; PAD where a user has seen all.

    Example:
        >>> popular_unseen(np.array([5, 9, 1]), np.array([0, 1, 1]), np.array([2, 1, 3]), 3, 2)
        array([[1, 3],
               [2, 0],
               [2, 1]])
    """
    order = np.argsort(-popularity, kind="stable")
    most_seen = int(np.bincount(seen_by, minlength=1).max())
    order = order[: k + most_seen]  # nobody needs to look further down
    place = np.full(len(popularity), -1)
    place[order] = np.arange(len(order))
    column = place[seen - 1]
    lists = np.full((n_users, k), PAD, dtype=np.int64)
    at_once = max(1, _CELLS // len(order))
    for start in range(0, n_users, at_once):
        rows = np.flatnonzero((seen_by >= start) & (seen_by < start + at_once) & (column >= 0))
        is_left = np.ones((min(at_once, n_users - start), len(order)), dtype=bool)
        is_left[seen_by[rows] - start, column[rows]] = False
        rank = is_left.cumsum(axis=1) - 1
        user, found = np.nonzero(is_left & (rank < k))
        lists[start + user, rank[user, found]] = order[found] + 1
    return lists
