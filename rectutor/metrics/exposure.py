"""Who is shown, and how evenly: what a list does besides hitting.

`top` is always [B, k] item indices in 1..n_items, best first, PAD where a list is shorter.
"""

from __future__ import annotations

import numpy as np

from rectutor.schema import PAD

__all__ = [
    "coverage",
    "exposure_counts",
    "gini",
    "intra_list_diversity",
    "intra_list_diversity_per_user",
    "lorenz",
]


def exposure_counts(top: np.ndarray, n_items: int) -> np.ndarray:
    """Return [n_items]: in how many lists each item stands; position 0 is item 1.

    Raises:
        ValueError: an item index is above n_items or negative.

    Example:
        >>> exposure_counts(np.array([[1, 3], [3, 0]]), n_items=3)
        array([1, 0, 2])
    """
    top = np.asarray(top)
    outside = top[(top < 0) | (top > n_items)]
    if outside.size:
        raise ValueError(f"lists hold item {outside[0]}, outside 1..{n_items} (0 is padding)")
    return np.bincount(top.ravel(), minlength=n_items + 1)[1:]


def coverage(top: np.ndarray, n_items: int) -> float:
    """Return the share of the catalogue that stands in at least one list, 0 to 1.

    Empty case: no lists cover 0; a catalogue without items is nan.

    Example:
        >>> coverage(np.array([[1, 3], [3, 0]]), n_items=4)
        0.5
    """
    if n_items == 0:
        return float("nan")
    return float((exposure_counts(top, n_items) > 0).mean())


def gini(counts: np.ndarray) -> float:
    """Return how unequally the counts are spread: 0 is even, near 1 is all on one item.

    With counts in ascending order, G = sum of (2 i - n - 1) x_i / (n * sum of x), i = 1..n;
    twice the area between the Lorenz curve and the diagonal. One item with everything gives
    1 - 1 / n. Ties need no rule. Empty case: no items, or nothing counted, is nan.

    Args:
        counts: [n_items], 0 or more each.

    Example:
        >>> gini(np.array([0, 0, 0, 8]))
        0.75
    """
    ordered = np.sort(np.asarray(counts, dtype=np.float64))
    n, total = len(ordered), ordered.sum()
    if total == 0:
        return float("nan")
    return float(((2 * np.arange(1, n + 1) - n - 1) * ordered).sum() / (n * total))


def lorenz(counts: np.ndarray) -> np.ndarray:
    """Return the share of all counts that falls on the least counted items, cumulated.

    Args:
        counts: [n_items], 0 or more each.

    Returns:
        [n_items + 1] from 0 to 1: value i is the share of the i least counted items. Empty
        case: nan after the leading 0 where nothing was counted.

    Example:
        >>> lorenz(np.array([3, 0, 1])).tolist()
        [0.0, 0.0, 0.25, 1.0]
    """
    ordered = np.sort(np.asarray(counts, dtype=np.float64))
    total = ordered.sum() if ordered.sum() > 0 else np.nan
    return np.concatenate([[0.0], np.cumsum(ordered) / total])


def intra_list_diversity_per_user(top: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Return [B]: the mean of 1 - cosine over all pairs of items in a list.

    The sum over pairs comes from the length of the summed unit vectors, so no table of pairs
    is made. An item whose features are all 0 is at distance 1 from every other. Empty case:
    a list of fewer than two items is nan.

    Args:
        top: [B, k] item indices, PAD where a list is shorter.
        features: [n_items + 1, F] float, row 0 for padding (not read).
    """
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    unit = np.divide(features, lengths, out=np.zeros(features.shape), where=lengths > 0)
    unit[PAD] = 0
    total = np.zeros((len(top), features.shape[1]))
    n_described = np.zeros(len(top))  # items whose unit vector is not 0
    for column in np.asarray(top).T:
        total += unit[column]
        n_described += (lengths[column, 0] > 0) & (column != PAD)
    twice_cosines = (total**2).sum(axis=1) - n_described
    n = (np.asarray(top) != PAD).sum(axis=1)
    twice_pairs = np.where(n > 1, n * (n - 1), np.nan)
    return 1 - twice_cosines / twice_pairs


def intra_list_diversity(top: np.ndarray, features: np.ndarray) -> float:
    """Return the mean over lists of `intra_list_diversity_per_user`, 0 (all alike) upwards.

    Lists of fewer than two items are left out; nan when no list is longer.

    Example:
        >>> intra_list_diversity(np.array([[1, 2]]), np.array([[0, 0], [1, 0], [0, 1]]))
        1.0
    """
    values = intra_list_diversity_per_user(top, features)
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
