"""UniSRec: a SASRec that reads texts instead of item numbers, so that it can change its catalogue.

Hou, Mu, Zhao, Li, Ding and Wen, "Towards Universal Sequence Representation Learning for
Recommender Systems", KDD 2022, sections 2.2 to 2.4. Frozen text vectors pass several whitening
layers, mixed by a gate, and enter the transformer; `has_ids` adds a vector of each item's own.
To train on one catalogue and score another (`with_items`) is what Ding, Ma, Deoras, Wang and Wang,
"Zero-Shot Recommender Systems", 2021, asked for first.

E is the width of the text encoder, G the number of experts.

Departures:
    - One training from start to end: cross-entropy over the whole catalogue (the paper's loss for
      fine-tuning) takes the place of the in-batch contrastive loss of its pretraining, whose
      cosine and temperature stay. There is no sequence-sequence loss.
    - The gate has no noise.
    - LayerNorm stands before attention and feed-forward layer, as in SASRec here.
    - Item vectors of their own start at zero, so an item without events is scored by its text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from torch import Tensor, nn

from rectutor.layers import Block, Drop, attention_mask
from rectutor.models.text_model import TextModel
from rectutor.schema import seeded

__all__ = ["Adaptor", "UniSRec", "UniSRecConfig"]


@dataclass(frozen=True)
class UniSRecConfig:
    """Sizes of a UniSRec."""

    max_length: int = 50  # T, newest items read
    width: int = 64  # D
    n_experts: int = 8  # G
    n_blocks: int = 2
    n_heads: int = 2  # a divisor of width
    dropout: float = 0.2  # 0..1, in the transformer
    text_dropout: float = 0.0  # 0..1, of the text vectors that the experts see
    temperature: float = 0.07  # above 0
    has_ids: bool = False  # transductive: text plus a vector of the item's own; else inductive


class Adaptor(nn.Module):
    """Mixture of whitening layers: each expert shifts and turns a text vector, a gate mixes them.

    Whitening removes what all texts have in common, which otherwise makes any two texts look
    alike; here shift and matrix are learned, not computed from the covariance.

    Args:
        n_in: E.
        width: D.
        n_experts: G.
        dropout: share of the entries of a text vector that the experts miss in training.
    """

    def __init__(self, n_in: int, width: int, n_experts: int, dropout: float) -> None:
        super().__init__()
        if n_experts < 1:
            raise ValueError(f"n_experts must be 1 or more, got {n_experts}")
        self.shift = nn.Parameter(torch.zeros(n_experts, n_in))  # b
        self.turn = nn.Parameter(0.02 * torch.randn(n_experts, n_in, width))  # W
        self.gate = nn.Parameter(torch.zeros(n_in, n_experts))
        self.drop = Drop(dropout)

    def gates(self, x: Tensor) -> Tensor:
        """Return each expert's share for texts [N, E]: [N, G], rows sum to 1."""
        return (x @ self.gate).softmax(dim=-1)

    def whiten(self, x: Tensor) -> Tensor:
        """Return what each expert makes of texts [N, E]: (x - b) W, [G, N, D].

        Computed as x W - b W, which needs no shifted copy of all texts for each expert.
        """
        return x @ self.turn - self.shift[:, None] @ self.turn

    def forward(self, x: Tensor) -> Tensor:
        """Turn texts [N, E] into item vectors [N, D]."""
        shares = self.gates(x).T[:, :, None]  # [G, N, 1]
        return (shares * self.whiten(self.drop(x))).sum(dim=0)


class UniSRec(TextModel):
    """Whitened text vectors, causal attention blocks, cosine.

    Args:
        item_vectors: [N + 1, E] float, row 0 zeros.
        config: sizes.
        seed: decides the first weights.

    Raises:
        ValueError: see `TextModel`; or there is no expert, or the heads do not divide the width.
    """

    def __init__(self, item_vectors: np.ndarray, config: UniSRecConfig, seed: int = 0) -> None:
        super().__init__(item_vectors, config.max_length, config.temperature)
        n_rows, E = self.item_vectors.shape
        D = config.width
        with seeded(seed):
            self.adaptor = Adaptor(E, D, config.n_experts, config.text_dropout)
            self.positions = nn.Embedding(config.max_length, D)
            nn.init.normal_(self.positions.weight, std=0.1)
            self.blocks = nn.ModuleList(
                Block(D, config.n_heads, D, config.dropout) for _ in range(config.n_blocks)
            )
        self.first, self.final = nn.LayerNorm(D), nn.LayerNorm(D)
        self.drop = Drop(config.dropout)
        if config.has_ids:
            self.ids = nn.Parameter(torch.zeros(n_rows, D))
        self.config = config
        self.name = "UniSRec (text and ids)" if config.has_ids else "UniSRec (text)"

    def items(self) -> Tensor:
        """Turn all texts into item vectors [N + 1, D], with ids where the model has them."""
        adapted = self.adaptor(self.item_vectors)
        return adapted + self.ids if self.config.has_ids else adapted

    def read(self, history: Tensor, items: Tensor, last_only: bool = False) -> Tensor:
        """Turn histories into user vectors.

        Args:
            history: [B, T] item indices, PAD on the left, T at most `max_length`.
            items: [N + 1, D] from `items`.
            last_only: compute the last block at position -1 alone.

        Returns:
            [B, T, D], or [B, 1, D] with `last_only`.
        """
        T, may_attend = history.shape[1], attention_mask(history)
        x = items[history] + self.positions.weight[self.max_length - T :]  # [B, T, D]
        x = self.drop(self.first(x))
        for i, block in enumerate(self.blocks):
            x = block(x, may_attend, last_only=last_only and i == len(self.blocks) - 1)
        return self.final(x)

    def with_items(self, item_vectors: np.ndarray) -> Self:
        """Return a copy of this model over another catalogue (see `TextModel`).

        Raises:
            ValueError: the model has ids, which belong to its own items.
        """
        if self.config.has_ids:
            raise ValueError(
                f"the ids of {len(self.ids) - 1} items say nothing about other items; train with "
                "has_ids=False for a model that can change its catalogue"
            )
        return super().with_items(item_vectors)

    def freeze_trunk(self) -> None:
        """Let further training change the adaptor (and ids) only, as the paper's fine-tuning."""
        for part in (self.positions, self.first, self.blocks, self.final):
            part.requires_grad_(False)
