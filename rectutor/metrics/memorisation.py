"""How much a model knows of one secret: its exposure, in bits.

Nicholas Carlini et al., "The Secret Sharer: Evaluating and Testing Unintended Memorization in
Neural Networks", USENIX Security 2019, section 4: exposure = log2(C) - log2(rank), where the
secret is ranked by its probability among the C secrets that could have been drawn instead.
"""

from __future__ import annotations

import math

import numpy as np

__all__ = ["chance_exposure", "exposure", "most_exposure"]


def exposure(scores: np.ndarray, secret: int = 0) -> np.ndarray:
    """Return the exposure of each secret among its alternatives, in bits.

    Ties count against the model's memory: who scores all alike has learned nothing, and gets 0.

    Args:
        scores: [K, C] float, higher is more probable; one row for each secret.
        secret: the column in which it stands.

    Returns:
        [K] float64 from 0 (last) to log2(C) (first). Empty case: [0] where there is no secret.

    Raises:
        ValueError: there is nothing to rank a secret among, or a score is nan.

    Example:
        >>> exposure(np.array([[3.0, 1.0, 2.0, 0.0], [1.0, 1.0, 1.0, 1.0]])).tolist()
        [2.0, 0.0]
    """
    scores = np.asarray(scores, dtype=np.float64)
    C = scores.shape[1]
    if C < 2:
        raise ValueError(f"exposure needs 2 or more candidates a secret, got {C}; draw more")
    if np.isnan(scores).any():
        row = int(np.argwhere(np.isnan(scores))[0, 0])
        raise ValueError(f"exposure needs numbers, a score of secret {row} is nan; look at it")
    ranks = (scores >= scores[:, [secret]]).sum(axis=1)  # [K], 1 is best
    return np.log2(C) - np.log2(ranks)


def most_exposure(n_candidates: int) -> float:
    """Return log2(C): the exposure of a secret that is the most probable of C."""
    return math.log2(n_candidates)


def chance_exposure(n_candidates: int) -> float:
    """Return the mean exposure of secrets that nobody has learned, in bits.

    Every rank from 1 to C is then as likely as any other, so it is log2(C) less the mean of
    log2(1) ... log2(C), and nearly 1 / ln 2 = 1.44 where C is large.

    Example:
        >>> round(chance_exposure(2), 6)  # ranks 1 and 2: (1 + 0) / 2
        0.5
    """
    return math.log2(n_candidates) - math.lgamma(n_candidates + 1) / math.log(2) / n_candidates
