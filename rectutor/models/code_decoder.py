"""A transformer decoder whose many answers share one memory.

Vaswani et al., "Attention Is All You Need", NeurIPS 2017, section 3.1: each block attends to what
is already written, then to what the encoder has read, then feeds forward.

B questions have a memory each, and G answers of S codes are written to each question: in training
one answer for every position of a history, in a beam search one for every beam. Keys and values of
the memory are made once for all of them.

Departures: a LayerNorm stands before each part, not behind it.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rectutor.layers import Drop

__all__ = ["DecoderBlock", "KeyValue"]


class KeyValue(NamedTuple):
    """What queries meet, and what they receive for it."""

    key: Tensor  # [..., H, S, D / H]
    value: Tensor


class DecoderBlock(nn.Module):
    """Self-attention, attention to a memory, feed-forward.

    Args:
        width: D.
        n_heads: H, a divisor of D.
        dropout: share of activations dropped in training, 0 to 1.
    """

    def __init__(self, width: int, n_heads: int, dropout: float) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.drop = Drop(dropout)
        self.before_self, self.before_memory, self.before_feed_forward = (
            nn.LayerNorm(width) for _ in range(3)
        )
        self.project = nn.Linear(width, 3 * width)  # query, key and value of what is written
        self.merge = nn.Linear(width, width)
        self.ask = nn.Linear(width, width)  # query to the memory
        self.answer = nn.Linear(width, 2 * width)  # its key and value
        self.merge_memory = nn.Linear(width, width)
        self.feed_forward = nn.Sequential(
            nn.Linear(width, 4 * width), nn.ReLU(), nn.Linear(4 * width, width)
        )

    def memory_of(self, states: Tensor) -> KeyValue:
        """Make key and value [B, H, T, D / H] of what was read, [B, T, D]."""
        return KeyValue(*(self._heads(part) for part in self.answer(states).chunk(2, dim=-1)))

    def forward(
        self, x: Tensor, memory: KeyValue, may_attend: Tensor, past: KeyValue | None = None
    ) -> tuple[Tensor, KeyValue]:
        """Transform what is written.

        Args:
            x: [B, G, S, D]; with a `past` the newest code alone, S = 1.
            memory: from `memory_of`.
            may_attend: [B, 1, G or 1, T] bool, which part of the memory each answer may see.
            past: keys and values of the codes before, [B * G, H, s, D / H].

        Returns:
            [B, G, S, D], and keys and values of all codes so far.
        """
        B, G, S, D = x.shape
        parts = self.project(self.before_self(x)).flatten(0, 1).chunk(3, dim=-1)
        query, key, value = (self._heads(part) for part in parts)  # [B * G, H, S, D / H]
        if past is not None:
            key, value = torch.cat([past.key, key], 2), torch.cat([past.value, value], 2)
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=past is None)
        x = x + self.drop(self.merge(mixed.transpose(1, 2).reshape(B, G, S, D)))
        query = self._heads(self.ask(self.before_memory(x)).flatten(1, 2))  # [B, H, G * S, D / H]
        may_attend = may_attend.repeat_interleave(G * S // may_attend.shape[2], dim=2)
        mixed = F.scaled_dot_product_attention(query, *memory, may_attend)
        x = x + self.drop(self.merge_memory(mixed.transpose(1, 2).reshape(B, G, S, D)))
        x = x + self.drop(self.feed_forward(self.before_feed_forward(x)))
        return x, KeyValue(key, value)

    def _heads(self, x: Tensor) -> Tensor:
        """Cut the width into heads: [n, S, D] to [n, H, S, D / H]."""
        return x.unflatten(-1, (self.n_heads, -1)).transpose(1, 2)
