"""People as RecMind meets them: what each rated and wrote, in a memory, and tools over it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.memory import Memory
from rectutor.agents.mind_tools import MindTools, note_of
from rectutor.agents.session_tools import SessionTools
from rectutor.agents.tools import Toolbox
from rectutor.data.opinions import opinions
from rectutor.data.worlds import load
from rectutor.lm.chat.linking import Linker
from rectutor.lm.encoder import TextEncoder
from rectutor.lm.loading import text_encoder
from rectutor.schema import PAD, Queries, Scorer, Split
from rectutor.training.recipes import text_vectors

__all__ = ["Place", "centred", "film_means", "toolbox_of"]


class Place(NamedTuple):
    """What all people share."""

    split: Split
    catalogue: Catalogue
    linker: Linker
    scorer: Scorer
    encoder: TextEncoder
    vectors: np.ndarray  # [N + 1, D], without the mean item
    reviews: dict[tuple[int, int], str]  # by (user_index, item_index)

    @classmethod
    def of_films(cls, split: Split, scorer: Scorer, users: np.ndarray) -> Place:
        """Open the world of films, with what some people wrote in it.

        Args:
            split: of the films.
            scorer: the recommender.
            users: user_index of those who will be asked.
        """
        items = load("films").items.set_index("item_id").loc[split.item_ids[1:]].reset_index()
        rated = load("films").interactions
        own = np.flatnonzero(rated["user_id"].isin(split.user_ids[users]))
        told = opinions("films", own)
        who = np.searchsorted(split.user_ids, told["user_id"])
        films = 1 + np.searchsorted(split.item_ids[1:], told["item_id"])
        pairs = zip(who.tolist(), films.tolist(), strict=True)
        reviews = dict(zip(pairs, told["review"], strict=True))
        encoder, vectors = text_encoder(), centred(text_vectors("films", split))
        return cls(split, Catalogue(items), Linker(items), scorer, encoder, vectors, reviews)


def centred(vectors: np.ndarray) -> np.ndarray:
    """Take the mean item away, so that no vector is close to all others.

    The encoder was tuned on most films. Those that it never read lie near the middle, and without
    this step they would be the nearest to whatever a person liked, whoever that is.

    Args:
        vectors: [N + 1, D] of the items; row 0 is padding.

    Returns:
        [N + 1, D] of length 1; row 0 zeros, and so is an item in the very middle.
    """
    moved = vectors - vectors[1:].mean(axis=0)
    moved[0] = 0
    length = np.linalg.norm(moved, axis=1, keepdims=True)
    close: np.ndarray = moved / np.maximum(length, 1e-12)
    return close


def film_means(split: Split) -> np.ndarray:
    """Return [N + 1] the mean stars of each film in the training part, nan where there are none."""
    by_item = pd.Series(split.train.rating).groupby(split.train.item_index).mean()
    means: np.ndarray = by_item.reindex(range(split.n_items + 1)).to_numpy()
    return means


def toolbox_of(place: Place, query: Queries, stars: np.ndarray, folder: Path) -> Toolbox:
    """Open one person's session: fill the memory with what was rated and written before now.

    Args:
        place: what all share.
        query: of that person alone.
        stars: from `film_means`.
        folder: where the memory lies.
    """
    user, now = int(query.user_index[0]), int(query.now[0])
    memory = Memory(folder / f"{user}.sqlite", str(user), place.encoder.embed)
    known = query.history[0] != PAD
    events = zip(query.history[0][known].tolist(), query.ratings[0][known].tolist(), strict=True)
    rated = np.full(place.split.n_items + 1, np.nan)
    notes = []
    for item, given in events:
        rated[item] = given
        notes.append(note_of(place.catalogue, item, given, place.reviews.get((user, item), "")))
    memory.add(notes, at=now)
    session = SessionTools(place.catalogue, {place.scorer.name: place.scorer}, query)
    mind = MindTools(session, stars, place.vectors, memory, now, rated)
    return mind.toolbox(place.linker)
