"""The floor of every table: scores that know nothing.

A random recommender is not zero: with N items it hits k / N of the time, and on a short test
its Gini is far from 0. That is why it stands in every table of the course.
"""

from __future__ import annotations

import numpy as np

from rectutor.models.counting import take_candidates
from rectutor.schema import Events, Queries

__all__ = ["RandomScores"]


class RandomScores:
    """Score each (user, item) by a hash of both, so that no batch order changes the answer."""

    name = "Random"

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.n_items = 0

    def count(self, train: Events, n_items: int) -> None:
        """Remember how many items there are; nothing else is learned."""
        self.n_items = n_items

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Draw scores between 0 and 1 (see `schema.Scorer`)."""
        items = np.arange(self.n_items + 1, dtype=np.uint64)
        users = _mixed(queries.user_index.astype(np.uint64) + np.uint64(self.seed << 32))
        scores = _mixed(users[:, None] + items) / 2.0**64  # [B, N + 1]
        return take_candidates(scores.astype(np.float32), candidates)


def _mixed(key: np.ndarray) -> np.ndarray:
    """Scatter 64-bit integers evenly (SplitMix64: Steele, Lea and Flood, OOPSLA 2014)."""
    key = key + np.uint64(0x9E3779B97F4A7C15)
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return key ^ (key >> np.uint64(31))
