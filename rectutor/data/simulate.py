"""Letting simulated people choose and rate real films or books, step by step."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rectutor.data.choice import RECENT, WANDERING, ChoiceModel, Knobs, Truth
from rectutor.data.film_facts import FilmFacts
from rectutor.data.fixed_point import normal_on_grid, on_grid, scaled, standardise
from rectutor.data.people import Calendar, draw_calendar, draw_hidden_films, draw_people
from rectutor.schema import INTERACTION_COLUMNS

__all__ = ["live", "simulate"]

_QUALITY, _TASTE, _LATENT_SHARE = on_grid(0.27), on_grid(0.95), on_grid(0.35)
# A score below the first cut becomes half a star, one above the last five stars.
RATING_CUTS = on_grid(np.array([-1.85, -1.25, -1.1, -0.55, -0.35, 0.5, 0.8, 1.8, 2.2]))


def simulate(facts: FilmFacts, knobs: Knobs, seed: int) -> tuple[pd.DataFrame, Truth]:
    """Make one world: people, what they watch and how they rate it.

    The calendar is drawn first, so no choice moves a moment; then everybody takes one step
    after the other. Tastes, hidden films and calendar depend on the seed and on the numbers
    of people and cold films only: worlds that differ in other knobs have the same people.

    Args:
        facts: the films.
        knobs: the setting.
        seed: 0 or more; another seed gives other people and other hidden sides of films.

    Returns:
        The interactions (user_id 1..U, item_id, rating, timestamp), sorted by user and time,
        with no two equal timestamps; and the truth, whose facts hold the release dates used.

    Raises:
        ValueError: there are too few films for so long histories.
    """
    streams = [np.random.default_rng([seed, part]) for part in range(6)]
    calendar = draw_calendar(knobs.n_users, knobs.cold_users, streams[0])
    facts = _hold_back(facts, knobs.cold_items, calendar, streams[1])
    truth = Truth(
        knobs,
        facts,
        draw_hidden_films(facts, calendar, streams[2]),
        draw_people(facts, knobs.n_users, streams[3]),
    )
    return live(truth, calendar, streams[4], streams[5]), truth


def live(
    truth: Truth, calendar: Calendar, choosing: np.random.Generator, rating: np.random.Generator
) -> pd.DataFrame:
    """Let everybody choose and rate at the moments of a calendar.

    Args:
        truth: U people and their films, or books.
        calendar: U rows; who has length 0 does nothing.
        choosing: draws the choices.
        rating: draws the noise of the ratings.

    Returns:
        The interactions, as `simulate` gives them.

    Raises:
        ValueError: there are too few films for so long histories.
    """
    _check_enough(truth.facts, calendar)
    model = ChoiceModel(truth)
    films = _watch(model, calendar, choosing)
    user, step = np.nonzero(calendar.timestamps)
    film = films[user, step]
    ratings = _rate(model, truth, user, film, rating)
    columns = [user + 1, truth.facts.item_id[film], ratings, calendar.timestamps[user, step]]
    return pd.DataFrame(dict(zip(INTERACTION_COLUMNS, columns, strict=True)))


def _hold_back(
    facts: FilmFacts, n_cold: int, calendar: Calendar, rng: np.random.Generator
) -> FilmFacts:
    """Let some films come out only when nine tenths of all events have happened."""
    moments = np.sort(calendar.timestamps[calendar.timestamps > 0])
    cold = 1 + rng.permutation(facts.n_films)[:n_cold]
    out_on = facts.out_on.copy()
    out_on[cold] = np.maximum(out_on[cold], moments[len(moments) * 9 // 10])
    return facts._replace(out_on=out_on)


def _check_enough(facts: FilmFacts, calendar: Calendar) -> None:
    first = calendar.timestamps[calendar.timestamps > 0].min()
    out, longest = int((facts.out_on[1:] <= first).sum()), int(calendar.lengths.max())
    if out < longest:
        raise ValueError(
            f"simulate needs at least as many films as the longest history; {out} of "
            f"{facts.n_films} films are out when the first person joins, and the longest "
            f"history has {longest}; give more or older films"
        )


def _watch(model: ChoiceModel, calendar: Calendar, rng: np.random.Generator) -> np.ndarray:
    """Let everybody choose; [U, longest] film numbers, 0 after a person's last."""
    order = np.argsort(-calendar.lengths, kind="stable")  # who watches most comes first
    films = np.zeros(calendar.timestamps.shape, dtype=np.int64)
    recent = np.zeros((len(order), RECENT), dtype=np.int64)
    is_seen = np.zeros((len(order), model.facts.n_films + 1), dtype=bool)
    for step in range(int(calendar.lengths.max())):
        n_left = int((calendar.lengths > step).sum())
        who = order[:n_left]
        now = calendar.timestamps[who, step]
        allowed = model.allowed(now, is_seen[:n_left])
        weights = model.considered(who, recent[:n_left], now, allowed)
        wanders = rng.integers(0, 100, n_left) < WANDERING
        weights[wanders] = model.wandering(allowed[wanders])
        chosen = _draw(weights, rng)
        films[who, step] = chosen
        is_seen[np.arange(n_left), chosen] = True
        recent[:n_left] = np.column_stack([recent[:n_left, 1:], chosen])
    return films


def _draw(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw one column of each row in proportion to its integer weight."""
    cumulative = np.cumsum(weights, axis=1)
    ticket = rng.integers(0, cumulative[:, -1])
    return (cumulative <= ticket[:, None]).sum(axis=1)


def _rate(
    model: ChoiceModel, truth: Truth, user: np.ndarray, film: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Rate on half stars: generosity + quality + taste + noise, cut at fixed points."""
    knobs = truth.knobs
    taste = standardise(
        knobs.grid("content") * model.content.astype(np.int64)
        + scaled(int(_LATENT_SHARE), knobs.grid("latent") * model.latent.astype(np.int64))
    )
    score = (
        scaled(knobs.grid("generosity"), truth.people.generosity[user].astype(np.int64))
        + scaled(int(_QUALITY), truth.hidden.quality[film].astype(np.int64))
        + scaled(int(_TASTE), taste[user, film])
        + scaled(knobs.grid("noise"), normal_on_grid(rng, film.shape))
    )
    return (1 + np.searchsorted(RATING_CUTS, score, side="right")) / 2
