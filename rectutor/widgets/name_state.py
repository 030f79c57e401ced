"""What the view of names decides: one film, and how many tokens of its names have been read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

__all__ = ["NameState", "Names"]


@dataclass(frozen=True)
class Names:
    """How one scheme writes every item."""

    scheme: str
    tokens: tuple[tuple[str, ...], ...]  # of each item, all of one length

    @property
    def length(self) -> int:
        """Return how many tokens a name has."""
        return len(self.tokens[0])

    @cached_property
    def groups(self) -> list[np.ndarray]:
        """Number the beginnings: for 0, 1, ... tokens the group [N] of each item."""
        columns = [np.unique(column, return_inverse=True)[1] for column in zip(*self.tokens)]  # noqa: B905
        found = [np.zeros(len(self.tokens), dtype=np.int64)]
        for column in columns:
            pairs = np.stack([found[-1], column.ravel()])
            found.append(np.unique(pairs, axis=1, return_inverse=True)[1].ravel())
        return found

    def alike(self, item: int, read: int) -> np.ndarray:
        """Return the other items whose names begin with the same tokens."""
        group = self.groups[min(read, self.length)]
        members = np.flatnonzero(group == group[item])
        return members[members != item]


@dataclass(frozen=True)
class NameState:
    """Items under several schemes; the film and the number of tokens that have been read."""

    titles: tuple[str, ...]  # [N], the best known first
    schemes: tuple[Names, ...]
    kinds: np.ndarray  # [N] int, the label that the view counts
    offered: int = 100  # of the best known, those that can be chosen
    film: int = 0
    read: int = 0

    def __post_init__(self) -> None:
        for names in self.schemes:
            if len(names.tokens) != len(self.titles):
                raise ValueError(
                    f"scheme {names.scheme!r} must name {len(self.titles)} items, "
                    f"got {len(names.tokens)}"
                )
        if len(self.kinds) != len(self.titles):
            raise ValueError(f"kinds must be {len(self.titles)} numbers, got {len(self.kinds)}")
        if not 0 <= self.film < self.n_offered:
            raise ValueError(f"film must be in 0..{self.n_offered - 1}, got {self.film}")
        if not 0 <= self.read <= self.longest:
            raise ValueError(f"read must be in 0..{self.longest}, got {self.read}")

    @property
    def n_offered(self) -> int:
        """Return how many films can be chosen."""
        return min(self.offered, len(self.titles))

    @property
    def longest(self) -> int:
        """Return the tokens of the longest name."""
        return max(names.length for names in self.schemes)

    def at(self, film: int, read: int) -> NameState:
        """Return the state of another film and number of tokens."""
        return replace(self, film=film, read=read)

    def same_kind(self, others: Sequence[int] | np.ndarray) -> float:
        """Return the share of these items that have the film's kind; NaN of none."""
        return (
            float((self.kinds[others] == self.kinds[self.film]).mean()) if len(others) else np.nan
        )

    def table(self) -> pd.DataFrame:
        """Return a row for each scheme: what is read, films left, the share of the film's kind."""
        rows = []
        for names in self.schemes:
            others = names.alike(self.film, self.read)
            read = " ".join(names.tokens[self.film][: self.read]) or "(nothing)"
            rows.append((names.scheme, read, 1 + len(others), self.same_kind(others)))
        return pd.DataFrame(rows, columns=["scheme", "read", "films left", "same kind"])

    def sentence(self) -> str:
        """Say for each scheme how many films are left, and how many of them are of its kind."""
        title = self.titles[self.film]
        if not self.read:
            share = self.same_kind(np.delete(np.arange(len(self.titles)), self.film))
            return (
                f"{title}, no tokens read: all {len(self.titles):,} films are left, "
                f"{round(100 * share)} % of its kind."
            )
        parts = []
        for scheme, _, left, share in self.table().itertuples(index=False):
            kind = "" if np.isnan(share) else f" ({round(100 * share)} % its kind)"
            parts.append(f"{scheme} {left:,}{kind}")
        tokens = "1 token" if self.read == 1 else f"{self.read} tokens"
        return f"{title}, {tokens} read. Films left: {', '.join(parts)}."
