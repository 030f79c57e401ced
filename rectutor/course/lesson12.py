"""The exercises of lesson 12."""

from __future__ import annotations

import math

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["QUESTIONS", "amplification", "cheapest_setting", "gini_after"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "12",
        "One text reports a Gini of 0.6, another 0.7, for the same model and data. What do you ask "
        "before you compare?",
        "The length of the lists, the number of people, whether items that are never shown were "
        "counted, and what Gini a random recommender has there.",
    ),
    (
        "11",
        "Grounding with a popularity weight pulls a written title towards popular items. Which way "
        "does it move the Gini of exposure?",
        "Up: more of the places go to items that already have many. It is the knob of this lesson, "
        "turned the other way.",
    ),
    (
        "03",
        "A weight was chosen on validation because no loss could be seen there, and costs hits on "
        "the test. Was something done wrong?",
        "No. Of several settings within noise the strongest is likely to have looked better than "
        "it is; the test is there to show it. Wrong would be to choose again on the test.",
    ),
]


def _ranked(scores: list[float], seen: set[int], k: int) -> list[int]:
    order = sorted((item for item in range(len(scores)) if item not in seen),
                   key=lambda item: (-scores[item], item))  # fmt: skip
    return order[:k]


def _gini(counts: list[int]) -> float:
    """Sum of (2 i - n - 1) x_i over n times the sum, ascending, i from 1."""
    ordered, n = sorted(counts), len(counts)
    total = sum((2 * i - n - 1) * x for i, x in enumerate(ordered, start=1))
    return total / (n * sum(ordered))


def _gini_after(
    scores: list[list[float]], seen: list[set[int]], counts: list[int], k: int, weight: float
) -> float:
    """Take popularity off, rank, count who is shown, and say how unequally."""
    shown = [0] * len(counts)
    for own, watched in zip(scores, seen, strict=True):
        adjusted = [
            score - weight * math.log(1 + count) for score, count in zip(own, counts, strict=True)
        ]
        for item in _ranked(adjusted, watched, k):
            shown[item] += 1
    return _gini(shown)


def _audience(
    rng: np.random.Generator,
) -> list[tuple[list[list[float]], list[set[int]], list[int], int, float]]:
    """Draw people whose scores follow popularity, so that some items are never shown."""
    cases = []
    for n_people, n_items, k, weight in ((3, 6, 1, 0.0), (6, 16, 2, 0.5), (7, 30, 2, 1.0)):
        counts = np.sort(rng.integers(0, 40, size=n_items))[::-1]
        scores = np.log1p(counts) + rng.normal(size=(n_people, n_items))
        seen = [set(rng.choice(n_items // 2, 2, replace=False).tolist()) for _ in range(n_people)]
        cases.append((scores.round(2).tolist(), seen, counts.tolist(), k, weight))
    return cases


gini_after = Exercise(
    name="gini_after",
    reference=_gini_after,
    cases=_audience,
    hints=(
        "Four steps: new scores, a list for each person, a count for each item, one number.",
        "Begin with `shown = [0] * len(counts)`, so that an item nobody is shown counts as 0. For "
        "each person sort the unseen items by their new score and add 1 for the first k.",
        "`ordered = sorted(shown)`, then `sum((2 * i - n - 1) * x for i, x in enumerate(ordered, "
        "start=1)) / (n * sum(ordered))` with `n = len(ordered)`.",
    ),
)


def _amplification(shown: list[int], chosen: list[int], n_top: int) -> float:
    """Share of the places over share of the choices, of the most chosen items."""
    order = sorted(range(len(chosen)), key=lambda item: (-chosen[item], item))[:n_top]
    places = sum(shown[item] for item in order) / sum(shown)
    choices = sum(chosen[item] for item in order) / sum(chosen)
    return places / choices


def _counted(rng: np.random.Generator) -> list[tuple[list[int], list[int], int]]:
    cases = []
    for n_items, n_top in ((5, 1), (8, 2), (20, 4)):
        chosen = rng.choice(np.arange(1, 60), size=n_items, replace=False)
        shown = rng.integers(0, 2 * chosen + 1)
        shown[int(chosen.argmax())] += 3
        cases.append((shown.tolist(), chosen.tolist(), n_top))
    return cases


amplification = Exercise(
    name="amplification",
    reference=_amplification,
    cases=_counted,
    hints=(
        "Which items are the n_top most chosen? By `chosen`, not by `shown`.",
        "Add up `shown` of these items and divide by the sum of `shown`; do so with `chosen`, too; "
        "divide the first by the second.",
        "`top = sorted(range(len(chosen)), key=lambda item: -chosen[item])[:n_top]`.",
    ),
)


def _cheapest_setting(settings: list[tuple[float, float, float]]) -> float:
    """Return the weight with the lowest Gini among those without a loss, 0 if there is none."""
    free = [(gini, weight) for weight, gini, high in settings if high >= 0]
    return min(free)[1] if free else 0.0


def _sweeps(rng: np.random.Generator) -> list[tuple[list[tuple[float, float, float]]]]:
    """Draw sweeps in which Gini falls and rises again; in the last every setting loses."""
    cases: list[tuple[list[tuple[float, float, float]]]] = []
    for n, first_loss in ((4, 2), (7, 4), (6, 5), (3, 0)):
        weights = np.sort(rng.choice(np.arange(1, 30), size=n, replace=False)) / 10
        ginis = 0.8 - 0.1 * np.minimum(np.arange(n), 3) + rng.uniform(0, 0.05, size=n)
        ginis[max(0, first_loss - 1)] += 0.25  # the strongest that is free is not the best
        highs = np.where(np.arange(n) < first_loss, 0.002, -0.01) + rng.uniform(0, 0.004, size=n)
        rows = np.stack([weights, ginis, highs], axis=1).round(3)
        rows = rows[rng.permutation(n)]
        cases.append(([tuple(row) for row in rows.tolist()],))
    return cases


cheapest_setting = Exercise(
    name="cheapest_setting",
    reference=_cheapest_setting,
    cases=_sweeps,
    hints=(
        "A loss can be told from noise where the whole interval lies below 0, that is, where its "
        "upper end does.",
        "Keep the settings whose upper end is 0 or more; of these return the weight with the "
        "lowest Gini; 0 if none is left.",
        "`free = [(gini, weight) for weight, gini, high in settings if high >= 0]`.",
    ),
)
