"""Two items, one tuple of codes: tell them apart by one code more, or move one to another tuple.

`with_suffix`: Rajput et al., "Recommender Systems with Generative Retrieval" (TIGER), NeurIPS 2023,
section 3.1. The further code counts; it means nothing, and that of a new item was never learned.

`next_nearest`: Zhang et al., "Purely Semantic Indexing for LLM-based Generative Recommendation and
Retrieval", 2025. There is no further code: an item whose tuple is taken gets the nearest one that
is free, so every code keeps its meaning.

**Departures.** An item's nearest tuples are found by a beam over the levels, which widens until a
free one is among them. Of all items of a tuple the nearest keeps it, wherever in the catalogue it
stands, and so it goes for the next tuples that they ask for.
"""

from __future__ import annotations

import numpy as np

from rectutor.models.residual_codes import CodeTable, decode

__all__ = ["nearest_tuples", "next_nearest", "with_suffix"]

_FIRST_BEAM = 16  # tuples that are looked at before the beam widens
_ROWS_AT_ONCE = 512


def with_suffix(codes: np.ndarray, taken: np.ndarray | None = None) -> np.ndarray:
    """Add a code that counts the items of one tuple: 0 for the first, 1 for the second.

    The suffixes need a codebook of as many codes as the most crowded tuple has items,
    `suffixed[:, -1].max() + 1`; that may be more than K.

    Args:
        codes: [N, L] int.
        taken: [M, L + 1] ids of other items, such as those that a model was trained on; counting
            goes on behind them.

    Returns:
        [N, L + 1] int64, no two rows alike.

    Example:
        >>> with_suffix(np.array([[3, 1], [0, 2], [3, 1]])).tolist()
        [[3, 1, 0], [0, 2, 0], [3, 1, 1]]
    """
    before = np.zeros((0, codes.shape[1] + 1), dtype=np.int64) if taken is None else taken
    (old, own), n = _numbered(before[:, :-1], codes)
    first_free = np.zeros(n, dtype=np.int64)
    np.maximum.at(first_free, old, before[:, -1] + 1)
    order = np.argsort(own, kind="stable")
    place = np.empty(len(codes), dtype=np.int64)
    place[order] = np.arange(len(codes)) - np.searchsorted(own[order], own[order])
    return np.concatenate([codes, (first_free[own] + place)[:, None]], axis=1)


def next_nearest(
    embeddings: np.ndarray, table: CodeTable, taken: np.ndarray | None = None
) -> np.ndarray:
    """Move items that share a tuple to the nearest tuples that are free.

    Args:
        embeddings: [N, D], what the codebooks describe (of an RQ-VAE, what its encoder returns).
        table: codebooks, and the codes of these items. Those of new items come from `encode`.
        taken: [M, L] tuples that nobody may have, such as those of a catalogue to which these
            items are new.

    Returns:
        [N, L] int64, no two rows alike and none of them in `taken`. Every tuple that an item had in
        `table`, and that is not taken, is still had by an item: the nearest of those that had it.

    Raises:
        ValueError: there are fewer free tuples than items.
    """
    codebooks, codes = table.codebooks, table.codes.copy()
    n_levels, K = codebooks.shape[:2]
    held = np.zeros((0, n_levels), dtype=np.int64) if taken is None else np.unique(taken, axis=0)
    if K**n_levels - len(held) < len(codes):
        raise ValueError(
            f"{len(codes)} items need as many free tuples, {n_levels} levels of {K} codes have "
            f"{K**n_levels - len(held)}; take more levels or more codes"
        )
    gaps = ((embeddings - decode(codes, codebooks)) ** 2).sum(axis=1)
    waiting = np.arange(len(codes))
    tuples, gaps = codes[:, None], gaps[:, None]  # at first everybody asks for its own tuple
    width = _FIRST_BEAM
    while True:
        chosen = _given_out(tuples, gaps, held)
        is_served = chosen >= 0
        codes[waiting[is_served]] = tuples[is_served, chosen[is_served]]
        held = np.concatenate([held, codes[waiting[is_served]]])
        waiting = waiting[~is_served]
        if not len(waiting):
            return codes
        tuples, gaps = nearest_tuples(embeddings[waiting], codebooks, width)
        width *= 4


def nearest_tuples(
    embeddings: np.ndarray, codebooks: np.ndarray, width: int
) -> tuple[np.ndarray, np.ndarray]:
    """Find tuples whose entries add up to something near each item, the nearest first.

    On each level the `width` beginnings that leave the least are kept; with a width of K ** (L - 1)
    or more, no tuple can be missed.

    Args:
        embeddings: [N, D].
        codebooks: [L, K, D].
        width: W; fewer come back where there are fewer tuples.

    Returns:
        The tuples [N, W, L], and the squared distances of what they stand for [N, W].
    """
    parts = [
        _beam(embeddings[first : first + _ROWS_AT_ONCE], codebooks, width)
        for first in range(0, len(embeddings), _ROWS_AT_ONCE)
    ]
    tuples, gaps = (np.concatenate(own) for own in zip(*parts, strict=True))
    return tuples, gaps


def _beam(items: np.ndarray, codebooks: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Search for a few items at once."""
    rows = np.arange(len(items))[:, None]
    left = np.asarray(items, dtype=np.float32)[:, None]  # [n, w, D]
    tuples = np.zeros((len(items), 1, 0), dtype=np.int64)
    for entries in codebooks:
        gaps = (left**2).sum(axis=2)[:, :, None] - 2 * left @ entries.T + (entries**2).sum(axis=1)
        flat = gaps.reshape(len(items), -1)  # [n, w * K]
        best = np.argsort(flat, axis=1, kind="stable")[:, :width]
        beam, code = np.divmod(best, len(entries))
        tuples = np.concatenate([tuples[rows, beam], code[:, :, None]], axis=2)
        left = left[rows, beam] - entries[code]
    return tuples, np.take_along_axis(flat, best, axis=1)


def _given_out(tuples: np.ndarray, gaps: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Let items ask for their tuples in turn; return the place of the one each gets, -1 for none.

    Args:
        tuples: [n, W, L] wishes, the dearest first.
        gaps: [n, W]; of several items that ask for a tuple the one with the smallest gets it.
        held: [M, L] tuples that are gone.
    """
    n, width, n_levels = tuples.shape
    (gone, wishes), n_numbers = _numbered(held, tuples.reshape(-1, n_levels))
    wishes = wishes.reshape(n, width)
    is_gone = np.zeros(n_numbers, dtype=bool)
    is_gone[gone] = True
    chosen = np.full(n, -1)
    asking = np.arange(n)
    while True:
        is_free = ~is_gone[wishes[asking]]
        asking, first = asking[is_free.any(axis=1)], is_free.argmax(axis=1)[is_free.any(axis=1)]
        if not len(asking):
            return chosen
        wish = wishes[asking, first]
        queue = np.lexsort((gaps[asking, first], wish))
        is_nearest = np.append(True, np.diff(wish[queue]) != 0)
        winners = queue[is_nearest]
        chosen[asking[winners]] = first[winners]
        is_gone[wish[winners]] = True
        asking = np.delete(asking, winners)


def _numbered(one: np.ndarray, other: np.ndarray) -> tuple[list[np.ndarray], int]:
    """Number the rows of two tables, equal ones alike; return that, and how many there are."""
    both = np.concatenate([one, other])
    different, numbers = np.unique(both, axis=0, return_inverse=True)
    return np.split(numbers.ravel(), [len(one)]), len(different)
