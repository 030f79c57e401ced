"""Two texts about the same item: what a text encoder learns to bring together.

Each text is drawn from what the project can say about an item: its facts as keys and values, facts
in sentences, its synopsis, a request that it would answer. Half of them do not name the item, so
that its name alone is not enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.data.describe import FIELDS, describe
from rectutor.lm.item_texts import one_of, some_facts
from rectutor.lm.people_texts import request_text
from rectutor.lm.sources import Item, Source

__all__ = ["TwoTexts", "is_held_out", "pairs"]

_HELD_OUT = 20  # one item in 20 is never seen by the encoder
_LEAST_FACTS, _MOST_FACTS = 2, 4
_LEAST_FIELDS = 4
_GROUPS = 8


class TwoTexts(NamedTuple):
    """Two texts about one item."""

    one: str
    other: str
    item_id: int


def is_held_out(items: pd.DataFrame) -> np.ndarray:
    """Mark the items that no text encoder of the project is trained on, [n] bool."""
    return np.asarray(items["item_id"] % _HELD_OUT == 0)


def pairs(source: Source, rng: np.random.Generator) -> Iterator[TwoTexts]:
    """Write two texts of different kinds about every item that is not held out.

    Args:
        source: films or books, from `sources`.
        rng: decides kinds and wordings.
    """
    table = source.table[~is_held_out(source.table)]
    texts: dict[str, list[str]] = {
        kind: write(source, table, rng) for kind, write in _KINDS.items()
    }
    for row, item_id in enumerate(table["item_id"].tolist()):
        one, other = rng.permutation(list(texts))[:2]
        if {one, other} == {"whole", "synopsis"}:  # the one would contain the other
            one, other = "facts", "synopsis"
        yield TwoTexts(texts[one][row], texts[other][row], item_id)


def _facts(source: Source, table: pd.DataFrame, rng: np.random.Generator) -> list[str]:
    return _described(table, [field for field in FIELDS if field != "synopsis"], rng)


def _whole(source: Source, table: pd.DataFrame, rng: np.random.Generator) -> list[str]:
    return _described(table, FIELDS, rng)


def _described(table: pd.DataFrame, fields: Sequence[str], rng: np.random.Generator) -> list[str]:
    """Tell some fields of each item in any order; one eighth of the items share them."""
    told = [""] * len(table)
    for rows in np.array_split(rng.permutation(len(table)), _GROUPS):
        order = [field for field in rng.permutation(fields) if field in table]
        n = int(rng.integers(_LEAST_FIELDS, len(order) + 1))
        for row, text in zip(rows, describe(table.iloc[rows], order[:n]), strict=True):
            told[row] = text
    return told


def _in_sentences(source: Source, table: pd.DataFrame, rng: np.random.Generator) -> list[str]:
    texts = []
    for item_id in table["item_id"]:
        item: Item = source.items[item_id]
        if one_of((True, False), rng):
            item = item._replace(label=f"this {source.medium.film}")
        texts.append(some_facts(item, int(rng.integers(_LEAST_FACTS, _MOST_FACTS + 1)), rng))
    return texts


def _synopses(source: Source, table: pd.DataFrame, rng: np.random.Generator) -> list[str]:
    return table["synopsis"].tolist()


def _requests(source: Source, table: pd.DataFrame, rng: np.random.Generator) -> list[str]:
    return [request_text(source.items[item_id], source, rng) for item_id in table["item_id"]]


_KINDS: dict[str, Callable[[Source, pd.DataFrame, np.random.Generator], list[str]]] = {
    "facts": _facts,
    "whole": _whole,
    "sentences": _in_sentences,
    "synopsis": _synopses,
    "request": _requests,
}
