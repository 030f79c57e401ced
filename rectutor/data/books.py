"""Letting some of the people of `films` read real books.

A reader keeps from `films` what belongs to a person: tastes for genres, themes, theme families
and eras, the persona, the latent tastes, leniency, and how moods drift from family to family.
Favourite authors, and everything hidden about books, are drawn anew. In the arrays of
`FilmFacts` and `HiddenFilms` a book is a film: its authors are directors, its series is a
franchise, and it has no leads.

So two things connect the domains: the facts, since a taste for heists is one for heists in
print; and the people, since whose latent tastes agree like the same books too. No latent side
of a film says anything about a book.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from rectutor.data.choice import Knobs, Truth
from rectutor.data.film_facts import FilmFacts, read_facts
from rectutor.data.people import (
    Calendar,
    Pace,
    draw_hidden_films,
    draw_lengths,
    draw_people,
    spread_out,
)
from rectutor.data.simulate import live
from rectutor.schema import ITEM_ID, TIMESTAMP, USER_ID

__all__ = ["KNOBS", "READING", "SEED", "draw_readers", "read_book_facts", "simulate_books"]

SEED = 1  # the first from 1 on with which every book is read five times
KNOBS = Knobs(n_users=800, popularity=0.7)  # with fewer events the rarest would starve at 1.0
READING = Pace(median_length=20, shortest=8, longest=80, same_sitting=0, median_gap=9 * 86400)
_FIRST_STREAM = 6  # streams 0..5 of a seed draw the films' world


def read_book_facts(books: pd.DataFrame, films: pd.DataFrame, themes: pd.DataFrame) -> FilmFacts:
    """Turn the table of books into integer arrays with the feature rows of films.

    Args:
        books: item_id, year, authors, genres, themes, series, part; lists joined by `|`.
        films: as `read_facts` takes them; they name the rows.
        themes: theme, family.

    Returns:
        The books in ascending order of item_id; row f of `features` means what row f of the
        films' features means, so a person's tastes fit both.

    Raises:
        ValueError: a book has a genre or theme that no film has.
    """
    _check_known(books, films)
    books = books.rename(columns={"authors": "directors", "series": "franchise"}).assign(leads="")
    after = books[ITEM_ID] + films[ITEM_ID].max()
    both = read_facts(pd.concat([films, books.assign(item_id=after)]), themes)
    own = read_facts(books, themes)
    columns = np.r_[0, len(films) + 1 : both.n_films + 1]
    return own._replace(features=both.features[:, columns], leads=np.zeros_like(own.leads))


def simulate_books(
    facts: FilmFacts, seen: pd.DataFrame, films: Truth, knobs: Knobs, seed: int
) -> tuple[pd.DataFrame, Truth]:
    """Let `knobs.n_users` of the people of a films' world read.

    Args:
        facts: the books, from `read_book_facts`.
        seen: the interactions of the films' world.
        films: its truth.
        knobs: the setting; cold_items and cold_users are not used.
        seed: 0 or more; may be that of the films.

    Returns:
        The interactions, with the user_id of the films' world; and the truth, whose people are
        all of that world, row u - 1 for user_id u, whether they read or not.

    Raises:
        ValueError: there are too few books for so long histories, or too few people.
    """
    streams = [np.random.default_rng([seed, _FIRST_STREAM + part]) for part in range(5)]
    calendar = draw_readers(seen, knobs.n_users, streams[0])
    hidden = draw_hidden_films(facts, calendar, streams[1])
    anew = draw_people(facts, len(films.people.tastes), streams[2])
    truth = Truth(
        knobs,
        facts,
        hidden._replace(next_families=films.hidden.next_families),
        films.people._replace(favourites=anew.favourites),
    )
    return live(truth, calendar, streams[3], streams[4]), truth


def draw_readers(seen: pd.DataFrame, n_readers: int, rng: np.random.Generator) -> Calendar:
    """Draw who reads how many books, and when; no moment is one of a film.

    A reader's first book falls somewhere between the first and the last of their films.

    Args:
        seen: the interactions of the films' world, user_id 1..U.
        n_readers: 1..U.
        rng: draws readers, first moments, lengths and gaps.

    Returns:
        U rows; who does not read has length 0.

    Raises:
        ValueError: there are fewer people than readers.
    """
    active = seen.groupby(USER_ID)[TIMESTAMP].agg(["min", "max"]).to_numpy()
    if len(active) < n_readers:
        raise ValueError(
            f"draw_readers needs at least as many people as readers; {n_readers} should read, "
            f"and the films' world has {len(active)} people; ask for fewer"
        )
    readers = np.sort(rng.permutation(len(active))[:n_readers])
    joins = rng.integers(active[readers, 0], active[readers, 1] + 1)
    lengths = draw_lengths(n_readers, READING, rng)
    own = spread_out(lengths, joins, READING, rng, taken=seen[TIMESTAMP].to_numpy())
    calendar = Calendar(
        np.zeros(len(active), dtype=np.int64),
        np.zeros((len(active), own.timestamps.shape[1]), dtype=np.int64),
    )
    calendar.lengths[readers], calendar.timestamps[readers] = own
    return calendar


def _check_known(books: pd.DataFrame, films: pd.DataFrame) -> None:
    for column in ("genres", "themes"):
        theirs, known = ({x for row in table[column].str.split("|") for x in row}
                         for table in (books, films))  # fmt: skip
        if unknown := sorted(theirs - known):
            raise ValueError(
                f"read_book_facts needs {column} that some film has, since people have tastes "
                f"for those only; got {unknown[0]!r}, and {len(unknown) - 1} others; rename it"
            )
