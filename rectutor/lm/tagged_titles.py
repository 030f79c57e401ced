"""Titles behind a tag: "book Emma;", "2004 Alien;". A tag says which domain, or when.

A history of tagged titles is tuned on like any other, so a decoder learns what follows a tag; and
whoever asks can write the tag himself, and let the decoder go on. That is a prompt which tells the
domain or the date, in the only wording that the decoder knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch

from rectutor.lm.title_rows import Rows
from rectutor.lm.tokens import tokenized
from rectutor.schema import PAD

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["tagged_numbers", "tagged_titles", "told"]


def tagged_titles(titles: Sequence[str], tags: Sequence[str]) -> list[str]:
    """Put every tag in front of every title.

    Args:
        titles: N + 1, by item index; the first is that of padding.
        tags: K words.

    Returns:
        K * N + 1 titles; item i behind tag k, from 0, has the number k * N + i.

    Example:
        >>> tagged_titles(["", "Alien", "Heat"], ["1999", "2000"])
        ['', '1999 Alien', '1999 Heat', '2000 Alien', '2000 Heat']
    """
    return ["", *(f"{tag} {title}" for tag in tags for title in titles[1:])]


def tagged_numbers(items: np.ndarray, tags: np.ndarray, n_items: int) -> np.ndarray:
    """Number items behind their tags, as `tagged_titles` does; PAD stays PAD.

    Args:
        items: item indices of any shape, 1..n_items or PAD.
        tags: in the same shape, the number of each one's tag, from 0; anything at PAD.
        n_items: N.

    Example:
        >>> tagged_numbers(np.array([0, 1, 2]), np.array([0, 0, 1]), n_items=2).tolist()
        [0, 1, 4]
    """
    numbers: np.ndarray = np.where(items == PAD, PAD, tags * n_items + items)
    return numbers


def told(rows: Rows, tags: Sequence[str], tokenizer: PreTrainedTokenizerBase) -> Rows:
    """Write a tag behind each history, so that what comes next is the title behind it.

    Args:
        rows: B histories, padded on the left.
        tags: B words.
        tokenizer: of the decoder.

    Raises:
        ValueError: there is not one tag for each history.
    """
    if len(tags) != len(rows.tokens):
        raise ValueError(
            f"told needs a tag for each of {len(rows.tokens)} histories, got {len(tags)}; repeat "
            "the tag where all have the same"
        )
    own = tokenized(tokenizer, [f" {tag}" for tag in tags], special=False)
    longest = max(map(len, own), default=0)
    tokens = torch.zeros(len(own), longest, dtype=torch.long)
    is_real = torch.zeros_like(tokens)
    for row, ids in enumerate(own):
        tokens[row, longest - len(ids) :] = torch.as_tensor(np.asarray(ids))
        is_real[row, longest - len(ids) :] = 1
    place = torch.full_like(tokens, -1)
    parts = zip(rows, (tokens, is_real, place), strict=True)
    return Rows(*(torch.cat(pair, dim=1) for pair in parts))
