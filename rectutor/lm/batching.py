"""Texts of different lengths as rectangles of tokens, a few at a time."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch
from torch import Tensor

from rectutor.lm.tokens import lengths_of

if TYPE_CHECKING:
    from transformers import Cache

__all__ = ["by_length", "cache_rows", "mean_state", "padded"]


def padded(
    sequences: Sequence[np.ndarray], side: Literal["left", "right"]
) -> tuple[Tensor, Tensor]:
    """Lay sequences out as one rectangle.

    Args:
        sequences: R arrays of token ids, each at least one long.
        side: where the padding goes.

    Returns:
        Tokens [R, T] int64, 0 at padding, and [R, T] int64, 1 at a token and 0 at padding. Only
        the second tells padding from a token, since 0 may be a token's id as well.

    Example:
        >>> tokens, is_real = padded([np.array([7, 8]), np.array([9])], side="left")
        >>> tokens.tolist(), is_real.tolist()
        ([[7, 8], [0, 9]], [[1, 1], [0, 1]])
    """
    lengths = lengths_of(sequences)[:, None]  # [R, 1]
    T = int(lengths.max())
    columns = np.arange(T)
    is_real = columns >= T - lengths if side == "left" else columns < lengths  # [R, T]
    tokens = np.zeros(is_real.shape, dtype=np.int64)
    tokens[is_real] = np.concatenate(sequences)
    return torch.from_numpy(tokens), torch.from_numpy(is_real.astype(np.int64))


def by_length(costs: np.ndarray, budget: int) -> Iterator[np.ndarray]:
    """Group rows of similar cost, dearest first, so that little of a batch is padding.

    Args:
        costs: [n] int, tokens that each row takes once it is padded to itself.
        budget: tokens that a batch may take when every row is padded to its longest; a row that
            is dearer than that comes alone.

    Yields:
        Row numbers; together they are 0..n-1, each once.

    Example:
        >>> [rows.tolist() for rows in by_length(np.array([1, 9, 2, 2]), budget=6)]
        [[1], [2, 3, 0]]
    """
    order = np.argsort(-costs, kind="stable")
    start = 0
    while start < len(order):
        stop = start + max(1, budget // int(costs[order[start]]))
        yield order[start:stop]
        start = stop


def mean_state(states: Tensor, is_real: Tensor) -> Tensor:
    """Average states [B, T, D] over the real tokens of each text, [B, D]."""
    total = states.masked_fill(is_real[:, :, None] == 0, 0.0).sum(dim=1)  # [B, D]
    return total / is_real.sum(dim=1, keepdim=True)


def cache_rows(cache: Cache, rows: Tensor) -> Cache:
    """Return a key/value cache that holds `rows` of another one, with repetitions.

    The given cache is left as it was: transformers' own selection replaces a layer's tensors and
    never writes into them, so that a copy of the layers' outer shells is enough.

    Args:
        cache: B rows, of a decoder or of an encoder-decoder.
        rows: [R] int64, each in 0..B-1.
    """
    chosen = _shell(cache)
    chosen.batch_select_indices(rows)
    return chosen


def _shell(cache: Cache) -> Cache:
    """Copy a cache without its tensors."""
    shell = copy.copy(cache)
    if hasattr(cache, "cross_attention_cache"):
        shell.self_attention_cache = _shell(cache.self_attention_cache)
        shell.cross_attention_cache = _shell(cache.cross_attention_cache)
        shell.is_updated = dict(cache.is_updated)
    else:
        shell.layers = [copy.copy(layer) for layer in cache.layers]
    return shell
