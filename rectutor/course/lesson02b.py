"""The exercises of lesson 02b."""

from __future__ import annotations

import math

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["QUESTIONS", "chance_of_a_hard_negative", "loss_of_one_target", "steps_of_training"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "02b",
        '"We tried more negatives, and it got worse." What do you ask before you believe it?',
        "Who stopped the training, and when: slow learners may have been stopped before they began "
        "to climb. And how many seeds there were.",
    ),
    (
        "02",
        "Why is an attention map no explanation?",
        "It shows how messages are mixed, not what they say; deleting a film and running the model "
        "again shows what it was worth.",
    ),
    (
        "01",
        "Which films are taken out of a person's list before the held-out film gets its rank?",
        "Those that the person has already seen.",
    ),
]


def _loss_of_one_target(target: float, negatives: list[float], n_items: int, loss: str) -> float:
    """Return the loss of one target's score against those of its drawn negatives."""
    if loss == "bce":
        return float(np.logaddexp(0, -target) + np.logaddexp(0, negatives).sum())
    stands_for = math.log(n_items / len(negatives))
    scores = np.array([target, *(score + stands_for for score in negatives)])
    return float(np.logaddexp.reduce(scores) - target)


def _scores(rng: np.random.Generator) -> list[tuple[float, list[float], int, str]]:
    """Draw scores for both losses: one negative, several, and scores that overflow `exp`."""
    n_items = int(rng.integers(300, 2000))
    cases = []
    for loss in ("bce", "sampled_softmax"):
        for n_negatives in (3, 1, int(rng.integers(4, 8))):
            scores = rng.normal(0, 2, 1 + n_negatives).round(2).tolist()
            cases.append((scores[0], scores[1:], n_items, loss))
        cases.append((-900.0, [900.0, -900.0], n_items, loss))
    return cases


loss_of_one_target = Exercise(
    name="loss_of_one_target",
    reference=_loss_of_one_target,
    cases=_scores,
    hints=(
        '"bce" asks one yes/no question for the target and one for each negative, and adds up '
        'the answers. "sampled_softmax" asks one question: which of these is the target?',
        "-log(sigmoid(x)) is log(1 + exp(-x)), and `np.logaddexp(0, -x)` computes it without "
        "overflow. In the softmax each negative stands for `n_items / len(negatives)` items, so "
        "the logarithm of that number is added to its score.",
        '"bce": `np.logaddexp(0, -target) + np.logaddexp(0, negatives).sum()`. "sampled_softmax": '
        "`np.logaddexp.reduce([target, *corrected]) - target`, where `corrected` are the "
        "negatives plus `np.log(n_items / len(negatives))`.",
    ),
)


def _chance_of_a_hard_negative(n_negatives: int, n_hard: int, n_items: int) -> float:
    """Return the chance that uniform draws meet one of the hard items at least once."""
    return 1 - (1 - n_hard / n_items) ** n_negatives


def _draws(rng: np.random.Generator) -> list[tuple[int, int, int]]:
    """Draw catalogues; one negative, several, and the edges."""
    n_items = int(rng.integers(500, 2000))
    n_hard = int(rng.integers(20, 60))
    n_negatives = int(rng.integers(10, 40))
    return [(n_negatives, n_hard, n_items), (1, n_hard, n_items), (3, 0, n_items), (2, 9, 9)]


chance_of_a_hard_negative = Exercise(
    name="chance_of_a_hard_negative",
    reference=_chance_of_a_hard_negative,
    cases=_draws,
    hints=(
        "It is easier to say how likely it is that all draws miss.",
        "One draw misses with chance `1 - n_hard / n_items`; the draws do not know of each other.",
        "`1 - (1 - n_hard / n_items) ** n_negatives`.",
    ),
)


def _steps_of_training(n_windows: int, batch_size: int, epochs: int) -> int:
    """Count gradient steps; the last batch of an epoch may be smaller, and is a step."""
    return epochs * math.ceil(n_windows / batch_size)


def _trainings(rng: np.random.Generator) -> list[tuple[int, int, int]]:
    """Draw trainings whose last batch is full, partly filled, or the only one."""
    batch_size = int(rng.integers(20, 70))
    full = int(rng.integers(3, 9)) * batch_size
    rest = int(rng.integers(1, batch_size))
    return [(full + rest, batch_size, 7), (full, batch_size, 3), (rest, batch_size, 30)]


steps_of_training = Exercise(
    name="steps_of_training",
    reference=_steps_of_training,
    cases=_trainings,
    hints=(
        "A step is one batch. How many batches hold all windows once?",
        "The last batch of an epoch may be smaller, and it is a step all the same.",
        "`epochs * math.ceil(n_windows / batch_size)`.",
    ),
)
