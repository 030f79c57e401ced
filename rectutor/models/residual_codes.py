"""Residual k-means: an item's vector as the sum of one entry from each of several codebooks.

Each level describes what the levels before it have left over: residual quantisation as in Lee et
al., "Autoregressive Image Generation using Residual Quantization", CVPR 2022, section 3.1, which
TIGER's RQ-VAE (Rajput et al., NeurIPS 2023, section 3.1) puts between an encoder and a decoder.

**Departures.** There is neither encoder nor decoder, and each level has a codebook of its own that
k-means has learned, once the level above is finished.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rectutor.models.kmeans import Clusters, kmeans, means_of, nearest_centres

__all__ = [
    "CodeTable",
    "decode",
    "encode",
    "entries_for",
    "level_by_level",
    "level_errors",
    "residual_kmeans",
]


class CodeTable(NamedTuple):
    """Codebooks, and the codes of a catalogue."""

    codebooks: np.ndarray  # [L, K, D] float32
    codes: np.ndarray  # [N, L] int64, 0..K-1; row i belongs to item index i + 1


def residual_kmeans(
    embeddings: np.ndarray,
    n_levels: int = 3,
    codebook_size: int = 64,
    seed: int = 0,
    start: str = "cut",
) -> CodeTable:
    """Learn codebooks level by level, and write every item in them.

    Args:
        embeddings: [N, D] float, without a row for padding.
        n_levels: L, 1 or more.
        codebook_size: K, at most N.
        seed: of the first centres.
        start: how k-means places them, "cut" or "far apart"; the latter leaves later levels to a
            few items (see `rectutor.models.kmeans`).

    Raises:
        ValueError: n_levels is below 1, or k-means cannot have K centres.
    """
    rng = np.random.default_rng(seed)
    return level_by_level(
        embeddings, n_levels, lambda left, _: kmeans(left, codebook_size, rng, start=start)
    )


def level_by_level(
    embeddings: np.ndarray, n_levels: int, describe: Callable[[np.ndarray, int], Clusters]
) -> CodeTable:
    """Let each level describe what the levels before it have left over.

    Args:
        embeddings: [N, D].
        n_levels: L, 1 or more.
        describe: from what is left over [N, D] and the level, 0..L-1, to K entries and the one that
            each item gets.

    Raises:
        ValueError: n_levels is below 1.
    """
    if n_levels < 1:
        raise ValueError(f"n_levels must be 1 or more, got {n_levels}")
    left = np.array(embeddings, dtype=np.float32)
    found = []
    for level in range(n_levels):
        found.append(describe(left, level))
        left -= found[-1].centres[found[-1].nearest]
    return CodeTable(np.stack([f.centres for f in found]), np.stack([f.nearest for f in found], 1))


def entries_for(codes: np.ndarray, embeddings: np.ndarray, codebook_size: int) -> CodeTable:
    """Give codes the entries that describe these items, wherever the codes come from.

    An entry is the mean of what its items have left over, so the error falls a little with each
    level, as it would for any grouping. Entries that no item has are 0.

    Args:
        codes: [N, L] int, 0..K-1.
        embeddings: [N, D] float, of the same items.
        codebook_size: K.

    Example:
        >>> entries_for(np.array([[0], [0], [1]]), np.array([[1.0], [3.0], [9.0]]), 2).codebooks
        array([[[2.],
                [9.]]], dtype=float32)
    """

    def means(left: np.ndarray, level: int) -> Clusters:
        unused = np.zeros((codebook_size, left.shape[1]), dtype=np.float32)
        return Clusters(means_of(left, codes[:, level], unused), codes[:, level])

    return level_by_level(embeddings, codes.shape[1], means)


def encode(embeddings: np.ndarray, codebooks: np.ndarray) -> np.ndarray:
    """Write items in given codebooks, for instance items that came after these were learned.

    Args:
        embeddings: [N, D].
        codebooks: [L, K, D].

    Returns:
        [N, L] int64, 0..K-1: on each level the entry nearest to what is left over.

    Raises:
        ValueError: the vectors have another width than the codebooks.
    """
    if embeddings.shape[1] != codebooks.shape[2]:
        raise ValueError(
            f"embeddings must be [N, {codebooks.shape[2]}] as the codebooks are, got "
            f"{list(embeddings.shape)}; use the encoder that these codebooks were learned from"
        )
    left = np.array(embeddings, dtype=np.float32)
    codes = np.empty((len(left), len(codebooks)), dtype=np.int64)
    for level, entries in enumerate(codebooks):
        codes[:, level] = nearest_centres(left, entries)
        left -= entries[codes[:, level]]
    return codes


def decode(codes: np.ndarray, codebooks: np.ndarray) -> np.ndarray:
    """Add up the entries that codes [N, n] name on the first n levels; returns [N, D].

    Example:
        >>> decode(np.array([[1, 0]]), np.array([[[0.0], [8.0]], [[0.5], [2.0]]])).tolist()
        [[8.5]]
    """
    n = codes.shape[1]
    total: np.ndarray = codebooks[np.arange(n), codes].sum(axis=1)
    return total


def level_errors(embeddings: np.ndarray, table: CodeTable) -> np.ndarray:
    """Return the mean squared distance [L + 1] that is left after 0, 1, ..., L levels."""
    n_levels = len(table.codebooks)
    said = (decode(table.codes[:, :n], table.codebooks) for n in range(n_levels + 1))
    return np.array([((embeddings - own) ** 2).sum(axis=1).mean() for own in said])
