"""The exercises of lesson 02."""

from __future__ import annotations

import numpy as np

from rectutor.course.checks import Exercise
from rectutor.schema import PAD

__all__ = ["QUESTIONS", "input_and_target", "masked_attention", "position_rows"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "02",
        "A training loss falls far below that of a correct model, and test hits fall to those of "
        "a popularity list. What is the first thing you check?",
        "The mask: a place that can see its own answer learns to copy it, and at test time there "
        "is nothing to copy.",
    ),
    (
        "01",
        "Two models are judged on the same 610 people. Why is the paired interval narrower than "
        "two separate ones?",
        "What makes a person easy or hard for both models cancels out.",
    ),
    (
        "00",
        "Why is a dot product divided by the square root of the width before a softmax?",
        "Sums of more terms spread wider; without the division the softmax would pick one place "
        "almost alone, and the others would hardly learn.",
    ),
]


def _masked_attention(
    query: np.ndarray, key: np.ndarray, value: np.ndarray, history: np.ndarray
) -> np.ndarray:
    """Attend causally: [T, d] each and [T] items in, [T, d] out; padding sees itself only."""
    T, d = query.shape
    may_attend = np.tril(np.ones((T, T), dtype=bool)) & (history != PAD)
    may_attend |= np.eye(T, dtype=bool)
    logits = np.where(may_attend, query @ key.T / np.sqrt(d), -np.inf)
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    mixed: np.ndarray = weights @ value
    return mixed


def _heads(rng: np.random.Generator) -> list[tuple[np.ndarray, ...]]:
    """Draw heads with and without padding, one with huge logits, one of a single film."""
    cases = []
    for T, n_padding, size in ((4, 0, 1.0), (5, 2, 1.0), (3, 2, 1.0), (4, 1, 60.0), (1, 0, 1.0)):
        d = int(rng.integers(2, 5))
        parts = (size * rng.standard_normal((3, T, d))).round(2)
        history = rng.choice(np.arange(1, 90), T, replace=False)
        history[:n_padding] = PAD
        cases.append((*parts, history))
    return cases


masked_attention = Exercise(
    name="masked_attention",
    reference=_masked_attention,
    cases=_heads,
    hints=(
        "Three steps: a [T, T] table of scaled dot products, a softmax along each row, and the "
        "weighted mean of the values. The mask belongs between the first and the second.",
        "Forbidden places get -inf before the softmax, so that they weigh exactly 0. Forbidden "
        "are: later positions, and padded ones. A padded row still looks at itself, otherwise "
        "its softmax divides 0 by 0. Subtract each row's largest logit before `np.exp`.",
        "`may = np.tril(np.ones((T, T), bool)) & (history != 0) | np.eye(T, dtype=bool)`, then "
        "`logits = np.where(may, query @ key.T / np.sqrt(d), -np.inf)`, then the softmax of each "
        "row, times `value`.",
    ),
)


def _input_and_target(items: list[int], max_length: int) -> list[list[int]]:
    """Lay out one training row: inputs, and targets one step ahead, PAD on the left."""
    stretch = items[-(max_length + 1) :]
    padding = [PAD] * (max_length + 1 - len(stretch))
    return [padding + stretch[:-1], padding + stretch[1:]]


def _stretches(rng: np.random.Generator) -> list[tuple[list[int], int]]:
    """Draw histories shorter than, longer than, and exactly as long as a row."""
    cases = []
    for n_items, max_length in ((4, 6), (7, 3), (5, 4), (5, 5), (2, 1)):
        items = rng.choice(np.arange(1, 100), n_items, replace=False)
        cases.append((items.tolist(), max_length))
    return cases


input_and_target = Exercise(
    name="input_and_target",
    reference=_input_and_target,
    cases=_stretches,
    hints=(
        "A row of T inputs needs T + 1 films: each film but the last is an input, each but the "
        "first is a target.",
        "Keep the newest `max_length + 1` films. Where there are fewer, put zeros on the left of "
        "both lists, equally many: the target of a padded input is 0.",
        "With `row = [0] * missing + items[-(max_length + 1):]`: inputs are what is left of "
        "`items` without its last film, targets without its first, each behind the zeros.",
    ),
)


def _position_rows(n_films: int, max_length: int) -> list[int]:
    """List the rows of the position table that a history reads, oldest film first."""
    return list(range(max_length - min(n_films, max_length), max_length))


def _lengths(rng: np.random.Generator) -> list[tuple[int, int]]:
    """Draw histories shorter and longer than the table, and the edges."""
    size = int(rng.integers(8, 20))
    return [(int(rng.integers(2, size - 1)), size), (1, size), (size, size), (size + 5, size)]


position_rows = Exercise(
    name="position_rows",
    reference=_position_rows,
    cases=_lengths,
    hints=(
        "Which film must always find the same row, however long the history is?",
        "The newest film reads the last row, `max_length - 1`; the film before it the row "
        "before. A history that is longer than the table loses its oldest films.",
        "The first row read is `max_length - min(n_films, max_length)`.",
    ),
)
