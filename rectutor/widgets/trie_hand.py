"""Two beams kept by hand: the best candidates are shown, and the learner is the beam search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rectutor.decoding.trace import Beams
from rectutor.trie import Trie
from rectutor.widgets.trie_paths import Candidate

__all__ = ["HAND", "SHOWN", "Tree", "Turn", "by_hand", "hand_tree"]

HAND = 2  # beams that are kept
SHOWN = 6  # candidates to choose from
Tree = Mapping[tuple[int, ...], tuple[Candidate, ...]]  # of a beginning, its best children


class Turn(NamedTuple):
    """One step by hand."""

    shown: tuple[Candidate, ...]  # most probable first
    kept: tuple[Candidate, ...]  # in the order of choice

    @property
    def is_over(self) -> bool:
        """Say whether as many are kept as can be."""
        return len(self.kept) == min(HAND, len(self.shown))


def hand_tree(trie: Trie, full: Beams, row: int) -> Tree:
    """Collect the six best children of every beginning that may come to be kept.

    Args:
        trie: of the search.
        full: a search with a beam for each item.
        row: of its questions.
    """
    tree: dict[tuple[int, ...], tuple[Candidate, ...]] = {}
    at: dict[tuple[int, ...], tuple[int, int, float]] = {(): (0, 0, 0.0)}  # place, node, log p
    for step in full.steps:
        below: dict[tuple[int, ...], tuple[int, int, float]] = {}
        for prefix, (place, _, _) in at.items():
            own = np.flatnonzero((step.parents[row] == place) & (step.scores[row] > -np.inf))
            best = own[:SHOWN].tolist()  # a search lists the best first
            found = [(*prefix, int(step.codes[row, i])) for i in best]
            ends = [(i, int(step.nodes[row, i]), float(step.scores[row, i])) for i in best]
            below |= dict(zip(found, ends, strict=True))
            tree[prefix] = tuple(
                Candidate(longer, float(np.exp(log_p)), node)
                for longer, (_, node, log_p) in zip(found, ends, strict=True)
            )
        at = below
    return tree


def by_hand(tree: Tree, n_levels: int, picks: Sequence[int]) -> list[Turn]:
    """Follow the learner's choices.

    A choice that cannot be made, since nothing stands there or it is kept already, is void, and so
    are those after it.

    Args:
        tree: the best children of each beginning.
        n_levels: L.
        picks: places 0..5 among the candidates shown, two for each step.

    Returns:
        All turns that are over, and the one that is not, if any.
    """
    turns: list[Turn] = []
    left, kept = list(picks), list[tuple[int, ...]]([()])
    for _ in range(n_levels):
        children = [one for prefix in kept for one in tree[prefix]]
        shown = tuple(sorted(children, key=lambda one: (-one.p, one.prefix))[:SHOWN])
        own: list[int] = []
        while left and len(own) < min(HAND, len(shown)):
            if left[0] >= len(shown) or left[0] in own:
                left = []
                break
            own.append(left.pop(0))
        turns.append(Turn(shown, tuple(shown[pick] for pick in own)))
        if not turns[-1].is_over:
            break
        kept = [one.prefix for one in turns[-1].kept]
    return turns
