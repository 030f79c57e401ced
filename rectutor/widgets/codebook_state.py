"""What the codebook explorer decides: a table of codes, an item, and how much of its id is read."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.widgets.codebook_catalogue import NEAR, Catalogue, Meaning
from rectutor.widgets.codebook_table import Coded
from rectutor.widgets.view import say

__all__ = ["CodebookState", "Elsewhere", "chips"]

_PARENTS = 6  # shown of those under which one code occurs


class Elsewhere(NamedTuple):
    """The same code of the same level, under some parent."""

    prefix: tuple[int, ...]
    items: list[int]
    meaning: Meaning | None  # what stands out there


@dataclass(frozen=True, eq=False)
class CodebookState:
    """The chosen prefix is always the beginning of the chosen item's id.

    So item and code cannot disagree: to choose a code is to go to its most typical item.
    """

    catalogue: Catalogue
    tables: tuple[Coded, ...]
    table: int = 0  # which of them
    depth: int = 1  # codes of the id that are read, 0..L
    item: int = 0  # 0..N - 1
    part: int = 0  # what stands below the columns: the code, the item, training, the report card
    epoch: int = 1  # of training, 1 or more; a shorter training stays at its end

    def __post_init__(self) -> None:
        names = [coded.name for coded in self.tables]
        if not names or len(set(names)) < len(names):
            raise ValueError(f"the explorer needs tables with names of their own, got {names}")
        limits = {
            "table": (0, len(names) - 1),
            "depth": (0, max(coded.n_levels for coded in self.tables)),
            "item": (0, len(self.catalogue.titles) - 1),
            "part": (0, 3),
            "epoch": (1, self.n_epochs),
        }
        for name, (low, high) in limits.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must be {low}..{high}, got {getattr(self, name)}")

    @property
    def coded(self) -> Coded:
        """The chosen table."""
        return self.tables[self.table]

    @property
    def n_epochs(self) -> int:
        """Return the epochs of the longest training on record, 1 where there is none."""
        return max(1, *(len(t.trace.usage) if t.trace else 1 for t in self.tables))

    @property
    def read(self) -> int:
        """Return how many codes are read: depth, or L in a table of fewer levels."""
        return min(self.depth, self.coded.n_levels)

    @property
    def semantic_id(self) -> tuple[int, ...]:
        """The item's codes."""
        return tuple(self.coded.codes[self.item].tolist())

    @property
    def prefix(self) -> tuple[int, ...]:
        """The codes that are read."""
        return self.semantic_id[: self.read]

    @property
    def members(self) -> list[int]:
        """The items whose ids begin so."""
        groups = self.coded.groups[self.read]
        return np.flatnonzero(groups == groups[self.item]).tolist()

    @property
    def meaning(self) -> list[Meaning]:
        """What stands out among the members."""
        return self.coded.meanings[self.read][self.coded.groups[self.read][self.item]]

    @property
    def twins(self) -> list[int]:
        """The other items with the same whole id."""
        groups = self.coded.groups[-1]
        return [i for i in np.flatnonzero(groups == groups[self.item]).tolist() if i != self.item]

    def choose(self, item: str | int) -> CodebookState:
        """Go to an item by its exact title or its index; as many codes stay read.

        Raises:
            ValueError: no item, or more than one, has this title; or the index is outside.
        """
        if not isinstance(item, str):
            return replace(self, item=int(item))
        titles, noun = self.catalogue.titles, self.catalogue.noun
        places = [at for at, title in enumerate(titles) if title == item]
        if not places:
            close = difflib.get_close_matches(item, titles, n=3, cutoff=0.0)
            raise ValueError(f'no {noun} is called "{item}"; the closest titles are {close}')
        if len(places) > 1:
            raise ValueError(f'"{item}" is the title of {noun}s {places}; choose one by its index')
        return replace(self, item=places[0])

    def step(self, *codes: int) -> CodebookState:
        """Read these codes from the first level on: go to the most typical item behind them.

        The item stays where it has these codes.

        Raises:
            ValueError: no id begins so; lists the codes that could have come.
        """
        table = self.coded.codes
        for n in range(len(codes)):
            is_under = (table[:, :n] == codes[:n]).all(axis=1)
            legal = np.unique(table[is_under, n]).tolist() if n < table.shape[1] else []
            if codes[n] not in legal:
                after = f"after {chips(codes[:n])}" if n else "first"
                raise ValueError(f"code {codes[n]} cannot come {after} in {self.coded.name}; "
                                 f"legal: {legal}")  # fmt: skip
        item, n = self.item, len(codes)
        if self.semantic_id[:n] != codes:
            row = int(np.flatnonzero((table[:, :n] == codes).all(axis=1))[0])
            item = int(self.coded.typical[n][self.coded.groups[n][row]])
        return replace(self, item=item, depth=n)

    def near_by_id(self) -> dict[int, int]:
        """Return up to eight items with the longest common beginning, and its length."""
        codes = self.coded.codes
        alike = np.cumprod(codes == codes[self.item], axis=1).sum(axis=1)
        alike[self.item] = 0
        order = np.argsort(-alike, kind="stable")[:NEAR].tolist()
        return {i: int(alike[i]) for i in order if alike[i]}

    def elsewhere(self) -> list[Elsewhere]:
        """List the parents under which the last code occurs: the own first, then the largest.

        Empty for the first level, which has one parent only.
        """
        if self.read < 2:
            return []
        level, groups = self.read, self.coded.groups[self.read]
        rows = np.flatnonzero(self.coded.codes[:, level - 1] == self.prefix[-1])
        own = groups[self.item]
        found, firsts, sizes = np.unique(groups[rows], return_index=True, return_counts=True)
        order = sorted(range(len(found)), key=lambda at: (found[at] != own, -sizes[at], firsts[at]))
        out = []
        for at in order[:_PARENTS]:
            items = rows[groups[rows] == found[at]].tolist()
            prefix = tuple(self.coded.codes[items[0], :level].tolist())
            out.append(
                Elsewhere(prefix, items, next(iter(self.coded.meanings[level][found[at]]), None))
            )
        return out

    def sentence(self) -> str:
        """Say what the prefix stands for, how well the item is written, and how training stood."""
        begin = f"{self.coded.name}, {chips(self.prefix)}" if self.read else self.coded.name
        return f"{begin}: {self.group_said()}. {self._item_said()}.{self.epoch_said()}"

    def group_said(self) -> str:
        """Say how many members there are, and what stands out."""
        coded, n = self.coded, len(self.members)
        many = f"{n:,} {self.catalogue.noun}{'s' if n > 1 else ''}"
        if not self.read:
            return f"{many}, {coded.n_levels} codes each of {coded.codebook_size}"
        if not self.meaning:
            return many
        fact, count, lift = self.meaning[0]
        return f"{many}, {fact} in {count:,} of them ({say(lift)} times its share of all)"

    def epoch_said(self) -> str:
        """Say how many codes of each level were in use after the epoch; "" without a record."""
        if self.coded.trace is None:
            return ""
        usage = self.coded.trace.usage
        epoch = min(self.epoch, len(usage))
        used = ", ".join(str(n) for n in (usage[epoch - 1] > 0).sum(axis=1))
        K = self.coded.codebook_size
        return f" After epoch {epoch} of {len(usage)} its levels used {used} of {K} codes."

    def _item_said(self) -> str:
        title, left, n = self.catalogue.titles[self.item], self.coded.left, len(self.twins)
        rest = f", which leaves {left[self.item, -1]} % over" if left.size else ""
        others = f"{n:,} other{'s have' if n > 1 else ' has'}" if n else "no other has"
        return f"{title} is {chips(self.semantic_id)}{rest}; {others} this id"

    def card(self) -> pd.DataFrame:
        """Return a row for each table: what it uses, what it means, what it keeps.

        Numbers of levels stand side by side; perplexity is that of use.
        """
        rows = []
        for coded in self.tables:
            levels, whole, _ = coded.card
            row = {
                "codes": coded.name,
                "in use": f"{_listed(levels['used'], 0)} of {coded.codebook_size}",
                "perplexity": _listed(levels["perplexity"], 0),
            }
            row |= {f"agrees with {k}": _listed(levels[k], 2) for k in self.catalogue.labels}
            row |= {name: f"{100 * share:.0f} %" for name, share in coded.whole.items()}
            rows.append(row | {"share an id": f"{100 * whole['collisions']:.1f} %"})
        return pd.DataFrame(rows).fillna("")


def chips(codes: tuple[int, ...]) -> str:
    """Write codes of an id; its spaces let no line break.

    Example:
        >>> chips((12, 5)).split("\N{NO-BREAK SPACE}")
        ['12', '·', '5']
    """
    return "\N{NO-BREAK SPACE}·\N{NO-BREAK SPACE}".join(map(str, codes))


def _listed(values: pd.Series, digits: int) -> str:
    return " · ".join(f"{round(value, digits) + 0.0:.{digits}f}" for value in values)  # no -0
