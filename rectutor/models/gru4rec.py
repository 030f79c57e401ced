"""GRU4Rec: a recurrent network reads the history, one item after the other.

Hidasi, Karatzoglou, Baltrunas and Tikk, "Session-based Recommendations with Recurrent Neural
Networks", ICLR 2016, section 3.

Departures:
    - Whole histories in padded batches instead of session-parallel mini-batches.
    - Full cross-entropy (or drawn negatives) instead of BPR or TOP1 over the batch's items.
    - Input and output share one table of item vectors.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from rectutor.layers import Drop
from rectutor.models.sequence import LOSSES, SequenceModel
from rectutor.schema import PAD, seeded

__all__ = ["GRU4Rec", "GRU4RecConfig"]


@dataclass(frozen=True)
class GRU4RecConfig:
    """Sizes of a GRU4Rec."""

    n_items: int  # N
    max_length: int = 50  # T, newest items read
    width: int = 64  # D, of item vectors and of the recurrent state
    n_layers: int = 1
    dropout: float = 0.2  # 0..1
    loss: str = "cross_entropy"  # or "sampled_softmax", "bce"
    n_negatives: int = 1  # drawn for each target, unless the loss is "cross_entropy"


class GRU4Rec(SequenceModel):
    """Gated recurrent next-item model."""

    def __init__(self, config: GRU4RecConfig, seed: int = 0) -> None:
        with seeded(seed):
            super().__init__(
                config.n_items, config.max_length, config.width, config.loss, config.n_negatives
            )
            self.reader = nn.GRU(config.width, config.width, config.n_layers, batch_first=True)
            self.final = nn.Linear(config.width, config.width)
        self.drop = Drop(config.dropout)
        self.config = config
        self.name = f"GRU4Rec ({LOSSES[config.loss]})"

    def encode(self, history: Tensor, last_only: bool = False) -> Tensor:
        """Turn [B, T] items into hidden states [B, T, D], or [B, 1, D] with `last_only`.

        Padding must not move the recurrent state, so rows are rolled to start with their first
        real item, and rolled back afterwards.
        """
        T = history.shape[1]
        n_padding = (history == PAD).sum(dim=1, keepdim=True)  # [B, 1]
        forth = (torch.arange(T) + n_padding) % T  # [B, T], real items first
        x = self.drop(self.items(history.gather(1, forth)))
        states, _ = self.reader(x)  # [B, T, D]
        back = (torch.arange(T) - n_padding) % T
        states = states.gather(1, back[:, :, None].expand_as(states))
        if last_only:
            states = states[:, -1:]
        return self.final(self.drop(states))
