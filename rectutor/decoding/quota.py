"""Lists that keep some places for chosen items, and give up as little as possible for it.

The k best items are kept, but of them as many of the worst ones that are not chosen give way as are
missing, to the best chosen items below. A guarantee of places in each list is the simplest of the
re-rankings that literature on exposure knows; it says nothing about who should be chosen.
"""

from __future__ import annotations

import numpy as np

from rectutor.schema import PAD

__all__ = ["with_quota"]


def with_quota(scores: np.ndarray, is_chosen: np.ndarray, k: int, quota: int) -> np.ndarray:
    """Return the k best items, at least `quota` of them chosen ones where there are so many.

    Args:
        scores: [B, N + 1]; -inf, as for padding and for what was seen, is never listed.
        is_chosen: [N + 1] bool.
        k: places of a list.
        quota: places kept, 0 to k.

    Returns:
        [B, k] item indices, best first, ties by index, PAD where a list is shorter.

    Raises:
        ValueError: the quota is out of range.

    Example:
        >>> scores = np.array([[-np.inf, 4.0, 3.0, 2.0, 1.0]])
        >>> with_quota(scores, np.array([False, False, False, False, True]), k=2, quota=1)
        array([[1, 4]])
    """
    if not 0 <= quota <= k:
        raise ValueError(f"quota must be from 0 to k = {k} places, got {quota}")
    order = np.argsort(-scores, axis=1, kind="stable")  # [B, N + 1]
    can = np.isfinite(np.take_along_axis(scores, order, axis=1))
    chosen = is_chosen[order] & can
    kept = chosen & (np.cumsum(chosen, axis=1) <= quota)  # these have their place in any case
    rest = can & ~kept
    n_rest = k - kept.sum(axis=1, keepdims=True)
    kept |= rest & (np.cumsum(rest, axis=1) <= n_rest)
    B = len(scores)
    lists = np.full((B, k), PAD, dtype=np.int64)
    row, column = np.nonzero(kept)
    lists[row, (np.cumsum(kept, axis=1) - 1)[row, column]] = order[row, column]
    return lists
