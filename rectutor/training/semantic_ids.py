"""Semantic ids for a whole split: from what is known of its items to one id for each.

What the vectors know, the ids can know: texts alone (Rajput et al., "Recommender Systems with
Generative Retrieval", NeurIPS 2023, section 3.1), or texts and behaviour together, as in Wang et
al., "Learnable Item Tokenization for Generative Recommendation" (LETTER), CIKM 2024.

**Departures.** Ids come from residual k-means in place of an RQ-VAE, and are made unique by the
next nearest tuple in place of a suffix. Of LETTER there is only the idea to use both: text and
behaviour are put side by side before they are quantised, nothing aligns them while codebooks are
learned, and nothing pays for an even use of codes or for ranking.
"""

from __future__ import annotations

import numpy as np

from rectutor.models.residual_codes import residual_kmeans
from rectutor.models.unique_codes import next_nearest

__all__ = ["roomy_codebook", "side_by_side", "unique_ids"]

_ROOM = 3  # ids for each item, so that few have to move far to be alone


def unique_ids(
    vectors: np.ndarray, n_levels: int = 2, codebook_size: int | None = None, seed: int = 0
) -> np.ndarray:
    """Write every item in codes, no two alike.

    Args:
        vectors: [N, D], without a row for padding; their mean does not matter.
        n_levels: L. Two levels of 64 codes are 4,096 ids, enough for a thousand items; a model has
            to learn what each further level means.
        codebook_size: K; by `roomy_codebook` when None, but no more than there are items.
        seed: of k-means.

    Returns:
        [N, L] int64.

    Raises:
        ValueError: there are fewer ids than items, or fewer items than codes of a level.
    """
    about = vectors - vectors.mean(axis=0)
    roomy = min(roomy_codebook(len(vectors), n_levels), len(vectors))
    K = roomy if codebook_size is None else codebook_size
    return next_nearest(about, residual_kmeans(about, n_levels, K, seed))


def roomy_codebook(n_items: int, n_levels: int = 2) -> int:
    """Return the smallest power of two with at least three ids for each item.

    Example:
        >>> roomy_codebook(1119), roomy_codebook(3650), roomy_codebook(12_000, n_levels=3)
        (64, 128, 64)
    """
    size = 2
    while size**n_levels < _ROOM * n_items:
        size *= 2
    return size


def side_by_side(*kinds: np.ndarray) -> np.ndarray:
    """Put vectors of several kinds beside each other, so that each kind weighs alike.

    Args:
        kinds: [N, D_1], [N, D_2], ...; each is centred and scaled to a mean squared length of 1.

    Returns:
        [N, D_1 + D_2 + ...] float32.

    Example:
        >>> side_by_side(np.array([[1.0], [3.0]]), np.array([[10.0], [50.0]])).tolist()
        [[-1.0, -1.0], [1.0, 1.0]]
    """
    parts = []
    for vectors in kinds:
        about = vectors - vectors.mean(axis=0)
        parts.append(about / np.sqrt((about**2).sum(axis=1).mean()).clip(1e-12))
    return np.concatenate(parts, axis=1).astype(np.float32)
