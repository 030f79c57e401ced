"""Texts about items alone: facts in many wordings, synopses, and what two items share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

from rectutor.data.phrases import Medium, genre_label, joined, topic_of
from rectutor.lm.sources import Document, Item, Source
from rectutor.lm.wordings import FACTS, SIMILAR, SYNOPSES, tidy

__all__ = ["fact_texts", "one_of", "similar_texts", "some_facts", "synopsis_texts"]

T = TypeVar("T")
_PER_TEXT = 4  # facts in one document
_PARTNERS = 3  # statements that start from one item
_ROLES = {"lead": ("lead", "leads")}
_ROUNDS = 5  # wordings of one fact, drawn from those of its kind
_SETTINGS = 3  # of one synopsis


def one_of(options: Sequence[T], rng: np.random.Generator) -> T:
    """Draw one of the options."""
    return options[int(rng.integers(len(options)))]


def fact_texts(source: Source, rng: np.random.Generator) -> Iterator[Document]:
    """Tell every fact of every item in five wordings, four facts of one item a document.

    The last wording of a fact may be held out, so that four remain to learn it from.
    """
    for item in source.items.values():
        kinds = [kind for kind in FACTS if _has(item, kind)]
        orders = {kind: rng.permutation(len(FACTS[kind])) for kind in kinds}
        for number in range(_ROUNDS):
            about = f"facts of {source.name}: {item.label}" if number == _ROUNDS - 1 else ""
            sentences = [
                _told(item, kind, FACTS[kind][orders[kind][number]], rng)
                for kind in rng.permutation(kinds)
            ]
            for start in range(0, len(sentences), _PER_TEXT):
                yield Document("facts", " ".join(sentences[start : start + _PER_TEXT]), about)


def some_facts(item: Item, n: int, rng: np.random.Generator) -> str:
    """Tell n facts of an item, or as many as it has, each in one of its wordings."""
    kinds = rng.permutation([kind for kind in FACTS if _has(item, kind)])[:n]
    return " ".join(_capital(_told(item, kind, one_of(FACTS[kind], rng), rng)) for kind in kinds)


def synopsis_texts(source: Source, rng: np.random.Generator) -> Iterator[Document]:
    """Give the synopsis of every item in three settings, of which the last may be held out."""
    for item in source.items.values():
        for number, which in enumerate(rng.permutation(len(SYNOPSES))[:_SETTINGS]):
            is_last = number == _SETTINGS - 1
            about = f"synopsis of {source.name}: {item.label}" if is_last else ""
            text = SYNOPSES[which].format(**item.slots | {"title": item.label})
            yield Document("synopses", tidy(text), about)


def similar_texts(source: Source, rng: np.random.Generator) -> Iterator[Document]:
    """Say what two items share, three times from each item; a pair may be held out."""
    sharing = defaultdict(list)
    for item in source.items.values():
        for kind in SIMILAR:
            for value in item.facts[kind]:
                sharing[kind, value].append(item)
    for item in source.items.values():
        shared = [
            (kind, value)
            for kind in SIMILAR
            for value in item.facts[kind]
            if len(sharing[kind, value]) > 1
        ]
        for _ in range(_PARTNERS):
            kind, value = one_of(shared, rng)
            other = one_of([o for o in sharing[kind, value] if o is not item], rng)
            pair = " and ".join(sorted((item.label, other.label)))
            text = _similarity((item, other), kind, value, source.medium, rng)
            yield Document("similar", text, f"pair of {source.name}: {pair}")


def _has(item: Item, kind: str) -> bool:
    if kind in ("origin", "series"):
        return bool(item.slots["country" if kind == "origin" else "part"])
    return bool(item.facts.get(kind, True))


def _told(item: Item, kind: str, pattern: str, rng: np.random.Generator) -> str:
    """Write one fact; genres and themes come in another order each time."""
    slots = item.slots | {"title": item.label}
    values = list(item.facts.get(kind, ()))
    if kind in ("genre", "theme"):
        values = [values[place] for place in rng.permutation(len(values))]
    if kind == "genre":
        genres = joined([genre_label(genre) for genre in values])
        slots |= {"genres": genres, "Genres": _capital(genres)}
        slots["genre_word"] = "genre" if len(values) == 1 else "genres"
    elif kind == "theme":
        topics = joined([topic_of(theme) for theme in values])
        slots |= {"topics": topics, "Topics": _capital(topics)}
    elif kind in ("creator", "lead"):
        one, many = _ROLES.get(kind, (slots["director"], slots["director"] + "s"))
        slots |= {"names": joined(values), "role": one if len(values) == 1 else many}
    return tidy(pattern.format(**slots))


def _similarity(
    pair: tuple[Item, Item], kind: str, value: str, medium: Medium, rng: np.random.Generator
) -> str:
    """Write one thing that two items share; half the time their years are given."""
    shows_year = one_of((True, False), rng)
    a, b = (item.slots["dated"] if shows_year else item.label for item in pair)
    words = topic_of(value) if kind == "theme" else value
    text = one_of(SIMILAR[kind], rng).format(a=a, b=b, value=words, **medium._asdict())
    return tidy(_capital(text) if text[0] == words[0] else text)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
