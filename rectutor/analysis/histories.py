"""Histories changed on purpose: cut short, with one film deleted, in a random order."""

from __future__ import annotations

import numpy as np

from rectutor.schema import PAD, Queries, Split

__all__ = ["newest", "shuffled", "with_test_queries", "without"]


def newest(queries: Queries, length: int) -> Queries:
    """Keep the newest `length` items of each history: [B, length]."""
    return queries._replace(
        history=queries.history[:, -length:],
        ratings=queries.ratings[:, -length:],
        timestamps=queries.timestamps[:, -length:],
    )


def without(queries: Queries, columns: np.ndarray) -> Queries:
    """Delete one item from each history; older items move up, padding fills the left.

    Args:
        queries: B questions, [B, T].
        columns: [B] int, which column to delete, 0..T-1.

    Returns:
        The same questions, still [B, T].
    """
    B, T = queries.history.shape
    take = np.arange(T)[None, :] - 1 + (np.arange(T) > columns[:, None])  # [B, T], -1 at the left
    rows = np.arange(B)[:, None]

    def cut(values: np.ndarray) -> np.ndarray:
        return np.where(take >= 0, values[rows, np.maximum(take, 0)], 0)

    return queries._replace(
        history=cut(queries.history),
        ratings=cut(queries.ratings),
        timestamps=cut(queries.timestamps),
    )


def shuffled(queries: Queries, rng: np.random.Generator) -> Queries:
    """Put the items of each history in a random order; padding stays on the left.

    Ratings go with their items; the moments stay where they are.
    """
    lots = np.where(queries.history == PAD, -1.0, rng.random(queries.history.shape))
    order = np.argsort(lots, axis=1, kind="stable")  # [B, T], padding first
    rows = np.arange(len(order))[:, None]
    return queries._replace(
        history=queries.history[rows, order], ratings=queries.ratings[rows, order]
    )


def with_test_queries(split: Split, queries: Queries) -> Split:
    """Return the same split, whose test asks with other histories for the same held-out items."""
    return split._replace(test=split.test._replace(queries=queries))
