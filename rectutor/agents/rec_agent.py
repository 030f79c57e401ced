"""Simulated users who choose films from pages, remember, and forget.

Wang et al., "User Behavior Simulation with Large Language Model-based Agents" (RecAgent), 2024: an
agent has a profile, a memory and an action module, and acts in a sandbox with a recommender. Cai et
al., "Agentic Feedback Loop Modeling Improves Recommendation and User Simulation", 2024: a user
agent answers what a recommendation agent offers, and each round is built on the answer of the last.

**Departures.** A rule with noise plays the user, so that its behaviour is known: the utility of an
item is the share of the remembered history that has each of its features, plus Gumbel noise, which
makes choices a softmax of utility. Memory keeps the last events; each fades by a half-life counted
in events.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

__all__ = ["Round", "SimulatedUser", "feedback_loop"]


class SimulatedUser:
    """One user: a memory of items, a taste read from it, and choices.

    Args:
        features: [N + 1, F] 0 or 1, row 0 is padding; what items have (genres, decades, ...).
        history: item indices, oldest first.
        rng: of the noise.
        half_life: events after which a memory counts half.
        sharpness: how much utility counts against the noise; 0 chooses by lot.

    Raises:
        ValueError: the history is empty, or a knob is out of its range.
    """

    def __init__(
        self,
        features: np.ndarray,
        history: np.ndarray,
        rng: np.random.Generator,
        half_life: float = 20.0,
        sharpness: float = 4.0,
    ) -> None:
        if not len(history):
            raise ValueError("a simulated user needs one item of history or more, got none")
        if not half_life > 0 or not sharpness >= 0:
            raise ValueError(
                "half_life must be above 0 and sharpness 0 or more, got "
                f"half_life={half_life} and sharpness={sharpness}"
            )
        self.features, self.rng = features, rng
        self.half_life, self.sharpness = half_life, sharpness
        self.memory = [int(item) for item in history]

    def taste(self) -> np.ndarray:
        """Return [F]: the share of the memory that has each feature, faded by age."""
        ages = np.arange(len(self.memory))[::-1]
        weights = 0.5 ** (ages / self.half_life)
        return weights @ self.features[self.memory] / weights.sum()

    def utility(self, items: np.ndarray) -> np.ndarray:
        """Return [C]: how well items fit the taste, the mean taste over their features, 0 to 1."""
        own = self.features[items]
        return own @ self.taste() / np.maximum(own.sum(axis=1), 1)

    def choose(self, page: np.ndarray) -> int:
        """Choose one item of a page, and remember it.

        Args:
            page: [C] item indices.
        """
        noise = self.rng.gumbel(size=len(page))
        item = int(page[np.argmax(self.sharpness * self.utility(page) + noise)])
        self.memory.append(item)
        return item


class Round(NamedTuple):
    """One round of the loop."""

    page: np.ndarray  # [k] item indices that were offered
    chosen: int
    utility: float  # mean utility of the page to the user, before the choice


def feedback_loop(
    user: SimulatedUser, offer: Callable[[np.ndarray], np.ndarray], n_rounds: int
) -> list[Round]:
    """Let a recommender and a simulated user act in turn.

    Args:
        user: chooses from each page.
        offer: everything that the user has seen, oldest first -> a page [k] of unseen items.
        n_rounds: pages.
    """
    rounds = []
    for _ in range(n_rounds):
        page = offer(np.array(user.memory))
        fits = float(user.utility(page).mean())
        rounds.append(Round(page, user.choose(page), fits))
    return rounds
