"""Histories as rows of tokens: each title is turned into tokens once, rows are laid out as tensors.

A history reads "Watched in this order: Alien; Heat;", as one of the wordings that the
shipped decoder was pretrained on. What comes next is one title more. The mark behind each title
says where it ends, so a title that is written needs no other end.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor

from rectutor.lm.tokens import tokenized
from rectutor.prompts.titles import title_lines
from rectutor.schema import PAD

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["BEGINNING", "END", "Rows", "TitleTokens"]

BEGINNING, END = "Watched in this order:", ";"


class Rows(NamedTuple):
    """B histories as tokens."""

    tokens: Tensor  # [B, S] int64
    is_real: Tensor  # [B, S] int64, 0 at padding
    place: Tensor  # [B, S] int64, which title of its history a token belongs to; -1 for none


class TitleTokens:
    """The titles of a catalogue as tokens, each with the mark that ends it.

    Args:
        titles: N titles; the first belongs to item index 1.
        tokenizer: of the model that is to read them.

    Attributes:
        titles: one line each.
        codes: [N, M] int64, the tokens of each title, 0 behind its end.
        lengths: [N + 1] int64 tokens of each item index; that of padding is 0.

    Raises:
        TypeError: a title is not a string.
        ValueError: a title is blank, or has the mark in it that ends titles.
    """

    def __init__(self, titles: Sequence[str], tokenizer: PreTrainedTokenizerBase) -> None:
        self.titles, self.tokenizer = title_lines(titles, "titles"), tokenizer
        for place, title in enumerate(self.titles):
            if END in title:
                raise ValueError(
                    f"titles must not have {END!r} in them, which ends a title, got {title!r} at "
                    f"position {place}; write another sign in its place"
                )
        own = tokenized(tokenizer, [f" {title}{END}" for title in self.titles], special=False)
        self.lengths: np.ndarray = np.array([0, *map(len, own)])
        is_real = np.arange(self.lengths.max()) < self.lengths[1:, None]
        self.codes: np.ndarray = np.zeros(is_real.shape, dtype=np.int64)
        self.codes[is_real] = np.concatenate(own)
        first = tokenizer(BEGINNING, add_special_tokens=False)["input_ids"]
        self.beginning: np.ndarray = np.array([tokenizer.bos_token_id, *first])

    @cached_property
    def ends(self) -> np.ndarray:
        """Tell which tokens of the vocabulary end a title, [V] bool."""
        kinds = range(len(self.tokenizer))
        return np.array([self.tokenizer.decode([kind]).endswith(END) for kind in kinds])

    def rows(self, history: np.ndarray, side: str = "left") -> Rows:
        """Write histories as rows of tokens.

        Args:
            history: [B, T] item indices, oldest first, PAD anywhere.
            side: where the padding of tokens goes, "left" or "right".

        Example: see `tests/lm/test_title_rows.py`, since a tokenizer is needed.
        """
        B, T = history.shape
        n, (_, M) = len(self.beginning), self.codes.shape
        wide = np.zeros((B, n + T * M), dtype=np.int64)
        wide[:, :n] = self.beginning
        wide[:, n:] = np.concatenate([self.codes[:1], self.codes])[history].reshape(B, T * M)
        is_token = np.ones_like(wide, dtype=bool)
        is_token[:, n:] = (np.arange(M) < self.lengths[history][:, :, None]).reshape(B, T * M)
        place = np.full_like(wide, -1)
        place[:, n:] = np.repeat(np.arange(T), M)
        S = int(is_token.sum(axis=1).max())
        # A stable sort by "is it a token?" moves the gaps of each row to one side.
        order = np.argsort(is_token if side == "left" else ~is_token, axis=1, kind="stable")
        order = order[:, -S:] if side == "left" else order[:, :S]
        tokens, kept, whose = (
            np.take_along_axis(table, order, axis=1) for table in (wide, is_token, place)
        )
        return Rows(
            torch.from_numpy(np.where(kept, tokens, 0)),
            torch.from_numpy(kept.astype(np.int64)),
            torch.from_numpy(np.where(kept, whose, -1)),
        )

    def read(self, codes: np.ndarray) -> list[str]:
        """Turn written tokens [B, M] into titles, up to the first that ends one.

        Tokens of value 0 are gaps.
        """
        is_over = np.cumsum(self.ends[codes], axis=1) - self.ends[codes] > 0  # after the end
        kept = [row[~over & (row != PAD)] for row, over in zip(codes, is_over, strict=True)]
        texts = self.tokenizer.batch_decode(kept, skip_special_tokens=True)
        return [text.strip().removesuffix(END).strip() for text in texts]
