"""How far one distribution of counts is from another."""

from __future__ import annotations

import numpy as np

__all__ = ["kl_divergence", "kl_floor"]


def kl_divergence(real: np.ndarray, simulated: np.ndarray, pseudo: float = 0.5) -> float:
    """Return the Kullback-Leibler divergence of real from simulated counts, in nats.

    KL = sum of p log(p / q) over bins, with p and q the shares of `real` and `simulated` after
    `pseudo` has been added to every bin of both. Without that an empty bin of `simulated` would
    make it infinite. The value depends on `pseudo`, on the number of bins and on the number of
    events: compare it with `kl_floor`, never with another paper's. Ties need no rule. Empty case:
    no bins give nan.

    Args:
        real: [bins] counts of what happened.
        simulated: [bins] counts of what was simulated.
        pseudo: above 0.

    Raises:
        ValueError: the bins differ in number, a count is negative, or `pseudo` is not above 0.

    Example:
        >>> round(kl_divergence(np.array([3, 1]), np.array([1, 3]), pseudo=1e-9), 3)
        0.549
    """
    p, q = np.asarray(real, dtype=float), np.asarray(simulated, dtype=float)
    if p.shape != q.shape:
        raise ValueError(f"both need the same bins, got {p.shape} real and {q.shape} simulated")
    if not pseudo > 0:
        raise ValueError(
            f"pseudo must be above 0, got {pseudo}; empty bins would be infinitely far"
        )
    if (p < 0).any() or (q < 0).any():
        raise ValueError(f"counts must be 0 or more, got {min(p.min(), q.min()):g}")
    if not p.size:
        return float("nan")
    p, q = (p + pseudo) / (p + pseudo).sum(), (q + pseudo) / (q + pseudo).sum()
    return float((p * np.log(p / q)).sum())


def kl_floor(
    real: np.ndarray, n_simulated: int, rng: np.random.Generator, n_draws: int = 200
) -> float:
    """Return the divergence that a perfect simulator would have, from luck alone; 95th percentile.

    It draws `n_simulated` events from the real shares, many times. A simulator below it cannot be
    told from the truth with so many events.

    Args:
        real: [bins] counts of what happened.
        n_simulated: events that the simulator made.
        rng: of the draws.
        n_draws: how many.

    Raises:
        ValueError: nothing happened.
    """
    counts = np.asarray(real, dtype=float)
    if not counts.sum() > 0:
        raise ValueError(f"a floor needs one real event or more, got {counts.sum():g}")
    draws = rng.multinomial(n_simulated, counts / counts.sum(), size=n_draws)
    return float(np.quantile([kl_divergence(counts, draw) for draw in draws], 0.95))
