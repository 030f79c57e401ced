"""What the models that know items by their text share: texts in, next-item scores out.

A child says how texts become item vectors (`items`) and how a history becomes user vectors
(`read`); this class lays out epochs, turns vectors into a loss, and scores. It has no paper of its
own. E is the width of the text encoder.
"""

from __future__ import annotations

import copy
from typing import Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rectutor.data.batches import bucketed, left_trimmed, windows
from rectutor.layers import full_cross_entropy
from rectutor.schema import PAD, Events, Queries

__all__ = ["TextModel"]


class TextModel(nn.Module):
    """A model that knows items by their text; a score is a cosine over a temperature.

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
