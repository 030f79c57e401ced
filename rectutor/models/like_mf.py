"""Matrix factorisation for yes and no: a bias for everybody, person and item, and two vectors.

Koren, Bell and Volinsky, "Matrix Factorization Techniques for Recommender Systems", Computer
42(8), 2009, equation 4: b + b_u + b_i + p_u · q_i. Departures: a like or a dislike instead of
stars, so the sum is a log-odds and the loss is log loss; Adam on all ratings at once.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from rectutor.schema import seeded

__all__ = ["LikeMF"]

_STEPS, _LEARNING_RATE = 200, 0.02


class LikeMF(nn.Module):
    """One vector and one bias per person and item.

    Args:
        n_users: people.
        n_items: N; item indices run from 1 to N.
        width: D.
        penalty: weight of the squared vectors and biases in the loss, per rating.
        seed: of the start.
    """

    name = "MF"

    def __init__(
        self, n_users: int, n_items: int, width: int = 16, penalty: float = 0.05, seed: int = 0
    ) -> None:
        super().__init__()
        self.penalty = penalty
        with seeded(seed):
            self.users = nn.Embedding(n_users, width + 1)  # the last entry is the bias
            self.items = nn.Embedding(n_items + 1, width + 1)
            self.base = nn.Parameter(torch.zeros(()))
            for table in (self.users, self.items):
                nn.init.normal_(table.weight, std=0.1)
                nn.init.zeros_(table.weight[:, -1])

    def forward(self, users: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
        """Return the log-odds [n] of a like."""
        p, q = self.users(users), self.items(items)  # [n, D + 1]
        return self.base + p[:, -1] + q[:, -1] + (p[:, :-1] * q[:, :-1]).sum(dim=1)

    def learn(self, user_index: np.ndarray, item_index: np.ndarray, is_liked: np.ndarray) -> float:
        """Learn from all ratings; return the last loss.

        Args:
            user_index: [n] int, who rated.
            item_index: [n] int, what.
            is_liked: [n] bool.
        """
        users, items = torch.from_numpy(user_index), torch.from_numpy(item_index)
        likes = torch.from_numpy(is_liked).float()
        optimiser = torch.optim.Adam(self.parameters(), lr=_LEARNING_RATE)
        for _ in range(_STEPS):
            optimiser.zero_grad()
            p, q = self.users(users), self.items(items)
            size = p.square().sum(dim=1) + q.square().sum(dim=1)
            loss = F.binary_cross_entropy_with_logits(self(users, items), likes)
            (loss + self.penalty * size.mean()).backward()
            optimiser.step()
        return float(loss.detach())

    @torch.inference_mode()
    def log_odds(self, user_index: np.ndarray, item_index: np.ndarray) -> np.ndarray:
        """Return the log-odds [n] of a like."""
        users, items = torch.from_numpy(user_index), torch.from_numpy(item_index)
        odds: np.ndarray = self(users, items).numpy().astype(np.float64)
        return odds
