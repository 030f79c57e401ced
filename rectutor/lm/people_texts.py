"""Texts about people and items: reviews, dialogues, and histories in order of time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rectutor.data.phrases import genre_noun, joined, topic_of, with_article
from rectutor.data.reviews import write_reviews
from rectutor.lm.item_texts import one_of
from rectutor.lm.sources import Document, Item, Source
from rectutor.lm.wordings import (
    ANSWERS,
    ASKS,
    FOLLOW_UPS,
    HISTORIES,
    LIKED_HISTORY,
    REASONS,
    REVIEWS,
    tidy,
)
from rectutor.schema import ITEM_ID, RATING, USER_ID

__all__ = ["dialogue_texts", "history_texts", "request_text", "review_texts"]

_DIALOGUES = 2  # that end in one item
_ONE_REVIEW_IN = 8  # ratings
_SHORTEST, _LONGEST = 5, 14  # items of a history, before the next one
_LIKED = 4.0  # stars


def review_texts(source: Source, rng: np.random.Generator) -> Iterator[Document]:
    """Review one rating in eight; all texts of a person are held out together."""
    chosen = rng.permutation(len(source.events))[: len(source.events) // _ONE_REVIEW_IN]
    events = source.events.iloc[np.sort(chosen)]
    seed = int(rng.integers(1 << 32))
    reviews = write_reviews(source.table, events, source.truth, seed, source.films)
    for user, item_id, rating, text in zip(
        *(reviews[name] for name in (USER_ID, ITEM_ID, RATING, "text")), strict=True
    ):
        slots = source.items[item_id].slots
        words = one_of(REVIEWS, rng).format(**slots, stars=_stars(rating), text=text)
        yield Document("reviews", tidy(words), f"person {user}")


def dialogue_texts(source: Source, rng: np.random.Generator) -> Iterator[Document]:
    """Let somebody ask with two wishes, twice for each item; two wishes may be held out."""
    for item in source.items.values():
        kinds = [kind for kind in REASONS if item.facts[kind]]
        for _ in range(_DIALOGUES):
            two = [kinds[place] for place in rng.permutation(len(kinds))[:2]]
            wishes = {kind: one_of(item.facts[kind], rng) for kind in two}
            if len(set(wishes.values())) == 1:  # somebody directs and plays in it
                continue
            about = ", ".join(sorted(f"{kind} {value}" for kind, value in wishes.items()))
            text = _dialogue(item, wishes, source, rng)
            yield Document("dialogues", text, f"wishes of {source.name}: {about}")


def request_text(item: Item, source: Source, rng: np.random.Generator) -> str:
    """Ask for something that the item is, by two wishes, without naming it."""
    kinds = rng.permutation([kind for kind in REASONS if item.facts[kind]])[:2]
    wishes = {kind: one_of(item.facts[kind], rng) for kind in kinds}
    return tidy(one_of(ASKS, rng).format(**item.slots, wish=_wish(wishes, source)))


def history_texts(source: Source, rng: np.random.Generator) -> Iterator[Document]:
    """Cut the history of each person into pieces of 6 to 15 items; people are held out whole."""
    for user, events in source.events.groupby(USER_ID, sort=True):
        ids, ratings = events[ITEM_ID].tolist(), events[RATING].tolist()
        start = 0
        while len(ids) - start > _SHORTEST:
            stop = start + int(rng.integers(_SHORTEST, _LONGEST + 1)) + 1
            piece = [source.items[item_id] for item_id in ids[start:stop]]
            yield Document(
                "histories", _history(piece, ratings[start:stop], source, rng), f"person {user}"
            )
            start = stop


def _stars(rating: float) -> str:
    return "1 star" if rating == 1.0 else f"{rating:g} stars"


def _dialogue(item: Item, wishes: dict[str, str], source: Source, rng: np.random.Generator) -> str:
    """Write question, answer, and half the time a second question with its answer."""
    slots = item.slots | {"wish": _wish(wishes, source)}
    reasons = []
    for kind, value in wishes.items():
        words = {"genre": with_article(genre_noun(value, source.medium)), "theme": topic_of(value)}
        reasons.append(
            REASONS[kind].format(**source.medium._asdict(), value=words.get(kind, value))
        )
    slots["why"] = joined(reasons)
    turns = [one_of(ASKS, rng), one_of(ANSWERS, rng)]
    if one_of((True, False), rng):
        turns += one_of([pair for kind, pair in FOLLOW_UPS.items() if kind not in wishes], rng)
    lines = [tidy(turn.format(**slots)) for turn in turns]
    return "\n".join(f"{'AB'[n % 2]}: {line}" for n, line in enumerate(lines))


def _wish(wishes: dict[str, str], source: Source) -> str:
    """Say two wishes in one phrase: "a comedy about heists", "a film by Ang Lee with ..."."""
    medium = source.medium
    noun = genre_noun(wishes["genre"], medium) if "genre" in wishes else medium.film
    words = [with_article(noun)]
    if "creator" in wishes:
        words.append(f"by {wishes['creator']}")
    if "lead" in wishes:
        words.append(f"with {wishes['lead']}")
    if "theme" in wishes:
        words.append(f"about {topic_of(wishes['theme'])}")
    if "decade" in wishes:
        words.append(f"from the {wishes['decade']}")
    return " ".join(words)


def _history(
    piece: list[Item], ratings: list[float], source: Source, rng: np.random.Generator
) -> str:
    """Write a history whose last item is what came next."""
    names = [item.slots["dated"] for item in piece]
    rated = [f"{name} {_stars(r)}" for name, r in zip(names, ratings, strict=True)]
    liked = [name for name, r in zip(names[:-1], ratings, strict=False) if r >= _LIKED]
    disliked = [name for name, r in zip(names[:-1], ratings, strict=False) if r < _LIKED]
    patterns = (*HISTORIES, LIKED_HISTORY) if liked and disliked else HISTORIES
    return one_of(patterns, rng).format(
        **source.medium._asdict(),
        Watched=source.medium.watched.capitalize(),
        items="; ".join(names[:-1]),
        next=names[-1],
        rated="; ".join(rated[:-1]),
        next_rated=rated[-1],
        liked="; ".join(liked),
        disliked="; ".join(disliked),
        verdict="liked" if ratings[-1] >= _LIKED else "not liked",
    )
