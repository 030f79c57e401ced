"""From something that is no item to the nearest item: by distances, and by codes.

A generator writes what it likes: a title that nobody filmed, a vector between two books, a tuple
of codes that no item has. Grounding gives each the item that it is nearest to, says how far that
is, and whether it is alone there. Distances of titles are in `title_grounding`, of vectors in
`vector_grounding`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rectutor.schema import PAD
from rectutor.trie import check_codes

__all__ = ["Grounded", "blocks", "code_distances", "ground_codes", "joined", "nearest"]

_CELLS_AT_ONCE = 4_000_000  # of a table of distances: 32 MB of float64


class Grounded(NamedTuple):
    """What B things were taken for, nearest first; of equally near items the lowest index first."""

    items: np.ndarray  # [B, k] int64 item index; PAD where no item is near enough
    distances: np.ndarray  # [B, k] float64, 0 and up; inf where there is no item
    is_certain: np.ndarray  # [B] bool: there is an item, and it is nearer than every other

    @property
    def is_found(self) -> np.ndarray:
        """Tell where there is an item at all, [B]; found but not certain is a tie."""
        found: np.ndarray = self.items[:, 0] != PAD
        return found


def nearest(distances: np.ndarray, k: int = 1, within: float = np.inf) -> Grounded:
    """Pick the k nearest items.

    Args:
        distances: [B, N]; column j belongs to item index j + 1. inf rules an item out.
        k: 1 or more; above N the rest is filled up with PAD.
        within: a distance above this is too far.

    Raises:
        ValueError: k is below 1, there is no item, or a distance is nan.

    Example:
        >>> grounded = nearest(np.array([[3.0, 1.0, 1.0], [0.0, 2.0, 9.0]]), k=2)
        >>> grounded.items.tolist(), grounded.is_certain.tolist()
        ([[2, 3], [1, 2]], [False, True])
    """
    if k < 1:
        raise ValueError(f"k must be 1 or more, got {k}")
    if distances.ndim != 2 or not distances.shape[1]:
        raise ValueError(
            f"distances must be [B, N] with one item or more, got {list(distances.shape)}"
        )
    if np.isnan(distances).any():
        row, column = np.argwhere(np.isnan(distances))[0]
        raise ValueError(
            f"row {row}: the distance to item {column + 1} is nan; look for nan in what was "
            "measured, and give inf to rule an item out"
        )
    N = distances.shape[1]
    order = np.argsort(distances, axis=1, kind="stable")[:, : max(k, 2)]
    ordered = np.take_along_axis(distances, order, axis=1).astype(np.float64)
    is_near = (ordered <= within) & (ordered < np.inf)
    is_certain = is_near[:, 0] if N == 1 else is_near[:, 0] & (ordered[:, 0] < ordered[:, 1])
    fill = ((0, 0), (0, max(0, k - N)))
    return Grounded(
        np.pad(np.where(is_near, order + 1, PAD)[:, :k], fill, constant_values=PAD),
        np.pad(np.where(is_near, ordered, np.inf)[:, :k], fill, constant_values=np.inf),
        is_certain,
    )


def code_distances(asked: np.ndarray, codes: np.ndarray, how: str = "hamming") -> np.ndarray:
    """Count the levels on which tuples of codes and items differ.

    Args:
        asked: [B, L] int, tuples that may belong to no item.
        codes: [N, L] int; row i belongs to item index i + 1.
        how: "hamming" counts every level with another code. "prefix" counts all levels from the
            first difference on: in a tree of codes that is how far up the two have parted.

    Returns:
        [B, N] int16, 0 to L.

    Raises:
        ValueError: an unknown `how`, or the tables have no whole numbers or other levels.

    Example:
        >>> codes = np.array([[7, 1, 4], [2, 1, 4]])
        >>> code_distances(np.array([[7, 0, 4]]), codes).tolist()
        [[1, 2]]
        >>> code_distances(np.array([[7, 0, 4]]), codes, "prefix").tolist()
        [[2, 3]]
    """
    if how not in ("hamming", "prefix"):
        raise ValueError(f'how must be "hamming" or "prefix", got {how!r}')
    check_codes(codes)
    if asked.ndim != 2 or asked.shape[1] != codes.shape[1]:
        raise ValueError(
            f"asked must be [B, {codes.shape[1]}] as the items' codes are, got {list(asked.shape)}"
        )
    distances = np.zeros((len(asked), len(codes)), dtype=np.int16)
    differs = np.zeros(distances.shape, dtype=bool)
    for own, of_items in zip(asked.T, codes.T, strict=True):  # level by level
        if how == "hamming":
            differs[:] = False
        differs |= own[:, None] != of_items
        distances += differs
    return distances


def ground_codes(
    asked: np.ndarray, codes: np.ndarray, k: int = 1, how: str = "hamming"
) -> Grounded:
    """Give tuples of codes the items that differ from them on the fewest levels.

    Ties are the rule: with few levels there are few distances. `is_certain` tells them.

    Args:
        asked: [B, L] int.
        codes: [N, L] int.
        k: how many items.
        how: as in `code_distances`.

    Raises:
        ValueError: as in `code_distances` and `nearest`.
    """
    return joined(
        [
            nearest(code_distances(asked[rows], codes, how), k)
            for rows in blocks(len(asked), len(codes))
        ]
    )


def blocks(n_rows: int, n_columns: int) -> Iterator[slice]:
    """Cut the rows of a large table into blocks of bounded size; one empty block for no rows."""
    size = max(1, _CELLS_AT_ONCE // max(1, n_columns))
    for first in range(0, max(1, n_rows), size):
        yield slice(first, first + size)


def joined(parts: list[Grounded]) -> Grounded:
    """Put the results of several blocks of questions below each other."""
    return Grounded(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
