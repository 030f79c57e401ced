"""The exercises of lesson 01: hold out, discount one rank, and judge one person from scores."""

from __future__ import annotations

import math

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["QUESTIONS", "hold_out_last", "judge_one_person", "ndcg_of_one_rank"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "01",
        "Two models differ by 0.01 in HR@10. Name two things that decide whether that is real.",
        "How many people were tested, and how often the two models agree about a person.",
    ),
    (
        "01",
        "What is left of item-kNN when everybody gets somebody else's history?",
        "About popularity: what is common to all, nothing personal.",
    ),
    (
        "00",
        "A random recommender shows 10 of N films. What is its HR@10?",
        "10/N: it is the floor of every table, and it is not 0.",
    ),
]


def _ndcg_of_one_rank(rank: int, k: int) -> float:
    """Discount one held-out item: 1 / log2(rank + 1) inside the list, 0 below it."""
    return 1 / math.log2(rank + 1) if rank <= k else 0.0


def _ranks_and_lengths(rng: np.random.Generator) -> list[tuple[int, int]]:
    """Draw ranks inside, at the end of, and just below a list of random length."""
    k = int(rng.integers(5, 21))
    inside, below = int(rng.integers(2, k)), int(rng.integers(k + 2, 3 * k))
    return [(inside, k), (1, k), (k, k), (k + 1, k), (below, k), (1, 1)]


ndcg_of_one_rank = Exercise(
    name="ndcg_of_one_rank",
    reference=_ndcg_of_one_rank,
    cases=_ranks_and_lengths,
    hints=(
        "Two things can happen to the held-out film: it is in the list, or it is below it.",
        "Below the list it counts nothing. In the list it counts 1 at rank 1, and the discount "
        "is a logarithm to base 2.",
        "Return `1 / math.log2(rank + 1)` when `rank <= k`, otherwise 0.",
    ),
)


def _hold_out_last(items: list[int], timestamps: list[int]) -> tuple[int, int]:
    """Return the validation and the test item: the last but one and the last in time."""
    in_order = sorted(zip(timestamps, items, strict=True))
    return in_order[-2][1], in_order[-1][1]


def _histories(rng: np.random.Generator) -> list[tuple[list[int], list[int]]]:
    """Draw a history out of order, one in order, the shortest, and one whose end is tied."""
    n = int(rng.integers(6, 10))
    items, times = rng.permutation(90)[:n] + 10, np.sort(rng.permutation(500)[:n])
    order = np.roll(np.arange(n), 2)  # the last two come first in the list
    tied = times.copy()
    tied[-2:] = times[-1]
    items_tied = items.copy()
    items_tied[-2:] = np.sort(items[-2:])[::-1]  # the larger id is written first
    cases = [(items[order], times[order]), (items, times), (items[:3], times[:3])]
    return [(a.tolist(), b.tolist()) for a, b in [*cases, (items_tied, tied)]]


hold_out_last = Exercise(
    name="hold_out_last",
    reference=_hold_out_last,
    cases=_histories,
    hints=(
        "Last in time is not last in the list: the rows may come in any order.",
        "Sort the pairs (timestamp, item). Two films at the same second are taken with the "
        "smaller item first.",
        "With `pairs = sorted(zip(timestamps, items))`, return `pairs[-2][1], pairs[-1][1]`.",
    ),
)


def _judge_one_person(
    scores: list[float], history: list[int], target: int, k: int
) -> tuple[float, float, float]:
    """Rank the target among unseen items, ties against it, and return HR, NDCG and MRR at k."""
    ours = scores[target]
    others = [s for item, s in enumerate(scores) if item not in (0, target, *history)]
    rank = 1 + sum(score >= ours for score in others)
    if rank > k:
        return 0.0, 0.0, 0.0
    return 1.0, 1 / math.log2(rank + 1), 1 / rank


def _people(rng: np.random.Generator) -> list[tuple[list[float], list[int], int, int]]:
    """Draw people whose target is hit, missed by one, tied, below seen films, below padding."""
    k, n = int(rng.integers(3, 6)), 12
    cases = []
    for rank, n_tied in ((2, 0), (k, 0), (k + 1, 0), (2, 1), (k, 1)):
        items = rng.permutation(n) + 1
        above, target = items[: rank - 1], int(items[rank - 1])
        tied, seen = items[rank : rank + n_tied], items[rank + n_tied : rank + n_tied + 3]
        scores = rng.uniform(0, 1, n + 1).round(2)
        scores[target] = scores[tied] = 2.0
        scores[above] = rng.uniform(3, 4, len(above)).round(2)
        scores[seen] = rng.uniform(5, 6, len(seen)).round(2)  # seen, and liked best
        scores[0] = 9.0  # padding is no item
        cases.append((scores.tolist(), seen.tolist(), target, k))
    return cases


judge_one_person = Exercise(
    name="judge_one_person",
    reference=_judge_one_person,
    cases=_people,
    hints=(
        "First the rank, then the three metrics. Who competes with the target? Not padding "
        "(place 0), not what the person has seen.",
        "The rank is 1 plus the number of competitors whose score is at least the target's: a tie "
        "counts against it. Beyond k all three metrics are 0.",
        "With `others = [s for i, s in enumerate(scores) if i not in (0, target, *history)]` the "
        "rank is `1 + sum(s >= scores[target] for s in others)`. In the list HR is 1, NDCG is "
        "`1 / math.log2(rank + 1)` and MRR is `1 / rank`.",
    ),
)
