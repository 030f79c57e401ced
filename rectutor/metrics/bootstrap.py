"""How sure a mean over users is: percentile bootstrap, users drawn with replacement.

Source: Bradley Efron (1979), Bootstrap Methods: Another Look at the Jackknife, Annals of
Statistics 7(1). The interval speaks of other users of the same kind, with the trained models
as they are; another training seed is not in it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["Difference", "Interval", "mean_interval", "paired_difference"]

_CHUNK = 2**20  # values drawn at a time: 8 MB of positions


class Interval(NamedTuple):
    """A mean and where other draws of users would put it."""

    mean: float
    low: float
    high: float


class Difference(NamedTuple):
    """The mean of a - b over the same users, its interval, and how often a came out ahead."""

    mean: float
    low: float
    high: float
    share_ahead: float  # of the resamples in which a beat b; ties count half

    @property
    def is_real(self) -> bool:
        """Say whether the interval leaves 0 out."""
        return self.low > 0 or self.high < 0


def mean_interval(
    values: np.ndarray,
    seed: int,
    n: int = 2000,
    level: float = 0.95,
    groups: np.ndarray | None = None,
) -> Interval:
    """Return the mean of one metric over users, with its interval.

    Args:
        values: [B] the metric of each user.
        seed: of the resampling.
        n: how many resamples.
        level: share of the resampled means inside the interval, between 0 and 1.
        groups: [B] what each value belongs to where several come from one source, such as the
            conversation of each turn. Whole groups are drawn: their values are not independent.

    Returns:
        The mean and its interval. Empty case: nan throughout.

    Raises:
        ValueError: a value is nan, or `n` or `level` is out of range.

    Example:
        >>> mean_interval(np.array([0.5, 0.5]), seed=0)
        Interval(mean=0.5, low=0.5, high=0.5)
    """
    means = _resampled_means(_checked(values), seed, n, groups)
    return Interval(_mean(values), *_bounds(means, level))


def paired_difference(
    a: np.ndarray,
    b: np.ndarray,
    seed: int,
    n: int = 2000,
    level: float = 0.95,
    groups: np.ndarray | None = None,
) -> Difference:
    """Compare two models on the same users: is this difference real?

    Users are drawn, and both models are judged on those drawn, so what makes a user hard for
    both cancels out.

    Args:
        a: [B] the metric of each user under one model.
        b: [B] the same users, in the same order, under the other.
        seed: of the resampling.
        n: how many resamples.
        level: share of the resampled differences inside the interval, between 0 and 1.
        groups: [B], see `mean_interval`.

    Returns:
        The mean of a - b and its interval. Empty case: nan throughout.

    Raises:
        ValueError: a and b differ in length, a value is nan, or `n` or `level` is out of range.

    Example:
        >>> paired_difference(np.array([1, 1, 1]), np.array([0, 0, 0]), seed=0).is_real
        True
    """
    if np.shape(a) != np.shape(b):
        raise ValueError(
            f"paired_difference needs the same users in a and b, got {len(a)} and {len(b)} "
            "values; evaluate both models on the same cases"
        )
    difference = _checked(a) - _checked(b)
    means = _resampled_means(difference, seed, n, groups)
    ahead = float(((means > 0) + 0.5 * (means == 0)).mean()) if len(means) else float("nan")
    return Difference(_mean(difference), *_bounds(means, level), ahead)


def _checked(values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, dtype=np.float64)
    if np.isnan(values).any():
        row = int(np.flatnonzero(np.isnan(values))[0])
        raise ValueError(
            f"a bootstrap needs a value for every user, row {row} is nan; leave such users out "
            "of both models first"
        )
    return values


def _mean(values: np.ndarray) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def _resampled_means(
    values: np.ndarray, seed: int, n: int, groups: np.ndarray | None = None
) -> np.ndarray:
    """Return [n] means of as many users or groups, drawn with replacement; [0] for nobody."""
    if n < 1:
        raise ValueError(f"a bootstrap needs n of 1 or more resamples, got {n}")
    if groups is not None:
        return _means_by_group(values, seed, n, groups)
    B = len(values)
    if B == 0:
        return np.zeros(0)
    rng = np.random.default_rng(seed)
    step = max(1, _CHUNK // B)
    parts = [
        values[rng.integers(0, B, size=(min(step, n - start), B))].mean(axis=1)
        for start in range(0, n, step)
    ]
    return np.concatenate(parts)


def _means_by_group(values: np.ndarray, seed: int, n: int, groups: np.ndarray) -> np.ndarray:
    """Return [n] means over the values of as many groups, drawn with replacement."""
    if len(groups) != len(values):
        raise ValueError(
            f"a bootstrap needs a group for every value, got {len(groups)} for {len(values)}"
        )
    _, own = np.unique(groups, return_inverse=True)
    if not len(own):
        return np.zeros(0)
    sums, sizes = np.bincount(own, values), np.bincount(own)  # [G]
    drawn = np.random.default_rng(seed).multinomial(len(sums), np.full(len(sums), 1 / len(sums)), n)
    means: np.ndarray = (drawn @ sums) / (drawn @ sizes)  # [n, G] times [G]
    return means


def _bounds(means: np.ndarray, level: float) -> tuple[float, float]:
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, got {level}")
    if len(means) == 0:
        return float("nan"), float("nan")
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
