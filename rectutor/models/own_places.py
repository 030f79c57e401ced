"""What a person did before, they do again: the baselines that next-place models have to beat.

No paper. "Same places again" counts a person's own visits; "same step again" counts what followed
the present place in their own days, as a Markov chain of one person does; "same two steps again"
counts first what followed the present place and the one before it, a chain of second order that
backs off to the first.
"""

from __future__ import annotations

import numpy as np

from rectutor.models.counting import take_candidates
from rectutor.schema import PAD, Events, Queries

__all__ = ["OwnPlaces"]

_NAMES = ("same places again", "same step again", "same two steps again")
_TIES = 1e-3  # what a visit counts beside one that agrees in a step more


class OwnPlaces:
    """Score a place by the person's own visits; a `schema.Scorer` and `schema.Countable`.

    Args:
        n_steps: 0 counts all visits; 1 those that followed the place where the person is now; 2
            those that followed the last two places. Visits that agree in fewer steps only decide
            between equals.

    Raises:
        ValueError: n_steps is something else.
    """

    def __init__(self, n_steps: int = 0) -> None:
        if n_steps not in range(len(_NAMES)):
            raise ValueError(f"n_steps must be 0..{len(_NAMES) - 1}, got {n_steps}")
        self.n_steps, self.n_items, self.name = n_steps, 0, _NAMES[n_steps]

    def count(self, train: Events, n_items: int) -> None:
        """Remember how many places there are; everything else stands in the question."""
        self.n_items = n_items

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Count visits in each history (see `schema.Scorer`)."""
        history = queries.history
        scores = np.zeros((len(history), self.n_items + 1))  # float64 tells 1 from 1 + 1e-6
        agrees = history != PAD  # [B, T], visits that followed the same steps
        for step in range(min(self.n_steps, history.shape[1]) + 1):
            if step:  # and the place that many steps before them is the one of now
                agrees[:, step:] &= history[:, :-step] == history[:, -step, None]
                agrees[:, :step] = False
            rows, columns = np.nonzero(agrees)
            weight = _TIES ** (self.n_steps - step)
            np.add.at(scores, (rows, history[rows, columns]), weight)
        scores[:, PAD] = -np.inf
        return take_candidates(scores, candidates)
