"""The nearest items of one item in two spaces: what they share with it, and what chance would."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

__all__ = [
    "LONGEST",
    "SHORTEST",
    "Agreement",
    "Facts",
    "Neighbour",
    "NeighbourState",
    "Space",
    "overlap_of_all",
]

SHORTEST, LONGEST = 3, 10  # neighbours in one list


class Neighbour(NamedTuple):
    """One row of a list."""

    item: int  # 0..N - 1
    title: str
    cosine: float
    shared: str  # facts in words, as in "same series; theme heists"; "" for none
    in_both: bool  # whether it also stands in the other list


class Agreement(NamedTuple):
    """How much of two lists is common, on average."""

    share: float  # of the neighbours, 0..1
    chance: float  # the same for two random lists: k/(N - 1) where every item has both vectors
    n_items: int  # with a vector in both spaces


@dataclass(frozen=True, eq=False)
class Space:
    """A name and one vector for each item; a row of zeros is an item without a vector.

    All N x N cosines are computed once, so N is thousands at most.
    """

    name: str
    vectors: np.ndarray  # [N, E], brought to length one

    def __post_init__(self) -> None:
        vectors = np.array(self.vectors, dtype=np.float64)
        if vectors.ndim != 2:
            raise ValueError(f"vectors {self.name} must be [N, E], got {list(vectors.shape)}")
        broken = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
        if broken.size:
            raise ValueError(
                f"vectors {self.name}: row {broken[0]} holds nan or infinity; "
                "give an item without a vector a row of zeros"
            )
        n_vectors = int(vectors.any(axis=1).sum())
        if n_vectors < 2:
            raise ValueError(f"vectors {self.name}: 2 items or more need one, got {n_vectors}")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        object.__setattr__(self, "vectors", vectors / np.where(lengths > 0, lengths, 1))

    @cached_property
    def has_vector(self) -> np.ndarray:
        """Tell which items have a vector, [N] bool."""
        return np.asarray(self.vectors.any(axis=1))

    @cached_property
    def nearest(self) -> tuple[np.ndarray, np.ndarray]:
        """The ten nearest other items of each item and their cosines, [N, 10]; -inf for no item.

        Cosines that agree to nine digits are equal; among them the lower index comes first.
        """
        cosines = (self.vectors @ self.vectors.T).round(9)  # [N, N]
        cosines[:, ~self.has_vector] = cosines[~self.has_vector] = -np.inf
        np.fill_diagonal(cosines, -np.inf)
        order = np.argsort(-cosines, axis=1, kind="stable")[:, :LONGEST]
        return order, np.take_along_axis(cosines, order, axis=1)

    def nearest_to(self, item: int, k: int) -> dict[int, float]:
        """Return up to `k` items with their cosines, nearest first; none without a vector."""
        order, cosines = (part[item, :k].tolist() for part in self.nearest)
        return {i: c for i, c in zip(order, cosines, strict=True) if c > -np.inf}


@dataclass(frozen=True, eq=False)
class Facts:
    """What is known of each item, as (kind, value) pairs; pairs of one kind are counted."""

    of: tuple[tuple[tuple[str, str], ...], ...]
    kind: str = "theme"  # the kind that the sentence counts

    def shared(self, one: int, other: int) -> str:
        """Say what two items share, as in "same series; theme heists"."""
        kept = set(self.of[other])
        said = self._said([fact for fact in self.of[one] if fact in kept])
        return "; ".join("same series" if part.startswith("series ") else part for part in said)

    def words(self, item: int) -> str:
        """Say all that is known of an item."""
        return "; ".join(self._said(self.of[item]))

    @cached_property
    def counted(self) -> list[frozenset[str]]:
        """The values of the counted kind, for each item."""
        return [frozenset(v for kind, v in facts if kind == self.kind) for facts in self.of]

    @cached_property
    def holders(self) -> dict[str, set[int]]:
        """The items that hold each value of the counted kind."""
        found: dict[str, set[int]] = {}
        for item, values in enumerate(self.counted):
            for value in values:
                found.setdefault(value, set()).add(item)
        return found

    def sharing(self, item: int) -> set[int]:
        """Return the other items that share a fact of the counted kind with an item."""
        return set().union(*(self.holders[value] for value in self.counted[item])) - {item}

    def _said(self, facts: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> list[str]:
        values: dict[str, list[str]] = {}
        for kind, value in facts:
            values.setdefault(kind, []).append(value)
        return [f"{kind} {', '.join(own)}" for kind, own in values.items()]


@dataclass(frozen=True)
class NeighbourState:
    """One item, and how many of its nearest items are shown in each of two spaces."""

    titles: tuple[str, ...]
    spaces: tuple[Space, ...]  # two
    facts: Facts = field(repr=False)
    film: int = 0  # the chosen item, 0..N - 1
    k: int = 5  # 3..10

    def __post_init__(self) -> None:
        N, names = len(self.titles), [space.name for space in self.spaces]
        if N <= SHORTEST:
            raise ValueError(f"neighbours need {SHORTEST + 1} titles or more, got {N}")
        if len(set(names)) != 2 or len(names) != 2:
            raise ValueError(f"neighbours need two spaces with names of their own, got {names}")
        rows = {f"vectors {space.name}": len(space.vectors) for space in self.spaces}
        for name, n_rows in {**rows, "facts": len(self.facts.of)}.items():
            if n_rows != N:
                raise ValueError(f"{name} must have one row for each of {N} titles, got {n_rows}")
        if not 0 <= self.film < N:
            raise ValueError(f"film must be 0..{N - 1}, got {self.film}")
        if not SHORTEST <= self.k <= self.longest:
            raise ValueError(f"k must be {SHORTEST}..{self.longest}, got {self.k}")

    @property
    def longest(self) -> int:
        """The largest k: 10, or all other items where they are fewer."""
        return min(LONGEST, len(self.titles) - 1)

    @property
    def title(self) -> str:
        """The chosen item's title."""
        return self.titles[self.film]

    def choose(self, film: str | int) -> NeighbourState:
        """Choose an item by its exact title or its index.

        Raises:
            ValueError: no item, or more than one, has this title; or the index is outside.
        """
        if not isinstance(film, str):
            return replace(self, film=int(film))
        places = [at for at, title in enumerate(self.titles) if title == film]
        if not places:
            close = difflib.get_close_matches(film, self.titles, n=3, cutoff=0.0)
            raise ValueError(f'no film is called "{film}"; the closest titles are {close}')
        if len(places) > 1:
            raise ValueError(f'"{film}" is the title of films {places}; choose one by its index')
        return replace(self, film=places[0])

    def with_k(self, k: int) -> NeighbourState:
        """Show `k` neighbours in each list."""
        return replace(self, k=int(k))

    def neighbours(self, space: str) -> list[Neighbour]:
        """Return the nearest items in the space of this name, best first.

        Raises:
            ValueError: no space has this name.
        """
        names = [one.name for one in self.spaces]
        if space not in names:
            raise ValueError(f'space must be one of {names}, got "{space}"')
        own, other = self.spaces if space == names[0] else self.spaces[::-1]
        elsewhere = other.nearest_to(self.film, self.k)
        return [
            Neighbour(i, self.titles[i], cosine, self.facts.shared(self.film, i), i in elsewhere)
            for i, cosine in own.nearest_to(self.film, self.k).items()
        ]

    def overlap(self) -> int:
        """Count the items that stand in both lists."""
        one, other = (space.nearest_to(self.film, self.k) for space in self.spaces)
        return len(one.keys() & other.keys())

    def sharing(self) -> list[int]:
        """Count in each list the items that share a fact of the counted kind."""
        known = self.facts.sharing(self.film)
        return [len(known & s.nearest_to(self.film, self.k).keys()) for s in self.spaces]

    def sentence(self) -> str:
        """Say what the two lists have in common, and what random lists would."""
        return f"{self.title}: {''.join(self.parts())}"

    def parts(self) -> tuple[str, str, str]:
        """Return the sentence behind the title, cut where chance is spoken of."""
        return self._lists(), self._facts(), self._chance()

    def table(self) -> pd.DataFrame:
        """Return both lists, one below the other."""
        rows = [
            (space.name, rank, one.title, round(one.cosine, 2), one.shared, one.in_both)
            for space in self.spaces
            for rank, one in enumerate(self.neighbours(space.name), start=1)
        ]
        return pd.DataFrame(rows, columns=["space", "rank", "title", "cosine", "shared", "in both"])

    def without(self) -> list[str]:
        """List the spaces in which the chosen item has no vector."""
        return [space.name for space in self.spaces if not space.has_vector[self.film]]

    def _lists(self) -> str:
        if self.without():
            return f"it has no vector {' and none '.join(self.without())}, so no neighbours there"
        n, length = self.overlap(), self._length()
        noun, verb = ("neighbour", "neighbours")[length > 1], ("stand", "stands")[n == 1]
        chance = _short(length * _chance_of_all(self))
        return f"{n} of {length} {noun} {verb} in both lists ({chance} by chance)"

    def _facts(self) -> str:
        if len(self.without()) == 2 or not any(self.facts.counted):
            return ""
        kind = self.facts.kind
        if not self.facts.counted[self.film]:
            return f"; it has no {kind} to share"
        article = "an" if kind[:1].lower() in set("aeiou") else "a"
        said: list[str] = []
        for n, space in zip(self.sharing(), self.spaces, strict=True):
            shown = len(space.nearest_to(self.film, self.k))
            verb = "" if said else f" {('share', 'shares')[n == 1]} {article} {kind}"
            said += [f"{n} of {shown}{verb} {space.name}"] if shown else []
        return f"; {', '.join(said)}"

    def _chance(self) -> str:
        if len(self.without()) == 2 or not self.facts.counted[self.film]:
            return "."
        share = len(self.facts.sharing(self.film)) / (len(self.titles) - 1)
        return f" ({_short(self.k * share)} by chance)."

    def _length(self) -> int:
        """Return how many neighbours the shorter list has, where the item has both vectors."""
        return min(self.k, *(int(space.has_vector.sum()) - 1 for space in self.spaces))


def overlap_of_all(state: NeighbourState, k: int) -> Agreement:
    """Average over the items with both vectors: which share of the `k` nearest is common?

    Raises:
        ValueError: k is outside the range of `state`, or no item has a vector in both spaces.
    """
    state = state.with_k(k)
    one, other = (space.has_vector for space in state.spaces)
    items = np.flatnonzero(one & other)
    if not items.size:
        raise ValueError(f"no film has a vector both {' and '.join(s.name for s in state.spaces)}")
    common = [state.choose(int(item)).overlap() for item in items]
    return Agreement(
        float(np.mean(common)) / state._length(), _chance_of_all(state), int(items.size)
    )


def _chance_of_all(state: NeighbourState) -> float:
    """Return the common share of two lists drawn at random from the items with a vector."""
    one, other = (space.has_vector for space in state.spaces)
    n_one, n_other, n_both = (int(has.sum()) - 1 for has in (one, other, one & other))
    drawn = min(state.k, n_one) * min(state.k, n_other)
    return drawn * n_both / (n_one * n_other) / state._length()


def _short(number: float) -> str:
    """Write an expected number with two digits."""
    return "<0.01" if 0 < number < 0.01 else f"{number:.2g}"
