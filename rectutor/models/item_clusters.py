"""Names from clusters: items that are chosen alike begin alike.

Hua, Xu, Ge and Zhang, "How to Index Item IDs for Recommendation Foundation Models", SIGIR-AP 2023,
section 4.2 (collaborative indexing): cut the graph of items into clusters, cut each again, and
number what is left. Cutting: Ng, Jordan and Weiss, "On Spectral Clustering", NeurIPS 2001.

**Departures.** Two levels of clusters, however large the smallest is. Beside the graph of items
that the same people choose there is one of items that come before and after the same others.
"""

from __future__ import annotations

import numpy as np

from rectutor.models.counting import cooccurrence, followers
from rectutor.models.item_ids import ItemIds, path_ids
from rectutor.schema import Events

__all__ = ["cluster_ids", "succession", "togetherness"]

_ROUNDS = 25  # of k-means
_SHARES = 8  # items in a smallest cluster, about
_REACH = 3  # steps over which one item follows another


def togetherness(train: Events, n_items: int) -> np.ndarray:
    """Weigh pairs of items by how many people chose both, as the paper does.

    Returns:
        [N + 1, N + 1] float64, symmetric, 0 on the diagonal and at padding.
    """
    return _without_itself(cooccurrence(train, n_items))


def succession(train: Events, n_items: int) -> np.ndarray:
    """Weigh pairs of items by how alike their neighbours in time are.

    Two films that are watched after the same films, and before the same, may never be watched by
    one person. An item is described by how much more often than by chance it follows, and is
    followed by, each other item; the weight is the cosine of two descriptions, or 0.

    Returns:
        [N + 1, N + 1] float64, symmetric, 0 on the diagonal and at padding.
    """
    follows = followers(train, n_items, _REACH).astype(np.float64)
    both = np.concatenate([follows, follows.T], axis=1)  # [N + 1, 2 (N + 1)]
    chance = both.sum(axis=1, keepdims=True) * both.sum(axis=0) / max(both.sum(), 1.0)
    profile = (both - chance) / np.sqrt(chance + 1)
    profile /= np.linalg.norm(profile, axis=1, keepdims=True).clip(1e-9)
    return _without_itself((profile @ profile.T).clip(0))


def cluster_ids(name: str, weights: np.ndarray, n_branches: int = 16, seed: int = 0) -> ItemIds:
    """Write each item as its cluster, the cluster inside that, and a number among the rest.

    Args:
        name: of the scheme.
        weights: [N + 1, N + 1], 0 or more, symmetric: how close two items are.
        n_branches: clusters on the first level; each is cut again where it is large.
        seed: of k-means.

    Raises:
        ValueError: n_branches is below 2.
    """
    if n_branches < 2:
        raise ValueError(f"n_branches must be 2 or more, got {n_branches}")
    weights = weights[1:, 1:]
    rng = np.random.default_rng(seed)
    first = _spectral(weights, n_branches, rng)
    second = np.zeros(len(weights), dtype=np.int64)
    for cluster in range(n_branches):
        rows = np.flatnonzero(first == cluster)
        n = min(n_branches, len(rows) // _SHARES)
        if n >= 2:
            second[rows] = _spectral(weights[np.ix_(rows, rows)], n, rng)
    words = [[f"{letter}{i}" for i in range(n_branches)] for letter in "AB"]
    return path_ids(name, np.stack([first, second], axis=1), words)


def _without_itself(weights: np.ndarray) -> np.ndarray:
    weights = weights.astype(np.float64)
    np.fill_diagonal(weights, 0.0)
    return weights


def _spectral(weights: np.ndarray, n_clusters: int, rng: np.random.Generator) -> np.ndarray:
    """Cut a graph [n, n] into clusters [n]."""
    degree = np.sqrt(weights.sum(axis=1).clip(1e-9))
    _, vectors = np.linalg.eigh(weights / degree[:, None] / degree)
    points = vectors[:, -n_clusters:]
    points = points / np.linalg.norm(points, axis=1, keepdims=True).clip(1e-9)
    return _k_means(points, n_clusters, rng)


def _k_means(points: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """Return the nearest of k centres for each point; the first centres lie far apart."""
    centres = points[[rng.integers(len(points))]]
    while len(centres) < k:
        gaps = ((points[:, None] - centres) ** 2).sum(axis=2).min(axis=1)
        total = gaps.sum()
        chances = gaps / total if total > 0 else None
        centres = np.concatenate([centres, points[[rng.choice(len(points), p=chances)]]])
    for _ in range(_ROUNDS):
        nearest = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        for one in range(k):
            if (nearest == one).any():
                centres[one] = points[nearest == one].mean(axis=0)
    return nearest
