"""The items that the codebook explorer shows: titles, facts, vectors, and what groups share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

__all__ = ["NEAR", "Catalogue", "Meaning", "common_share", "nearest_items"]

NEAR = 8  # neighbours of an item that are shown
_MORE = 1.1  # a fact must be so much more frequent in a group than in the catalogue
_FACTS = 5  # of a group, those that stand out most
_ROWS_AT_ONCE = 512


class Meaning(NamedTuple):
    """A fact that is more frequent in a group than in the catalogue."""

    fact: str  # as in "theme heists"
    n_items: int  # items of the group that have it
    lift: float  # its share in the group over its share in the catalogue, 1.1 or more


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Items with titles, and what is known of them."""

    titles: tuple[str, ...]  # [N]
    facts: tuple[tuple[tuple[str, str], ...], ...]  # of each item (kind, value) pairs
    vectors: np.ndarray | None = None  # [N, E] float32, what the codes were made from
    noun: str = "film"  # what an item is called

    def __post_init__(self) -> None:
        N = len(self.titles)
        if N <= NEAR:
            raise ValueError(f"the explorer needs {NEAR + 1} {self.noun}s or more, got {N}")
        if len(self.facts) != N:
            raise ValueError(f"facts must have one row for each of {N} titles, got those of "
                             f"{len(self.facts)}")  # fmt: skip
        if self.vectors is None:
            return
        vectors = np.asarray(self.vectors, dtype=np.float32)
        if vectors.ndim != 2 or len(vectors) != N or not np.isfinite(vectors).all():
            raise ValueError(f"vectors must be finite numbers [{N}, E], got {list(vectors.shape)}"
                             " or nan in it; leave them out if some item has none")  # fmt: skip
        object.__setattr__(self, "vectors", vectors)

    @cached_property
    def known(self) -> tuple[list[str], np.ndarray, np.ndarray]:
        """Every fact in words, and for each (item, fact) that holds its two numbers, sorted."""
        words: dict[str, int] = {}
        pairs = sorted(
            {
                (item, words.setdefault(f"{kind} {value}", len(words)))
                for item, own in enumerate(self.facts)
                for kind, value in own
            }
        )
        items, facts = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return list(words), items, facts

    def facts_of(self, item: int) -> list[str]:
        """Return what is known of an item, in words."""
        words, items, facts = self.known
        first, end = np.searchsorted(items, [item, item + 1])
        return [words[fact] for fact in facts[first:end]]

    def meanings(self, groups: np.ndarray) -> list[list[Meaning]]:
        """Find what stands out in each group: up to five facts, weightiest first.

        A fact weighs its count times the logarithm of its lift, so that neither what all items
        have nor what one item has comes first. One that a single item has is left out.

        Args:
            groups: [N] int, 0..G-1, the group of each item.

        Returns:
            G lists.
        """
        words, items, facts = self.known
        found: list[list[Meaning]] = [[] for _ in range(int(groups.max()) + 1)]
        pairs, counts = np.unique(groups[items] * len(words) + facts, return_counts=True)
        group, fact = np.divmod(pairs, max(1, len(words)))
        shares = counts / np.bincount(groups)[group]
        lifts = shares * len(self.titles) / np.bincount(facts, minlength=1)[fact]
        kept = (counts >= 2) & (lifts >= _MORE)
        weights = counts * np.log(np.maximum(lifts, 1))
        for at in np.lexsort((fact, -weights, group)):
            own = found[group[at]]
            if kept[at] and len(own) < _FACTS:
                own.append(Meaning(words[fact[at]], int(counts[at]), float(lifts[at])))
        return found

    @cached_property
    def labels(self) -> dict[str, np.ndarray]:
        """Return for each kind that half of the items have the first value of each item, [N]."""
        firsts: dict[str, dict[int, str]] = {}
        for item, own in enumerate(self.facts):
            for kind, value in own:
                firsts.setdefault(kind, {}).setdefault(item, value)
        N = len(self.titles)
        return {
            kind: np.unique([own.get(i, "") for i in range(N)], return_inverse=True)[1]
            for kind, own in firsts.items()
            if 2 * len(own) >= N and len(set(own.values())) > 1
        }

    @cached_property
    def nearest(self) -> np.ndarray:
        """The nearest other items of each item, [N, 8]; without vectors [N, 0]."""
        if self.vectors is None:
            return np.zeros((len(self.titles), 0), dtype=np.int64)
        return nearest_items(self.vectors, np.arange(len(self.titles)))

    @cached_property
    def axes(self) -> np.ndarray:
        """The two directions [E, 2] along which vectors spread most (PCA)."""
        assert self.vectors is not None
        centred = self.vectors - self.vectors.mean(axis=0)
        widest = np.linalg.eigh(centred.T @ centred)[1][:, : -min(2, centred.shape[1]) - 1 : -1]
        signs = np.sign(widest[np.abs(widest).argmax(axis=0), np.arange(widest.shape[1])])
        both = np.zeros((centred.shape[1], 2))
        both[:, : widest.shape[1]] = widest * signs
        return both


def nearest_items(vectors: np.ndarray, rows: Sequence[int] | np.ndarray) -> np.ndarray:
    """Return the nearest other items of some rows, nearest first, [n, 8]."""
    half, found = (vectors**2).sum(axis=1) / 2, []
    for part in np.array_split(np.asarray(rows), -(-len(rows) // _ROWS_AT_ONCE)):
        gaps = half - vectors[part] @ vectors.T  # half the squared distance, less what is constant
        gaps[np.arange(len(part)), part] = np.inf
        few = np.sort(np.argpartition(gaps, NEAR - 1, axis=1)[:, :NEAR], axis=1)
        order = np.argsort(np.take_along_axis(gaps, few, axis=1), axis=1, kind="stable")
        found.append(np.take_along_axis(few, order, axis=1))
    return np.concatenate(found)


def common_share(one: np.ndarray, other: np.ndarray) -> float:
    """Return the share of the items in rows [n, k] that stand in the same row of the other."""
    return float((one[:, :, None] == other[:, None, :]).any(axis=2).mean())
