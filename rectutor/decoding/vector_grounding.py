"""Ground a vector: the nearest items by their embeddings, and by their popularity too.

Bao et al., "A Bi-Step Grounding Paradigm for Large Language Models in Recommendation Systems"
(BIGRec), 2023: a language model writes a title, and the item whose embedding is nearest to the
embedding of what was written is recommended. Nearness may be weighed by popularity:

    d' = (d - min d) / (max d - min d)        over the items, for each question
    p' = (p - min p) / (max p - min p)        over the items
    weighted = d' / (1 + p')^gamma

The formula is that of the code the authors published (`adjust_pda.py`); there p may also be the
score of another recommender, one row for each question (`adjust_ci.py`).

**What it cannot do**: the nearest item has d' = 0 whatever its popularity, so it stays first for
every gamma. Popularity orders the places from the second on.

**Departures.** Where all items are equally far, or equally popular, d' or p' is 0 in place of 0/0.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from rectutor.decoding.grounding import Grounded, blocks, joined, nearest

__all__ = ["ground_vectors", "popularity_weighted", "vector_distances"]

_BRUTE_FORCE = 100_000  # items; beyond, an index is worth its memory
_HOW = ("l2", "cosine")


def vector_distances(asked: np.ndarray, vectors: np.ndarray, how: str = "l2") -> np.ndarray:
    """Measure how far vectors are from all items.

    Args:
        asked: [B, D] float.
        vectors: [N, D] float; row i belongs to item index i + 1.
        how: "l2" is the Euclidean distance; "cosine" is 1 - cosine, 0 to 2, and asks for the
            direction alone.

    Returns:
        [B, N] float32. Items with the same vector have exactly the same distance.

    Raises:
        ValueError: an unknown `how`, other sizes, a value that is no finite number, or a vector of
            length 0, which has no direction, for "cosine".

    Example:
        >>> items = np.array([[3.0, 4.0], [0.0, 1.0]])
        >>> vector_distances(np.zeros((1, 2)), items).tolist()
        [[5.0, 1.0]]
        >>> vector_distances(np.array([[0.0, 9.0]]), items, "cosine").round(3)
        array([[0.2, 0. ]], dtype=float32)
    """
    return _distances(*_checked(asked, vectors, how), how)


def ground_vectors(asked: np.ndarray, vectors: np.ndarray, k: int = 1, how: str = "l2") -> Grounded:
    """Give vectors the items whose embeddings are nearest.

    Up to 100,000 items every distance is measured. Beyond that FAISS is used where it is installed
    (`pip install 'rectutor[faiss]'`); its flat index is exact too, and only faster. Without it all
    distances are measured, block by block, with a bar; the answers are the same.

    Args:
        asked: [B, D] float.
        vectors: [N, D] float.
        k: how many items.
        how: as in `vector_distances`.

    Raises:
        ValueError: as in `vector_distances` and `nearest`.
    """
    own, of_items = _checked(asked, vectors, how)
    is_large = len(of_items) > _BRUTE_FORCE
    if is_large and importlib.util.find_spec("faiss") is not None:
        return _by_faiss(own, of_items, k, how)
    parts = []
    with tqdm(total=len(own), desc="grounding", unit="vector", disable=not is_large) as bar:
        for rows in blocks(len(own), len(of_items)):
            parts.append(nearest(_distances(own[rows], of_items, how), k))
            bar.update(len(own[rows]))
    return joined(parts)


def popularity_weighted(distances: np.ndarray, popularity: np.ndarray, gamma: float) -> np.ndarray:
    """Bring popular items nearer, as at the top of this module; then ask `nearest`.

    Args:
        distances: [B, N], finite.
        popularity: [N] counts or shares of the items, or [B, N] scores of another recommender.
        gamma: 0 leaves the order as it is; the authors tried up to 100.

    Returns:
        [B, N] float64, 0 to 1.

    Raises:
        ValueError: gamma is below 0, or popularity is for other items.

    Example:
        >>> popularity_weighted(np.array([[1.0, 5.0, 4.0]]), np.array([0, 90, 0]), gamma=1.0)
        array([[0.  , 0.5 , 0.75]])
    """
    if gamma < 0:
        raise ValueError(f"gamma must be 0 or more, got {gamma}; below 0 hides popular items")
    if popularity.shape not in (distances.shape, distances.shape[1:]):
        raise ValueError(
            f"popularity must be [{distances.shape[1]}] or {list(distances.shape)}, as the "
            f"distances are, got {list(popularity.shape)}"
        )
    weighted: np.ndarray = _rescaled(distances) / (1 + _rescaled(popularity)) ** gamma
    return weighted


def _rescaled(values: np.ndarray) -> np.ndarray:
    """Bring the lowest of each row to 0 and the highest to 1; all 0 where they are equal."""
    low, high = values.min(axis=-1, keepdims=True), values.max(axis=-1, keepdims=True)
    span = (high - low).astype(np.float64)
    rescaled: np.ndarray = (values - low) / np.where(span > 0, span, 1.0)
    return rescaled


def _distances(own: torch.Tensor, of_items: torch.Tensor, how: str) -> np.ndarray:
    """Measure without the shortcut by a matrix product, which rounds equal distances apart."""
    l2 = torch.cdist(own, of_items, compute_mode="donot_use_mm_for_euclid_dist").numpy()
    return l2**2 / 2 if how == "cosine" else l2  # |a - b|^2 = 2 - 2 cos where both have length 1


def _checked(asked: np.ndarray, vectors: np.ndarray, how: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Return both as float32 tensors, of length 1 for "cosine"."""
    if how not in _HOW:
        raise ValueError(f'how must be "l2" or "cosine", got {how!r}')
    if asked.ndim != 2 or vectors.ndim != 2 or asked.shape[1] != vectors.shape[1]:
        raise ValueError(
            "asked and vectors must be [B, D] and [N, D], got "
            f"{list(asked.shape)} and {list(vectors.shape)}"
        )
    tensors = []
    for name, values in (("asked", asked), ("vectors", vectors)):
        lengths = np.linalg.norm(values.astype(np.float64), axis=1, keepdims=True)
        is_wrong = ~np.isfinite(lengths) | ((lengths == 0) & (how == "cosine"))
        if is_wrong.any():
            row = int(np.flatnonzero(is_wrong)[0])
            raise ValueError(
                f"{name}, row {row}: a vector needs finite numbers, and a direction for "
                f'"cosine", got length {lengths[row, 0]}; leave it out'
            )
        values = values / lengths if how == "cosine" else values
        tensors.append(torch.from_numpy(values.astype(np.float32)))
    return tensors[0], tensors[1]


def _by_faiss(own: torch.Tensor, of_items: torch.Tensor, k: int, how: str) -> Grounded:
    """Ask FAISS for the nearest, then measure those again, so that distances agree."""
    faiss: Any = importlib.import_module("faiss")
    index = faiss.IndexFlatL2(of_items.shape[1])
    index.add(of_items.numpy())
    _, rows = index.search(own.numpy(), min(max(k, 2), len(of_items)))
    rows = np.sort(rows, axis=1)  # so that of equally near items the lowest index comes first
    distances = _distances(own[:, None], of_items[torch.from_numpy(rows)], how)[:, 0]
    found = nearest(distances, k)  # places among those [B, k]
    return found._replace(items=np.take_along_axis(rows, found.items - 1, axis=1) + 1)
