"""How good a table of item codes is: what it uses, what it confuses, what it keeps.

`codes` is always [N, L] integers, 0..K-1, one row for each item.
"""

from __future__ import annotations

import numpy as np

__all__ = [
    "adjusted_nmi",
    "collision_share",
    "n_dead_codes",
    "neighbours_kept",
    "nmi",
    "usage_perplexity",
]

_ROWS_AT_ONCE = 1024


def usage_perplexity(codes: np.ndarray, codebook_size: int) -> np.ndarray:
    """Return how many codes of each level are in use, weighed by how evenly: [L], 1 to K.

    exp of the entropy of the shares. K where all are used alike, 1 where one is used alone. Empty
    case: no items give nan.

    Example:
        >>> usage_perplexity(np.array([[0, 0], [1, 0], [0, 0], [1, 0]]), 4).tolist()
        [2.0, 1.0]
    """
    shares = _usage(codes, codebook_size) / (len(codes) or np.nan)
    logs = np.log(np.where(shares > 0, shares, 1.0))
    perplexity: np.ndarray = np.exp(-(shares * logs).sum(axis=1))
    return perplexity


def n_dead_codes(codes: np.ndarray, codebook_size: int) -> np.ndarray:
    """Return how many codes of each level no item has: [L], 0 to K.

    Example:
        >>> n_dead_codes(np.array([[0, 0], [1, 0], [3, 0]]), 4).tolist()
        [1, 3]
    """
    dead: np.ndarray = (_usage(codes, codebook_size) == 0).sum(axis=1)
    return dead


def collision_share(codes: np.ndarray) -> float:
    """Return the share of items that another item has all codes in common with, 0 to 1.

    Empty case: no items is nan.

    Example:
        >>> collision_share(np.array([[0, 1], [0, 1], [0, 2], [3, 1]]))
        0.5
    """
    if not len(codes):
        return float("nan")
    _, which, counts = np.unique(codes, axis=0, return_inverse=True, return_counts=True)
    return float((counts[which.ravel()] > 1).mean())


def nmi(one: np.ndarray, other: np.ndarray) -> float:
    """Return how much two groupings of the same things tell of each other, 0 to 1.

    Mutual information over the mean of both entropies. **It is not 0 by luck**: many small groups
    have much in common with anything; see `adjusted_nmi`. Empty case, and two groupings into one
    group each: nan.

    Args:
        one: [N] labels of any kind.
        other: [N].

    Example:
        >>> nmi(np.array([0, 0, 1, 1]), np.array(["b", "b", "a", "a"]))
        1.0
    """
    table = _contingency(one, other)
    joint, rows, columns = (_entropy(t) for t in (table, table.sum(axis=1), table.sum(axis=0)))
    mean = (rows + columns) / 2
    return float((rows + columns - joint) / mean) if mean > 0 else float("nan")


def adjusted_nmi(one: np.ndarray, other: np.ndarray, seed: int = 0, n_draws: int = 20) -> float:
    """Return `nmi` above what shuffled labels have: 0 is luck, 1 is the same grouping.

    (nmi - mean of shuffled) / (1 - mean of shuffled); below 0 where luck would do better.

    Args:
        one: [N] labels.
        other: [N]; these are shuffled.
        seed: of the shuffles.
        n_draws: how many.
    """
    rng = np.random.default_rng(seed)
    luck = float(np.mean([nmi(one, rng.permutation(other)) for _ in range(n_draws)]))
    return (nmi(one, other) - luck) / (1 - luck) if luck < 1 else float("nan")


def neighbours_kept(original: np.ndarray, decoded: np.ndarray, k: int = 10) -> float:
    """Return the share of each item's k nearest items that stay so after decoding, 0 to 1.

    Distances are Euclidean; of equally near items the first counts as nearer.

    Args:
        original: [N, D].
        decoded: [N, E], the same items.
        k: 1..N-1.

    Raises:
        ValueError: k is out of range, or there are not as many items.
    """
    N = len(original)
    if len(decoded) != N:
        raise ValueError(f"decoded must have the {N} items of original, got {len(decoded)}")
    if not 1 <= k < N:
        raise ValueError(f"k must be 1..{N - 1}, the number of other items, got {k}")
    shared = 0
    for rows in np.array_split(np.arange(N), -(-N // _ROWS_AT_ONCE)):
        one, other = (_nearest(vectors, rows, k) for vectors in (original, decoded))
        shared += sum(len(np.intersect1d(*pair)) for pair in zip(one, other, strict=True))
    return shared / (N * k)


def _usage(codes: np.ndarray, codebook_size: int) -> np.ndarray:
    """Count the items of each code, [L, K]."""
    if codes.size and not 0 <= codes.min() <= codes.max() < codebook_size:
        raise ValueError(
            f"codes must be 0..{codebook_size - 1}, got {codes.min()}..{codes.max()}; "
            "codebook_size is the number of entries of a codebook"
        )
    return np.stack([np.bincount(level, minlength=codebook_size) for level in codes.T])


def _contingency(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Count the things [n, m] in each pair of groups."""
    if len(one) != len(other):
        raise ValueError(f"both groupings need the same things, got {len(one)} and {len(other)}")
    rows, columns = (np.unique(labels, return_inverse=True) for labels in (one, other))
    n, m = len(rows[0]), len(columns[0])
    return np.bincount(rows[1] * m + columns[1], minlength=n * m).reshape(n, m)


def _entropy(counts: np.ndarray) -> float:
    shares = counts[counts > 0] / (counts.sum() or 1)
    return float(-(shares * np.log(shares)).sum())


def _nearest(vectors: np.ndarray, rows: np.ndarray, k: int) -> np.ndarray:
    """Return the k nearest other items of some rows, [n, k]."""
    half = (vectors**2).sum(axis=1) / 2
    distances = half - vectors[rows] @ vectors.T  # without what is the same in a row
    distances[np.arange(len(rows)), rows] = np.inf
    return np.argsort(distances, axis=1, kind="stable")[:, :k]
