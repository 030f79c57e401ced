"""SASRec: self-attention over the items a person has chosen, to predict the next one.

Kang and McAuley, "Self-Attentive Sequential Recommendation", ICDM 2018, section III.

Departures:
    - Loss: the paper's binary cross-entropy with one drawn negative is `loss="bce"`. The default
      is full cross-entropy over all items, as later work found the loss to matter more than the
      architecture (Klenitskiy and Vasilev, "Turning Dross Into Gold Loss", RecSys 2023).
    - With cross-entropy an output bias starts at log popularity.
    - Item vectors start from N(0, 0.1) and are not scaled by sqrt(D).
    - A long history is cut into several windows, elsewhere in every epoch, instead of being
      dropped beyond the newest T.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from rectutor.data.batches import left_trimmed
from rectutor.layers import Block, Drop, attention_mask
from rectutor.models.sequence import LOSSES, SequenceModel
from rectutor.schema import Queries, seeded

__all__ = ["SASRec", "SASRecConfig"]


@dataclass(frozen=True)
class SASRecConfig:
    """Sizes of a SASRec; the defaults train in about a minute on one laptop core."""

    n_items: int  # N
    max_length: int = 50  # T, newest items read
    width: int = 64  # D
    n_blocks: int = 2
    n_heads: int = 2  # a divisor of width
    dropout: float = 0.2  # 0..1
    loss: str = "cross_entropy"  # or "sampled_softmax", "bce"
    n_negatives: int = 1  # drawn for each target, unless the loss is "cross_entropy"


class SASRec(SequenceModel):
    """Self-attentive next-item model: item and position vectors, causal blocks, dot product."""

    def __init__(self, config: SASRecConfig, seed: int = 0) -> None:
        with seeded(seed):
            super().__init__(
                config.n_items, config.max_length, config.width, config.loss, config.n_negatives
            )
            self.positions = nn.Embedding(config.max_length, config.width)
            nn.init.normal_(self.positions.weight, std=0.1)
            self.blocks = nn.ModuleList(
                Block(config.width, config.n_heads, config.width, config.dropout)
                for _ in range(config.n_blocks)
            )
            self.final = nn.LayerNorm(config.width)
        self.drop = Drop(config.dropout)
        self.config = config
        self.name = f"SASRec ({LOSSES[config.loss]})"

    def encode(self, history: Tensor, last_only: bool = False) -> Tensor:
        """Turn histories into hidden states.

        Args:
            history: [B, T] item indices, PAD on the left, T at most `max_length`.
            last_only: compute the last block at position -1 alone, as scoring needs no more.

        Returns:
            [B, T, D], or [B, 1, D] with `last_only`.
        """
        x, may_attend = self._embed(history), attention_mask(history)
        for i, block in enumerate(self.blocks):
            x = block(x, may_attend, last_only=last_only and i == len(self.blocks) - 1)
        return self.final(x)

    @torch.inference_mode()
    def attention(self, queries: Queries) -> Tensor:
        """Return every attention weight: [n_blocks, B, H, T, T], rows sum to 1.

        T is the longest history among the queries, `max_length` at most.
        """
        if self.training:
            self.eval()
        history = torch.from_numpy(left_trimmed(queries.history[:, -self.max_length :]))
        x, may_attend = self._embed(history), attention_mask(history)
        maps = []
        for block in self.blocks:
            assert isinstance(block, Block)
            maps.append(block.attention(x, may_attend))
            x = block(x, may_attend)
        return torch.stack(maps)

    def _embed(self, history: Tensor) -> Tensor:
        """Add item and position vectors; positions are counted back from the newest item."""
        T = history.shape[1]
        x = self.items(history) + self.positions.weight[self.max_length - T :]  # [B, T, D]
        return self.drop(x)
