"""The exercises of lesson 03."""

from __future__ import annotations

from math import comb

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["QUESTIONS", "expected_hit_rate", "leaking_rows", "pessimistic_rank"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "03",
        "HR@10 among 99 of 1,000 films drawn at random: which full metric is it nearest to?",
        "HR at about 100, a place in the top tenth. More draws remove noise, not this shift.",
    ),
    (
        "02",
        "One model has BCE with one negative, one has full cross-entropy. What was not compared?",
        "The architectures: the loss alone can make the difference.",
    ),
    (
        "00",
        "What does softmax do to two equal scores that a ranking cannot do?",
        "It gives both the same probability; a ranking must put one first, so it needs a tie rule.",
    ),
]


def _expected_hit_rate(ranks: list[int], n_candidates: int, m: int, k: int) -> float:
    """Average P(X <= k - 1) over users, X hypergeometric: above the target among the m drawn."""
    total = 0.0
    for rank in ranks:
        above, below = rank - 1, n_candidates - rank
        ways = sum(comb(above, x) * comb(below, m - x) for x in range(min(k - 1, m) + 1))
        total += ways / comb(n_candidates - 1, m)
    return total / len(ranks)


def _ranks_and_samples(rng: np.random.Generator) -> list[tuple[list[int], int, int, int]]:
    """Draw ranks that may hit or miss; edges: no sample, one within k, and everybody."""
    N = int(rng.integers(60, 200))
    k = int(rng.integers(3, 8))
    m = int(rng.integers(k + 5, N // 2))
    depth = k * N // m  # the first k of 1 + m are about the first `depth` of N
    near = np.array([0.5, 0.8, 1.0, 1.2, 1.6]) * depth + rng.integers(0, 4, size=5)
    ranks = [min(N, int(r)) for r in rng.permutation(near)]
    return [
        (ranks, N, m, k),
        ([1, N], N, m, k),
        (ranks, N, 0, k),
        (ranks, N, k - 1, k),
        ([k, k + 1, k + 2], N, N - 1, k),
        ([int(rng.integers(2, 9))], 9, 4, 1),
    ]


expected_hit_rate = Exercise(
    name="expected_hit_rate",
    reference=_expected_hit_rate,
    cases=_ranks_and_samples,
    hints=(
        "Take one user. Of the N - 1 other candidates, rank - 1 stand above the target. You draw "
        "m of the N - 1 without putting any back. When does the target stay in the first k? The "
        "answer is exact: count the draws, make none.",
        "It stays when at most k - 1 of those drawn stand above it. Count draws: exactly x from "
        "above and m - x from below can be chosen in comb(rank - 1, x) * comb(N - rank, m - x) "
        "ways, out of comb(N - 1, m). `math.comb` gives 0 when there are too few, but refuses a "
        "negative m - x.",
        "For each rank: `sum(comb(rank - 1, x) * comb(N - rank, m - x) for x in "
        "range(min(k - 1, m) + 1)) / comb(N - 1, m)`. Then take the mean over users.",
    ),
)


def _pessimistic_rank(scores: list[float], target: int) -> int:
    """Count the scores that reach the target's own, which counts itself."""
    return sum(score >= scores[target] for score in scores)


def _scores_with_ties(rng: np.random.Generator) -> list[tuple[list[float], int]]:
    """Draw score lists in which the target is tied, alone at the top, or one of equals."""
    n = int(rng.integers(6, 12))
    drawn = [float(s) for s in rng.integers(0, 4, size=n)]
    target = int(rng.integers(0, n))
    tied = [*drawn, drawn[target]]
    best = [max(drawn) + 1.0, *drawn]
    return [(tied, target), (best, 0), ([0.0] * n, target), (tied, n), ([-1.0, 0.5, 0.5], 2)]


pessimistic_rank = Exercise(
    name="pessimistic_rank",
    reference=_pessimistic_rank,
    cases=_scores_with_ties,
    hints=(
        "Rank 1 is best. An equal score counts as if it stood above the target.",
        "Count how many scores reach the target's own. The target reaches itself, so the best "
        "possible count is 1.",
        "`sum(score >= scores[target] for score in scores)`.",
    ),
)


def _leaking_rows(
    histories: list[list[int]], times: list[list[int]], targets: list[int], now: list[int]
) -> list[int]:
    """List the rows whose history holds the target, or an event at or after the question."""
    found = []
    for row, history in enumerate(histories):
        events = [when for item, when in zip(history, times[row], strict=True) if item != 0]
        if targets[row] in history or any(when >= now[row] for when in events):
            found.append(row)
    return found


_Leaky = tuple[list[list[int]], list[list[int]], list[int], list[int]]


def _questions_with_leaks(rng: np.random.Generator) -> list[_Leaky]:
    """Draw questions and plant three leaks: the target, a later event, an event at that moment."""
    rows = 8
    length = 5
    histories, times, targets, now = [], [], [], []
    for _ in range(rows):
        items = rng.choice(np.arange(1, 60), size=length + 1, replace=False)
        moments = np.sort(rng.choice(np.arange(100, 999), size=length + 1, replace=False))
        padding = int(rng.integers(0, 3))
        histories.append([0] * padding + [int(i) for i in items[padding:length]])
        times.append([0] * padding + [int(t) for t in moments[padding:length]])
        targets.append(int(items[length]))
        now.append(int(moments[length]))
    clean = ([[*h] for h in histories], [[*t] for t in times], [*targets], [*now])
    held, later, same = (int(r) for r in rng.choice(rows, size=3, replace=False))
    histories[held][3] = targets[held]
    times[later][4] = now[later] + int(rng.integers(1, 50))
    times[same][4] = now[same]
    return [(histories, times, targets, now), clean]


leaking_rows = Exercise(
    name="leaking_rows",
    reference=_leaking_rows,
    cases=_questions_with_leaks,
    hints=(
        "Two things may not stand in a history: the answer, and anything that had not happened "
        "yet. 0 is padding and means nothing.",
        "Go through the rows. A row leaks when its target is among its items, or when the time of "
        "a real item (not 0) is not before `now`. At `now` itself is too late.",
        "`[r for r in range(len(targets)) if targets[r] in histories[r] or any(i != 0 and t >= "
        "now[r] for i, t in zip(histories[r], times[r]))]`.",
    ),
)
