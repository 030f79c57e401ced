"""Two towers: one reads a history, the other an item's text; the score is their dot product.

Huang et al., "Learning Deep Structured Semantic Models for Web Search using Clickthrough Data",
CIKM 2013, section 3: towers over text, cosine, softmax. Yi et al., "Sampling-Bias-Corrected
Neural Modeling for Large Corpus Item Recommendations", RecSys 2019, section 3: a history as the
query, temperature, softmax over the batch with the logQ correction.

E is the width of the text encoder. No item has a vector of its own: a new item is scored from its
text, and `with_items` takes the same weights to another catalogue.

Departures:
    - Item text comes as one frozen vector, not as letter trigrams (2013) or id features (2019).
    - The softmax runs over the whole catalogue, which is small here; `in_batch` is the papers'
      way. There an item's share of the batch is its share of the training events, counted
      beforehand instead of estimated from the stream.
    - The mean of a history weighs items by how recent they are; `decay=1` is the plain mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rectutor.layers import Drop
from rectutor.models.text_model import TextModel
from rectutor.schema import PAD, seeded

__all__ = ["TwoTower", "TwoTowerConfig"]


@dataclass(frozen=True)
class TwoTowerConfig:
    """Sizes of a two-tower model."""

    max_length: int = 50  # T, newest items read
    width: int = 64  # D, of what the towers give out
    inner: int = 256  # width of each tower's hidden layer
    decay: float = 0.4  # weight of an item against the next newer one, 0..1; 1 is the plain mean
    dropout: float = 0.2  # 0..1
    temperature: float = 0.07  # above 0
    in_batch: bool = False  # softmax over the batch's targets with logQ, not the catalogue


class TwoTower(TextModel):
    """Recency-weighted mean of projected texts, then an MLP; for items an MLP over their text.

    Args:
        item_vectors: [N + 1, E] float, row 0 zeros.
        config: sizes.
        seed: decides the first weights.

    Raises:
        ValueError: see `TextModel`; or the decay is not above 0 and at most 1.
    """

    def __init__(self, item_vectors: np.ndarray, config: TwoTowerConfig, seed: int = 0) -> None:
        super().__init__(item_vectors, config.max_length, config.temperature)
        if not 0 < config.decay <= 1:
            raise ValueError(f"decay must be above 0 and at most 1, got {config.decay}")
        E, D = self.item_vectors.shape[1], config.width
        with seeded(seed):
            self.project = nn.Linear(E, D)
            self.user_tower = _tower(D, config)
            self.item_tower = _tower(E, config)
        self.config = config
        self.name = "Two-tower (in-batch)" if config.in_batch else "Two-tower"

    def items(self) -> Tensor:
        """Turn all texts into item vectors [N + 1, D]."""
        return self.item_tower(self.item_vectors)

    def read(self, history: Tensor, items: Tensor, last_only: bool = False) -> Tensor:
        """Turn histories into user vectors.

        Args:
            history: [B, T] item indices, PAD on the left.
            items: not used: an item as evidence has another vector than as a candidate.
            last_only: the newest position alone.

        Returns:
            [B, T, D], or [B, 1, D] with `last_only`; position t has read the items 0..t.
        """
        shares = recency_shares(history, self.config.decay)  # [B, T, T]
        if last_only:
            shares = shares[:, -1:]
        mean = shares @ self.project(self.item_vectors)[history]  # [B, T, D]
        return self.user_tower(mean)

    def softmax_loss(self, users: Tensor, items: Tensor, wanted: Tensor) -> Tensor:
        """Return the mean cross-entropy against the catalogue, or against the batch's targets.

        In a batch an item stands as often as it occurs in training, so a popular one would be
        held down as a negative of everybody; taking log Q off its logits undoes that.
        """
        if not self.config.in_batch:
            return super().softmax_loss(users, items, wanted)
        log_q = (self.counts / self.counts.sum()).log()  # [N + 1]
        logits = users @ items[wanted].T - log_q[wanted]  # [n, n]
        return F.cross_entropy(logits, torch.arange(len(wanted)))


def recency_shares(history: Tensor, decay: float) -> Tensor:
    """Say how much of each item enters the mean at each position.

    Args:
        history: [B, T] item indices, PAD on the left.
        decay: weight of an item against the next newer one.

    Returns:
        [B, T, T]; row t holds the shares of the items 0..t, which sum to 1, or zeros at padding.

    Example:
        >>> recency_shares(torch.tensor([[0, 5, 3]]), decay=0.5)[0, 2]
        tensor([0.0000, 0.3333, 0.6667])
    """
    T = history.shape[1]
    age = torch.arange(T)[:, None] - torch.arange(T)  # [T, T], in items
    weights = (decay ** age.clamp(min=0)).tril()  # nothing of the future
    weights = weights * (history != PAD)[:, None]  # [B, T, T]
    return weights / weights.sum(dim=2, keepdim=True).clamp(min=torch.finfo().tiny)


def _tower(n_in: int, config: TwoTowerConfig) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(n_in, config.inner),
        nn.ReLU(),
        Drop(config.dropout),
        nn.Linear(config.inner, config.width),
    )
