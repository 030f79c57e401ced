"""k-means: k centres, each the mean of the points that are nearest to it.

Lloyd, "Least Squares Quantization in PCM", IEEE Transactions on Information Theory 28(2), 1982.
Two ways to place the first centres: by cutting the points apart (Su and Dy, "In Search of
Deterministic Methods for Initializing K-means and Gaussian Mixture Clustering", Intelligent Data
Analysis 11(4), 2007, PCA-Part), and k-means++ (Arthur and Vassilvitskii, "k-means++: The Advantages
of Careful Seeding", SODA 2007).

**Why two.** In many dimensions, points without clusters, such as what is left over behind the first
level of a residual code, all lie about equally far from each other and nearer to the middle than to
any other point. A centre that starts at a point then keeps that point alone, while a few centres
near the middle share the rest; Lloyd's rounds do not get out of that. k-means++ starts at points.
The means of halves of halves lie in the middle of many, so cutting is the default.

**Departures.** A centre that no point is nearest to moves to the point that lies furthest from its
own centre, so no centre stays unused where there are as many different points. The longest
direction of a group is found roughly, by a few rounds from a random start.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["Clusters", "kmeans", "means_of", "nearest_centres"]

_POWER_ROUNDS = 10  # of the power method
_ROWS_AT_ONCE = 1024  # whose distances to all centres stay in the processor's cache


class Clusters(NamedTuple):
    """Centres, and to which of them each point belongs."""

    centres: np.ndarray  # [k, D] float32
    nearest: np.ndarray  # [N] int64, 0..k-1


def kmeans(
    points: np.ndarray,
    k: int,
    rng: np.random.Generator,
    rounds: int = 25,
    start: str = "cut",
) -> Clusters:
    """Find k centres.

    Args:
        points: [N, D] float.
        k: at most N.
        rng: of the first centres.
        rounds: at most this many; it ends sooner when no point changes its centre.
        start: "cut" halves groups of points until there are k; "far apart" is k-means++.

    Returns:
        The centres and the nearest of them for each point.

    Raises:
        ValueError: k is not in 1..N, a coordinate is not a finite number, or `start` is none of the
            two.
    """
    points = np.ascontiguousarray(points, dtype=np.float32)
    if not 1 <= k <= len(points):
        raise ValueError(f"k must be 1..{len(points)}, the number of points, got {k}")
    if not np.isfinite(points).all():
        row = int(np.flatnonzero(~np.isfinite(points).all(axis=1))[0])
        raise ValueError(f"kmeans needs finite numbers, got {points[row].tolist()} in row {row}")
    if start not in _STARTS:
        raise ValueError(f"start must be {' or '.join(map(repr, _STARTS))}, got {start!r}")
    centres = _STARTS[start](points, k, rng)
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
    found = np.empty(len(points), dtype=np.int64)
    for first in range(0, len(points), _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        found[rows] = (points[rows] @ centres.T - half).argmax(axis=1)
    return found


def means_of(points: np.ndarray, owner: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """Return the mean of each group's points, [k, D].

    Args:
        points: [N, D].
        owner: [N] int, 0..k-1, the group of each point.
        otherwise: [k, D], for groups without a point.

    Example:
        >>> means_of(np.array([[1.0], [3.0]]), np.array([1, 1]), np.zeros((2, 1))).tolist()
        [[0.0], [2.0]]
    """
    ends = np.cumsum(np.bincount(owner, minlength=len(otherwise)))
    means: np.ndarray = otherwise.copy()
    for group, rows in enumerate(np.split(np.argsort(owner, kind="stable"), ends[:-1])):
        if len(rows):
            means[group] = points[rows].sum(axis=0) / len(rows)
    return means


def _far_apart(points: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """Draw k points, each with a chance that grows with its distance from those drawn before."""
    rows = [int(rng.integers(len(points)))]
    gaps = np.full(len(points), np.inf)
    while len(rows) < k:
        gaps = np.minimum(gaps, ((points - points[rows[-1]]) ** 2).sum(axis=1))
        total = gaps.sum()
        rows.append(int(rng.choice(len(points), p=gaps / total if total > 0 else None)))
    return points[rows]


def _cut(points: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """Halve the group with the largest squared error until there are k; return their means."""
    groups, errors = [np.arange(len(points))], [np.inf]
    while len(groups) < k:
        worst = int(np.argmax(errors))
        is_beyond = _beyond_the_middle(points[groups[worst]], rng)
        if is_beyond.any() and not is_beyond.all():
            groups.append(groups[worst][is_beyond])
            errors.append(_error(points[groups[-1]]))
            groups[worst] = groups[worst][~is_beyond]
            errors[worst] = _error(points[groups[worst]])
        else:  # there are fewer different points than centres, so any point is taken again
            groups.append(rng.integers(len(points), size=1))
            errors.append(0.0)
    return np.stack([points[group].mean(axis=0) for group in groups])


def _beyond_the_middle(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Tell on which side of their mean points lie, along the direction of their largest spread."""
    points = points - points.mean(axis=0)
    direction = rng.standard_normal((points.shape[1],), dtype=np.float32)
    for _ in range(_POWER_ROUNDS):
        direction = points.T @ (points @ direction)
        direction /= max(float(np.linalg.norm(direction)), 1e-30)
    is_beyond: np.ndarray = points @ direction > 0
    return is_beyond


def _error(points: np.ndarray) -> float:
    """Return the summed squared distance of points to their mean."""
    return float(((points - points.mean(axis=0)) ** 2).sum())


def _means(points: np.ndarray, nearest: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Move each centre to the mean of its points; one without points goes to the worst served."""
    moved = means_of(points, nearest, centres)
    unused = np.flatnonzero(np.bincount(nearest, minlength=len(centres)) == 0)
    if len(unused):
        gaps = ((points - moved[nearest]) ** 2).sum(axis=1)
        moved[unused] = points[np.argsort(-gaps, kind="stable")[: len(unused)]]
    return moved


_STARTS = {"cut": _cut, "far apart": _far_apart}
