"""A grid of prompts and what several models answer in it: two chosen cells, m templates tried."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.analysis.prompt_effects import flip_rate
from rectutor.widgets.prompt_bench import Bench, Measured

__all__ = ["PromptState", "Side", "marked_words"]

N_SHOWN = 3  # people whose prompts are shown


class Side(NamedTuple):
    """One person's question under two prompts."""

    person: int
    title: str
    is_liked: bool
    prompts: tuple[str, str]
    log_odds: tuple[float, float]


@dataclass(frozen=True)
class PromptState:
    """One model, two cells of the grid, and how many templates have been tried."""

    bench: Bench = field(repr=False)
    models: tuple[Measured, ...] = field(repr=False)
    m: int = 1  # templates tried, 1..T
    model: int = 0
    a: int = 0  # the first cell, 0..G - 1
    b: int = 1  # the second
    picks: int = 0  # which of the two the arrow keys move: 0 or 1

    def __post_init__(self) -> None:
        last = self.bench.G - 1
        limits = {"m": (1, self.bench.n_templates), "model": (0, len(self.models) - 1)}
        for name, (low, high) in {
            **limits,
            "a": (0, last),
            "b": (0, last),
            "picks": (0, 1),
        }.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must be {low}..{high}, got {getattr(self, name)}")

    @property
    def measured(self) -> Measured:
        """The chosen model."""
        return self.models[self.model]

    def flips(self) -> tuple[int, int]:
        """Count answers that differ between the cells: as they are, and without the shift."""
        one, other = self.measured.grid[[self.a, self.b]]
        n = len(one)
        return round(n * flip_rate(one, other)), round(n * flip_rate(one, other, at_median=True))

    def changed(self) -> list[Side]:
        """Return the first people whose answer changes, by the median before by the sign."""
        one, other = grid = self.measured.grid[[self.a, self.b]]
        above = [row > np.median(row) for row in grid]
        rows = np.flatnonzero(above[0] != above[1])
        rows = rows if len(rows) else np.flatnonzero((one > 0) != (other > 0))
        asked, prompts = self.bench.asked, self.bench.prompts
        return [
            Side(
                int(asked.user_index[row]),
                self.bench.titles[int(asked.item_index[row])],
                bool(asked.is_liked[row]),
                (prompts[self.a][row], prompts[self.b][row]),
                (float(one[row]), float(other[row])),
            )
            for row in rows[:N_SHOWN]
        ]

    def cell_said(self, cell: int) -> str:
        """Say a cell and its AUC."""
        row = self.measured.aucs.loc[cell]
        value, low, high = (f"{row[name]:.2f}" for name in ("value", "low", "high"))
        return f"{self.bench.cells[cell].said()}: AUC {value} [{low}, {high}]"

    def luck_said(self, m: int) -> str:
        """Say the best of m templates and what luck would give."""
        luck = self.measured.luck
        band = f"{luck.low[m - 1]:.2f} to {luck.high[m - 1]:.2f}"
        first = "The first template has" if m == 1 else f"The best of {m} templates has"
        inside = luck.low[m - 1] <= luck.best[m - 1] <= luck.high[m - 1]
        verdict = "no more than luck" if inside else "outside of luck"
        equal = "an average one" if m == 1 else "equally good ones"
        return f"{first} {luck.best[m - 1]:.2f}; {equal} would give {band}: {verdict}."

    def sentence(self) -> str:
        """Say the model, both cells, what differs between them, and luck."""
        raw, ranked = self.flips()
        n = len(self.bench.asked.item_index)
        return (
            f"{self.measured.name}. 1: {self.cell_said(self.a)}. 2: {self.cell_said(self.b)}. "
            f"{raw} of {n} answers change, {ranked} when the shift is taken off. "
            f"{self.luck_said(self.m)}"
        )

    def enough(self) -> int:
        """Return the least m at which even the low end of luck lies above the average template.

        T where it never does.
        """
        luck = self.measured.luck
        average = self.measured.aucs["value"].to_numpy()[:: self.bench.n_columns].mean()
        above = np.flatnonzero(luck.low > average)
        return int(above[0]) + 1 if len(above) else self.bench.n_templates

    def table(self) -> pd.DataFrame:
        """Return each cell's AUC with its interval."""
        names = ["template", "labels", "order", "told"]
        rows = [
            (c.template.name, f"{c.labels.positive}/{c.labels.negative}", c.order, c.n_history)
            for c in self.bench.cells
        ]
        return pd.concat([pd.DataFrame(rows, columns=names), self.measured.aucs.round(2)], axis=1)


def marked_words(one: str, other: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Cut two texts into words, and mark those that the other does not have in this order.

    Example:
        >>> marked_words("do you like it", "would you like this")[0]
        [('do', True), ('you', False), ('like', False), ('it', True)]
    """
    words = one.split(), other.split()
    found = difflib.SequenceMatcher(None, *words, autojunk=False).get_matching_blocks()
    kept = (
        {block.a + i for block in found for i in range(block.size)},
        {block.b + i for block in found for i in range(block.size)},
    )
    first, second = (
        [(word, place not in same) for place, word in enumerate(own)]
        for own, same in zip(words, kept, strict=True)
    )
    return first, second
