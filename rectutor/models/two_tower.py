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

import copy
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rectutor.data.batches import bucketed, left_trimmed, windows
from rectutor.layers import Drop, full_cross_entropy
from rectutor.schema import PAD, Events, Queries, seeded

__all__ = ["TextModel", "TwoTower", "TwoTowerConfig"]


class TextModel(nn.Module):
    """Items known by their text: what `TwoTower` and `UniSRec` share. It has no paper of its own.

    A child says how texts become item vectors (`items`) and how a history becomes user vectors
    (`read`); this class lays out epochs, turns vectors into a loss, and scores. A score is the
    cosine of the two over a temperature.

    Items without an event in training are kept out of the training softmax: as negatives of
    every step they would be taught never to be chosen. They are scored all the same.

    Text vectors and training counts are part of `state_dict`: a saved model is whole.

    Args:
        item_vectors: [N + 1, E] float, row 0 zeros. Only directions are used: each row is
            brought to length sqrt(E), about 1 an entry, whatever the encoder's scale.
        max_length: T, how many of the newest items are read.
        temperature: what a cosine is divided by, above 0.

    Raises:
        ValueError: the vectors have another shape, are not finite, or row 0 is not zero.
    """

    name = "text model"
    batch_size = 32  # windows
    learning_rate = 3e-3
    item_vectors: Tensor  # [N + 1, E] float32
    counts: Tensor  # [N + 1] float32, events of each item in training; all 1 before `prepare`

    def __init__(self, item_vectors: np.ndarray, max_length: int, temperature: float) -> None:
        super().__init__()
        if temperature <= 0:
            raise ValueError(f"temperature must be above 0, got {temperature}")
        self.max_length, self.temperature = max_length, temperature
        self._carry(item_vectors)

    def items(self) -> Tensor:
        """Turn all texts into item vectors [N + 1, D]."""
        raise TypeError(f"{type(self).__name__} must define items")

    def read(self, history: Tensor, items: Tensor, last_only: bool = False) -> Tensor:
        """Turn [B, T] items into user vectors [B, T, D], or [B, 1, D] with `last_only`."""
        raise TypeError(f"{type(self).__name__} must define read")

    def with_items(self, item_vectors: np.ndarray) -> Self:
        """Return a copy of this model, weights and all, over another catalogue.

        The copy may be trained further; this model stays as it is.

        Args:
            item_vectors: [N' + 1, E] of the other items, from the same text encoder.

        Raises:
            ValueError: as for a new model, or E differs.
        """
        E = self.item_vectors.shape[1]
        if item_vectors.ndim == 2 and item_vectors.shape[1] != E:
            raise ValueError(
                f"the weights read text vectors of width {E}, got {item_vectors.shape[1]}; "
                "embed both catalogues with the same encoder"
            )
        other = copy.deepcopy(self)
        other._carry(item_vectors)
        return other

    def prepare(self, train: Events) -> None:
        """Count each item's training events; those without any stay out of the softmax.

        Raises:
            ValueError: `train` holds an item that has no text vector.
        """
        counts = np.bincount(train.item_index, minlength=len(self.counts))
        if len(counts) > len(self.counts):
            raise ValueError(
                f"item_vectors describes {len(self.counts) - 1} items, but the training events "
                f"hold item {len(counts) - 1}; pass the vectors of this split's items"
            )
        self.counts.copy_(torch.from_numpy(counts))

    def epoch(
        self, train: Events, batch_size: int, rng: np.random.Generator
    ) -> list[tuple[Tensor, ...]]:
        """Lay out batches of (history [B, T], targets [B, T])."""
        items = windows(train, self.max_length, rng).items
        batches: list[tuple[Tensor, ...]] = []
        for rows in bucketed((items != PAD).sum(axis=1), batch_size, rng):
            stretch = torch.from_numpy(np.ascontiguousarray(left_trimmed(items[rows], at_least=2)))
            batches.append((stretch[:, :-1], stretch[:, 1:]))
        return batches

    def loss(self, *batch: Tensor) -> Tensor:
        """Return the mean loss over the real positions of one batch from `epoch`."""
        history, targets = batch
        is_real = (history != PAD).flatten().nonzero()[:, 0]  # [n], rows of [B * T, D]
        items = self.items()
        users = self.read(history, items).flatten(0, 1).index_select(0, is_real)  # [n, D]
        users, items = F.normalize(users, dim=1) / self.temperature, F.normalize(items, dim=1)
        return self.softmax_loss(users, items, targets.flatten()[is_real])

    def softmax_loss(self, users: Tensor, items: Tensor, wanted: Tensor) -> Tensor:
        """Return the mean cross-entropy of the targets against all items that occur in training.

        Args:
            users: [n, D] of length 1 over temperature.
            items: [N + 1, D] of length 1.
            wanted: [n] targets.
        """
        handicap = torch.zeros_like(self.counts).masked_fill(self.counts == 0, -torch.inf)
        return full_cross_entropy(users, items[1:], handicap[1:], wanted - 1)

    @torch.inference_mode()
    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Score candidates by cosine over temperature (see `schema.Scorer`)."""
        if self.training:
            self.eval()
        history = torch.from_numpy(left_trimmed(queries.history[:, -self.max_length :]))
        items = self.items()
        users = self.read(history, items, last_only=True)[:, -1]  # [B, D]
        users, items = F.normalize(users, dim=1) / self.temperature, F.normalize(items, dim=1)
        if candidates is None:
            scores = users @ items.T
            scores[:, PAD] = -torch.inf
            return scores.numpy()
        chosen = items[torch.from_numpy(candidates)]  # [B, C, D]
        return (chosen @ users[:, :, None]).squeeze(2).numpy()

    def _carry(self, item_vectors: np.ndarray) -> None:
        """Check text vectors and make them this model's catalogue."""
        if item_vectors.ndim != 2 or len(item_vectors) < 2:
            raise ValueError(
                "item_vectors must be [N + 1, E], a row for padding and one for each item, "
                f"got shape {item_vectors.shape}"
            )
        wrong = np.flatnonzero(~np.isfinite(item_vectors).all(axis=1))
        if len(wrong):
            raise ValueError(f"item_vectors must be finite; the row of item {wrong[0]} is not")
        if item_vectors[PAD].any():
            raise ValueError(
                "item_vectors needs zeros in row 0, which is padding, got a vector of length "
                f"{np.linalg.norm(item_vectors[PAD]):.2f}; put a row of zeros before the items"
            )
        table = torch.from_numpy(item_vectors.astype(np.float32))
        table = F.normalize(table, dim=1) * table.shape[1] ** 0.5
        self.register_buffer("item_vectors", table)
        self.register_buffer("counts", torch.ones(len(table)))


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
