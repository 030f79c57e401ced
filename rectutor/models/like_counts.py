"""Two counts as one judge: how often this item is liked, and how often this person likes.

The floor of every yes/no table: it reads nothing and knows no taste. The log-odds of a like are
those of the item plus those of the person, less those of everybody, each from a share that is
pulled towards everybody's by a few imagined ratings.
"""

from __future__ import annotations

import numpy as np

__all__ = ["LikeCounts"]


class LikeCounts:
    """Count likes of items and of people.

    Args:
        n_imagined: ratings with everybody's share of likes that each item and each person is
            given beforehand; above 0.
    """

    name = "Counts"

    def __init__(self, n_imagined: float = 4.0) -> None:
        if not n_imagined > 0:
            raise ValueError(f"n_imagined must be above 0, got {n_imagined}; 4 is usual")
        self.n_imagined = n_imagined
        self.base = 0.0  # log-odds of everybody's share
        self.of_items, self.of_users = np.zeros(1), np.zeros(1)

    def learn(self, user_index: np.ndarray, item_index: np.ndarray, is_liked: np.ndarray) -> None:
        """Learn from all ratings at once.

        Args:
            user_index: [n] int, who rated.
            item_index: [n] int, what.
            is_liked: [n] bool.

        Raises:
            ValueError: there are no ratings, or all are likes, or none is.
        """
        share = float(np.mean(is_liked)) if len(is_liked) else 0.0
        if not 0 < share < 1:
            raise ValueError(
                f"LikeCounts needs likes and dislikes, got {int(np.sum(is_liked))} likes among "
                f"{len(is_liked)} ratings; take more examples"
            )
        self.base = float(_logit(np.array(share)))
        self.of_items = self._effects(item_index, is_liked, share)
        self.of_users = self._effects(user_index, is_liked, share)

    def log_odds(self, user_index: np.ndarray, item_index: np.ndarray) -> np.ndarray:
        """Return the log-odds [n] of a like; who or what was never counted adds nothing."""
        return self.base + _at(self.of_items, item_index) + _at(self.of_users, user_index)

    def _effects(self, index: np.ndarray, is_liked: np.ndarray, share: float) -> np.ndarray:
        """Return by how much the log-odds of each one differ from everybody's."""
        n = np.bincount(index)
        likes = np.bincount(index, weights=is_liked)
        pulled = (likes + self.n_imagined * share) / (n + self.n_imagined)
        return _logit(pulled) - _logit(np.array(share))


def _logit(share: np.ndarray) -> np.ndarray:
    return np.log(share / (1 - share))


def _at(effects: np.ndarray, index: np.ndarray) -> np.ndarray:
    """Look up effects; 0 beyond the end."""
    known = np.asarray(index) < len(effects)
    return np.where(known, effects[np.where(known, index, 0)], 0.0)
