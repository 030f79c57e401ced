"""What a text encoder can be held to: a query finds its item, neighbours share something.

Every measure has a floor that luck reaches, worked out beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from rectutor.data.describe import FIELDS, describe
from rectutor.lm.encoder import TextEncoder
from rectutor.lm.views import is_held_out

__all__ = ["found", "free_queries", "nearest", "shared", "shared_by_chance", "what_it_finds"]

_KNOWN = ("title", "year", "directors", "leads", "genres", "themes", "franchise")


def free_queries() -> pd.DataFrame:
    """Return 40 sentences (`query`) that each describe one film of `films` (`title`).

    They were written by hand, without the title and not from the synopsis, and nothing is
    trained on them.
    """
    return pd.read_csv(Path(__file__).with_name("queries.csv"))


def found(queries: np.ndarray, items: np.ndarray, targets: np.ndarray, k: int = 10) -> float:
    """Return the share of queries that have their item among the k nearest; luck is k / N.

    Ties count against the query.

    Args:
        queries: [Q, E] unit vectors.
        items: [N, E] unit vectors.
        targets: [Q] int, the row of each query's item.
        k: how many items are looked at.

    Example:
        >>> found(np.eye(2), np.array([[1.0, 0.0], [0.6, 0.8]]), np.array([1, 1]), k=1)
        0.5
    """
    cosines = queries @ items.T  # [Q, N]
    own = np.take_along_axis(cosines, targets[:, None], axis=1)  # [Q, 1]
    return float(((cosines >= own).sum(axis=1) <= k).mean())


def nearest(vectors: np.ndarray, k: int) -> np.ndarray:
    """Return the k nearest other rows of each row, nearest first, [n, k].

    Args:
        vectors: [n, E] unit vectors.
        k: 1..n-1; equally near rows come in the order of their numbers.

    Raises:
        ValueError: there are not so many others.
    """
    if not 1 <= k < len(vectors):
        raise ValueError(
            f"nearest needs k of 1 to {len(vectors) - 1} for {len(vectors)} rows, got {k}"
        )
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -np.inf)
    return np.argsort(-cosines, axis=1, kind="stable")[:, :k]


def shared(neighbours: np.ndarray, facts: Sequence[Collection[str]]) -> float:
    """Return the share of neighbours that have a fact in common with their item.

    Args:
        neighbours: [n, k] from `nearest`.
        facts: n collections, such as each item's themes; items without any are not asked about.
    """
    own = [set(row) for row in facts]
    hits = [bool(own[i] & own[j]) for i, row in enumerate(neighbours) if own[i] for j in row]
    return float(np.mean(hits))


def shared_by_chance(facts: Sequence[Collection[str]]) -> float:
    """Return what `shared` would be if neighbours were drawn among all other items."""
    values = sorted({value for row in facts for value in row})
    has = np.array([[value in row for value in values] for row in facts], dtype=np.float32)
    is_shared = has @ has.T > 0
    np.fill_diagonal(is_shared, False)
    asked = is_shared[has.any(axis=1)]
    return float(asked.sum() / (len(asked) * (len(facts) - 1)))


def what_it_finds(encoder: TextEncoder, films: pd.DataFrame) -> dict[str, float]:
    """Measure an encoder on films: what queries find, and what neighbours share.

    Args:
        encoder: shipped, or any other to compare with.
        films: the items of the world `films`.
    """
    rows, unseen = np.arange(len(films)), np.flatnonzero(is_held_out(films))
    known, whole = (encoder.embed(describe(films, fields)) for fields in (_KNOWN, FIELDS))
    stories = encoder.embed(films["synopsis"].tolist())
    queries = free_queries()
    place = {title: row for row, title in enumerate(films["title"])}
    asked = encoder.embed(queries["query"].tolist())
    by_story, by_facts = nearest(stories, 5), nearest(whole, 5)
    themes = films["themes"].tolist()
    series = [(name,) if name else () for name in films["franchise"]]
    targets = np.array([place[title] for title in queries["title"]])
    measured = {
        "query finds its film": found(asked, whole, targets),
        "synopsis finds its facts": found(stories, known, rows),
        "the same, unseen films": found(stories[unseen], known, unseen),
        "chance to find": 10 / len(films),
        "neighbours by synopsis share a theme": shared(by_story, themes),
        "chance of a theme": shared_by_chance(themes),
        "neighbours are of one series": shared(by_facts, series),
        "chance of a series": shared_by_chance(series),
    }
    return {name: round(value, 3) for name, value in measured.items()}
