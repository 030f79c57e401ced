"""The text that the tiny decoder is pretrained on: everything in it was made by this project.

Facts, synopses and statements about pairs come from the tables of items; reviews and histories
from people who are simulated for this purpose alone (`sources.PEOPLE_SEED`), so that nobody of a
train, validation or test split is in it; dialogues from the facts of the item that they end in.

A part is held out to measure what was learned: a fact in a wording that is not trained on, a pair
of items, two wishes, or all texts of a person. Every fact stays in the training part in at least
four wordings. What it leaves out: the words of real people, since a grammar writes the reviews and
the dialogues.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.lm.item_texts import fact_texts, similar_texts, synopsis_texts
from rectutor.lm.people_texts import dialogue_texts, history_texts, review_texts
from rectutor.lm.sources import Document, Source, sources

__all__ = ["KINDS", "Corpus", "corpus"]

Writer = Callable[[Source, np.random.Generator], Iterator[Document]]
_WRITERS: dict[str, Writer] = {
    "facts": fact_texts,
    "synopses": synopsis_texts,
    "similar": similar_texts,
    "reviews": review_texts,
    "dialogues": dialogue_texts,
    "histories": history_texts,
}
KINDS = tuple(_WRITERS)
_HELD_OUT = 20  # one subject in 20 is held out


class Corpus(NamedTuple):
    """Two tables with the columns world ("films", "books"), kind, text and about.

    Kind is one of `KINDS`; about names what a text may be held out for, and is "" for a text
    that is always trained on.
    """

    documents: pd.DataFrame
    held_out: pd.DataFrame


def corpus(seed: int, n_people: int = 900) -> Corpus:
    """Write the corpus.

    Args:
        seed: 0 or more; decides wordings, pairs, order, and what is held out.
        n_people: people whose histories and reviews are told, 3 or more; the same people for each
            seed.

    Returns:
        Documents to train on, each text once, shuffled, and documents of the same kinds about
        one subject in 20, which are held out.

    Raises:
        ValueError: there are fewer than 3 people.
    """
    rows: list[tuple[str, Document]] = []
    for world, source in enumerate(sources(n_people)):
        for number, write in enumerate(_WRITERS.values()):
            rng = np.random.default_rng([seed, world, number])
            rows += [(source.name, document) for document in write(source, rng)]
    rng = np.random.default_rng([seed, len(_WRITERS)])
    subjects = sorted({document.about for _, document in rows} - {""})
    held = {subjects[n] for n in rng.permutation(len(subjects))[: len(subjects) // _HELD_OUT]}
    trained = _table([row for row in rows if row[1].about not in held], rng)
    unseen = _table([row for row in rows if row[1].about in held], rng)
    is_known = unseen["text"].isin(set(trained["text"]))
    return Corpus(trained, unseen[~is_known].reset_index(drop=True))


def _table(rows: list[tuple[str, Document]], rng: np.random.Generator) -> pd.DataFrame:
    """Shuffle documents and drop texts that occur twice."""
    order = rng.permutation(len(rows))
    table = pd.DataFrame(
        [(rows[n][0], *rows[n][1]) for n in order], columns=["world", *Document._fields]
    )
    return table.drop_duplicates("text", ignore_index=True)
