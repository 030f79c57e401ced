"""Opinions on films: what a person wrote, why, and the same in a few words.

Each is made from a review of `rectutor.data.reviews`, whose aspects are known: an explanation names
all of them ("likes heist, dislikes war"), a feature is the first, and a summary is the tone and the
first aspect ("good, heist").
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from rectutor.data.reviews import TONES, write_reviews
from rectutor.data.world_files import unpack_truth
from rectutor.data.worlds import load, load_truth
from rectutor.schema import RATING

__all__ = ["explanation_of", "feature_of", "opinions"]

_VERBS = {"+": "likes", "-": "dislikes"}


def opinions(world: str, only: np.ndarray | None = None, seed: int = 0) -> pd.DataFrame:
    """Write an opinion for every rating of a shipped world, which takes some ten seconds.

    Args:
        world: of films; those of books need the films of their readers.
        only: positions of the ratings to write about, which get the same words as among all; None
            writes about all of them, the first time.
        seed: of the reviews.

    Returns:
        user_id, item_id, rating, review, explanation, feature, summary; rows as in the world's
        interactions, or as in `only`.
    """
    return _every(world, seed).copy() if only is None else _written(world, only, seed)


@lru_cache(maxsize=2)
def _every(world: str, seed: int) -> pd.DataFrame:
    return _written(world, None, seed)


def _written(world: str, only: np.ndarray | None, seed: int) -> pd.DataFrame:
    dataset = load(world)
    truth = unpack_truth(load_truth(world))
    table = write_reviews(dataset.items, dataset.interactions, truth, seed, only=only)
    features = table["aspects"].map(feature_of)
    return table.assign(
        review=table["text"],
        explanation=table["aspects"].map(explanation_of),
        feature=features,
        summary=table[RATING].map(TONES) + ", " + features,
    ).drop(columns=["text", "aspects"])


def explanation_of(aspects: tuple[str, ...]) -> str:
    """Say what a person likes and dislikes.

    Example:
        >>> explanation_of(("theme:bank-robbery:+", "genre:War:-"))
        'likes bank robbery, dislikes War'
    """
    return ", ".join(f"{_VERBS[aspect[-1]]} {_value(aspect)}" for aspect in aspects)


def feature_of(aspects: tuple[str, ...]) -> str:
    """Return the first aspect's value: what decides."""
    return _value(aspects[0])


def _value(aspect: str) -> str:
    """Return the middle part, as words."""
    return aspect.split(":", 1)[1].rsplit(":", 1)[0].replace("-", " ")
