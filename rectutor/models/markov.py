"""A windowed Markov counter: what came shortly after this?

A first-order Markov chain over items, as in Rendle, Freudenthaler and Schmidt-Thieme,
"Factorizing Personalized Markov Chains", WWW 2010, section 3 (without the factorisation).

Departures: steps further apart than one count too, with weight 1 / distance, up to `window`;
and the last `window` items of the history all speak, the newest loudest.
"""

from __future__ import annotations

import numpy as np

from rectutor.models.counting import followers, refuse_if_too_large, take_candidates
from rectutor.schema import Events, Queries

__all__ = ["Markov"]


class Markov:
    """Score an item by how often it followed the newest items of the history.

    Args:
        window: steps that count, 1 for the classic chain.
        damping: exponent on the size of the item that speaks; 0 counts, 1 gives probabilities.
    """

    name = "Markov"

    def __init__(self, window: int = 10, damping: float = 0.7) -> None:
        self.window, self.damping = window, damping
        self.follows = np.zeros((1, 1), dtype=np.float32)

    def count(self, train: Events, n_items: int) -> None:
        """Count which items followed which, within the window."""
        refuse_if_too_large(n_items, n_tables=3, asked_by="Markov")
        self.follows = followers(train, n_items, self.window)
        speakers = np.bincount(train.item_index, minlength=n_items + 1).astype(np.float32)
        self.follows /= np.maximum(speakers, 1.0)[:, None] ** self.damping

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Add up what followed each of the newest items (see `schema.Scorer`)."""
        newest = queries.history[:, -self.window :]  # [B, window]
        loudness = np.zeros((len(newest), len(self.follows)), dtype=np.float32)
        for back in range(1, newest.shape[1] + 1):
            loudness[np.arange(len(newest)), newest[:, -back]] += 1.0 / back
        return take_candidates(loudness @ self.follows, candidates)
