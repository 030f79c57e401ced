"""What the contenders of `run_codes.py` share: items, ids, sizes of the autoencoder, and its step.

12,000 items of 384 numbers and length 1 stand for vectors of texts: 300 groups of unequal size, and
within them a spread that falls along the columns, as that of texts does. Peers have environments of
their own, so this file needs NumPy only, and PyTorch where an autoencoder is trained.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

N_ITEMS, E, N_GROUPS = 12_000, 384, 300
N_LEVELS, SIZE = 4, 256  # L and K
WIDTH, INNER, BATCH, RATE, STEPS, WARM_UP = 32, 128, 256, 1e-3, 150, 20
IDS = 1_000_000


def items(seed: int) -> np.ndarray:
    """Draw item vectors [N, E] float32 of length 1."""
    rng = np.random.default_rng(seed)
    groups = rng.choice(N_GROUPS, N_ITEMS, p=rng.dirichlet(np.ones(N_GROUPS)))
    spread = np.arange(1, E + 1) ** -0.35
    vectors = 0.7 * rng.normal(size=(N_GROUPS, E))[groups] + rng.normal(size=(N_ITEMS, E))
    vectors *= spread
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def ids(n: int, seed: int) -> np.ndarray:
    """Draw n different ids in sorted order, [n, L] uint8."""
    drawn = np.random.default_rng(seed).integers(SIZE**N_LEVELS, size=n + n // 50)
    numbers = np.unique(drawn)
    keep = np.linspace(0, len(numbers) - 1, n).astype(np.int64)
    return numbers[keep].astype(">u4").view(np.uint8).reshape(n, N_LEVELS)


def error(vectors: np.ndarray, said: np.ndarray) -> float:
    """Return the mean squared distance of vectors to what codes say of them."""
    return float(((vectors - said) ** 2).sum(axis=1).mean())


def seconds_a_step(losses: Callable[[Any], Any], parameters: list, vectors: Any) -> float:
    """Train for a while; return the median processor seconds of a step.

    Args:
        losses: from a batch [B, E] to the loss.
        parameters: what is trained, by AdamW with one fused kernel.
        vectors: torch tensor [N, E], standardised.
    """
    import torch

    optimiser = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.0, fused=True)
    order = np.random.default_rng(0)
    spent = []
    for _ in range(WARM_UP + STEPS):
        batch = vectors[torch.from_numpy(order.integers(0, len(vectors), BATCH))]
        started = time.process_time()
        optimiser.zero_grad(set_to_none=True)
        losses(batch).backward()
        optimiser.step()
        spent.append(time.process_time() - started)
    return float(np.median(spent[WARM_UP:]))
