"""Popularity: everybody is shown what most people chose.

The baseline that a personal model has to beat; Ji, Sun, Zhang and Li, "A Re-visit of the
Popularity Baseline in Recommender Systems", SIGIR 2020, show how often it is set up weakly.
"""

from __future__ import annotations

import numpy as np

from rectutor.models.counting import take_candidates
from rectutor.schema import Events, Queries

__all__ = ["Popularity"]


class Popularity:
    """Score an item by the number of training events it has."""

    name = "Popularity"

    def __init__(self) -> None:
        self.counts = np.zeros(1, dtype=np.float32)

    def count(self, train: Events, n_items: int) -> None:
        """Count events per item."""
        self.counts = np.bincount(train.item_index, minlength=n_items + 1).astype(np.float32)

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Return the counts, the same for everybody (see `schema.Scorer`)."""
        B = len(queries.user_index)
        return take_candidates(np.tile(self.counts, (B, 1)), candidates)
