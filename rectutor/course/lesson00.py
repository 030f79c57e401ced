"""The exercises of lesson 00: one to try the checks on, two that tell who may skip the primers."""

from __future__ import annotations

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["QUESTIONS", "TASTE", "attend", "softmax", "top_film"]

TASTE = [
    (
        "00",
        "Why is a hit rate of 0 not the floor?",
        "Blind luck hits too: k films out of N, k/N of the time.",
    ),
]
QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "00",
        "Adding 100 to all scores leaves the softmax alone. What about multiplying all by 100?",
        "It acts like a temperature of 1/100: the best film gets nearly everything.",
    ),
    (
        "00",
        "Why do forbidden places get the score -infinity before the softmax, instead of the "
        "weight 0 after it?",
        "So that the remaining weights still sum to 1.",
    ),
    (
        "00",
        "How does beam search with a single beam fail?",
        "It drops a beginning that looks second best and leads to the best whole.",
    ),
]

_FILMS = ("Alien", "Amélie", "Casablanca", "Heat", "Roman Holiday", "Toy Story")


def _top_film(scores: dict[str, float]) -> str:
    """Return the title with the highest score."""
    return max(scores, key=lambda title: scores[title])


def _scored_films(rng: np.random.Generator) -> list[tuple[dict[str, float]]]:
    """Draw scores whose best film stands first, last and between, once with all below 0."""
    cases = []
    for best in (3, 0, len(_FILMS) - 1):
        values = rng.uniform(0, 1, len(_FILMS)).round(2)
        values[best] = 1.5
        cases.append((dict(zip(_FILMS, values.tolist(), strict=True)),))
    below = {title: value - 2 for title, value in cases[0][0].items()}
    return [*cases, (below,)]


top_film = Exercise(
    name="top_film",
    reference=_top_film,
    cases=_scored_films,
    hints=(
        "`scores` is a dictionary from titles to numbers. You are asked for a title.",
        "`max` over a dictionary compares its keys, here titles. Tell it to compare scores.",
        "Return `max(scores, key=scores.get)`.",
    ),
)


def _softmax(scores: list[float], temperature: float) -> np.ndarray:
    """Turn scores into probabilities; subtracting the highest first keeps exp within range."""
    scaled = np.asarray(scores, dtype=np.float64) / temperature
    weights = np.exp(scaled - scaled.max())
    return np.asarray(weights / weights.sum())


def _scores_and_temperatures(rng: np.random.Generator) -> list[tuple[list[float], float]]:
    """Draw ordinary scores, then negative ones, then some far too large for exp."""
    ordinary = rng.uniform(-2, 2, 4).round(1).tolist()
    high = [float(x) for x in rng.integers(900, 1000, 3)]
    cold, warm = float(rng.choice([0.2, 0.5])), float(rng.choice([2.0, 5.0]))
    return [(ordinary, 1.0), (ordinary, cold), (ordinary, warm), ([-3.0, -1.0], 1.0), (high, 1.0)]


softmax = Exercise(
    name="softmax",
    reference=_softmax,
    cases=_scores_and_temperatures,
    hints=(
        "Three steps: divide, make everything positive, make the sum 1.",
        "Divide by the temperature, take `np.exp`, divide by the sum. `np.exp(1000)` is too large "
        "for a computer: subtract the highest value before, which changes nothing.",
        "With `x = np.array(scores) / temperature` and `w = np.exp(x - x.max())`, return "
        "`w / w.sum()`.",
    ),
)


def _attend(
    query: np.ndarray, keys: np.ndarray, values: np.ndarray, may_look: np.ndarray
) -> np.ndarray:
    """Average values by the softmax of query-key products over the places one may look at."""
    scores = np.where(may_look, keys @ query / np.sqrt(len(query)), -np.inf)  # [T]
    weights = np.exp(scores - scores.max())
    return np.asarray(weights / weights.sum() @ values)


def _attention_cases(
    rng: np.random.Generator,
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """Draw one open case, one with forbidden places, one with a single place."""
    cases = []
    for T, n_forbidden in ((3, 0), (4, 2), (3, 2)):
        query = rng.uniform(-2, 2, 4).round(1)
        keys, values = rng.uniform(-2, 2, (T, 4)).round(1), rng.uniform(-5, 5, (T, 2)).round(1)
        may_look = np.arange(T) < T - n_forbidden
        keys[~may_look] = 2 * query  # what must not be looked at would draw most of the weight
        cases.append((query, keys, values, may_look))
    return cases


attend = Exercise(
    name="attend",
    reference=_attend,
    cases=_attention_cases,
    hints=(
        "Score every place, forbid some, turn scores into weights, average the values.",
        "The scores are `keys @ query / np.sqrt(D)`, D is the length of the query. A forbidden "
        "place gets the score -inf before the softmax, so that the weights still sum to 1.",
        "With `s = np.where(may_look, keys @ query / np.sqrt(len(query)), -np.inf)` and "
        "`w = np.exp(s - s.max())`, return `(w / w.sum()) @ values`.",
    ),
)
