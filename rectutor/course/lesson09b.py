"""The exercises of lesson 09b."""

from __future__ import annotations

from collections import Counter

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["QUESTIONS", "give_out", "item_vectors", "name_codes"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "09b",
        "On films, codes of texts and codes by lot could hardly be told apart; on books that the "
        "model had never seen, codes by lot fell to chance. Why there?",
        "At home a model can learn by heart what each code stands for, even one that was drawn by "
        "lot. A code by lot of a book has nothing in common with the same code of a film, so "
        "nothing carries over; a code that means something carries that meaning.",
    ),
    (
        "09",
        "Two films have the same second residual code, and different first ones. Are they alike?",
        "Not for that reason: the second code describes what the first has left over, so the same "
        "step is added from two different places.",
    ),
    (
        "07",
        "A model was tuned on labels. Why are some labels kept from it before it is judged?",
        "On labels it was tuned on, agreement may be memory; on hidden ones it is not.",
    ),
]

_Id = tuple[int, ...]


def _give_out(wishes: list[list[_Id]], gaps: list[list[float]]) -> list[_Id]:
    """Let all items without an id ask at once, again and again, until nobody has a wish left."""
    got: list[_Id] = [()] * len(wishes)
    while True:
        gone = set(got)
        asked: dict[_Id, list[tuple[float, int]]] = {}
        for item, own in enumerate(wishes):
            free = [place for place, one in enumerate(own) if one not in gone]
            if not got[item] and free:
                asked.setdefault(own[free[0]], []).append((gaps[item][free[0]], item))
        if not asked:
            return got
        for one, askers in asked.items():
            got[min(askers)[1]] = one


def _crowds(rng: np.random.Generator) -> list[tuple[list[list[_Id]], list[list[float]]]]:
    """Draw wishes for few ids; in the first case the loser's second wish goes to a third item."""
    a, b, c = (0, 0), (0, 1), (1, 0)
    cases: list[tuple[list[list[_Id]], list[list[float]]]] = [
        ([[a, b, c], [a, b, c], [b, a, c]], [[0.2, 0.3, 0.9], [0.1, 0.5, 0.9], [0.4, 0.6, 0.7]]),
        ([[a, b], [a, b]], [[0.3, 0.4], [0.3, 0.4]]),
    ]
    ids: list[_Id] = [(n // 3, n % 3) for n in range(9)]
    for n_items in (5, 8, 9):
        wishes, gaps = [], []
        for _ in range(n_items):
            order = [*rng.permutation(3), *(3 + rng.permutation(6))]  # three are in demand
            wishes.append([ids[int(n)] for n in order])
            gaps.append(np.sort(rng.uniform(size=9)).round(3).tolist())
        cases.append((wishes, gaps))
    return cases


give_out = Exercise(
    name="give_out",
    reference=_give_out,
    cases=_crowds,
    hints=(
        "Work in rounds. In a round first collect who asks for what, then give out. Nothing that "
        "was given is taken back.",
        "In a round each item without an id asks for the first of its wishes that nobody had when "
        "the round began. Collect (gap, item) for each id; `min` finds the nearest, and of equally "
        "near ones the first. Stop when nobody asks.",
        "`gone = set(got)`; for each item with `not got[item]` the first place whose wish is "
        "not in `gone`; `asked.setdefault(wish, []).append((gap, item))`; then "
        "`got[min(askers)[1]] = wish`.",
    ),
)


def _item_vectors(codes: list[list[int]], vectors: list[list[list[float]]]) -> list[list[float]]:
    """Add up, for each item, one vector of each level."""
    found = []
    for own in codes:
        chosen = [level[code] for level, code in zip(vectors, own, strict=True)]
        found.append([sum(numbers) for numbers in zip(*chosen, strict=True)])
    return found


def _tables(rng: np.random.Generator) -> list[tuple[list[list[int]], list[list[list[float]]]]]:
    cases = []
    for n_items, n_levels, size, width in ((4, 2, 3, 2), (6, 4, 3, 3), (5, 3, 5, 4)):
        codes = rng.integers(size, size=(n_items, n_levels))
        codes[0, :2] = (0, 1)  # so that levels cannot be mixed up
        vectors = rng.integers(-9, 10, size=(n_levels, size, width)).astype(float)
        cases.append((codes.tolist(), vectors.tolist()))
    return cases


item_vectors = Exercise(
    name="item_vectors",
    reference=_item_vectors,
    cases=_tables,
    hints=(
        "For one item: one vector from each level, namely the one that its code names. Add them.",
        "`zip(vectors, own)` goes through levels and codes side by side; each gives "
        "`level[code]`. The sum is taken number by number.",
        "`chosen = [level[code] for level, code in zip(vectors, own)]`, then "
        "`[sum(numbers) for numbers in zip(*chosen)]`.",
    ),
)


def _name_codes(codes: list[int], tags: list[str | None]) -> dict[int, str]:
    """Name each code by the commonest tag that is known of its items."""
    counts: dict[int, Counter[str]] = {}
    for code, tag in zip(codes, tags, strict=True):
        if tag is not None:
            counts.setdefault(code, Counter())[tag] += 1
    return {code: min(own, key=lambda tag: (-own[tag], tag)) for code, own in counts.items()}


def _labelled(rng: np.random.Generator) -> list[tuple[list[int], list[str | None]]]:
    words = np.array(["war", "western", "comedy", "drama"])
    cases: list[tuple[list[int], list[str | None]]] = [
        ([0, 0, 1, 1, 1, 2], ["war", "drama", None, None, "comedy", None])
    ]
    for n in (12, 20):
        codes, tags = rng.integers(4, size=n).tolist(), words[rng.integers(4, size=n)].tolist()
        cases.append((codes, [None if rng.random() < 0.3 else tag for tag in tags]))
    return cases


name_codes = Exercise(
    name="name_codes",
    reference=_name_codes,
    cases=_labelled,
    hints=(
        "Count tags separately for each code, and leave out items whose tag is None.",
        "A `Counter` for each code. A code of which no tag is known gets no name at all.",
        "`min(own, key=lambda tag: (-own[tag], tag))` is the commonest, and of equally common "
        "ones the first by alphabet.",
    ),
)
