"""The exercises of lesson 10."""

from __future__ import annotations

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["QUESTIONS", "beam_ids", "cut_off", "n_nodes"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "10",
        "A film is the most probable of all, and a beam of 20 does not find it. How can that be?",
        "Its first code is shared with few probable films, so all of them together were not among "
        "the twenty best first codes.",
    ),
    (
        "09",
        "Why does the suffix of an id mean nothing, and the next nearest tuple something?",
        "The suffix only counts; every code of the tuple still describes the item.",
    ),
    (
        "02",
        "A model beats SASRec by 10 %. What do you ask first?",
        "Which loss that SASRec was trained with, and for how long.",
    ),
]

_Id = tuple[int, ...]


def _beam_ids(ids: list[_Id], log_p: dict[_Id, list[float]], n_beams: int) -> list[_Id]:
    """Keep the best beginnings of ids that exist, length by length."""
    beams: list[tuple[_Id, float]] = [((), 0.0)]
    for length in range(1, len(ids[0]) + 1):
        legal = {one[:length] for one in ids}
        longer = [
            ((*beam, code), score + value)
            for beam, score in beams
            for code, value in enumerate(log_p[beam])
            if (*beam, code) in legal
        ]
        beams = sorted(longer, key=lambda one: -one[1])[:n_beams]
    return [beam for beam, _ in beams]


def _drawn_ids(rng: np.random.Generator, n: int, n_levels: int, n_codes: int) -> list[_Id]:
    every = list(np.ndindex(*(n_codes,) * n_levels))
    return [every[row] for row in rng.permutation(len(every))[:n]]


def _trees(rng: np.random.Generator) -> list[tuple[list[_Id], dict[_Id, list[float]], int]]:
    """Draw ids and log-probabilities; some of the likeliest codes lead nowhere."""
    cases = []
    for n, n_levels, n_codes, width in ((5, 2, 4, 2), (9, 3, 3, 3), (7, 2, 4, 1), (12, 3, 4, 20)):
        ids = _drawn_ids(rng, n, n_levels, n_codes)
        log_p = {
            beginning: np.log(rng.dirichlet(np.ones(n_codes))).round(3).tolist()
            for length in range(n_levels)
            for beginning in np.ndindex(*(n_codes,) * length)
        }
        cases.append((ids, log_p, width))
    return cases


beam_ids = Exercise(
    name="beam_ids",
    reference=_beam_ids,
    cases=_trees,
    hints=(
        "Keep pairs of a beginning and its log-probability; at first the empty beginning with 0.",
        "For each length: all beginnings of that length that exist; each beam with each code that "
        "leads to one of them; log-probabilities are added; the best n_beams stay.",
        "`legal = {one[:length] for one in ids}`; then collect `((*beam, code), score + value)` "
        "for each code of `log_p[beam]` if `(*beam, code) in legal`, sort, cut.",
    ),
)


def _n_nodes(ids: list[_Id]) -> int:
    """Count different beginnings."""
    return len({one[:length] for one in ids for length in range(1, len(one) + 1)})


def _catalogues(rng: np.random.Generator) -> list[tuple[list[_Id]]]:
    sizes = ((4, 2, 3), (10, 3, 3), (20, 2, 6), (15, 4, 2))
    return [(_drawn_ids(rng, *size),) for size in sizes]


n_nodes = Exercise(
    name="n_nodes",
    reference=_n_nodes,
    cases=_catalogues,
    hints=(
        "A node is a beginning. Two ids that begin alike share it.",
        "Collect the beginnings of length 1, 2, ... of all ids in one set.",
        "`one[:length]` for each id and each length from 1 to its own; then the size of the set.",
    ),
)


def _cut_off(ids: list[_Id], beginning: _Id, shares: list[float]) -> float:
    """Add up what falls on codes with which no id goes on."""
    n = len(beginning)
    legal = {one[n] for one in ids if one[:n] == beginning}
    return sum(share for code, share in enumerate(shares) if code not in legal)


def _beginnings(rng: np.random.Generator) -> list[tuple[list[_Id], _Id, list[float]]]:
    """Ask at the root, behind one code and behind two."""
    cases = []
    for depth, (n, n_levels, n_codes) in enumerate(((4, 2, 6), (9, 2, 5), (20, 3, 4))):
        ids = _drawn_ids(rng, n, n_levels, n_codes)
        shares = rng.dirichlet(np.ones(n_codes)).round(3).tolist()
        cases.append((ids, ids[0][:depth], shares))
    return cases


cut_off = Exercise(
    name="cut_off",
    reference=_cut_off,
    cases=_beginnings,
    hints=(
        "Which codes may stand behind the beginning? Look at the ids that begin with it.",
        "With n codes in the beginning, the next code of an id is `one[n]`.",
        "`legal = {one[n] for one in ids if one[:n] == beginning}`; add up the shares of all other "
        "codes.",
    ),
)
