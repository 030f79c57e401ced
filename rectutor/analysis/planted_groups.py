"""A planted world in which what people do may follow what texts say, or something else."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from rectutor.models.sasrec import SASRec
from rectutor.schema import seeded
from rectutor.training.step import take_step

__all__ = ["perplexity_on", "planted_histories", "teach"]


def planted_histories(
    groups: np.ndarray, n_users: int = 200, length: int = 12, seed: int = 0
) -> Tensor:
    """Let everybody choose by lot from one group of items, some of them more than once.

    Args:
        groups: [N] int from 0 on, the group of item index i + 1.
        n_users: people, dealt out to groups by lot.
        length: items of each person.
        seed: of groups and items.

    Returns:
        [n_users, length] int64, item indices.
    """
    rng = np.random.default_rng(seed)
    owners = rng.integers(groups.max() + 1, size=n_users)
    rows = [rng.choice(np.flatnonzero(groups == group), length) + 1 for group in owners]
    return torch.from_numpy(np.stack(rows))


def teach(
    model: SASRec, histories: Tensor, steps: int = 300, rate: float = 3e-2, seed: int = 0
) -> None:
    """Train a model to say each next item, on batches of 64 drawn histories.

    Args:
        model: changed in place.
        histories: [n, T] item indices, without padding.
        steps: of AdamW.
        rate: its step size.
        seed: of the draws, and of whatever the model draws.
    """
    rng = np.random.default_rng(seed)
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.0)
    model.train()
    with seeded(seed):
        for _ in range(steps):
            rows = histories[rng.integers(len(histories), size=64)]
            take_step(optimiser, model.loss(rows[:, :-1], rows[:, 1:]), parameters)
    model.eval()


@torch.inference_mode()
def perplexity_on(model: SASRec, histories: Tensor) -> float:
    """Return among how many items, as it were, the model wavers at each next one; 1 is sure.

    Args:
        model: it is left in evaluation mode.
        histories: [n, T] item indices, which it should not have seen.
    """
    loss = model.eval().loss(histories[:, :-1], histories[:, 1:])
    return float(loss.exp())
