"""The exercises of lesson 05b."""

from __future__ import annotations

from collections import Counter

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["QUESTIONS", "mean_stars", "rouge_1", "take_turns"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "05b",
        "A model trained on six wordings of a task is asked in a seventh. What has to carry over, "
        "and what is in the way?",
        "What a wording says, namely which task it is; words that training never showed have no "
        "meaning, so the model may answer another task.",
    ),
    (
        "05",
        "Why may a P5 share its items' tokens, and when should each item have a token of its own?",
        "Sharing lets items share what is learned; it helps where they have something in common "
        "that decides what comes next.",
    ),
    (
        "01",
        "One model beats another by 0.01 on the same people. What do you look at before you say "
        "so?",
        "The paired interval over people, and other seeds.",
    ),
]


def _take_turns(sizes: dict[str, int]) -> list[str]:
    """Let whoever has done the smallest share of its batches go next; ties go to the first."""
    done = dict.fromkeys(sizes, 0)
    turns = []
    for _ in range(sum(sizes.values())):
        left = [name for name in sizes if done[name] < sizes[name]]
        name = min(left, key=lambda one: done[one] / sizes[one])
        done[name] += 1
        turns.append(name)
    return turns


def _families(rng: np.random.Generator) -> list[tuple[dict[str, int]]]:
    names = ["rating", "sequential", "explanation", "review", "direct"]
    drawn = [dict(zip(names, rng.integers(1, 7, size=5).tolist(), strict=True)) for _ in range(3)]
    return [({"rating": 4, "review": 2},), ({"direct": 3},), *((one,) for one in drawn)]


take_turns = Exercise(
    name="take_turns",
    reference=_take_turns,
    cases=_families,
    hints=(
        "Keep count of how many batches each family has had. At each step look which family is "
        "furthest behind, measured by the share of its own batches.",
        "The share is `done[name] / sizes[name]`. A family that is through takes no further turn. "
        "`min(..., key=...)` gives the first of several that are equally far behind.",
        "`name = min((n for n in sizes if done[n] < sizes[n]), key=lambda n: done[n] / sizes[n])`, "
        "then `done[name] += 1`, as many times as there are batches.",
    ),
)


def _mean_stars(p: dict[float, float]) -> float:
    """Return the mean of the stars, weighted by their probabilities, which may not add up to 1."""
    return sum(stars * weight for stars, weight in p.items()) / sum(p.values())


def _ratings(rng: np.random.Generator) -> list[tuple[dict[float, float]]]:
    cases = [({4.0: 0.4, 5.0: 0.4},), ({0.5: 0.01, 3.0: 0.03},)]
    for _ in range(2):
        weights = 0.9 * rng.dirichlet([1.0] * 10)  # the rest goes to words that are no stars
        stars = np.arange(0.5, 5.5, 0.5).tolist()
        cases.append((dict(zip(stars, weights.tolist(), strict=True)),))
    return cases


mean_stars = Exercise(
    name="mean_stars",
    reference=_mean_stars,
    cases=_ratings,
    hints=(
        "The mean of a rating is each number of stars times its probability, added up.",
        "Part of the probability lies on words that are no stars. Divide by what lies on stars.",
        "`sum(stars * p[stars] for stars in p) / sum(p.values())`.",
    ),
)


def _rouge_1(written: str, true: str) -> float:
    """Return ROUGE-1: twice the words in common, over the words of both."""
    own, other = Counter(written.split()), Counter(true.split())
    return 2 * (own & other).total() / (own.total() + other.total())


def _explanations(rng: np.random.Generator) -> list[tuple[str, str]]:
    words = np.array(["likes", "dislikes", "war", "heist", "comedy", "love"])
    cases = [("likes war", "likes heist"), ("war war war", "likes war"), ("a b", "c d")]
    for _ in range(2):
        one, other = (" ".join(rng.choice(words, size=rng.integers(2, 8))) for _ in range(2))
        cases.append((one, other))
    return cases


rouge_1 = Exercise(
    name="rouge_1",
    reference=_rouge_1,
    cases=_explanations,
    hints=(
        "Count the words of both texts. A word is shared as often as the text that has it less "
        "often has it.",
        "`Counter(text.split())` counts, and `&` of two counters keeps the smaller counts.",
        "`2 * (own & other).total() / (own.total() + other.total())`.",
    ),
)
