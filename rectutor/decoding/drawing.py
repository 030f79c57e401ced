"""Draw what a model writes, token by token, by the probabilities that it gives.

Ackley, Hinton and Sejnowski, "A Learning Algorithm for Boltzmann Machines", 1985: log-probabilities
are divided by a temperature. Near 0 the most probable token is always taken, at 1 the model's own
probabilities count.
"""

from __future__ import annotations

import numpy as np
import torch

from rectutor.decoding.beam import Writer

__all__ = ["drawn"]


@torch.inference_mode()
def drawn(writer: Writer, n_levels: int, temperature: float = 1.0, seed: int = 0) -> np.ndarray:
    """Draw one row of codes for each question.

    Args:
        writer: gives the log-probabilities; it is used up.
        n_levels: L, how many codes are drawn; a text that has not ended by then is cut off. With
            the levels of a trie of titles, L is the length of the longest title.
        temperature: above 0.
        seed: of the draws.

    Returns:
        [B, L] int64.

    Raises:
        ValueError: the temperature is not above 0.
    """
    if not temperature > 0:
        raise ValueError(
            f"temperature must be above 0, got {temperature}; a beam of 1 takes the most probable"
        )
    generator, columns = torch.Generator().manual_seed(seed), []
    log_p = writer.first()  # [B, 1, K]
    for level in range(n_levels):
        p = (log_p[:, 0] / temperature).softmax(dim=1)
        columns.append(torch.multinomial(p, 1, generator=generator))  # [B, 1]
        if level < n_levels - 1:
            log_p = writer.then(torch.zeros_like(columns[-1]), columns[-1])
    return torch.cat(columns, dim=1).numpy()
