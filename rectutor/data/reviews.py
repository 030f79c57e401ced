"""Short reviews from a grammar, each with the aspects that it expresses kept as truth.

A review speaks of two or three aspects of its item, drawn by how strongly the hidden taste of
the person speaks for or against them:

    strength(person, aspect) = taste * share of the aspect among the item's features of its kind

in the whole numbers of the simulator; a favourite director counts as much as in `choice.py`. A
high rating is explained by what the person likes, a low one by what the person dislikes, one in
the middle by both. Where taste does not explain the rating (quality, leniency, latent taste or
noise did), the review says that the aspect did not decide. Theme families and latent taste move
ratings too, but no words say so. All draws are whole numbers from one seeded generator, so every
machine writes the same reviews.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.data.choice import Truth
from rectutor.data.fixed_point import ONE, on_grid
from rectutor.data.phrases import Medium, decade_of, medium_of
from rectutor.data.review_text import DECIDES, Aspect, pick, review_text
from rectutor.schema import ITEM_ID, RATING, USER_ID

__all__ = ["TONES", "write_reviews"]

TONES = {5.0: "great", 4.5: "great", 4.0: "good", 3.5: "mixed", 3.0: "mixed", 2.5: "weak",
          2.0: "weak", 1.5: "bad", 1.0: "bad", 0.5: "bad"}  # fmt: skip
_FAVOURITE = int(on_grid(2.4)) * ONE
_FIRST_ERA, _LAST_ERA = 1960, 2010  # first years of the second and of the last era
_DRAWS = 32  # whole numbers drawn for each review


class _Item(NamedTuple):
    title: str
    column: int  # of FilmFacts.features
    features: list[tuple[str, str, int]]  # kind, value, row of FilmFacts.features
    creators: tuple[str, ...]


def write_reviews(
    items: pd.DataFrame,
    interactions: pd.DataFrame,
    truth: Truth,
    seed: int,
    films: pd.DataFrame | None = None,
    only: np.ndarray | None = None,
) -> pd.DataFrame:
    """Write one review for each rating.

    Args:
        items: films or books as `load` gives them: all items of the truth.
        interactions: user_id, item_id, rating in half stars from 0.5 to 5; user_id is 1..U, in
            the order of `truth.people`.
        truth: of the world that the ratings come from.
        seed: 0 or more; decides the choice of aspects and of words.
        films: for books, the films of the world that their readers come from: tastes have the
            rows of films (see `books.read_book_facts`). Without it the rows are those of items.
        only: positions in `interactions` of the ratings to write about, which get the same words
            as among all; None writes about all of them.

    Returns:
        user_id, item_id, rating, text (8 to 40 words, seldom a few more) and aspects, a
        tuple of two or three `kind:value:polarity`, for instance "theme:heist:+"; rows as in
        `interactions`, or as in `only`.

    Raises:
        ValueError: items, films and truth do not belong together, or a rating is not in half
            stars.
    """
    events = interactions[[USER_ID, ITEM_ID, RATING]].reset_index(drop=True)
    _check(items, events, truth)
    medium = medium_of(items)
    rows = _rows(items if films is None else pd.concat([films, items]), truth)
    known = _read(items, rows, truth, medium)
    names = sorted({name for row in items[medium.creators] for name in row})
    draws = np.random.default_rng(seed).integers(0, 1 << 40, (len(events), _DRAWS))
    if only is not None:
        events, draws = events.iloc[only].reset_index(drop=True), draws[only]
    texts, stated = [], []
    for (user, item_id, rating), row in zip(
        events.itertuples(index=False, name=None), draws.tolist(), strict=True
    ):
        item, tone, numbers = known[item_id], TONES[rating], iter(row)
        favourites = {names[n - 1] for n in truth.people.favourites[user - 1]}
        aspects = _strengths(item, truth, user - 1)
        aspects += [
            Aspect(medium.director, name, _FAVOURITE)
            for name in item.creators
            if name in favourites
        ]
        text, used = review_text(item.title, _choose(aspects, tone, numbers), tone, medium, numbers)
        texts.append(text)
        stated.append(tuple(map(str, used)))
    return events.assign(text=texts, aspects=pd.Series(stated, dtype=object))


def _check(items: pd.DataFrame, events: pd.DataFrame, truth: Truth) -> None:
    ids, wanted = np.sort(items[ITEM_ID].to_numpy()), truth.facts.item_id[1:]
    if not np.array_equal(ids, wanted):
        raise ValueError(
            f"write_reviews needs the {len(wanted)} items of the truth, got {len(ids)}, of which "
            f"{len(np.intersect1d(ids, wanted))} belong to it; give the whole table of its items"
        )
    odd = events[~events[RATING].isin(TONES)]
    if len(odd):
        user, item, rating = odd.iloc[0]
        raise ValueError(
            f"write_reviews needs ratings in half stars from 0.5 to 5, user_id {user:.0f} gave "
            f"item_id {item:.0f} {rating:g}; round the ratings or drop them"
        )


def _rows(named: pd.DataFrame, truth: Truth) -> dict[tuple[str, str], int]:
    """Name the rows of FilmFacts.features as `film_facts.read_facts` orders them.

    Theme families, between themes and eras, are passed over.
    """
    genres = sorted({name for row in named["genres"] for name in row})
    themes = sorted({name for row in named["themes"] for name in row})
    eras = sorted({_era(year) for year in named["year"]})
    rows = {("genre", name): row for row, name in enumerate(genres)}
    rows |= {("theme", name): row for row, name in enumerate(themes, len(genres))}
    first = len(truth.facts.features) - len(eras)
    return rows | {("era", str(era)): row for row, era in enumerate(eras, first)}


def _era(year: int) -> int:
    """Return the first year of an era; 0 before the second one begins."""
    return min(year // 10 * 10, _LAST_ERA) if year >= _FIRST_ERA else 0


def _read(
    items: pd.DataFrame, rows: dict[tuple[str, str], int], truth: Truth, medium: Medium
) -> dict[int, _Item]:
    """Find the features of each item.

    An era is named by its decade, so that a book of the 2020s is not said to be of the 2010s.
    """
    names = [ITEM_ID, "title", "year", "genres", "themes", medium.creators]
    known = {}
    for column, (item_id, title, year, genres, themes, creators) in enumerate(
        items.sort_values(ITEM_ID)[names].itertuples(index=False, name=None), 1
    ):
        pairs = [("genre", name) for name in genres] + [("theme", name) for name in themes]
        features = [(*pair, rows[pair]) for pair in pairs]
        decade = decade_of(year) if year >= _FIRST_ERA else f"before {_FIRST_ERA}"
        features.append(("era", decade, rows["era", str(_era(year))]))
        for kind, value, row in features:
            if truth.facts.features[row, column] == 0:
                raise ValueError(
                    f"write_reviews needs items with the features of the truth, but {title!r} has "
                    f"the {kind} {value!r} only in the table; for books give their readers' films="
                )
        known[item_id] = _Item(title, column, features, creators[:3])
    return known


def _strengths(item: _Item, truth: Truth, person: int) -> list[Aspect]:
    """List genres, themes and era with what the person's taste says; 0 is left out."""
    rows = [row for _, _, row in item.features]
    taste = truth.people.tastes[person, rows].astype(np.int64)
    strengths = (taste * truth.facts.features[rows, item.column]).tolist()
    return [
        Aspect(kind, value, strength)
        for (kind, value, _), strength in zip(item.features, strengths, strict=True)
        if strength != 0
    ]


def _choose(aspects: list[Aspect], tone: str, numbers: Iterator[int]) -> list[Aspect]:
    """Draw two or three aspects in proportion to their strength, those that decide first.

    One time in four the third aspect speaks against the tone, if there is such a one.
    """
    decides = DECIDES[tone]
    wanted = ["+", "-"] if decides == "+-" else [decides, decides]
    if pick((True, False), numbers):
        against = {"+": "-", "-": "+"}.get(decides, "+-")
        wanted.append(pick((decides, decides, decides, against), numbers))
    left, chosen = list(aspects), []
    for polarities in wanted[: len(left)]:
        pool = [aspect for aspect in left if aspect.polarity in polarities] or left
        ticket = next(numbers) % sum(abs(aspect.strength) for aspect in pool)
        for aspect in pool:
            ticket -= abs(aspect.strength)
            if ticket < 0:
                break
        chosen.append(aspect)
        left.remove(aspect)
    return sorted(chosen, key=lambda aspect: aspect.polarity not in decides)
