"""The exercises of lesson 12b."""

from __future__ import annotations

import math

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["GROUPS", "QUESTIONS", "agreement", "bits_of_exposure", "private_mean"]

GROUPS = {  # numbers of copies, and how the first question names them
    (): "none",
    (16,): "16 copies",
    (4, 16): "4 and 16 copies",
    (1, 4, 16): "all that were planted",
}

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "12b",
        "A history was planted sixteen times. What does the epsilon of DP-SGD promise about it?",
        "Far less than about a person who is there once: it is a promise for one example, and "
        "sixteen copies together may move the sum by sixteen clips.",
    ),
    (
        "12",
        "Which two things does a Gini of exposure need beside it before you can judge it?",
        "What it cost in hits, and the Gini that chance gives with lists of that length.",
    ),
    (
        "03",
        "Why is the AUC against 63 films drawn by lot fair, and HR@10 against them not?",
        "The AUC is a mean over pairs, and a draw of pairs has the same mean; a rank among 64 is "
        "not a rank among all.",
    ),
]


def _bits_of_exposure(scores: list[float], secret: int) -> float:
    """Rank from the top, ties against the model's memory, and take logarithms."""
    rank = sum(score >= scores[secret] for score in scores)
    return math.log2(len(scores)) - math.log2(rank)


def _secrets(rng: np.random.Generator) -> list[tuple[list[float], int]]:
    """Draw log-probabilities, one case with a tie."""
    cases = [(rng.normal(-20, 3, size=n).round(1).tolist(), n // 3) for n in (8, 16, 32)]
    tied = rng.normal(-20, 3, size=8).round(1).tolist()
    tied[5] = tied[2]
    return [*cases, (tied, 2)]


bits_of_exposure = Exercise(
    name="bits_of_exposure",
    reference=_bits_of_exposure,
    cases=_secrets,
    hints=(
        "Exposure is log2 of the number of candidates less log2 of the secret's rank.",
        "The rank counts the candidates that score at least as high as the secret, itself among "
        "them, so ties push it down.",
        "`rank = sum(score >= scores[secret] for score in scores)`, then "
        "`log2(len(scores)) - log2(rank)`.",
    ),
)

_Vectors = list[list[float]]


def _private_mean(
    gradients: _Vectors, clip: float, noise: list[float], expected: float
) -> list[float]:
    """Shorten each, add them up, add the noise, divide by the number that was expected."""
    total = [clip * drawn for drawn in noise]
    for gradient in gradients:
        length = math.hypot(*gradient)
        share = min(1.0, clip / length) if length > 0 else 1.0
        total = [a + share * b for a, b in zip(total, gradient, strict=True)]
    return [value / expected for value in total]


def _steps(rng: np.random.Generator) -> list[tuple[_Vectors, float, list[float], float]]:
    """Draw steps with long and short gradients, and one in which nobody was drawn."""
    cases = []
    for n, clip, expected in ((3, 1.0, 4.0), (5, 0.5, 5.0), (0, 2.0, 3.0)):
        gradients = (rng.normal(size=(n, 4)) * np.linspace(0.05, 3, n)[:, None]).round(2)
        cases.append((gradients.tolist(), clip, rng.normal(size=4).round(2).tolist(), expected))
    return cases


private_mean = Exercise(
    name="private_mean",
    reference=_private_mean,
    cases=_steps,
    hints=(
        "Four things in this order: shorten, add up, add noise, divide.",
        "A gradient longer than `clip` is multiplied by clip / length; a shorter one stays. The "
        "noise counts in clips, once for the sum. There may be no gradient at all.",
        "`total = [clip * z for z in noise]`; for each gradient add "
        "`min(1, clip / length) * value`; at the end divide by `expected`.",
    ),
)


def _agreement(one: list[list[int]], other: list[list[int]]) -> float:
    """Average over people the share of a list that stands in the other."""
    shares = [len(set(a) & set(b)) / len(a) for a, b in zip(one, other, strict=True)]
    return sum(shares) / len(shares)


def _lists(rng: np.random.Generator) -> list[tuple[list[list[int]], list[list[int]]]]:
    """Draw lists from few items, so that they share some, elsewhere in their order."""

    def drawn(people: int, k: int) -> list[list[int]]:
        return [(1 + rng.permutation(2 * k)[:k]).tolist() for _ in range(people)]

    return [(drawn(*size), drawn(*size)) for size in ((3, 5), (4, 10))]


agreement = Exercise(
    name="agreement",
    reference=_agreement,
    cases=_lists,
    hints=(
        "Order does not count, only which items stand in both lists of one person.",
        "For each person: the size of the intersection, divided by the length of a list. Then the "
        "mean over people.",
        "`len(set(a) & set(b)) / len(a)` for each pair of `zip(one, other)`, and the mean.",
    ),
)
