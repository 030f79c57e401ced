"""A made-up city and its people's check-ins: home, work, lunch, leisure, day after day.

Made on the fly from a seed; nothing is shipped, and nobody's real movements are in it. What is
planted, so that a lesson can look for it:

    - **Geography.** People work near home (roughly), lunch near work and spend evenings near home;
      of all places of a kind, one at distance d is chosen with weight exp(-d / REACH),
      and with COMMUTE in place of REACH from home to work.
    - **Kind.** Everybody has one kind of evening that they choose three times in four.
    - **Order.** A day is home, work, lunch, work, evening, home. Lunch is left out one day in
      three, the evening two days in five. So what follows "work" depends on what came before it.

Nobody checks in twice in a row at the same place: a day begins where the day before it ended.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rectutor.schema import Events

__all__ = [
    "COMMUTE",
    "EVENINGS",
    "FOOD",
    "HOME",
    "KINDS",
    "REACH",
    "WORK",
    "City",
    "draw_city",
    "draw_visits",
    "place_vectors",
]

KINDS = ("home", "work", "food", "shop", "park", "bar")
_PLACES = (48, 24, 36, 20, 16, 16)  # of each kind
HOME, WORK, FOOD = 0, 1, 2  # indices into KINDS
EVENINGS = (3, 4, 5)  # these too
REACH = 0.05  # from work to lunch and from home out; the city is 1 wide
COMMUTE = 0.4  # from home to work, in the same unit
_LUNCH, _EVENING, _FAVOURITE = 2 / 3, 3 / 5, 3 / 4
_HOUR, _DAY = 3600, 86400  # in seconds
_HOURS = (9, 13, 14, 18, 21)  # of the day: work, lunch, work, evening, home


class City(NamedTuple):
    """Places, numbered as items are: row i is item index i + 1."""

    xy: np.ndarray  # [N, 2] float, 0..1
    kind: np.ndarray  # [N] int64, an index into KINDS


def draw_city(seed: int = 0) -> City:
    """Draw 160 places: offices towards the middle, everything else anywhere."""
    rng = np.random.default_rng([seed, 0])
    kind = np.repeat(np.arange(len(KINDS)), _PLACES)
    xy = rng.random((len(kind), 2))
    is_office = kind == WORK
    xy[is_office] = 0.5 + 0.5 * (xy[is_office] - 0.5)
    return City(xy, kind)


def place_vectors(city: City, kind_weight: float = 0.3) -> np.ndarray:
    """Describe each place by where it is and of what kind, [N, 2 + 6] float32.

    Args:
        city: places.
        kind_weight: how far apart two kinds are, where the city is 1 wide; 0 or more.
    """
    kinds = np.eye(len(KINDS))[city.kind] * kind_weight / 2**0.5
    return np.concatenate([city.xy, kinds], axis=1).astype(np.float32)


def draw_visits(city: City, n_people: int, n_days: int, seed: int = 0) -> Events:
    """Let people live for some days; a person's row of visits ends somewhere in the last day.

    Args:
        city: places.
        n_people: 1 or more.
        n_days: 2 or more.
        seed: of homes, offices, tastes and days.

    Returns:
        Their visits as events; a place may come again and again. Ratings are 0.

    Raises:
        ValueError: there is nobody, or fewer than two days.
    """
    if n_people < 1 or n_days < 2:
        raise ValueError(
            f"draw_visits needs 1 person and 2 days or more, got {n_people} and {n_days}"
        )
    rng = np.random.default_rng([seed, 1])
    home = _near(city, HOME, rng.random((n_people, 2)), 10.0, rng)  # anywhere
    work = _near(city, WORK, city.xy[home], COMMUTE, rng)
    favourite = rng.choice(EVENINGS, n_people)
    days = [_day(city, home, work, favourite, rng) for _ in range(n_days)]
    places = np.concatenate([home[:, None], *days], axis=1)  # [P, 1 + 5 days], -1 is left out
    daily = np.add.outer(_DAY * np.arange(n_days), _HOUR * np.array(_HOURS)).ravel()
    moments = np.concatenate([[0], daily])  # [1 + 5 days], in seconds from midnight of day 0
    last = rng.integers(places.shape[1] - 5, places.shape[1], n_people)
    person, step = np.nonzero((places >= 0) & (np.arange(places.shape[1]) <= last[:, None]))
    chosen = places[person, step]
    comes_again = (np.diff(chosen, prepend=-1) == 0) & (np.diff(person, prepend=-1) == 0)
    person, step, chosen = (part[~comes_again] for part in (person, step, chosen))
    return Events(
        person,
        chosen + 1,
        np.zeros(len(person), dtype=np.float32),
        moments[step],
        np.searchsorted(person, np.arange(n_people + 1)),
    )


def _day(
    city: City,
    home: np.ndarray,
    work: np.ndarray,
    favourite: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw one day of everybody: work, lunch, work, evening, home, [P, 5]; -1 is left out."""
    P = len(home)
    lunch = _near(city, FOOD, city.xy[work], REACH, rng)
    kinds = np.where(rng.random(P) < _FAVOURITE, favourite, rng.choice(EVENINGS, P))
    evening = np.empty(P, dtype=np.int64)
    for kind in EVENINGS:
        goes = kinds == kind
        evening[goes] = _near(city, kind, city.xy[home[goes]], REACH, rng)
    has_lunch, goes_out = rng.random(P) < _LUNCH, rng.random(P) < _EVENING
    lunch, back = np.where(has_lunch, lunch, -1), np.where(has_lunch, work, -1)
    return np.stack([work, lunch, back, np.where(goes_out, evening, -1), home], axis=1)


def _near(
    city: City, kind: int, where: np.ndarray, reach: float, rng: np.random.Generator
) -> np.ndarray:
    """Draw a place of a kind for each of [P, 2] points, nearer ones more often; [P] rows.

    `reach` is the distance, where the city is 1 wide, over which the weight falls to 1 / e.
    """
    places = np.flatnonzero(city.kind == kind)
    away = np.linalg.norm(city.xy[places] - where[:, None], axis=2)  # [P, n]
    weights = np.exp((away.min(axis=1, keepdims=True) - away) / reach).cumsum(axis=1)
    drawn = rng.random((len(where), 1)) * weights[:, -1:]
    found: np.ndarray = places[(weights <= drawn).sum(axis=1)]
    return found
