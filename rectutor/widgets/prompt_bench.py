"""What was asked of models in a grid of prompts, and what follows from their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from rectutor.analysis.luck import Luck, auc_intervals, luck_band, resampled_aucs
from rectutor.analysis.prompt_effects import null_share, variance_shares
from rectutor.analysis.prompt_grid import Cell, prompts_of_cell
from rectutor.data.judgements import Judgements

__all__ = ["Bench", "Measured"]


@dataclass(frozen=True, eq=False)
class Bench:
    """What was asked: G = T * K cells, template by template, K columns each."""

    cells: tuple[Cell, ...]
    factors: Mapping[str, int]  # names and levels of the grid's axes; templates first
    asked: Judgements  # Q questions, asked in every cell
    fresh: Judgements  # other people's, asked in the first column
    titles: Sequence[str]  # N + 1, by item index

    def __post_init__(self) -> None:
        n_cells = int(np.prod(list(self.factors.values())))
        if n_cells != len(self.cells):
            raise ValueError(f"factors {dict(self.factors)} need {n_cells} cells, got {self.G}")

    @property
    def G(self) -> int:  # noqa: N802  (the legend's letter)
        """Count the cells."""
        return len(self.cells)

    @property
    def n_templates(self) -> int:
        """T, how many templates."""
        return next(iter(self.factors.values()))

    @property
    def n_columns(self) -> int:
        """K, how many columns."""
        return self.G // self.n_templates

    @cached_property
    def prompts(self) -> list[list[str]]:
        """Every prompt, by cell and question."""
        return [prompts_of_cell(self.asked, self.titles, cell) for cell in self.cells]


@dataclass(frozen=True, eq=False)
class Measured:
    """One model's log-odds on a bench, and what follows from them."""

    name: str
    bench: Bench = field(repr=False)
    grid: np.ndarray = field(repr=False)  # [G, Q]
    fresh: np.ndarray = field(repr=False)  # [T, Q'] the first column, other people
    shuffles: np.ndarray = field(repr=False)  # [R, Q] one prompt with its history reshuffled

    def __post_init__(self) -> None:
        shapes = {
            "grid": (self.grid.shape, (self.bench.G, len(self.bench.asked.item_index))),
            "fresh": (self.fresh.shape, (self.bench.n_templates, len(self.bench.fresh.item_index))),
        }
        for part, (shape, wanted) in shapes.items():
            if shape != wanted:
                raise ValueError(f"{self.name}: {part} must be {list(wanted)}, got {list(shape)}")

    @cached_property
    def aucs(self) -> pd.DataFrame:
        """`value`, `low` and `high` of each cell."""
        return auc_intervals(self._resampled(self.grid, self.bench.asked))

    @cached_property
    def fresh_aucs(self) -> pd.DataFrame:
        """The same of each template's first column, on the fresh people."""
        return auc_intervals(self._resampled(self.fresh, self.bench.fresh))

    @cached_property
    def shuffled_aucs(self) -> np.ndarray:
        """AUC of each reshuffle, [R]."""
        asked = self.bench.asked
        return resampled_aucs(self.shuffles, asked.is_liked, asked.user_index, n=1)[0]

    @cached_property
    def luck(self) -> Luck:
        """The best of the first m templates, in the first column, and the band of luck."""
        first = self.grid[:: self.bench.n_columns]
        return luck_band(self._resampled(first, self.bench.asked))

    @cached_property
    def shares(self) -> pd.DataFrame:
        """`factor`, `shift`, `change` and `null`, what a factor without meaning changes."""
        levels = tuple(self.bench.factors.values())
        table = variance_shares(self.grid.reshape(*levels, -1), self.bench.factors)
        most = len(self.shuffles)
        nulls = [null_share(self.shuffles, min(n, most)) for n in levels]
        return table.assign(null=[*nulls, np.nan, np.nan])

    def lead(self) -> tuple[float, float]:
        """Return by how much the best template leads the mean: when chosen, and on fresh people."""
        best = int(self.luck.which[-1])
        first = self.aucs["value"].to_numpy()[:: self.bench.n_columns]
        fresh = self.fresh_aucs["value"].to_numpy()
        return float(first[best] - first.mean()), float(fresh[best] - fresh.mean())

    @staticmethod
    def _resampled(scores: np.ndarray, asked: Judgements) -> np.ndarray:
        return resampled_aucs(scores, asked.is_liked, asked.user_index)
