"""Agents in a leaderboard: each orders the candidates that one retriever finds, person by person.

An agent can only win by its order: it adds no candidate and loses none. The retriever's hit rate
over all its candidates is therefore the ceiling of every agent's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from rectutor.models.tallrec import Reranker
from rectutor.schema import PAD, Queries, Scorer

__all__ = ["Agent", "Ordered", "Reranking", "in_order"]


class Ordered(NamedTuple):
    """What an agent made of one person's candidates, and what that cost."""

    items: tuple[int, ...]  # those that it named, best first
    n_model: int  # turns of a model
    n_tool: int  # calls of tools


Agent: TypeAlias = Callable[[Queries, tuple[int, ...]], Ordered]  # (one question, candidates)


class Reranking:
    """A `schema.Recommender`: a retriever finds `n` items, an agent orders them.

    Args:
        name: of the agent.
        first: finds the candidates.
        agent: is asked about one person at a time.
        n: candidates for each person.

    Raises:
        ValueError: `n` is below 1.
    """

    def __init__(self, name: str, first: Scorer, agent: Agent, n: int = 20) -> None:
        self._finder = Reranker(first, first, n)
        self.name, self.first, self.agent, self.n = name, first, agent, n
        self.how = f"reranks {n} of {first.name}"
        self._cost: dict[int, tuple[int, int]] = {}  # by user, of the last time they were asked

    def recommend(self, queries: Queries, k: int) -> np.ndarray:
        """Return [B, k] unseen items, best first, PAD beyond the candidates.

        What the agent does not name follows in the retriever's order.
        """
        lists = np.full((len(queries.history), k), PAD, dtype=np.int64)
        for row, found in enumerate(self._finder.candidates(queries)):
            query = queries.take(slice(row, row + 1))
            candidates = _unseen(found, query)
            ordered = self.agent(query, candidates) if candidates else Ordered((), 0, 0)
            best = in_order(ordered.items, candidates)[:k]
            lists[row, : len(best)] = best
            self._cost[int(query.user_index[0])] = (ordered.n_model, ordered.n_tool)
        return lists

    def calls(self, users: np.ndarray) -> str:
        """Say how many calls one person took in the mean, such as "2.1 model, 3.1 tool".

        Args:
            users: user_index of people who were asked about.

        Raises:
            KeyError: somebody was not.
        """
        costs = np.array([self._cost[int(user)] for user in users])
        model, tools = costs.mean(axis=0)
        return f"{model:.1f} model" + (f", {tools:.1f} tool" if costs[:, 1].any() else "")


def in_order(named: Sequence[int], candidates: Sequence[int]) -> tuple[int, ...]:
    """Put what was named first; what is no candidate is dropped, and the others follow.

    Example:
        >>> in_order([3, 9, 3], [1, 2, 3])
        (3, 1, 2)
    """
    return tuple(dict.fromkeys([*(own for own in named if own in candidates), *candidates]))


def _unseen(found: np.ndarray, query: Queries) -> tuple[int, ...]:
    """Leave out what fills up a list where fewer items than asked for are unseen."""
    seen = {PAD, *query.history[0].tolist()}
    return tuple(int(item) for item in found if item not in seen)
