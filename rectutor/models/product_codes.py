"""Product quantisation: each level describes its own block of an item's vector.

Jegou, Douze and Schmid, "Product Quantization for Nearest Neighbor Search", IEEE TPAMI 33(1), 2011.
VQ-Rec (Hou et al., WWW 2023) and RPG (Hou et al., KDD 2025) write items so: the levels have no
order, so a model may name them all at once.

**Departures.** An entry is as wide as the vector, and 0 outside its own block (or, after a turn,
has no part in the other blocks' directions). So an item is a sum of entries as in residual codes,
what is left over behind a level is the blocks that are still to come, and `decode`, `encode` and
`level_errors` hold unchanged.
"""

from __future__ import annotations

import numpy as np

from rectutor.models.kmeans import kmeans
from rectutor.models.residual_codes import CodeTable

__all__ = ["product_codes"]


def product_codes(
    embeddings: np.ndarray,
    n_levels: int = 3,
    codebook_size: int = 64,
    seed: int = 0,
    is_turned: bool = True,
) -> CodeTable:
    """Cut vectors into L blocks, and learn a codebook for each by k-means.

    Args:
        embeddings: [N, D] float, without a row for padding.
        n_levels: L, 1..D.
        codebook_size: K, at most N.
        seed: of the first centres.
        is_turned: cut along principal directions, dealt out so that blocks have about the same
            share of the logarithm of variance (Ge et al., "Optimized Product Quantization", CVPR
            2013, the parametric solution); otherwise along the vectors' own columns, as they stand.

    Raises:
        ValueError: there are fewer columns than levels, or k-means cannot have K centres.
    """
    D = embeddings.shape[1]
    if not 1 <= n_levels <= D:
        raise ValueError(f"n_levels must be 1..{D}, the width of the vectors, got {n_levels}")
    points = np.asarray(embeddings, dtype=np.float32)
    rng = np.random.default_rng(seed)
    directions = _principal(points, n_levels) if is_turned else np.eye(D, dtype=np.float32)
    codebooks, codes = [], []
    for block in np.array_split(directions, n_levels, axis=1):  # [D, D / L] each
        centres, nearest = kmeans(points @ block, codebook_size, rng)
        codebooks.append(centres @ block.T)
        codes.append(nearest)
    return CodeTable(np.stack(codebooks), np.stack(codes, axis=1))


def _principal(points: np.ndarray, n_blocks: int) -> np.ndarray:
    """Return principal directions [D, D], those of one block side by side."""
    D = points.shape[1]
    variances, directions = np.linalg.eigh(np.cov(points, rowvar=False).reshape(D, D))
    logs = np.log(np.maximum(variances, 1e-6 * variances[-1] + 1e-30))
    logs -= logs[0]  # 0 or more, so that a direction never makes a block look emptier
    room = [len(block) for block in np.array_split(np.arange(D), n_blocks)]
    members: list[list[int]] = [[] for _ in room]
    sums = np.zeros(n_blocks)
    for one in range(D - 1, -1, -1):  # the largest variance first
        is_full = np.array([len(own) for own in members]) >= room
        block = int(np.where(is_full, np.inf, sums).argmin())
        members[block].append(one)
        sums[block] += logs[one]
    found: np.ndarray = directions[:, np.concatenate(members)].astype(np.float32)
    return found
