"""Draw whole tuples of codes by their probabilities, along the trie or wherever they go."""

from __future__ import annotations

import numpy as np
import torch

from rectutor.decoding.beam import Writer
from rectutor.trie import Trie

__all__ = ["draw_codes"]


@torch.inference_mode()
def draw_codes(
    trie: Trie, writer: Writer, n: int, rng: np.random.Generator, is_held: bool = True
) -> np.ndarray:
    """Draw n tuples for each of B questions, code by code.

    The same `rng` draws the same codes with the trie and without it, up to the first code that
    leads to no item: there the trie draws among those that do.

    Args:
        trie: of all ids.
        writer: gives the log-probabilities; it is used up.
        n: tuples for each question; equal ones may come.
        rng: the lots.
        is_held: allow codes that lead to an item only. Otherwise a tuple may belong to no item.

    Returns:
        [B, n, L] int64.

    Raises:
        ValueError: n is below 1.
    """
    if n < 1:
        raise ValueError(f"n must be 1 or more tuples, got {n}")
    log_p = writer.first().expand(-1, n, -1)  # [B, n, K]
    B, _, K = log_p.shape
    parents, nodes = torch.zeros(B, n, dtype=torch.long), np.zeros((B, n), dtype=np.int64)
    drawn: list[np.ndarray] = []
    for level in range(trie.n_levels):
        if drawn:
            log_p = writer.then(parents, torch.from_numpy(drawn[-1]))
            parents = torch.arange(n).expand(B, n)
        lots = log_p.numpy() + rng.gumbel(size=(B, n, K))  # the largest is a draw from softmax
        if is_held:
            legal = trie.legal_mask(level, nodes.ravel()).reshape(B, n, K)
            lots = np.where(legal, lots, -np.inf)
        drawn.append(lots.argmax(axis=2))
        if is_held:
            nodes = trie.child(level, nodes, drawn[-1])
    return np.stack(drawn, axis=2)
