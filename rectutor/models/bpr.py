"""Matrix factorisation, learned by ranking a chosen item above an unchosen one (BPR).

Rendle, Freudenthaler, Gantner and Schmidt-Thieme, "BPR: Bayesian Personalized Ranking from
Implicit Feedback", UAI 2009, sections 4 and 4.3.1; factors as in Koren, Bell and Volinsky, 2009.

Departures: Adam instead of plain stochastic gradient; each epoch shows every event once with one
fresh negative, instead of drawing (user, item, negative) with replacement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rectutor.data.batches import sample_negatives, seen_keys
from rectutor.schema import PAD, Events, Queries, seeded

__all__ = ["BPR", "BPRConfig"]


@dataclass(frozen=True)
class BPRConfig:
    """Sizes of a BPR matrix factorisation."""

    n_users: int
    n_items: int  # N
    width: int = 64  # D
    penalty: float = 0.02  # weight of the squared factors in the loss


class BPR(nn.Module):
    """One vector per user, one vector and one bias per item; the score is their product."""

    name = "MF (BPR)"
    batch_size = 1024  # events
    learning_rate = 3e-3

    def __init__(self, config: BPRConfig, seed: int = 0) -> None:
        super().__init__()
        self.config = config
        with seeded(seed):
            self.users = nn.Embedding(config.n_users, config.width)
            self.items = nn.Embedding(config.n_items + 1, config.width)
            self.bias = nn.Embedding(config.n_items + 1, 1)
            nn.init.normal_(self.users.weight, std=0.1)
            nn.init.normal_(self.items.weight, std=0.1)
            nn.init.zeros_(self.bias.weight)

    def prepare(self, train: Events) -> None:
        """Learn nothing beforehand."""

    def epoch(
        self, train: Events, batch_size: int, rng: np.random.Generator
    ) -> list[tuple[Tensor, ...]]:
        """Lay out batches of (users [B], chosen [B], not chosen [B])."""
        order = rng.permutation(len(train.item_index))
        users, chosen = train.user_index[order], train.item_index[order]
        seen = seen_keys(train, self.config.n_items)
        drawn = sample_negatives(users, 1, seen, self.config.n_items, rng)[:, 0]
        epoch = [torch.from_numpy(column) for column in (users, chosen, drawn)]
        return list(zip(*(column.split(batch_size) for column in epoch), strict=True))

    def loss(self, *batch: Tensor) -> Tensor:
        """Return the mean of -log sigmoid(chosen - not chosen), plus the penalty."""
        user = self.users(batch[0])  # [B, D]
        better, worse = self.items(batch[1]), self.items(batch[2])
        margin = (user * (better - worse)).sum(dim=1)
        margin = margin + (self.bias(batch[1]) - self.bias(batch[2])).squeeze(1)
        size = sum(part.square().sum(dim=1).mean() for part in (user, better, worse))
        return -F.logsigmoid(margin).mean() + self.config.penalty * size

    @torch.inference_mode()
    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Multiply user and item vectors (see `schema.Scorer`); the history is not read."""
        user = self.users(torch.from_numpy(queries.user_index))  # [B, D]
        if candidates is None:
            scores = torch.addmm(self.bias.weight[:, 0], user, self.items.weight.T)
            scores[:, PAD] = -torch.inf
            return scores.numpy()
        chosen = torch.from_numpy(candidates)
        scores = (self.items(chosen) @ user[:, :, None]).squeeze(2)
        return (scores + self.bias(chosen).squeeze(2)).numpy()
