"""The exercises of lesson 07b."""

from __future__ import annotations

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["QUESTIONS", "adapter_forward", "mixed_loss", "n_weights"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "07b",
        "Why can LoRA be merged into a layer's weights, and an adapter not?",
        "LoRA's detour is linear, so it is itself a matrix; an adapter bends in the middle.",
    ),
    (
        "07",
        "A model tuned on Yes and No: what do you measure before you call it better?",
        "Taste within people on held-out questions, beside counting, and what it has forgotten.",
    ),
    (
        "06",
        "Any words in front of a prompt change its scores. What follows for a soft prompt?",
        "That it changes scores proves nothing; it has to answer better than before on "
        "questions that it was not tuned on.",
    ),
]

_Matrix = list[list[float]]


def _times(matrix: _Matrix, vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _adapter_forward(y: list[float], down: _Matrix, up: _Matrix) -> list[float]:
    """Add what comes back from the narrow layer, negative numbers cut off in between."""
    narrow = [max(0.0, value) for value in _times(down, y)]
    return [whole + part for whole, part in zip(y, _times(up, narrow), strict=True)]


def _layers(rng: np.random.Generator) -> list[tuple[list[float], _Matrix, _Matrix]]:
    """Draw layers until some of the narrow states are below zero, and some above."""
    cases = []
    for width, size in ((4, 2), (3, 5), (6, 3)):
        y, down, up = (rng.normal(size=s).round(2) for s in (width, (size, width), (width, size)))
        narrow = down @ y
        down[0] *= -np.sign(narrow[0]) or 1  # the first one is cut off
        down[1] *= np.sign(narrow[1]) or 1  # the second one is not
        cases.append((y.tolist(), down.tolist(), up.tolist()))
    return cases


adapter_forward = Exercise(
    name="adapter_forward",
    reference=_adapter_forward,
    cases=_layers,
    hints=(
        "Three steps: down to m numbers, cut off what is below zero, back up. Then add y.",
        "`narrow` has one number for each row of `down`: the sum of row times y, at least 0. What "
        "comes back has one number for each row of `up`.",
        "`narrow = [max(0, sum(w * v for w, v in zip(row, y))) for row in down]`, likewise with "
        "`up` and `narrow`, and then add y number by number.",
    ),
)


def _n_weights(place: str, size: int, width: int, blocks: int) -> int:
    """Count by the formulas of the lesson."""
    per_block = {"LoRA": 2 * 2 * width, "adapters": 2 * 2 * width, "prefix": width}
    return size * (width if place == "prompt" else blocks * per_block[place])


def _places(rng: np.random.Generator) -> list[tuple[str, int, int, int]]:
    names = ("LoRA", "adapters", "prefix", "prompt")
    drawn = [(name, *_three(rng)) for name in names]
    return [("LoRA", 8, 4096, 32), *drawn]


def _three(rng: np.random.Generator) -> tuple[int, int, int]:
    size, width, blocks = rng.integers(2, 40, size=3).tolist()
    return size, width, blocks


n_weights = Exercise(
    name="n_weights",
    reference=_n_weights,
    cases=_places,
    hints=(
        "For each place ask: how many numbers for one unit of size in one block, and in how many "
        "blocks?",
        "LoRA on two layers: 2 x (width + width) for each rank. Adapters in two places: 2 x 2 x "
        "width for each unit. A prefix token: width. A prompt has one block's worth only.",
        "size x width x (4 blocks, 4 blocks, blocks, or 1).",
    ),
)


def _mixed_loss(answers: list[float], texts: list[list[float]], share: float) -> float:
    """Weigh two means; within each, every token counts alike."""
    tokens = [surprise for text in texts for surprise in text]
    means = sum(answers) / len(answers), sum(tokens) / len(tokens)
    return (1 - share) * means[0] + share * means[1]


def _batches(rng: np.random.Generator) -> list[tuple[list[float], list[list[float]], float]]:
    """Draw texts of unlike lengths, so that a mean of means is another number."""
    cases = []
    for share, lengths in ((0.25, (3, 9)), (0.5, (1, 4, 7)), (0.1, (12, 2))):
        answers = rng.uniform(0.1, 1.0, size=4).round(2).tolist()
        texts = [rng.uniform(1.0, 6.0, size=n).round(2).tolist() for n in lengths]
        cases.append((answers, texts, share))
    return cases


mixed_loss = Exercise(
    name="mixed_loss",
    reference=_mixed_loss,
    cases=_batches,
    hints=(
        "Two means, then one weighted sum. How many tokens each side has must not matter.",
        "Put the tokens of all texts into one list and average that. Average the answers too.",
        "`(1 - share) * sum(answers) / len(answers) + share * sum(tokens) / len(tokens)`.",
    ),
)
