"""Strings that name items, for models that write an item token by token.

Hua, Xu, Ge and Zhang, "How to Index Item IDs for Recommendation Foundation Models", SIGIR-AP 2023,
section 4: independent tokens, random and sequential numbers, and paths of categories. Paths of
clusters are in `rectutor.models.item_clusters`.

**Departures.** Numbers are cut into pieces of two digits, where the paper leaves the cut to a
sub-word tokenizer; a piece is the same token wherever it stands, as there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rectutor.schema import Events

__all__ = ["ItemIds", "category_ids", "path_ids", "random_ids", "sequential_ids", "token_ids"]

_BASE = 100  # two digits a piece


class ItemIds(NamedTuple):
    """How each item is written."""

    name: str
    codes: np.ndarray  # [N + 1, L] int64 tokens, 1..V; row 0, padding, is 0
    pieces: tuple[str, ...]  # V + 1 texts, one for each token; [0] is padding

    @property
    def n_tokens(self) -> int:
        """Return V."""
        return len(self.pieces) - 1

    def text(self, item_index: int) -> str:
        """Return an item's name, its pieces joined by spaces."""
        return " ".join(self.pieces[token] for token in self.codes[item_index])


def token_ids(n_items: int) -> ItemIds:
    """Give each item a token of its own, so that no two have anything in common.

    Args:
        n_items: N.
    """
    codes = np.arange(n_items + 1)[:, None]
    return ItemIds("one token", codes, ("", *(f"item {i}" for i in range(1, n_items + 1))))


def random_ids(n_items: int, seed: int = 0) -> ItemIds:
    """Number items in an order drawn by lot.

    Args:
        n_items: N.
        seed: of the order.
    """
    order = np.random.default_rng(seed).permutation(n_items)
    return _numbered("random", order)


def sequential_ids(events: Events, n_items: int) -> ItemIds:
    """Number items in the order in which they first appear, user by user.

    Neighbours in a history get neighbouring numbers, so first pieces are shared. Give it the
    events of training alone: with the held-out ones among them, the number of a held-out item
    says that it comes right after the history, and a model reads the answer off it.

    Args:
        events: sorted by user and time.
        n_items: N; items without an event come last.
    """
    items, first = np.unique(events.item_index, return_index=True)
    seen = items[np.argsort(first, kind="stable")]
    order = np.concatenate([seen, np.setdiff1d(np.arange(1, n_items + 1), seen)])
    numbers = np.empty(n_items, dtype=np.int64)
    numbers[order - 1] = np.arange(n_items)
    return _numbered("sequential", numbers)


def category_ids(paths: Sequence[Sequence[str]]) -> ItemIds:
    """Write each item as its categories from the broad to the narrow, and a number among equals.

    Args:
        paths: for item index 1, 2, ... a path, all of one length; "" where there is no category.

    Raises:
        ValueError: paths differ in length, or there are none.
    """
    lengths = {len(path) for path in paths}
    if len(lengths) != 1:
        raise ValueError(
            f"paths must all have one length, got {sorted(lengths) or 'no paths'}; "
            'write "" where a category is missing'
        )
    levels = [[path[level] or "other" for path in paths] for level in range(lengths.pop())]
    columns = [np.unique(level, return_inverse=True) for level in levels]
    numbers = np.stack([column for _, column in columns], axis=1)
    words = [list(map(str, names)) for names, _ in columns]
    return path_ids("content", numbers, words)


def _numbered(name: str, numbers: np.ndarray) -> ItemIds:
    """Cut the numbers [N] of items into pieces of two digits; each piece is one token."""
    n_pieces = 1
    while _BASE**n_pieces <= numbers.max():
        n_pieces += 1
    powers = _BASE ** np.arange(n_pieces - 1, -1, -1)
    codes = numbers[:, None] // powers % _BASE + 1  # [N, L]
    pieces = ("", *(f"{piece:02d}" for piece in range(_BASE)))
    return ItemIds(name, np.concatenate([np.zeros((1, n_pieces), dtype=np.int64), codes]), pieces)


def path_ids(name: str, levels: np.ndarray, words: list[list[str]]) -> ItemIds:
    """Add a number among items of one path, and give every level its own tokens.

    Args:
        name: of the scheme.
        levels: [N, n_levels] numbers of the branch on each level, for item index 1, 2, ...
        words: of each level, what its branches are called.
    """
    leaf = np.empty(len(levels), dtype=np.int64)
    _, group = np.unique(levels, axis=0, return_inverse=True)
    for one in range(group.max() + 1):
        rows = np.flatnonzero(group.ravel() == one)
        leaf[rows] = np.arange(len(rows))
    columns = [*levels.T, leaf]
    texts = [*words, [str(i) for i in range(leaf.max() + 1)]]
    starts = np.cumsum([1, *map(len, texts)])[:-1]
    codes = np.stack(
        [column + start for column, start in zip(columns, starts, strict=True)], axis=1
    )
    codes = np.concatenate([np.zeros((1, codes.shape[1]), dtype=np.int64), codes])
    return ItemIds(name, codes, ("", *(text for level in texts for text in level)))
