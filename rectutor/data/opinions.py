"""Opinions on films: what a person wrote, why, and the same in a few words.

Each is made from a review of `rectutor.data.reviews`, whose aspects are known: an explanation names
all of them ("likes heist, dislikes war"), a feature is the first, and a summary is the tone and the
first aspect ("good, heist").
"""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from rectutor.data.reviews import TONES, write_reviews
from rectutor.data.world_files import unpack_truth
from rectutor.data.worlds import load, load_truth
from rectutor.schema import RATING

__all__ = ["explanation_of", "feature_of", "opinions"]

_VERBS = {"+": "likes", "-": "dislikes"}


@lru_cache(maxsize=2)
def opinions(world: str, seed: int = 0) -> pd.DataFrame:
    """Write an opinion for every rating of a shipped world.

    Args:
        world: of films; those of books need the films of their readers.
        seed: of the reviews.

    Returns:
        user_id, item_id, rating, review, explanation, feature, summary; rows as in the world's
        interactions. The same table each time: copy it before you write into it.
    """
    dataset = load(world)
    truth = unpack_truth(load_truth(world))
    table = write_reviews(dataset.items, dataset.interactions, truth, seed)
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
