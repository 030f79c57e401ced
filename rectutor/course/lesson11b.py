"""The exercises of lesson 11b."""

from __future__ import annotations

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["QUESTIONS", "in_turn", "order", "token_shares"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "11b",
        "A title of nine tokens, six of them nearly certain, overtakes a title of two tokens when "
        "sums are divided by length. Has the model changed its mind about either?",
        "No. Both probabilities are what they were. The six tokens add nothing to the sum and six "
        "to the length, so the mean per token rises.",
    ),
    (
        "11",
        "A list of ten nearest titles and a list of ten most probable titles come from one model. "
        "Which part of what the model knows does the first throw away?",
        "What it thinks of all titles but one: nine places are filled by nearness to the one title "
        "that was written.",
    ),
    (
        "03",
        "A mask for films that are not out yet cuts a model's unreleased recommendations to zero. "
        "Why is that no evidence that the model knows about time?",
        "It is true by construction, for random weights too. Evidence would be that the share "
        "falls without the mask, and moves when another date is told.",
    ),
]


def _order(log_p: list[list[float]], power: float) -> list[int]:
    """Rank titles by their sum over their length to a power, best first, ties by place."""
    scores = [sum(own) / len(own) ** power for own in log_p]
    return sorted(range(len(scores)), key=lambda place: (-scores[place], place))


def _titles(rng: np.random.Generator) -> list[tuple[list[list[float]], float]]:
    """Draw tokens' log-probabilities; in the first cases ghost tokens decide."""
    cases: list[tuple[list[list[float]], float]] = [
        ([[-1.0, -1.0], [-2.4, 0.0, 0.0, 0.0]], 0.0),
        ([[-1.0, -1.0], [-2.4, 0.0, 0.0, 0.0]], 1.0),
        ([[-2.0, -1.0], [-1.0, -2.0], [-1.0, -1.0, -2.0]], 1.0),  # a tie
    ]
    for power in (0.0, 0.5, 1.0, 2.0):
        own = [rng.uniform(-3, 0, size=int(rng.integers(1, 7))).round(2).tolist() for _ in range(5)]
        cases.append((own, power))
    return cases


order = Exercise(
    name="order",
    reference=_order,
    cases=_titles,
    hints=(
        "Give each title one number; then sort the places of the titles by it, best first.",
        "The number is `sum(own) / len(own) ** power`. Power 0 divides by 1.",
        "`sorted(range(len(scores)), key=lambda place: -scores[place])` keeps the first of equals "
        "in front.",
    ),
)


def _token_shares(title: list[str], titles: list[list[str]], p: list[float]) -> list[float]:
    """Give each token the share of what lies below its beginning, of what lay below the last."""
    shares, above = [], sum(p)
    for n in range(1, len(title) + 1):
        below = sum(q for other, q in zip(titles, p, strict=True) if other[:n] == title[:n])
        shares.append(below / above)
        above = below
    return shares


def _trees(rng: np.random.Generator) -> list[tuple[list[str], list[list[str]], list[float]]]:
    """Draw titles that share beginnings, and a helper's probabilities of them."""
    one = [["a", ";"], ["a", "b", ";"], ["c", ";"]]
    two = [["a", "b", ";"], ["c", "b", ";"]]
    cases = [
        (one[1], one, [0.1, 0.3, 0.6]),
        (two[0], two, [2.0, 6.0]),  # they need not sum to 1
    ]
    for n_titles in (4, 6, 8):
        drawn = {
            tuple("abc"[place] for place in rng.integers(0, 3, size=int(rng.integers(1, 4))))
            for _ in range(2 * n_titles)
        }
        titles = [[*title, ";"] for title in sorted(drawn)][:n_titles]
        p = [round(float(x), 2) for x in rng.uniform(0.1, 1, len(titles))]
        cases += [(title, titles, p) for title in titles[:3]]
    return cases


token_shares = Exercise(
    name="token_shares",
    reference=_token_shares,
    cases=_trees,
    hints=(
        "Go through the tokens of the title. Each token narrows down which titles are still "
        "possible: those that begin with all tokens up to it.",
        "Before the first token the mass is the sum of all probabilities. After n tokens it is the "
        "sum over titles with `other[:n] == title[:n]`. The share is mass after / mass before.",
        "`below = sum(q for other, q in zip(titles, p) if other[:n] == title[:n])`; append "
        "`below / above`; then `above = below`.",
    ),
)


def _in_turn(found: list[list[int]], k: int) -> list[int]:
    """Fill a share of the list from each query, without repetitions; what is free goes on."""
    kept: list[int] = []
    for n, items in enumerate(found, start=1):
        end = -(-k * n // len(found))  # rounded up
        for item in items:
            if item not in kept and len(kept) < end:
                kept.append(item)
    return kept


def _found(rng: np.random.Generator) -> list[tuple[list[list[int]], int]]:
    """Draw what queries found: with repetitions, and with queries that found little."""
    cases = [
        ([[1, 2, 3, 4], [2, 1, 9, 8]], 4),
        ([[1], [1, 5, 6, 7]], 4),  # the first leaves a place free
        ([[1, 2, 3], [4, 5, 6], [7, 8, 9]], 4),
    ]
    for n_queries, k in ((2, 5), (3, 6), (5, 10)):
        lists = [rng.permutation(12)[: int(rng.integers(1, 7))].tolist() for _ in range(n_queries)]
        cases.append((lists, k))
    return cases


in_turn = Exercise(
    name="in_turn",
    reference=_in_turn,
    cases=_found,
    hints=(
        "Go through the queries in order, and through what each found; take an item that is not "
        "in the list yet, while the query's share is not full.",
        "After query n of M the list may hold k * n / M items, rounded up. So what an earlier "
        "query left free, the next may use.",
        "`end = math.ceil(k * n / len(found))`; append while `item not in kept and "
        "len(kept) < end`.",
    ),
)
