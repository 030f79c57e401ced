"""What SASRec, GRU4Rec and BERT4Rec share: items in, next-item scores out.

A child says how a history becomes hidden states (`encode`); this class lays out epochs, turns
hidden states into a loss, and scores. It has no paper of its own.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rectutor.data.batches import bucketed, left_trimmed, sample_negatives, seen_keys, windows
from rectutor.layers import full_cross_entropy
from rectutor.schema import PAD, Events, Queries

__all__ = ["LOSSES", "SequenceModel"]

LOSSES = {"cross_entropy": "CE", "sampled_softmax": "sampled CE", "bce": "BCE"}


class SequenceModel(nn.Module):
    """A model that reads a history of items and scores what may come next.

    Args:
        n_items: N.
        max_length: T, how many of the newest items are read.
        width: D.
        loss: "cross_entropy" (all items), "sampled_softmax" or "bce" (drawn negatives).
        n_negatives: items drawn against each target; unused with "cross_entropy".
    """

    name = "sequence model"
    batch_size = 32  # windows
    learning_rate = 3e-3

    def __init__(
        self, n_items: int, max_length: int, width: int, loss: str, n_negatives: int
    ) -> None:
        super().__init__()
        if loss not in LOSSES:
            raise ValueError(f"loss must be one of {sorted(LOSSES)}, got {loss!r}")
        if n_negatives < 1:
            raise ValueError(f"n_negatives must be 1 or more, got {n_negatives}")
        self.n_items, self.max_length = n_items, max_length
        self.loss_name, self.n_negatives = loss, n_negatives
        self.items = nn.Embedding(n_items + 1, width, padding_idx=PAD)
        self.bias = nn.Parameter(torch.zeros(n_items + 1), requires_grad=loss == "cross_entropy")
        nn.init.normal_(self.items.weight, std=0.1)
        with torch.no_grad():
            self.items.weight[PAD] = 0.0

    def encode(self, history: Tensor, last_only: bool = False) -> Tensor:
        """Turn [B, T] items into hidden states [B, T, D], or [B, 1, D] with `last_only`."""
        raise TypeError(f"{type(self).__name__} must define encode")

    def prepare(self, train: Events) -> None:
        """Start the output bias at log popularity, so that training need not learn it."""
        if self.loss_name == "cross_entropy":
            counts = np.bincount(train.item_index, minlength=self.n_items + 1) + 1.0
            with torch.no_grad():
                self.bias.copy_(torch.from_numpy(np.log(counts / counts.mean())))

    def epoch(
        self, train: Events, batch_size: int, rng: np.random.Generator
    ) -> list[tuple[Tensor, ...]]:
        """Lay out batches of (history [B, T], targets [B, T], negatives [B, T, n] if drawn)."""
        owners, items = windows(train, self.max_length, rng)
        draws = self.loss_name != "cross_entropy"
        seen = seen_keys(train, self.n_items) if draws else np.empty(0, dtype=np.int64)
        batches: list[tuple[Tensor, ...]] = []
        for rows in bucketed((items != PAD).sum(axis=1), batch_size, rng):
            stretch = left_trimmed(items[rows], at_least=2)
            parts = [stretch[:, :-1], stretch[:, 1:]]
            if draws:
                users = np.broadcast_to(owners[rows][:, None], parts[0].shape)
                parts.append(sample_negatives(users, self.n_negatives, seen, self.n_items, rng))
            batches.append(tuple(torch.from_numpy(np.ascontiguousarray(p)) for p in parts))
        return batches

    def loss(self, *batch: Tensor) -> Tensor:
        """Return the mean loss over the real positions of one batch from `epoch`."""
        history, targets = batch[0], batch[1]
        is_real = (history != PAD).flatten().nonzero()[:, 0]  # [n], rows of [B * T, ...]
        hidden = self.encode(history).flatten(0, 1).index_select(0, is_real)  # [n, D]
        wanted = targets.flatten()[is_real]  # [n]
        if self.loss_name == "cross_entropy":
            return full_cross_entropy(hidden, self.items.weight[1:], self.bias[1:], wanted - 1)
        negatives = batch[2].flatten(0, 1)[is_real]
        drawn = torch.cat([wanted[:, None], negatives], dim=1)  # [n, 1 + negatives]
        scores = (self.items(drawn) @ hidden[:, :, None]).squeeze(2)
        if self.loss_name == "bce":
            is_target = torch.zeros_like(scores)
            is_target[:, 0] = 1.0
            return F.binary_cross_entropy_with_logits(scores, is_target) * scores.shape[1]
        # each negative stands for N / n items, so that the sum estimates the full softmax
        scores[:, 1:] += math.log(self.n_items / self.n_negatives)
        return F.cross_entropy(scores, torch.zeros_like(wanted))

    @torch.inference_mode()
    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Score candidates by the hidden state of the newest position (see `schema.Scorer`)."""
        if self.training:
            self.eval()
        history = torch.from_numpy(left_trimmed(queries.history[:, -self.max_length :]))
        hidden = self.encode(history, last_only=True)[:, -1]  # [B, D]
        if candidates is None:
            scores = torch.addmm(self.bias, hidden, self.items.weight[: self.n_items + 1].T)
            scores[:, PAD] = -torch.inf
            return scores.numpy()
        chosen = torch.from_numpy(candidates)
        return ((self.items(chosen) @ hidden[:, :, None]).squeeze(2) + self.bias[chosen]).numpy()
