"""How a simulated person chooses the next film: the exact probabilities.

    P(film | person, history, now) = 0.96 softmax(x) + 0.04 softmax(popularity part)

over the films that are out by `now` and not in the history, where x is the sum of five parts,
each with its knob: popularity, content, latent, order, recency. All parts are whole numbers of
1/256 and all weights are integers, so that every machine draws the same films.

- content: how the person's tastes fit genres, themes, theme families, era and directors,
  standardised per person over all films.
- latent: the same for three random dimensions that no fact explains.
- order: links from the last film (and, half as strong, from the one before) to the next part
  of a franchise, the same director or lead, and the two kinds that follow the film's own
  hidden kind; and a mood: stay with the theme family of the last film, until three films in a
  row had that family, then drift to one of its two successors.
- recency: a film just out gets the whole knob, one out for three years exp(-1) of it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from rectutor.data.film_facts import FilmFacts
from rectutor.data.fixed_point import (
    exact_product,
    exp_table,
    on_grid,
    scaled,
    standardise,
    weights_of,
)
from rectutor.data.people import HiddenFilms, People

__all__ = ["PARTS", "WANDERING", "ChoiceModel", "Knobs", "Truth"]

PARTS = ("popularity", "content", "latent", "order", "recency")
WANDERING = 4  # choices in 100 that look at nothing but popularity
RECENT = 3  # films of the history that the next choice looks at
NEXT_PART, LATER_PART, EARLIER_PART = on_grid(3.5), on_grid(2.0), on_grid(1.2)
SAME_DIRECTOR, SAME_LEAD, NEXT_KIND = on_grid(1.0), on_grid(0.7), on_grid(3.8)
MOOD = on_grid(0.4)
_FAVOURITE = on_grid(0.6)  # one favourite director, against one standard deviation of genre
_FADES_IN = 1095  # days after which recency has fallen to exp(-1)
_FORGOTTEN = 8 * _FADES_IN
_DAY = 86400


@dataclass(frozen=True)
class Knobs:
    """What can be turned in a world. A choice knob at 0 removes that part altogether."""

    n_users: int = 2400  # people, 1 or more
    popularity: float = 1.0  # logits per unit of log popularity, 0..3
    content: float = 1.5  # logits per standard deviation of content taste, 0..5
    latent: float = 1.3  # logits per standard deviation of latent taste, 0..5
    order: float = 1.0  # factor on all links from the last films, 0..3
    recency: float = 0.8  # logits of a film that has just come out, 0..5
    generosity: float = 0.6  # standard deviation of people's leniency, 1 is about a star, 0..2
    noise: float = 0.7  # standard deviation of one rating's noise, likewise, 0..2
    cold_items: int = 0  # films that come out only for the last tenth of all events
    cold_users: int = 0  # people who join late and watch 3 to 11 films

    def __post_init__(self) -> None:
        """Refuse values outside the ranges above."""
        limits = {"n_users": (1, 1_000_000), "popularity": (0, 3), "order": (0, 3),
                  "generosity": (0, 2), "noise": (0, 2), "cold_items": (0, 1_000_000),
                  "cold_users": (0, self.n_users)}  # fmt: skip
        for field in fields(self):
            value, (low, high) = getattr(self, field.name), limits.get(field.name, (0, 5))
            if not low <= value <= high:
                raise ValueError(
                    f"Knobs needs {field.name} between {low} and {high}, got {value}; "
                    "give a value in that range"
                )

    def grid(self, name: str) -> int:
        """Return a knob as a grid number."""
        return int(on_grid(getattr(self, name)))


class Truth(NamedTuple):
    """Everything that decides a world's choices."""

    knobs: Knobs
    facts: FilmFacts
    hidden: HiddenFilms
    people: People


class ChoiceModel:
    """The choice probabilities of one world, or of the same world with other knobs."""

    def __init__(self, truth: Truth, knobs: Knobs | None = None) -> None:
        """Work out all that does not change from choice to choice.

        Args:
            truth: U people and N films.
            knobs: other weights for the parts; default: the world's own.
        """
        self.facts = truth.facts
        self.knobs = truth.knobs if knobs is None else knobs
        self.content = _content(truth.facts, truth.people)  # [U, N + 1]
        self.latent = _latent(truth.hidden, truth.people)  # [U, N + 1]
        self.popularity = scaled(
            self.knobs.grid("popularity"), truth.hidden.popularity.astype(np.int32)
        )
        self.lasting = (
            self.popularity
            + scaled(self.knobs.grid("content"), self.content)
            + scaled(self.knobs.grid("latent"), self.latent)
        ).astype(np.int32)  # [U, N + 1]
        order = self.knobs.grid("order")
        self.links = scaled(order, _links(truth.facts, truth.hidden)).astype(np.int32)
        self.moods = scaled(order, _moods(truth.facts, truth.hidden)).astype(np.int32)
        self._fresh = exp_table(-_FORGOTTEN, 0, _FADES_IN, self.knobs.grid("recency"))[::-1].astype(
            np.int32
        )  # [days since release]
        self._out_day = (truth.facts.out_on // _DAY).astype(np.int32)

    def utilities(self, people: np.ndarray, recent: np.ndarray, now: np.ndarray) -> np.ndarray:
        """Add up the five parts.

        Args:
            people: [B] int, rows of `Truth.people`.
            recent: [B, 3] int, the last three films, newest last, 0 where there is none.
            now: [B] int, seconds since 1970.

        Returns:
            [B, N + 1] int32 grid numbers; column 0 and films not yet out mean nothing.
        """
        x = self.lasting[people]
        x += self.links[recent[:, -1]]
        x += self.links[recent[:, -2]] >> 1
        x += self.moods[_mood_rows(self.facts.family, recent)]
        age = (now // _DAY).astype(np.int32)[:, None] - self._out_day
        x += self._fresh.take(age, mode="clip")
        return x

    def allowed(self, now: np.ndarray, is_seen: np.ndarray) -> np.ndarray:
        """Say which films can be chosen: out by now, and not seen before.

        Args:
            now: [B] int, seconds since 1970.
            is_seen: [B, N + 1] bool.

        Returns:
            [B, N + 1] bool; column 0 is False.
        """
        allowed = self.facts.out_on <= now[:, None]
        allowed &= ~is_seen
        allowed[:, 0] = False
        return allowed

    def considered(
        self, people: np.ndarray, recent: np.ndarray, now: np.ndarray, allowed: np.ndarray
    ) -> np.ndarray:
        """Weigh films by all five parts; [B, N + 1] int64, in proportion to the chances."""
        return weights_of(self.utilities(people, recent, now), allowed)

    def wandering(self, allowed: np.ndarray) -> np.ndarray:
        """Weigh films by popularity alone; [B, N + 1] int64, in proportion to the chances."""
        return weights_of(np.broadcast_to(self.popularity, allowed.shape), allowed)

    def probabilities(
        self, people: np.ndarray, recent: np.ndarray, now: np.ndarray, is_seen: np.ndarray
    ) -> np.ndarray:
        """Return the chance of every film to be the next one.

        Args:
            people: [B] int, rows of `Truth.people`.
            recent: [B, 3] int, the last three films, newest last, 0 where there is none.
            now: [B] int, seconds since 1970.
            is_seen: [B, N + 1] bool, films that are not chosen again.

        Returns:
            [B, N + 1] float64; each row sums to 1.
        """
        allowed = self.allowed(now, is_seen)
        considered = self.considered(people, recent, now, allowed)
        wandering = self.wandering(allowed)
        share = WANDERING / 100
        return (1 - share) * considered / considered.sum(axis=1, keepdims=True) + (
            share * wandering / wandering.sum(axis=1, keepdims=True)
        )


def _content(facts: FilmFacts, people: People) -> np.ndarray:
    """Return [U, N + 1] content taste, standardised per person; 0 at padding."""
    is_directed = np.zeros((int(facts.directors.max()) + 1, facts.n_films + 1), dtype=np.int64)
    is_directed[facts.directors, np.arange(facts.n_films + 1)[:, None]] = 1
    is_directed[0] = 0
    is_favourite = np.zeros((len(people.tastes), len(is_directed)), dtype=np.int64)
    is_favourite[np.arange(len(people.tastes))[:, None], people.favourites] = 1
    by_taste = exact_product(people.tastes, facts.features) >> 8
    by_director = exact_product(is_favourite, is_directed) * int(_FAVOURITE) * 4
    return _standardised_films(by_taste + by_director)


def _latent(hidden: HiddenFilms, people: People) -> np.ndarray:
    """Return [U, N + 1] latent taste, standardised per person; 0 at padding."""
    return _standardised_films(exact_product(people.latent, hidden.latent.T))


def _standardised_films(values: np.ndarray) -> np.ndarray:
    result = np.zeros(values.shape, dtype=np.int32)
    result[:, 1:] = standardise(values[:, 1:])
    return result


def _links(facts: FilmFacts, hidden: HiddenFilms) -> np.ndarray:
    """Return [N + 1, N + 1]: what having just seen the row's film adds to the column's."""
    step = facts.part[None, :] - facts.part[:, None]
    in_series = np.where(step == 1, NEXT_PART, np.where(step > 1, LATER_PART, EARLIER_PART))
    same = (facts.franchise[:, None] == facts.franchise) & (facts.franchise > 0)
    follows = (hidden.kind == hidden.next_kinds[hidden.kind][:, :, None]).any(axis=1)
    links = (
        in_series * same
        + SAME_DIRECTOR * _share_a_name(facts.directors)
        + SAME_LEAD * _share_a_name(facts.leads)
        + NEXT_KIND * follows
    )
    links[0], links[:, 0] = 0, 0
    return links


def _share_a_name(names: np.ndarray) -> np.ndarray:
    """Return [N + 1, N + 1] bool: the two films have a name in common."""
    shares = np.zeros((len(names), len(names)), dtype=bool)
    for one in names.T:
        for other in names.T:
            shares |= (one[:, None] == other) & (one > 0)[:, None]
    return shares


def _moods(facts: FilmFacts, hidden: HiddenFilms) -> np.ndarray:
    """Return [2 * 13, N + 1]: rows 0..12 stay with a family, rows 13..25 drift on from it."""
    n_families = len(hidden.next_families)
    stay = facts.family == np.arange(n_families)[:, None]
    drift = (facts.family == hidden.next_families[:, :, None]).any(axis=1)
    moods = MOOD * np.concatenate([stay, drift])
    moods[[0, n_families]] = 0
    return moods


def _mood_rows(family: np.ndarray, recent: np.ndarray) -> np.ndarray:
    """Return [B] rows of `_moods`: drift after three films of one family, else stay."""
    last = family[recent]  # [B, 3]
    is_settled = (last == last[:, -1:]).all(axis=1)
    return last[:, -1] + is_settled * (int(family.max()) + 1)
