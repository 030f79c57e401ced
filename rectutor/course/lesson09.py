"""The exercises of lesson 09."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["QUESTIONS", "add_suffixes", "perplexity", "write_codes"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "09",
        "Two items share the second code, but not the first. What do they have in common?",
        "A direction in which they differ from their own first entries, which need not be a thing "
        "in common.",
    ),
    (
        "05",
        "P5 got names from clusters of films that follow the same films. What do semantic ids "
        "share instead, and when is that worse?",
        "Descriptions; it is worse where what is chosen next does not depend on what is described.",
    ),
    (
        "03",
        "Why are codes that were drawn by lot judged beside the learned ones?",
        "A measure is worth something where a control that knows nothing fails it.",
    ),
]

_Entries = list[list[float]]


def _write_codes(vector: list[float], codebooks: list[_Entries]) -> list[int]:
    """Take the nearest entry, then describe what is left over."""
    left, codes = list(vector), []
    for entries in codebooks:
        gaps = [math.dist(left, entry) for entry in entries]
        codes.append(gaps.index(min(gaps)))
        left = [a - b for a, b in zip(left, entries[codes[-1]], strict=True)]
    return codes


def _tables(rng: np.random.Generator) -> list[tuple[list[float], list[_Entries]]]:
    """Draw codebooks whose levels depend on each other; in the first case two are equally near."""
    cases: list[tuple[list[float], list[_Entries]]] = [
        ([1.0, 0.0], [[[0.0, 0.0], [2.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]]])
    ]
    for n_levels, n_codes, width in ((3, 4, 2), (2, 6, 3), (4, 3, 2), (3, 5, 4)):
        scales = 2.0 ** -np.arange(n_levels)[:, None, None]
        books = (rng.normal(size=(n_levels, n_codes, width)) * scales).round(2)
        cases.append((rng.normal(size=width).round(2).tolist(), books.tolist()))
    return cases


write_codes = Exercise(
    name="write_codes",
    reference=_write_codes,
    cases=_tables,
    hints=(
        "Keep a list `left`, at first the vector itself. Each codebook describes what is in it.",
        "On a level: the squared distance of `left` to each entry, the place of the smallest, and "
        "then `left` minus that entry.",
        "`code = gaps.index(min(gaps))` takes the first of equal ones; then "
        "`left = [a - b for a, b in zip(left, entries[code])]`.",
    ),
)


def _perplexity(counts: list[int]) -> float:
    """exp(-sum of share log share), codes without items left out."""
    total = sum(counts)
    return math.exp(-sum(n / total * math.log(n / total) for n in counts if n))


def _counts(rng: np.random.Generator) -> list[tuple[list[int]]]:
    cases: list[tuple[list[int]]] = [([5, 5, 5, 5],), ([0, 7, 0],)]
    for n_codes in (3, 8, 20):
        counts = rng.integers(1, 30, size=n_codes)
        counts[rng.integers(n_codes)] = 0
        cases.append((counts.tolist(),))
    return cases


perplexity = Exercise(
    name="perplexity",
    reference=_perplexity,
    cases=_counts,
    hints=(
        "Turn counts into shares that add up to 1. A code without items adds nothing.",
        "The entropy is minus the sum of share times log(share), with the natural logarithm. The "
        "perplexity is exp of it.",
        "`shares = [n / sum(counts) for n in counts if n]`, and log of 0 never comes up.",
    ),
)


def _add_suffixes(ids: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Count how often each tuple has come before."""
    seen: Counter[tuple[int, ...]] = Counter()
    longer = []
    for one in ids:
        longer.append((*one, seen[one]))
        seen[one] += 1
    return longer


def _ids(rng: np.random.Generator) -> list[tuple[list[tuple[int, ...]]]]:
    """Draw few different tuples, so that many items share one, not always side by side."""
    cases = []
    for n_items, n_levels in ((6, 2), (9, 3), (12, 2)):
        rows = rng.integers(0, 2, size=(n_items, n_levels)).tolist()
        cases.append(([tuple(row) for row in rows],))
    return cases


add_suffixes = Exercise(
    name="add_suffixes",
    reference=_add_suffixes,
    cases=_ids,
    hints=(
        "Go through the ids once, and remember how often you have met each tuple.",
        "A dictionary from tuple to count. The suffix is the count *before* this item.",
        "`longer.append((*one, counts.get(one, 0)))`, then add 1 to `counts` of `one`.",
    ),
)
