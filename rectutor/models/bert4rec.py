"""BERT4Rec: hide some items of a history, look both ways, and fill them in.

Sun et al., "BERT4Rec: Sequential Recommendation with Bidirectional Encoder Representations from
Transformer", CIKM 2019, section 3.

Departures:
    - One row in ten hides the newest item only, which is what is asked at test time (the paper
      mixes such rows in as well, in a share it does not state).
    - Every hidden item becomes the mask token; no random replacement.
    - An output bias starts at log popularity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rectutor.data.batches import bucketed, left_trimmed, windows
from rectutor.layers import Block, Drop, attention_mask, full_cross_entropy
from rectutor.models.sequence import SequenceModel
from rectutor.schema import PAD, Events, seeded

__all__ = ["BERT4Rec", "BERT4RecConfig"]


@dataclass(frozen=True)
class BERT4RecConfig:
    """Sizes of a BERT4Rec."""

    n_items: int  # N
    max_length: int = 50  # T, newest items read, the mask among them
    width: int = 64  # D
    n_blocks: int = 2
    n_heads: int = 2  # a divisor of width
    dropout: float = 0.2  # 0..1
    mask_share: float = 0.2  # share of items hidden in training, 0..1


class BERT4Rec(SequenceModel):
    """Bidirectional masked-item model."""

    learning_rate = 1e-3  # three times that, as SASRec takes, and it stays at popularity

    def __init__(self, config: BERT4RecConfig, seed: int = 0) -> None:
        with seeded(seed):
            super().__init__(config.n_items, config.max_length, config.width, "cross_entropy", 1)
            self.mask = nn.Parameter(torch.randn(config.width) * 0.1)
            self.positions = nn.Embedding(config.max_length, config.width)
            nn.init.normal_(self.positions.weight, std=0.1)
            self.blocks = nn.ModuleList(
                Block(config.width, config.n_heads, 4 * config.width, config.dropout, "gelu")
                for _ in range(config.n_blocks)
            )
            self.final = nn.LayerNorm(config.width)
        self.drop = Drop(config.dropout)
        self.config = config
        self.name = "BERT4Rec"

    def epoch(
        self, train: Events, batch_size: int, rng: np.random.Generator
    ) -> list[tuple[Tensor, ...]]:
        """Lay out batches of (items [B, T], is_hidden [B, T])."""
        items = windows(train, self.max_length - 1, rng).items  # T columns: all of them are read
        batches: list[tuple[Tensor, ...]] = []
        for rows in bucketed((items != PAD).sum(axis=1), batch_size, rng):
            shown = np.ascontiguousarray(left_trimmed(items[rows]))
            is_hidden = rng.random(shown.shape) < self.config.mask_share
            newest_only = rng.random(len(shown)) < 0.1
            is_hidden[newest_only] = False
            is_hidden[:, -1] |= newest_only | ~(is_hidden & (shown != PAD)).any(axis=1)
            batches.append((torch.from_numpy(shown), torch.from_numpy(is_hidden & (shown != PAD))))
        return batches

    def loss(self, *batch: Tensor) -> Tensor:
        """Return the mean cross-entropy of the hidden items."""
        items, is_hidden = batch
        hidden = self._read(items, is_hidden)[is_hidden]  # [n, D]
        return full_cross_entropy(
            hidden, self.items.weight[1:], self.bias[1:], items[is_hidden] - 1
        )

    def encode(self, history: Tensor, last_only: bool = False) -> Tensor:
        """Append the mask token to [B, T] items and read it: [B, 1, D], whatever `last_only`."""
        newest = history[:, -(self.max_length - 1) :]
        items = F.pad(newest, (0, 1), value=1)  # any real index: the mask vector covers it
        is_hidden = torch.zeros_like(items, dtype=torch.bool)
        is_hidden[:, -1] = True
        return self._read(items, is_hidden, last_only=True)

    def _read(self, items: Tensor, is_hidden: Tensor, last_only: bool = False) -> Tensor:
        """Run the blocks over items of which some are covered by the mask vector."""
        T = items.shape[1]
        x = torch.where(is_hidden[:, :, None], self.mask, self.items(items))  # [B, T, D]
        x = x + self.positions.weight[self.max_length - T :]
        x = self.drop(x)
        may_attend = attention_mask(items, is_causal=False)
        for i, block in enumerate(self.blocks):
            x = block(x, may_attend, last_only=last_only and i == len(self.blocks) - 1)
        return self.final(x)
