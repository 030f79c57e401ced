"""What a person did before, they do again: the baselines that next-place models have to beat.

No paper. "The same places again" counts a person's own visits; "the same step again" counts what
followed the present place in their own days, as a Markov chain of one person does.
"""

from __future__ import annotations

import numpy as np

from rectutor.models.counting import take_candidates
from rectutor.schema import PAD, Events, Queries

__all__ = ["OwnPlaces"]

_TIES = 1e-3  # what a visit at any time counts beside one that followed the present place


class OwnPlaces:
    """Score a place by the person's own visits; a `schema.Scorer` and `schema.Countable`.

    Args:
        after_this_one: count the visits that followed the place where the person is now; others
            only decide between equals.
    """

    def __init__(self, after_this_one: bool = False) -> None:
        self.after_this_one, self.n_items = after_this_one, 0
        self.name = "same step again" if after_this_one else "same places again"

    def count(self, train: Events, n_items: int) -> None:
        """Remember how many places there are; everything else stands in the question."""
        self.n_items = n_items

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Count visits in each history (see `schema.Scorer`)."""
        history = queries.history
        scores = np.zeros((len(history), self.n_items + 1), dtype=np.float32)
        rows, columns = np.nonzero(history)
        weight = _TIES if self.after_this_one else 1.0
        np.add.at(scores, (rows, history[rows, columns]), weight)
        if self.after_this_one:
            follows = (history[:, :-1] == history[:, -1:]) & (history[:, :-1] != PAD)
            rows, columns = np.nonzero(follows)
            np.add.at(scores, (rows, history[rows, columns + 1]), 1.0)
        scores[:, PAD] = -np.inf
        return take_candidates(scores, candidates)
