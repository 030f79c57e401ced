"""Random codes: the control that must fail, with the best entries that meaningless codes can have.

No paper. Where a model does as well with these as with codes that were learned, it has learned
items by heart, and the meaning of codes had no part in it.
"""

from __future__ import annotations

import numpy as np

from rectutor.models.residual_codes import CodeTable, entries_for

__all__ = ["random_codes"]

_MOST_BITS = 62  # of a whole number that is drawn


def random_codes(
    embeddings: np.ndarray, n_levels: int = 3, codebook_size: int = 64, seed: int = 0
) -> CodeTable:
    """Draw a tuple of codes for each item, no two alike; an entry is the mean of what it describes.

    An entry is the mean of what its items have left over, so the error of the catalogue falls a
    little with each level, as it would for any grouping. A new item gets the entries nearest to it,
    as from any codebook; the catalogue's own items have not got theirs like that.

    Args:
        embeddings: [N, D] float, without a row for padding.
        n_levels: L, 1 or more.
        codebook_size: K; K ** L is N or more.
        seed: of the draw.

    Raises:
        ValueError: n_levels is below 1, or there are fewer tuples than items.
    """
    codes = _different(len(embeddings), n_levels, codebook_size, np.random.default_rng(seed))
    return entries_for(codes, embeddings, codebook_size)


def _different(n: int, n_levels: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """Draw n different tuples, [n, L] of 0..size-1."""
    n_tuples = max(size, 0) ** max(n_levels, 0)
    if n_tuples < n:
        raise ValueError(
            f"{n} items need as many tuples, {n_levels} levels of {size} codes have {n_tuples}; "
            "take more levels or more codes"
        )
    bits = max(float(np.log2(size)), 1.0)
    n_levels = max(n_levels, 0)
    n_telling = min(n_levels, int(_MOST_BITS / bits))  # last levels, which alone tell all apart
    codes = rng.integers(size, size=(n, n_levels))
    numbers = rng.choice(size**n_telling, n, replace=False)
    for level in range(n_levels - 1, n_levels - n_telling - 1, -1):
        numbers, codes[:, level] = np.divmod(numbers, size)
    return codes
