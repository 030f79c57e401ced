"""k-means: k centres, each the mean of the points that are nearest to it.

Lloyd, "Least Squares Quantization in PCM", IEEE Transactions on Information Theory 28(2), 1982;
first centres as in Arthur and Vassilvitskii, "k-means++: The Advantages of Careful Seeding", SODA
2007.

**Departures.** A centre that no point is nearest to moves to the point that lies furthest from its
own centre, so no centre stays unused where there are as many different points.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["Clusters", "kmeans", "nearest_centres"]


class Clusters(NamedTuple):
    """Centres, and to which of them each point belongs."""

    centres: np.ndarray  # [k, D] float32
    nearest: np.ndarray  # [N] int64, 0..k-1


def kmeans(points: np.ndarray, k: int, rng: np.random.Generator, rounds: int = 25) -> Clusters:
    """Find k centres.

    Args:
        points: [N, D] float.
        k: at most N.
        rng: of the first centres.
        rounds: at most this many; it ends sooner when no point changes its centre.

    Returns:
        The centres and the nearest of them for each point.

    Raises:
        ValueError: k is not in 1..N, or a coordinate is not a finite number.
    """
    points = np.ascontiguousarray(points, dtype=np.float32)
    if not 1 <= k <= len(points):
        raise ValueError(f"k must be 1..{len(points)}, the number of points, got {k}")
    if not np.isfinite(points).all():
        row = int(np.flatnonzero(~np.isfinite(points).all(axis=1))[0])
        raise ValueError(f"kmeans needs finite numbers, got {points[row].tolist()} in row {row}")
    centres = _far_apart(points, k, rng)
    nearest = nearest_centres(points, centres)
    for _ in range(rounds):
        centres = _means(points, nearest, centres)
        moved = nearest_centres(points, centres)
        if (moved == nearest).all():
            break
        nearest = moved
    return Clusters(centres, nearest)


def nearest_centres(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return the nearest centre of each point, [N] int64; of equally near ones the first.

    Args:
        points: [N, D].
        centres: [k, D].

    Example:
        >>> nearest_centres(np.array([[1.0], [9.0]]), np.array([[0.0], [8.0]])).tolist()
        [0, 1]
    """
    half = (centres**2).sum(axis=1) / 2  # |x - c|^2 = |x|^2 - 2 (x c - |c|^2 / 2)
    found: np.ndarray = (points @ centres.T - half).argmax(axis=1)
    return found


def _far_apart(points: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """Draw k points, each with a chance that grows with its distance from those drawn before."""
    rows = [int(rng.integers(len(points)))]
    gaps = np.full(len(points), np.inf)
    while len(rows) < k:
        gaps = np.minimum(gaps, ((points - points[rows[-1]]) ** 2).sum(axis=1))
        total = gaps.sum()
        rows.append(int(rng.choice(len(points), p=gaps / total if total > 0 else None)))
    return points[rows]


def _means(points: np.ndarray, nearest: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Move each centre to the mean of its points; one without points goes to the worst served."""
    order = np.argsort(nearest, kind="stable")
    used, starts, counts = np.unique(nearest[order], return_index=True, return_counts=True)
    moved = centres.copy()
    moved[used] = np.add.reduceat(points[order], starts, axis=0) / counts[:, None]
    unused = np.setdiff1d(np.arange(len(centres)), used)
    if len(unused):
        gaps = ((points - moved[nearest]) ** 2).sum(axis=1)
        moved[unused] = points[np.argsort(-gaps, kind="stable")[: len(unused)]]
    return moved
