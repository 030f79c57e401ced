"""Balanced residual k-means: no code of a level has more items than its share.

As in OneRec (Deng et al., "OneRec: Unifying Retrieve and Rank with Generative Recommender and
Iterative Preference Alignment", 2025): residual k-means whose centres take at most N / K points
each, the nearest first.

**Departures.** There the centres fill up one after the other, and the last takes what is left. Here
all fill up at once: every point asks its nearest centre; a centre that has more than its share
keeps the nearest, and the others ask the next. Nobody is turned away by a centre that has a point
further off.

**What it costs.** An item need not have the code nearest to it. A new item has: `encode` knows no
shares.
"""

from __future__ import annotations

import numpy as np

from rectutor.models.kmeans import Clusters, kmeans, means_of
from rectutor.models.residual_codes import CodeTable, level_by_level

__all__ = ["balanced_kmeans", "balanced_nearest", "balanced_residual_kmeans"]


def balanced_residual_kmeans(
    embeddings: np.ndarray, n_levels: int = 3, codebook_size: int = 64, seed: int = 0
) -> CodeTable:
    """Learn codebooks level by level, with at most ceil(N / K) items for each code.

    Args:
        embeddings: [N, D] float, without a row for padding.
        n_levels: L, 1 or more.
        codebook_size: K, at most N.
        seed: of the first centres.

    Raises:
        ValueError: n_levels is below 1, or k-means cannot have K centres.
    """
    rng = np.random.default_rng(seed)
    return level_by_level(
        embeddings, n_levels, lambda left, _: balanced_kmeans(left, codebook_size, rng)
    )


def balanced_kmeans(
    points: np.ndarray, k: int, rng: np.random.Generator, rounds: int = 25
) -> Clusters:
    """Find k centres, each the mean of at most ceil(N / k) points.

    Args:
        points: [N, D] float.
        k: at most N.
        rng: of the first centres, which are those of ordinary k-means.
        rounds: at most this many; it ends sooner when no point changes its centre.

    Raises:
        ValueError: k is not in 1..N, or a coordinate is not a finite number.
    """
    points = np.ascontiguousarray(points, dtype=np.float32)
    share = -(-len(points) // max(k, 1))
    centres = kmeans(points, k, rng).centres
    nearest = balanced_nearest(points, centres, share)
    for _ in range(rounds):
        centres = means_of(points, nearest, centres)
        moved = balanced_nearest(points, centres, share)
        if (moved == nearest).all():
            break
        nearest = moved
    return Clusters(centres, nearest)


def balanced_nearest(points: np.ndarray, centres: np.ndarray, share: int) -> np.ndarray:
    """Give each point the nearest centre that is not full of nearer points.

    Args:
        points: [N, D].
        centres: [k, D].
        share: points that a centre takes at most; k * share is N or more.

    Returns:
        [N] int64, 0..k-1.

    Raises:
        ValueError: the centres cannot take all points.

    Example:
        >>> points, centres = np.array([[1.0], [2.0], [3.0], [9.0]]), np.array([[2.0], [8.0]])
        >>> balanced_nearest(points, centres, 2).tolist()
        [0, 0, 1, 1]
    """
    N, k = len(points), len(centres)
    if k * share < N:
        raise ValueError(f"{k} centres of {share} points each cannot take {N} points")
    gaps = (centres**2).sum(axis=1) / 2 - points @ centres.T  # [N, k], but for what rows share
    gaps += (points**2).sum(axis=1, keepdims=True) / 2
    asked: np.ndarray = gaps.argmin(axis=1)
    while len(rows := np.flatnonzero(np.bincount(asked)[asked] > share)):  # of crowded centres
        queue = rows[np.lexsort((gaps[rows, asked[rows]], asked[rows]))]  # the nearest first
        place = np.arange(len(queue)) - np.searchsorted(asked[queue], asked[queue])
        is_late = queue[place >= share]
        gaps[is_late, asked[is_late]] = np.inf  # this centre has turned them away
        asked[is_late] = gaps[is_late].argmin(axis=1)
    return asked
