"""Loss explorer: quality against the number of negatives in training, by architecture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import traitlets

from rectutor.charts.bundle import Twin
from rectutor.charts.sweeps import against_negatives
from rectutor.widgets.curves import curves, ticks, tidy, upper_end
from rectutor.widgets.view import (
    Act,
    Explain,
    Missions,
    Predict,
    View,
    model_looks,
    page_code,
    say,
)

__all__ = ["LossExplorer", "LossState"]

ALL = "all"


@dataclass(frozen=True)
class LossState:
    """Measured quality, one number of negatives, and which architectures are shown."""

    table: pd.DataFrame  # architecture, n_negatives, value, low, high
    n_negatives: int  # one of the grid
    architecture: str = ALL  # "all" or a name
    metric: str = "NDCG@10"
    n_items: int = 0  # this many less one, or more, is "all negatives"; 0: no such label

    def __post_init__(self) -> None:
        if self.n_negatives not in self.grid:
            raise ValueError(f"n_negatives must be one of {self.grid}, got {self.n_negatives}")
        if self.architecture not in (ALL, *self.names):
            raise ValueError(
                f'architecture must be "all" or one of {self.names}, got "{self.architecture}"'
            )

    @property
    def grid(self) -> list[int]:
        """Every number of negatives that was measured."""
        return sorted({int(n) for n in self.table["n_negatives"]})

    @property
    def names(self) -> list[str]:
        """The architectures, in the table's order."""
        return list(dict.fromkeys(self.table["architecture"]))

    def word(self, n: int) -> str:
        """Say a number of negatives; the whole catalogue is full cross-entropy."""
        return "all" if self.n_items and n >= self.n_items - 1 else str(n)

    def at(self, n: int) -> pd.DataFrame:
        """Return the shown rows with `n` negatives."""
        rows = self.table[self.table["n_negatives"] == n]
        return rows if self.architecture == ALL else rows[rows["architecture"] == self.architecture]

    def sentence(self) -> str:
        """Say the values at the chosen number of negatives."""
        rows = self.at(self.n_negatives).to_dict("records")
        parts = [f"{row['architecture']} {_interval(row)}" for row in rows]
        word = self.word(self.n_negatives)
        negatives = "negative" if word == "1" else "negatives"
        return f"{self.metric} with {word} {negatives}: {', '.join(parts) or 'not measured'}."


class LossExplorer(View):
    """Turn the number of negatives; compare architectures at each."""

    knobs = ("n_negatives", "architecture")
    _esm = page_code("lines.js", "loss_explorer.js")
    n_negatives = traitlets.Int(1).tag(sync=True)
    architecture = traitlets.Unicode(ALL).tag(sync=True)

    def __init__(
        self,
        frame: pd.DataFrame,
        *,
        metric: str = "NDCG@10",
        n_items: int = 0,
        missions: Missions | None = None,
    ) -> None:
        """Open at the smallest number of negatives.

        Args:
            frame: `architecture`, `n_negatives` (1 or more), `value`, and `low` and `high` where
                they are known; one row for each training.
            metric: what the values measure.
            n_items: catalogue size N; N - 1 negatives or more are then called "all".
            missions: instead of the standard ones.

        Raises:
            ValueError: a column is missing or the table is empty.
        """
        table = tidy(frame, "architecture", "n_negatives", "LossExplorer")
        state = LossState(table, int(table["n_negatives"].min()), ALL, metric, n_items)
        missions = missions or _missions(state)
        top, marks = upper_end(table)
        places = state.grid if len(state.grid) <= 8 else ticks(state.grid[0], state.grid[-1])
        page = {
            "metric": metric,
            "looks": model_looks(state.names),
            "names": [ALL, *state.names],
            "grid": state.grid,
            "words": [state.word(n) for n in state.grid],
            "ticks": places,
            "tickTexts": [state.word(n) for n in places],
            "curves": curves(table, "architecture", "n_negatives"),
            "top": top,
            "marks": marks,
            "frames": [
                [
                    _frame(replace(state, architecture=a, n_negatives=n), missions)
                    for n in state.grid
                ]
                for a in (ALL, *state.names)
            ],
        }
        super().__init__(state, "Loss or architecture?", missions, page)

    @traitlets.validate(*knobs)
    def _check(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def twin(self) -> Twin:
        """Return the curves with their intervals, and the table behind them."""
        state: LossState = self.state
        rows = state.table
        if state.architecture != ALL:
            rows = rows[rows["architecture"] == state.architecture]
        chart = against_negatives(rows.rename(columns={"architecture": "model"}), state.metric)
        return Twin(chart, rows.round(3).reset_index(drop=True))


def _frame(state: LossState, missions: Missions) -> dict[str, Any]:
    return {"sentence": state.sentence(), "goal": bool(missions.act.goal(state))}


def _interval(row: dict[Any, Any]) -> str:
    known = not (pd.isna(row["low"]) or pd.isna(row["high"]))
    return say(row["value"]) + (f" [{say(row['low'])}, {say(row['high'])}]" if known else "")


def _gaps(state: LossState) -> tuple[float, float]:
    """Return the widest gain from more negatives, and the widest gap between architectures."""
    wide = state.table.pivot_table(index="architecture", columns="n_negatives", values="value")
    by_loss = float((wide.max(axis=1) - wide.min(axis=1)).max())
    by_architecture = float((wide.max(axis=0) - wide.min(axis=0)).max())
    return by_loss, by_architecture


def _reaches_the_best(state: LossState) -> bool:
    """Say whether the chosen number is the least whose interval reaches that of the largest."""
    first = state.table[state.table["architecture"] == state.names[0]].set_index("n_negatives")
    last = first.loc[first.index.max()]
    enough = first[first["high"].fillna(first["value"]) >= last["low"]]
    least = enough.index.min() if len(enough) else first.index.max()
    return bool(state.n_negatives == least)


def _missions(state: LossState) -> Missions:
    by_loss, by_architecture = _gaps(state)
    return Missions(
        Predict(
            f"What moves {state.metric} more here: the number of negatives, or the architecture?",
            ("The number of negatives", "The architecture"),
            0 if by_loss >= by_architecture else 1,
            f"More negatives move it by up to {say(by_loss)}, the architecture by up to "
            f"{say(by_architecture)}.",
        ),
        Act(
            f"Find the smallest number of negatives with which the interval of {state.names[0]} "
            f"overlaps that with {state.word(state.grid[-1])} negatives.",
            _reaches_the_best,
            "Whether more negatives still help is another question: it takes differences person by "
            "person, not two intervals side by side.",
        ),
        Explain(
            "A paper reports that a new architecture beats SASRec trained with one negative. "
            "What would you ask for?",
            "Both architectures under the same loss and the same number of negatives, with "
            "intervals over users and over seeds.",
        ),
    )
