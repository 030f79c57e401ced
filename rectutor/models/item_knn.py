"""Item-item collaborative filtering: people who chose this also chose that.

Sarwar, Karypis, Konstan and Riedl, "Item-based Collaborative Filtering Recommendation
Algorithms", WWW 2001, section 3; Deshpande and Karypis, TOIS 2004, for implicit feedback.

Departures: similarity is the cosine of the items' user sets, damped by `shrink`, and only the
newest `n_last` items of the history speak, since tastes drift.
"""

from __future__ import annotations

import numpy as np

from rectutor.models.counting import (
    cooccurrence,
    multi_hot,
    refuse_if_too_large,
    take_candidates,
)
from rectutor.schema import Events, Queries

__all__ = ["ItemKNN"]


class ItemKNN:
    """Score an item by its similarity to the newest items of the history.

    Args:
        n_neighbours: similarities kept for each item, the highest.
        n_last: newest items of the history that count.
        shrink: added to the denominator, so that pairs seen once or twice count less.
    """

    name = "Item-kNN"

    def __init__(self, n_neighbours: int = 1000, n_last: int = 5, shrink: float = 10.0) -> None:
        self.n_neighbours, self.n_last, self.shrink = n_neighbours, n_last, shrink
        self.similarity = np.zeros((1, 1), dtype=np.float32)

    def count(self, train: Events, n_items: int) -> None:
        """Compute the item-item cosines and keep each item's nearest neighbours."""
        refuse_if_too_large(n_items, n_tables=3, asked_by="ItemKNN")
        both = cooccurrence(train, n_items)  # [N + 1, N + 1]
        size = np.sqrt(both.diagonal())
        similarity = both / (size[:, None] * size + self.shrink + 1e-9)
        np.fill_diagonal(similarity, 0.0)
        if self.n_neighbours < n_items:
            floor = np.partition(similarity, -self.n_neighbours, axis=1)[:, -self.n_neighbours]
            similarity[similarity < floor[:, None]] = 0.0
        self.similarity = similarity

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Add up the similarities to the newest items (see `schema.Scorer`)."""
        newest = multi_hot(queries.history[:, -self.n_last :], len(self.similarity) - 1)
        return take_candidates(newest @ self.similarity, candidates)
