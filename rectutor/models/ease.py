"""EASE: one linear layer from items to items, solved in closed form.

Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019, section 3.
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

__all__ = ["EASE"]


class EASE:
    """Score items by the ridge regression of each item on all others.

    Args:
        penalty: the ridge penalty, lambda in the paper; larger trusts rare items less.
    """

    name = "EASE"

    def __init__(self, penalty: float = 200.0) -> None:
        self.penalty = penalty
        self.weights = np.zeros((1, 1), dtype=np.float32)

    def count(self, train: Events, n_items: int) -> None:
        """Solve for the item-item weights, whose diagonal is forced to zero."""
        refuse_if_too_large(n_items, n_tables=5, asked_by="EASE")
        gram = cooccurrence(train, n_items)[1:, 1:].astype(np.float64)  # [N, N]
        gram[np.diag_indices(n_items)] += self.penalty
        precision = np.linalg.inv(gram)
        weights = -precision / precision.diagonal()
        np.fill_diagonal(weights, 0.0)
        self.weights = np.zeros((n_items + 1, n_items + 1), dtype=np.float32)
        self.weights[1:, 1:] = weights

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Multiply the history's marks by the weights (see `schema.Scorer`)."""
        marks = multi_hot(queries.history, len(self.weights) - 1)
        return take_candidates(marks @ self.weights, candidates)
