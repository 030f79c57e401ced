"""What the trie stepper reads off a search: the candidates of each step, and what lies below."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rectutor.decoding.trace import Beams, cut_off
from rectutor.trie import Trie

__all__ = ["Candidate", "Ids", "Look", "read_search"]

_PRUNED = 5  # candidates shown of those that were not kept
_ROUNDING = 1e-5  # what float32 probabilities that sum to one may miss of it


class Candidate(NamedTuple):
    """A beginning that a step had to judge."""

    prefix: tuple[int, ...]
    p: float  # probability of the whole beginning
    node: int  # where it stands in the trie, -1 where no item begins so


class Look(NamedTuple):
    """One step of one search."""

    kept: tuple[Candidate, ...]  # best first
    pruned: tuple[Candidate, ...]  # the best of the others
    parents: tuple[int, ...]  # of those kept, the beam of the step before that each goes on from
    n_legal: int  # children in the trie of all beams that entered
    n_seen: int  # of these, items that the person has had
    cuts: tuple[float, ...]  # of each beam that entered, the share it gave to no item, 0..1
    cut: float  # of their common probability, the share that went to no item, 0..1
    true_rank: int  # of the true item's beginning among the candidates; 0 where it is none
    true_p: float  # its probability; nan where it is no candidate

    @property
    def is_kept(self) -> bool:
        """Say whether the true item's beginning lives on."""
        return 0 < self.true_rank <= len(self.kept)


class Ids:
    """The ids of a trie as a table, and the items below each node.

    Args:
        trie: of all ids.
    """

    def __init__(self, trie: Trie) -> None:
        self.trie = trie

    @cached_property
    def groups(self) -> list[np.ndarray]:
        """The node of each item on levels 0..L, [N] each; row i belongs to item index i + 1."""
        trie = self.trie
        items = trie.item_of(np.arange(len(trie.codes[-1])))
        above = [np.arange(len(items))]
        for starts in trie.starts[::-1]:
            above.append(np.searchsorted(starts, above[-1], side="right") - 1)
        places = np.empty(len(items), dtype=np.int64)
        places[items - 1] = np.arange(len(items))
        return [nodes[places] for nodes in above[::-1]]

    @cached_property
    def codes(self) -> np.ndarray:
        """The ids, [N, L]."""
        columns = [own[at] for own, at in zip(self.trie.codes, self.groups[1:], strict=True)]
        return np.stack(columns, axis=1).astype(np.int64)

    def below(self, level: int, node: int) -> np.ndarray:
        """Return the item indices whose ids begin at a node."""
        return np.flatnonzero(self.groups[level] == node) + 1


def read_search(
    trie: Trie,
    beams: Beams,
    row: int,
    true_id: Sequence[int],
    seen: np.ndarray,
    is_held: bool,
) -> list[Look]:
    """Lay out a search step by step.

    Args:
        trie: of the search.
        beams: of B questions.
        row: which of them.
        true_id: the true item's L codes, none where it is unknown.
        seen: [T] items that could not come out.
        is_held: whether beams had to stay in the trie.

    Returns:
        L looks.
    """
    looks: list[Look] = []
    prefixes: list[tuple[int, ...]] = [()]
    nodes, scores, alive = np.zeros(1, dtype=np.int64), np.zeros(1), np.zeros(1, dtype=np.int64)
    for level, step in enumerate(beams.steps):
        total = scores[:, None] + step.log_p[row, alive].astype(np.float64)  # [n, K]
        is_legal = trie.legal_mask(level, np.maximum(nodes, 0)) & (nodes >= 0)[:, None]
        is_had = _leads_to(trie, nodes, seen) if level == trie.n_levels - 1 else is_legal & False
        total[is_had | (~is_legal & is_held)] = -np.inf
        weights = np.exp(scores) / max(np.exp(scores).sum(), 1e-300)
        cuts = cut_off(trie, beams, level)[row, alive]
        cuts = np.where(cuts < _ROUNDING, 0.0, cuts)
        before, alive = alive, _alive(step.scores[row])
        parents = np.argsort(before)[np.searchsorted(np.sort(before), step.parents[row, alive])]
        codes = step.codes[row, alive]
        rank, p = _true(total, prefixes, true_id[: level + 1], parents, codes)
        rest = total.copy()
        rest[parents, codes] = -np.inf
        best = np.argsort(-rest, axis=None, kind="stable")[:_PRUNED]
        best = best[rest.ravel()[best] > -np.inf]
        kept, pruned = (
            _candidates(prefixes, total, v, k, trie.child(level, nodes[v], k))
            for v, k in ((parents, codes), np.divmod(best, total.shape[1]))
        )
        looks.append(
            Look(kept, pruned, tuple(parents.tolist()), int(is_legal.sum()), int(is_had.sum()),
                 tuple(cuts.tolist()), float(weights @ cuts), rank, p)
        )  # fmt: skip
        prefixes, nodes = [one.prefix for one in kept], np.array([one.node for one in kept])
        scores = step.scores[row, alive].astype(np.float64)
    return looks


def _alive(scores: np.ndarray) -> np.ndarray:
    """Return the places [n] of real beams, best first: other programs may order them otherwise."""
    places = np.flatnonzero(scores > -np.inf)
    return places[np.argsort(-scores[places], kind="stable")]


def _leads_to(trie: Trie, nodes: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Mark the last codes [n, K] that would name an item in `seen`."""
    owner, leaves = trie.legal(trie.n_levels - 1, np.maximum(nodes, 0))
    marks = np.zeros((len(nodes), trie.codebook_size), dtype=bool)
    marks[owner, trie.codes[-1][leaves]] = np.isin(trie.item_of(leaves), seen)
    return marks & (nodes >= 0)[:, None]


def _true(
    total: np.ndarray,
    prefixes: list[tuple[int, ...]],
    wanted: Sequence[int],
    parents: np.ndarray,
    codes: np.ndarray,
) -> tuple[int, float]:
    """Rank the wanted beginning among the candidates; (0, nan) where its own one was dropped."""
    begin = tuple(wanted[:-1])
    if not len(wanted) or begin not in prefixes:
        return 0, np.nan
    v, k = prefixes.index(begin), wanted[-1]
    if total[v, k] == -np.inf:
        return 0, np.nan
    place = np.flatnonzero((parents == v) & (codes == k))
    above = int((total > total[v, k]).sum())
    rank = int(place[0]) if len(place) else max(above, len(parents))  # kept ones win ties
    return rank + 1, float(np.exp(total[v, k]))


def _candidates(
    prefixes: list[tuple[int, ...]],
    total: np.ndarray,
    parents: np.ndarray,
    codes: np.ndarray,
    nodes: np.ndarray,
) -> tuple[Candidate, ...]:
    return tuple(
        Candidate((*prefixes[v], int(k)), float(np.exp(total[v, k])), int(node))
        for v, k, node in zip(parents, codes, nodes, strict=True)
    )
