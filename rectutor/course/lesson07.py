"""The exercises of lesson 07."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["QUESTIONS", "answer_loss", "auc_of_pairs", "lora_forward"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "07",
        "How many numbers does LoRA of rank r train for one layer, and what does it save?",
        "r times (in + out). It saves the optimiser's memory and what is stored; nothing in use.",
    ),
    (
        "07",
        "A judge of taste has an AUC of 0.57. Which control tells whether it read the person?",
        "Give each question a stranger's history: a judge of items does not notice.",
    ),
    (
        "04",
        "With few people, UniSRec seemed to have twice SASRec's hits. What was it really?",
        "SASRec was stopped early: patience counted epochs, and small epochs have few steps.",
    ),
]

_Matrix = list[list[float]]


def _times(matrix: _Matrix, vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _lora_forward(
    x: list[float], base: _Matrix, down: _Matrix, up: _Matrix, alpha: float
) -> list[float]:
    """Add the thin path, scaled by alpha over the rank, to the frozen one."""
    thin = _times(up, _times(down, x))
    scaling = alpha / len(down)
    return [whole + scaling * part for whole, part in zip(_times(base, x), thin, strict=True)]


def _layers(rng: np.random.Generator) -> list[tuple[list[float], _Matrix, _Matrix, _Matrix, float]]:
    """Draw layers of unlike sizes and ranks; in the last one `up` is still zero."""

    def draw(*shape: int) -> Any:
        return rng.normal(size=shape).round(2).tolist()

    cases = []
    for inside, outside, rank, alpha in ((4, 3, 2, 4.0), (3, 5, 1, 2.0), (6, 2, 3, 16.0)):
        parts = (draw(inside), draw(outside, inside), draw(rank, inside), draw(outside, rank))
        cases.append((*parts, alpha))
    x, base, down, up, alpha = cases[0]
    cases.append((x, base, down, [[0.0] * len(row) for row in up], alpha))
    return cases


lora_forward = Exercise(
    name="lora_forward",
    reference=_lora_forward,
    cases=_layers,
    hints=(
        "Two paths that are added: base @ x, and a thin one that goes through r numbers.",
        "First `down @ x`, a list of r numbers, then `up` times that. Multiply by alpha / r. Never "
        "write up @ down: it is as large as base.",
        "Write `times(matrix, vector)` as a list of sums; then "
        "`[w + alpha / len(down) * t for w, t in zip(times(base, x), times(up, times(down, x)))]`.",
    ),
)


def _auc_of_pairs(scores: list[float], is_liked: list[bool]) -> float:
    """Count pairs of a like and a dislike; a tie is worth one half."""
    liked = [s for s, like in zip(scores, is_liked, strict=True) if like]
    others = [s for s, like in zip(scores, is_liked, strict=True) if not like]
    won = sum((a > b) + 0.5 * (a == b) for a, b in product(liked, others))
    return won / (len(liked) * len(others))


def _answers(rng: np.random.Generator) -> list[tuple[list[float], list[bool]]]:
    """Draw scores with ties; likes and dislikes are not balanced."""
    cases = []
    for n in (6, 9, 4):
        scores = rng.integers(0, 5, size=n).astype(float).tolist()
        cases.append((scores, (np.arange(n) % 3 == 0).tolist()))
    cases.append(([0.3, 0.7, 0.3], [True, False, False]))
    return cases


auc_of_pairs = Exercise(
    name="auc_of_pairs",
    reference=_auc_of_pairs,
    cases=_answers,
    hints=(
        "Put the scores of liked items into one list and the others into another. Compare each "
        "with each.",
        "A pair is worth 1 if the liked one is higher, one half if both are equal, else 0. Divide "
        "by the number of pairs.",
        "`sum((a > b) + 0.5 * (a == b) for a in yes for b in no) / (len(yes) * len(no))`.",
    ),
)


def _answer_loss(log_p: list[list[float]], n_prompt: list[int]) -> float:
    """Average -log p over the answers' tokens of all examples together."""
    answers = [row[n:] for row, n in zip(log_p, n_prompt, strict=True)]
    return -sum(map(sum, answers)) / sum(map(len, answers))


def _examples(rng: np.random.Generator) -> list[tuple[list[list[float]], list[int]]]:
    """Draw prompts and answers of unlike lengths: a mean of means differs from the mean."""
    cases = []
    for lengths in (((3, 1), (2, 4)), ((5, 2), (0, 1), (1, 3))):
        rows = [(-rng.uniform(0.1, 3.0, size=p + a)).round(2).tolist() for p, a in lengths]
        cases.append((rows, [p for p, _ in lengths]))
    return cases


answer_loss = Exercise(
    name="answer_loss",
    reference=_answer_loss,
    cases=_examples,
    hints=(
        "Leave out the prompt's tokens of each example; what is left counts alike, wherever it is.",
        "The answer of example i is `log_p[i][n_prompt[i]:]`. Add up all of them, divide by how "
        "many tokens that is, change the sign.",
        "`-sum(map(sum, answers)) / sum(map(len, answers))`. A mean of each example's mean is "
        "something else.",
    ),
)
