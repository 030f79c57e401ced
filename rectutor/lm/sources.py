"""What the pretraining corpus is made from: items, and people simulated for it alone."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from rectutor.data.books import KNOBS, simulate_books
from rectutor.data.choice import Knobs, Truth
from rectutor.data.make_worlds import shipped_book_facts, shipped_facts
from rectutor.data.phrases import (
    Medium,
    decade_of,
    genre_noun,
    joined,
    medium_of,
    with_article,
)
from rectutor.data.simulate import simulate
from rectutor.data.worlds import load

__all__ = ["PEOPLE_SEED", "Document", "Item", "Source", "labels", "sources"]

# Not the seed of any shipped world: other people, and other hidden sides of the films. Nobody
# of the corpus is in a split, and no hidden kind of a shipped world shows through.
PEOPLE_SEED = 4001
_ONE_READS_IN = 3  # one person in three reads books too
_THE = {"USA": "the USA", "UK": "the UK"}


class Document(NamedTuple):
    """One text of the corpus."""

    kind: str
    text: str
    about: str  # texts of one name are held out together; "" is always trained on


class Item(NamedTuple):
    """One film or book, with its facts as words."""

    label: str  # the title, or more where that is not unique: see `labels`
    facts: dict[str, tuple[str, ...]]  # creator, lead, genre, theme, decade, series: table values
    slots: dict[str, str]  # for patterns: title, year, decade, synopsis, words of the medium, ...


class Source(NamedTuple):
    """One world as the corpus sees it."""

    name: str
    medium: Medium
    table: pd.DataFrame  # items, as `load` gives them
    items: dict[int, Item]  # by item_id
    events: pd.DataFrame  # of people simulated for the corpus
    truth: Truth
    films: pd.DataFrame  # the films whose features people have tastes for


def sources(n_people: int) -> list[Source]:
    """Read films and books, and simulate people who watch the ones and read the others.

    Args:
        n_people: how many people to simulate with `PEOPLE_SEED`, 3 or more; one in three reads.

    Raises:
        ValueError: there are fewer than 3 people.
    """
    if n_people < _ONE_READS_IN:
        raise ValueError(
            f"sources needs n_people of {_ONE_READS_IN} or more, got {n_people}: one in "
            f"{_ONE_READS_IN} reads books; ask for more people"
        )
    films, books = load("films").items, load("books").items
    watched = simulate(shipped_facts(), Knobs(n_users=n_people), PEOPLE_SEED)
    readers = replace(KNOBS, n_users=n_people // _ONE_READS_IN)
    read = simulate_books(shipped_book_facts(), *watched, readers, PEOPLE_SEED)
    return [
        Source("films", medium_of(films), films, _items(films), *watched, films),
        Source("books", medium_of(books), books, _items(books), *read, films),
    ]


def labels(table: pd.DataFrame) -> list[str]:
    """Name items so that nothing else in the corpus has the same name.

    That is the title; with the year where two items of the table share it, as "King Kong (1933)",
    and else with the medium where a film and a book share it, as "Forrest Gump (book)".
    """
    medium = medium_of(table)
    repeated = set(table["title"][table["title"].duplicated()])
    adapted = set(load("films").items["title"]) & set(load("books").items["title"])
    return [
        f"{title} ({year})"
        if title in repeated
        else f"{title} ({medium.film})"
        if title in adapted
        else title
        for title, year in zip(table["title"], table["year"], strict=True)
    ]


def _items(table: pd.DataFrame) -> dict[int, Item]:
    medium, rows = medium_of(table), table.to_dict("records")
    return {
        row["item_id"]: _item(row, medium, label)
        for row, label in zip(rows, labels(table), strict=True)
    }


def _item(row: Mapping[Hashable, Any], medium: Medium, label: str) -> Item:
    title, year = str(row["title"]), int(row["year"])
    facts = {
        "creator": tuple(row[medium.creators]),
        "lead": tuple(row.get("leads", ())),
        "genre": tuple(row["genres"]),
        "theme": tuple(row["themes"]),
        "decade": (decade_of(year),),
        "series": (row[medium.series],) if row[medium.series] else (),
    }
    nouns = [with_article(genre_noun(genre, medium)) for genre in facts["genre"]]
    slots = {
        **medium._asdict(),  # first: its `series` names a column, the one below the series itself
        "title": title,
        "dated": f"{title} ({year})",
        "year": str(year),
        "decade": decade_of(year),
        "synopsis": row["synopsis"],
        "names": joined(facts["creator"]),
        "nouns": joined(nouns),
        "country": _THE.get(row["country"], row["country"]),
        "language": row["language"],
        "series": row[medium.series],
        "part": "" if pd.isna(row["part"]) else str(row["part"]),
    }
    return Item(label, facts, slots)
