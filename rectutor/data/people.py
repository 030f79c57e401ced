"""Drawing what nobody can look up: people's tastes, the films' hidden sides, and the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rectutor.data.film_facts import FilmFacts
from rectutor.data.fixed_point import ONE, exp_table, ln_on_grid, normal_on_grid, on_grid, scaled

__all__ = [
    "Calendar",
    "HiddenFilms",
    "Pace",
    "People",
    "draw_calendar",
    "draw_hidden_films",
    "draw_lengths",
    "draw_people",
    "spread_out",
]

N_PERSONAS = 12
N_KINDS = 20  # latent classes of films, unrelated to any fact
N_LATENT = 3  # dimensions of latent taste
_SHARED, _OWN = on_grid(0.7), on_grid(0.7)  # weight of the persona's and of one's own taste
_RANK_OFFSET = 20  # popularity is -ln(rank + 20)
_RANK_NOISE = on_grid(0.25)
_FLOORED = 10  # the least popular tenth of the films shares one popularity
_BOOST_LIMIT = 10  # a film out for less than a tenth of the time is boosted as if for a tenth
_FIRST_JOIN, _LAST_JOIN = np.datetime64("1998-01-01"), np.datetime64("2018-12-31")
_COLD_SHORTEST, _COLD_LONGEST = 3, 11
_LENGTH_SPREAD, _GAP_SPREAD = on_grid(0.7), on_grid(1.0)


class HiddenFilms(NamedTuple):
    """What the simulator knows about N films and no file of facts says; row 0 is padding."""

    popularity: np.ndarray  # [N + 1] int16, grid numbers, mean 0 over films
    latent: np.ndarray  # [N + 1, 3] int16, grid numbers
    quality: np.ndarray  # [N + 1] int16, grid numbers; moves ratings, never choices
    kind: np.ndarray  # [N + 1] int16, latent class 1..20
    next_kinds: np.ndarray  # [21, 2] int16, the two classes that follow each class
    next_families: np.ndarray  # [13, 2] int16, the two theme families a mood drifts to


class People(NamedTuple):
    """The hidden side of U people."""

    persona: np.ndarray  # [U] int16, 0..11
    tastes: np.ndarray  # [U, F] int16, grid numbers, one for each row of FilmFacts.features
    favourites: np.ndarray  # [U, 3] int16, numbers of favourite directors
    latent: np.ndarray  # [U, 3] int16, grid numbers
    generosity: np.ndarray  # [U] int16, grid numbers


class Pace(NamedTuple):
    """How much people watch and how fast; the defaults are those of films."""

    median_length: int = 33  # events of one person
    shortest: int = 12
    longest: int = 180
    same_sitting: int = 2  # in 2 of 5 cases the next film follows within hours
    median_gap: int = 6 * 86400  # seconds to the next film in the other cases


class Calendar(NamedTuple):
    """Who watches how many films when; fixed before anybody chooses a film."""

    lengths: np.ndarray  # [U] int64
    timestamps: np.ndarray  # [U, longest] int64, seconds since 1970, 0 after a person's last


def draw_people(facts: FilmFacts, n_users: int, rng: np.random.Generator) -> People:
    """Draw tastes: 0.7 of one of 12 personas plus 0.7 of one's own.

    Favourite directors are drawn from those with several films, in proportion to the films.
    """
    n_features = len(facts.features)
    personas = normal_on_grid(rng, (N_PERSONAS, n_features))
    persona = rng.integers(0, N_PERSONAS, n_users)
    own = normal_on_grid(rng, (n_users, n_features))
    credits = facts.directors[facts.directors > 0]
    shared = credits[np.bincount(credits)[credits] > 1]
    shared = shared if len(shared) else credits
    return People(
        persona.astype(np.int16),
        (scaled(int(_SHARED), personas[persona]) + scaled(int(_OWN), own)).astype(np.int16),
        shared[rng.integers(0, len(shared), (n_users, 3))].astype(np.int16),
        normal_on_grid(rng, (n_users, N_LATENT)).astype(np.int16),
        normal_on_grid(rng, (n_users,)).astype(np.int16),
    )


def draw_hidden_films(
    facts: FilmFacts, calendar: Calendar, rng: np.random.Generator
) -> HiddenFilms:
    """Draw the films' hidden sides.

    Popularity falls with the film's place in the order of item_id, blurred by noise. A film
    that is out for only part of the time is loved more while it is out, so that late films
    are not starved; a floor keeps the rarest from vanishing.
    """
    n = facts.n_films
    moments = np.sort(calendar.timestamps[calendar.timestamps > 0])
    still_to_come = len(moments) - np.searchsorted(moments, facts.out_on[1:])
    tenths = np.maximum(1000, 1000 * _BOOST_LIMIT * still_to_come // len(moments))
    boost = ln_on_grid(np.array(1000 * _BOOST_LIMIT)) - ln_on_grid(tenths)
    rank_part = ln_on_grid(np.arange(1, n + 1) + _RANK_OFFSET)
    popularity = boost - rank_part + scaled(int(_RANK_NOISE), normal_on_grid(rng, (n,)))
    popularity = np.maximum(popularity, np.sort(popularity)[n // _FLOORED])
    popularity -= popularity.sum() // n
    families = int(facts.family.max())
    return HiddenFilms(
        np.concatenate([[0], popularity]).astype(np.int16),
        np.concatenate([np.zeros((1, N_LATENT)), normal_on_grid(rng, (n, N_LATENT))]).astype(
            np.int16
        ),
        np.concatenate([[0], normal_on_grid(rng, (n,))]).astype(np.int16),
        np.concatenate([[0], 1 + rng.permutation(n) % N_KINDS]).astype(np.int16),
        _successors(N_KINDS, rng),
        _successors(families, rng),
    )


def draw_calendar(n_users: int, n_cold: int, rng: np.random.Generator) -> Calendar:
    """Draw who watches how many films, and when; no two events share a second.

    Lengths are lognormal around 33, clipped to 12..180. People join between 1998 and 2018;
    films follow each other within hours or after some days. The last `n_cold` people join in
    the last tenth of that time and watch 3 to 11 films.
    """
    lengths = draw_lengths(n_users, Pace(), rng)
    first, last = ((day - np.datetime64("1970-01-01")).astype(int) * 86400
                   for day in (_FIRST_JOIN, _LAST_JOIN))  # fmt: skip
    joins = rng.integers(first, last, n_users)
    cold = np.arange(n_users) >= n_users - n_cold
    lengths[cold] = rng.integers(_COLD_SHORTEST, _COLD_LONGEST + 1, n_cold)
    joins[cold] = rng.integers(last - (last - first) // 10, last, n_cold)
    return spread_out(lengths, joins, Pace(), rng)


def draw_lengths(n_users: int, pace: Pace, rng: np.random.Generator) -> np.ndarray:
    """Draw how many events each person has, [n_users] int64: lognormal, clipped."""
    lengths = _lognormal(pace.median_length, _LENGTH_SPREAD, (n_users,), rng)
    return np.clip(lengths, pace.shortest, pace.longest)


def spread_out(
    lengths: np.ndarray,
    joins: np.ndarray,
    pace: Pace,
    rng: np.random.Generator,
    taken: Sequence[int] | np.ndarray = (),
) -> Calendar:
    """Let each person's events follow each other; no two share a second.

    Args:
        lengths: [U] int, events of each person, 1 or more.
        joins: [U] int, seconds since 1970, the first event of each person.
        pace: how fast they follow each other.
        rng: draws the gaps.
        taken: seconds that something else has taken; no event falls on one of them.
    """
    shape = (len(lengths), int(lengths.max()))
    gaps = np.where(
        rng.integers(0, 5, shape) < pace.same_sitting,
        rng.integers(90 * 60, 5 * 3600, shape),
        8 * 3600
        + _lognormal(pace.median_gap, _GAP_SPREAD, shape, rng)
        + rng.integers(0, 3600, shape),
    )
    gaps[:, 0] = joins
    takes_place = np.arange(shape[1]) < lengths[:, None]
    moments = _without_ties(np.cumsum(gaps, axis=1)[takes_place])
    while (clashes := np.isin(moments, taken)).any():
        moments = _without_ties(moments + clashes)
    timestamps = np.zeros(shape, dtype=np.int64)
    timestamps[takes_place] = moments
    return Calendar(lengths, timestamps)


def _lognormal(
    median: int, spread: np.ndarray, shape: tuple[int, ...], rng: np.random.Generator
) -> np.ndarray:
    """Draw `median * exp(spread * z)` with z clipped to -4..4, rounded down."""
    reach = int(4 * spread)
    z = np.clip(normal_on_grid(rng, shape), -4 * ONE, 4 * ONE)
    return exp_table(-reach - 1, reach + 1, ONE, median)[scaled(int(spread), z) + reach + 1]


def _without_ties(moments: np.ndarray) -> np.ndarray:
    """Move moments later by the fewest seconds that make all of them different."""
    order = np.argsort(moments, kind="stable")
    place = np.arange(len(moments))
    distinct = np.maximum.accumulate(moments[order] - place) + place
    result = np.empty_like(moments)
    result[order] = distinct
    return result


def _successors(n: int, rng: np.random.Generator) -> np.ndarray:
    """Give each of 1..n two different successors other than itself; [n + 1, 2], row 0 is 0.

    Each of them is a successor exactly twice: two rotations of one random circle.
    """
    circle = 1 + rng.permutation(n)
    table = np.zeros((n + 1, 2), dtype=np.int16)
    table[circle, 0], table[circle, 1] = np.roll(circle, -1), np.roll(circle, -min(3, n - 1))
    return table
