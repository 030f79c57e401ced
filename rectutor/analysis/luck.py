"""How much of an AUC is luck: intervals over users, and the best of many prompts by chance alone.

Everything starts from log-odds, [G, Q]: rows are cells, which are ways to ask, columns questions.

Source of the resampling: Bradley Efron (1979), Bootstrap Methods, Annals of Statistics 7(1).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

__all__ = ["Luck", "auc_intervals", "luck_band", "resampled_aucs"]


def resampled_aucs(
    scores: np.ndarray, labels: np.ndarray, users: np.ndarray, seed: int = 0, n: int = 500
) -> np.ndarray:
    """Return the pooled AUC of each cell, [1 + n, G]: first as it is, then for users drawn anew.

    All cells see the same draws, so what they have in common stays in common. Ties count half.

    Args:
        scores: [G, Q] log-odds.
        labels: [Q] bool.
        users: [Q] who was asked.
        seed: of the draws.
        n: how many.

    Raises:
        ValueError: the answers are all alike, so there is no AUC.
    """
    labels = np.asarray(labels, dtype=bool)
    if labels.all() or not labels.any():
        raise ValueError(f"an AUC needs likes and dislikes, got {labels.sum()} of {len(labels)}")
    people, who = np.unique(users, return_inverse=True)
    B = len(people)
    drawn = np.random.default_rng(seed).multinomial(B, np.full(B, 1 / B), size=n)  # [n, B]
    weights = np.vstack([np.ones(B), drawn])[:, who]  # [1 + n, Q]
    yes, no = weights[:, labels], weights[:, ~labels]
    total = yes.sum(axis=1) * no.sum(axis=1)
    aucs = np.empty((1 + n, len(scores)))
    for g, row in enumerate(scores):
        wins = (np.sign(row[labels][:, None] - row[~labels][None, :]) + 1) / 2  # [yes, no]
        aucs[:, g] = ((yes @ wins) * no).sum(axis=1) / np.where(total > 0, total, np.nan)
    return aucs


def auc_intervals(aucs: np.ndarray, level: float = 0.95) -> pd.DataFrame:
    """Return `value`, `low` and `high` of each cell from `resampled_aucs`."""
    low, high = np.nanquantile(aucs[1:], [(1 - level) / 2, (1 + level) / 2], axis=0)
    return pd.DataFrame({"value": aucs[0], "low": low, "high": high})


class Luck(NamedTuple):
    """The best of the first m cells, and where it would lie if all were equally good."""

    best: np.ndarray  # [G] AUC of the best of the first 1, 2, ..., G cells
    which: np.ndarray  # [G] int, that cell
    low: np.ndarray  # [G] the band of 95 %
    high: np.ndarray  # [G]


def luck_band(aucs: np.ndarray) -> Luck:
    """Compare the best of m prompts with the best of m prompts that are equally good.

    Every cell is moved to the mean AUC of all cells; then users are drawn anew, and the best of m
    is taken in each draw. That best is luck alone, with the cells as alike as they really are.

    Args:
        aucs: [1 + n, G] from `resampled_aucs`.
    """
    equal = aucs[1:] - aucs[0] + aucs[0].mean()  # [n, G]
    low, high = np.nanquantile(np.maximum.accumulate(equal, axis=1), [0.025, 0.975], axis=0)
    best = np.maximum.accumulate(aucs[0])
    which = np.array([int(np.argmax(aucs[0, : m + 1])) for m in range(len(best))])
    return Luck(best, which, low, high)
