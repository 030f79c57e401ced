"""What the counting models share: who chose what, as a matrix, and whether it fits in memory."""

from __future__ import annotations

import numpy as np

from rectutor.schema import PAD, Events

__all__ = ["cooccurrence", "followers", "multi_hot", "refuse_if_too_large", "take_candidates"]

_LIMIT_BYTES = 4 * 2**30
_USERS_AT_ONCE = 2048


def refuse_if_too_large(n_items: int, n_tables: int, asked_by: str) -> None:
    """Refuse before [N, N] tables are allocated that a laptop does not have room for.

    Raises:
        MemoryError: the tables would take more than 4 GiB.
    """
    need = n_tables * (n_items + 1) ** 2 * 4
    if need > _LIMIT_BYTES:
        raise MemoryError(
            f"{asked_by} needs about {need / 2**30:.1f} GiB for {n_items} items, the limit is "
            f"{_LIMIT_BYTES / 2**30:.0f} GiB; keep fewer items with `k_core(interactions, k=...)`"
        )


def multi_hot(history: np.ndarray, n_items: int) -> np.ndarray:
    """Mark the items of each history.

    Args:
        history: [B, T] item indices, PAD where empty.
        n_items: N.

    Returns:
        [B, N + 1] float32, 1 where the item is in the history, 0 elsewhere and at padding.
    """
    marks = np.zeros((len(history), n_items + 1), dtype=np.float32)
    marks[np.arange(len(history))[:, None], history] = 1.0
    marks[:, PAD] = 0.0
    return marks


def cooccurrence(train: Events, n_items: int) -> np.ndarray:
    """Count for every pair of items how many users chose both.

    Returns:
        [N + 1, N + 1] float32, symmetric; the diagonal holds each item's users; row and column
        0 are zero.
    """
    pairs = np.zeros((n_items + 1, n_items + 1), dtype=np.float32)
    n_users = len(train.offsets) - 1
    for first in range(0, n_users, _USERS_AT_ONCE):
        last = min(first + _USERS_AT_ONCE, n_users)
        part = slice(train.offsets[first], train.offsets[last])
        marks = np.zeros((last - first, n_items + 1), dtype=np.float32)
        marks[train.user_index[part] - first, train.item_index[part]] = 1.0
        pairs += marks.T @ marks
    return pairs


def followers(train: Events, n_items: int, window: int) -> np.ndarray:
    """Count how often one item came after another, a step of distance d with weight 1 / d.

    Args:
        train: the events to count.
        n_items: N.
        window: the largest distance that counts, at least 1.

    Returns:
        [N + 1, N + 1] float32, row: the earlier item, column: the later one.
    """
    size = n_items + 1
    follows = np.zeros(size * size, dtype=np.float32)
    items, users = train.item_index, train.user_index
    for distance in range(1, window + 1):
        together = users[distance:] == users[:-distance]
        pairs = items[:-distance][together] * size + items[distance:][together]
        follows += np.bincount(pairs, minlength=size * size).astype(np.float32) / distance
    return follows.reshape(size, size)


def take_candidates(scores: np.ndarray, candidates: np.ndarray | None) -> np.ndarray:
    """Pick the candidates' columns out of scores for the whole catalogue.

    Args:
        scores: [B, N + 1] float.
        candidates: [B, C] item indices, or None for all: then padding is set to -inf in place.
    """
    if candidates is None:
        scores[:, PAD] = -np.inf
        return scores
    return np.take_along_axis(scores, candidates, axis=1)
