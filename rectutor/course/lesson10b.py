"""The exercises of lesson 10b."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["QUESTIONS", "next_steps", "product_code", "walk"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "10b",
        "Sixteen sub-codes are named at once. One could fix an order and build a trie: why would "
        "it help little, and what takes its place?",
        "A beginning says little about the rest, and 16 steps would be back; items are scored "
        "instead, on a walk over a graph of items with codes alike.",
    ),
    (
        "10",
        "A trie lets only ids of items through. What does it do for the hits?",
        "Nothing by itself: with untrained weights all ids are valid, and hits are at chance.",
    ),
    (
        "04",
        "A model reads items by their text and meets a catalogue that it has never seen. What do "
        "you compare it with before you speak of transfer?",
        "Chance, and what counting in the new catalogue finds; and the texts given to other items.",
    ),
]

_Id = tuple[int, ...]
_Case = tuple[list[_Id], list[list[float]], list[list[int]], list[int], int]


def _walk(
    ids: list[_Id], log_p: list[list[float]], graph: list[list[int]], starts: list[int], rounds: int
) -> list[int]:
    """Score what was met, keep the best, meet their neighbours."""
    met = set(starts)

    def best() -> list[int]:
        total = {
            item: sum(own[code] for own, code in zip(log_p, ids[item], strict=True)) for item in met
        }
        return sorted(met, key=lambda item: (-total[item], item))[: len(starts)]

    for _ in range(rounds):
        for item in best():
            met.update(graph[item])
    return best()


def _cities(rng: np.random.Generator) -> list[_Case]:
    """Draw ids, answers and graphs that are too wide for the rounds, so that the way counts."""
    line: list[_Id] = [(code,) for code in range(6)]
    rising = [[-6.0, -5.0, -4.0, -3.0, -2.0, -1.0]]
    steps = [[1, 2], [0, 2], [1, 3], [2, 4], [3, 5], [4, 3]]
    cases: list[_Case] = [(line, rising, steps, [0], 2), (line, rising, steps, [0, 1], 2)]
    cases.append((line, rising, steps, [4], 0))
    for n, n_codes, size, rounds in ((12, 2, 4, 1), (30, 3, 3, 2), (40, 4, 5, 3)):
        ids = [tuple(row) for row in rng.integers(0, size, size=(n, n_codes)).tolist()]
        log_p = np.log(rng.dirichlet(np.ones(size), size=n_codes)).round(3).tolist()
        graph = [rng.permutation(n)[:3].tolist() for _ in range(n)]
        cases.append((ids, log_p, graph, rng.permutation(n)[:3].tolist(), rounds))
    return cases


walk = Exercise(
    name="walk",
    reference=_walk,
    cases=_cities,
    hints=(
        "Keep a set `met`, at first the starts. A round: find the best of `met`, as many as there "
        "are starts, and add the neighbours of these to `met`.",
        "An item's score is the sum of `log_p[m][code]` over its codes. Nothing that was met is "
        "forgotten: the best are the best of all that was met.",
        "`sorted(met, key=lambda item: (-score(item), item))[: len(starts)]` puts the smaller "
        "number first where scores are equal.",
    ),
)


def _product_code(vector: list[float], codebooks: list[list[list[float]]]) -> list[int]:
    """Cut the vector into blocks, and give each block the number of its nearest entry."""
    codes, start = [], 0
    for entries in codebooks:
        block = vector[start : start + len(entries[0])]
        gaps = [math.dist(block, entry) for entry in entries]
        codes.append(gaps.index(min(gaps)))
        start += len(block)
    return codes


def _blocks(rng: np.random.Generator) -> list[tuple[list[float], list[list[list[float]]]]]:
    """Draw vectors and codebooks of blocks; in the first case two entries are equally near."""
    cases: list[tuple[list[float], list[list[list[float]]]]] = [
        ([1.0, 3.0], [[[0.0], [2.0]], [[9.0], [3.0]]])
    ]
    for n_blocks, n_codes, width in ((2, 4, 2), (4, 3, 1), (3, 6, 3)):
        books = rng.normal(size=(n_blocks, n_codes, width)).round(2)
        cases.append((rng.normal(size=n_blocks * width).round(2).tolist(), books.tolist()))
    return cases


product_code = Exercise(
    name="product_code",
    reference=_product_code,
    cases=_blocks,
    hints=(
        "The first codebook describes the first numbers of the vector, as many as an entry has.",
        "Nothing is taken off: every block is described by itself, as in a drawer of its own.",
        "`block = vector[start : start + len(entries[0])]`, the place of the smallest squared "
        "distance, and then `start += len(entries[0])`.",
    ),
)


def _next_steps(history: list[int], n_places: int) -> list[int]:
    """Count what came behind each earlier visit to the last place."""
    counts = [0] * n_places
    for before, after in pairwise(history):
        counts[after] += before == history[-1]
    return counts


def _histories(rng: np.random.Generator) -> list[tuple[list[int], int]]:
    cases: list[tuple[list[int], int]] = [([1, 2, 1, 2, 1], 4), ([4], 5), ([5, 5, 6, 5], 7)]
    for length in (9, 16):
        cases.append((rng.integers(0, 4, size=length).tolist(), 4))
    return cases


next_steps = Exercise(
    name="next_steps",
    reference=_next_steps,
    cases=_histories,
    hints=(
        "The person stands at `history[-1]`. Look at each pair of neighbours in the history.",
        "Where the first of a pair is the present place, add 1 to the count of the second.",
        "`for before, after in zip(history, history[1:]):` gives the pairs; the last visit has no "
        "place behind it, so it counts nothing.",
    ),
)
