"""The exercises of lesson 06."""

from __future__ import annotations

from statistics import median

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["QUESTIONS", "averaged_ranking", "flips", "pick_rates"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "06",
        "A paper tries 20 templates and reports the best. Name two things you would ask for.",
        "The mean and spread of all 20 beside what luck gives the best of 20, and the chosen "
        "one's score on other people than those it was chosen by.",
    ),
    (
        "04",
        "What control shows that a model's score depends on the texts of the items?",
        "Swap the texts between items after training: the score must fall to the floor.",
    ),
    (
        "02b",
        "Two models differ in HR@10 by less than noise. What decides?",
        "The paired interval over users, and other training seeds; not the larger number.",
    ),
]


def _averaged_ranking(rankings: list[list[int]], candidates: list[int]) -> list[int]:
    """Average ranks over replies; who is not named shares the last rank."""
    C = len(candidates)
    total = dict.fromkeys(candidates, 0)
    for ranking in rankings:
        for candidate in candidates:
            total[candidate] += ranking.index(candidate) + 1 if candidate in ranking else C
    return sorted(candidates, key=lambda candidate: (total[candidate], candidate))


def _replies(rng: np.random.Generator) -> list[tuple[list[list[int]], list[int]]]:
    """Draw full rankings, rankings with gaps, one empty reply, and a tie."""
    cases = []
    for n, kept in ((6, 6), (7, 4), (5, 2)):
        candidates = (rng.permutation(40)[:n] + 1).tolist()
        rankings = [rng.permutation(candidates)[:kept].tolist() for _ in range(5)]
        cases.append((rankings, candidates))
    cases.append(([[], *rankings[:2]], candidates))
    cases.append(([[9, 4, 7], [4, 9, 7]], [7, 9, 4]))
    return cases


averaged_ranking = Exercise(
    name="averaged_ranking",
    reference=_averaged_ranking,
    cases=_replies,
    hints=(
        "One total for each candidate, over all replies. Small totals are good.",
        "The first title of a reply has rank 1. A candidate that a reply does not name gets rank "
        "C, the number of candidates, whichever place is free.",
        "`rank = ranking.index(c) + 1 if c in ranking else len(candidates)`; then "
        "`sorted(candidates, key=lambda c: (total[c], c))`.",
    ),
)


def _pick_rates(shown: list[list[int]], picked: list[int]) -> list[float]:
    """Count in which place the picked candidate stood, as shares of all lists."""
    C = len(shown[0])
    places = [row.index(pick) for row, pick in zip(shown, picked, strict=True)]
    return [places.count(place) / len(shown) for place in range(C)]


def _picks(rng: np.random.Generator) -> list[tuple[list[list[int]], list[int]]]:
    cases = []
    for C, n in ((4, 10), (3, 7)):
        shown = [(rng.permutation(20)[:C] + 1).tolist() for _ in range(n)]
        picked = [row[min(int(rng.geometric(0.5)) - 1, C - 1)] for row in shown]
        cases.append((shown, picked))
    cases.append(([[5, 3], [3, 5], [5, 3]], [5, 5, 5]))
    return cases


pick_rates = Exercise(
    name="pick_rates",
    reference=_pick_rates,
    cases=_picks,
    hints=(
        "What counts is where the picked candidate stood in its own list, not which one it is.",
        "`row.index(pick)` is the place, from 0. Count each place, and divide by the lists.",
        "`places = [row.index(p) for row, p in zip(shown, picked)]`; then "
        "`[places.count(i) / len(shown) for i in range(len(shown[0]))]`.",
    ),
)


def _flips(one: list[float], other: list[float]) -> float:
    """Return the share of questions on other sides of their own prompt's median."""
    edges = median(one), median(other)
    changed = [(a > edges[0]) != (b > edges[1]) for a, b in zip(one, other, strict=True)]
    return sum(changed) / len(changed)


def _two_prompts(rng: np.random.Generator) -> list[tuple[list[float], list[float]]]:
    cases = []
    for n, shift in ((10, 5.0), (9, -3.0)):
        one = rng.normal(size=n).round(2)
        cases.append((one.tolist(), (one + shift + rng.normal(size=n).round(2)).tolist()))
    cases.append((one.tolist(), (one + 4).tolist()))
    return cases


flips = Exercise(
    name="flips",
    reference=_flips,
    cases=_two_prompts,
    hints=(
        "Each prompt has its own middle. Who is above it under one prompt and not under the other?",
        "With `statistics.median`: a question is a yes when its score is above the median of its "
        "own prompt. Count the questions that change, and divide.",
        "`(a > median(one)) != (b > median(other))` for each pair; the mean of that.",
    ),
)
