"""Sampled negatives: turn their number, and watch the models change places."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import traitlets

from rectutor.charts.bundle import Twin
from rectutor.charts.sweeps import flips_of, order_of_models
from rectutor.metrics.sampled import expected_sampled_hit_rate
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

__all__ = ["SampledNegatives", "SampledState"]


@dataclass(frozen=True)
class SampledState:
    """Each model's expected HR@k under m sampled negatives, and one m."""

    table: pd.DataFrame  # model, m, value, low, high: the same grid of m for every model
    m: int  # one of the grid
    band: bool = False  # whether 95 % intervals over users are drawn
    k: int = 10

    def __post_init__(self) -> None:
        if self.m not in self.grid:
            near = min(self.grid, key=lambda one: abs(one - self.m))
            raise ValueError(f"m must be on the grid of this view, got {self.m}; nearest is {near}")

    @property
    def grid(self) -> list[int]:
        """Every number of sampled negatives, ascending; the last stands for full ranking."""
        return sorted({int(m) for m in self.table["m"]})

    def at(self, m: int) -> pd.DataFrame:
        """Return the models at `m`, best first; equal ones as in the table."""
        rows = self.table[self.table["m"] == m]
        return rows.sort_values("value", ascending=False, kind="stable", key=_equal)

    def order(self, m: int) -> list[str]:
        """Return the names of the models at `m`, best first."""
        return list(self.at(m)["model"])

    def flips(self) -> int:
        """Count the pairs that stand in another order than at the end of the grid; no ties."""
        return len(self.turned())

    def turned(self) -> list[tuple[str, str, int]]:
        """List these pairs: above at `m`, above at the end, and the first m at which it is."""
        wide = _equal(self.table.pivot(index="m", columns="model", values="value"))
        found = []
        for above, below in itertools.combinations(self.order(self.m), 2):
            lead = (wide[below] - wide[above]).loc[self.m :]
            if lead.iloc[0] < 0 < lead.iloc[-1]:
                found.append((above, below, int((lead > 0).idxmax())))
        return found

    def sentence(self) -> str:
        """Say the order of the models, and how it differs from the end of the grid."""
        said = ", ".join(self._value(row) for row in self.at(self.m).to_dict("records"))
        n, last = self.flips(), self.grid[-1]
        if self.m == last:
            turned = "This is the largest m."
        elif n == 0:
            turned = f"The order is that of m = {last}."
        else:
            pairs = "pair of models stands" if n == 1 else "pairs of models stand"
            turned = f"{n} {pairs} in another order than with m = {last}."
        return f"HR@{self.k} with m = {self.m} sampled negatives: {said}. {turned}"

    def _value(self, row: dict[Any, Any]) -> str:
        text = f"{row['model']} {say(row['value'])}"
        if self.band and not pd.isna(row["low"]):
            text += f" [{say(row['low'])}, {say(row['high'])}]"
        return text


class SampledNegatives(View):
    """Move m along a log axis; the order of the models is written beside the curves."""

    knobs = ("m", "band")
    _esm = page_code("lines.js", "sampled_negatives.js")
    m = traitlets.Int(1).tag(sync=True)
    band = traitlets.Bool(False).tag(sync=True)

    def __init__(self, frame: pd.DataFrame, *, k: int = 10, m: int = 99) -> None:
        """Open at the grid's nearest number to `m`.

        Args:
            frame: `model`, `m`, `value`, and `low` and `high` where they are known; the same grid
                of m for every model.
            k: length of the list.
            m: sampled negatives at first; 99 is what many papers used.

        Raises:
            ValueError: a column is missing, the table is empty, or a model misses some m.
        """
        table = tidy(frame, "model", "m", "SampledNegatives")
        _same_grid(table)
        grid = sorted({int(one) for one in table["m"]})
        state = SampledState(table, min(grid, key=lambda one: abs(one - m)), False, k)
        missions = _missions(state)
        top, marks = upper_end(table)
        page = {
            "k": k,
            "grid": grid,
            "ticks": ticks(grid[0], grid[-1]),
            "looks": model_looks(list(dict.fromkeys(table["model"]))),
            "curves": curves(table, "model", "m"),
            "flips": sorted({int(m) for m in flips_of(table)["m"]}),
            "top": top,
            "marks": marks,
            "hasBand": bool(table["low"].notna().any()),
            "orders": [state.order(m) for m in grid],
            "values": [[f"{value:.3f}" for value in state.at(m)["value"]] for m in grid],
            "frames": [
                [_frame(replace(state, m=m, band=band), missions) for m in grid]
                for band in (False, True)
            ],
        }
        super().__init__(state, "How many negatives?", missions, page)

    @classmethod
    def from_ranks(
        cls,
        ranks: Mapping[str, np.ndarray],
        n_candidates: int | np.ndarray,
        *,
        k: int = 10,
        n_points: int = 48,
        **options: Any,
    ) -> SampledNegatives:
        """Compute the exact expectation from full ranks: nothing is drawn.

        A user with fewer than m other candidates is ranked among all of them, so the largest m
        is full ranking for everybody.

        Args:
            ranks: for each model [U] full ranks of the held-out items, 1 is best.
            n_candidates: N, or [U]: the candidates of each user, the held-out item among them.
            k: length of the list.
            n_points: how many values of m, evenly on a log scale from 1 to the largest N - 1;
                99 among them.
            options: passed on to the view.
        """
        largest = int(np.max(n_candidates)) - 1
        grid = np.unique(np.geomspace(1, largest, n_points).round().astype(int))
        grid = np.union1d(grid, [m for m in (99,) if m <= largest])
        rows = []
        for name, own in ranks.items():
            for m in grid:
                chances = _chances(np.asarray(own), n_candidates, int(m), k)
                half = 1.96 * chances.std() / np.sqrt(len(chances))
                value = chances.mean()
                rows.append((name, int(m), value, max(0.0, value - half), min(1.0, value + half)))
        frame = pd.DataFrame(rows, columns=["model", "m", "value", "low", "high"])
        return cls(frame, k=k, **options)

    @traitlets.validate(*knobs)
    def _check(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def twin(self) -> Twin:
        """Return the curves with the crossings marked, and the values at some m."""
        state: SampledState = self.state
        rows = state.table if state.band else state.table.assign(low=np.nan, high=np.nan)
        wide = state.table.pivot(index="m", columns="model", values="value").round(3)
        keep = np.unique(np.linspace(0, len(wide) - 1, 8).round().astype(int))
        names = list(dict.fromkeys(state.table["model"]))
        return Twin(order_of_models(rows, f"HR@{state.k}"), wide.iloc[keep][names].reset_index())


def _equal(values: Any) -> Any:
    """Make values equal that differ by the last bits of their sums."""
    return values.round(9)


def _chances(ranks: np.ndarray, n_candidates: int | np.ndarray, m: int, k: int) -> np.ndarray:
    """Return [U]: the chance of a hit among m others, or among all where there are fewer."""
    N = np.broadcast_to(n_candidates, ranks.shape)
    chances = (ranks <= k).astype(np.float64)
    more = m < N - 1
    chances[more] = expected_sampled_hit_rate(ranks[more], N[more], m, k)
    return chances


def _same_grid(table: pd.DataFrame) -> None:
    grid = set(table["m"])
    for name, own in table.groupby("model")["m"]:
        if set(own) != grid or own.duplicated().any():
            raise ValueError(
                f"SampledNegatives needs each model once at every m; {name} has {len(own)} rows "
                f"for {len(grid)} values of m"
            )


def _frame(state: SampledState, missions: Missions) -> dict[str, Any]:
    return {
        "sentence": state.sentence(),
        "goal": bool(missions.act.goal(state)),
        "turned": state.flips(),
    }


def _missions(state: SampledState) -> Missions:
    """Ask where two models change places, and for the m that turns the most pairs."""
    last = state.grid[-1]
    most = max(replace(state, m=m).flips() for m in state.grid)
    if most:
        act = Act(
            "Find an m at which as many pairs as possible stand in another order than at "
            f"m = {last}.",
            lambda s: s.flips() == most,
            "A paper that samples so few negatives would print this order.",
        )
    else:
        act = Act(
            "Go to the smallest m.",
            lambda s: s.m == s.grid[0],
            "Here the order stays, but the values say little about full ranking.",
        )
    return Missions(
        _where(state) or _who(state),
        act,
        Explain(
            "Why can a model lead under few sampled negatives and lose under full ranking?",
            "With 99 negatives a rank of 50 among 1,000 counts as a hit almost as surely as rank "
            "1. Sampling rewards models that are rarely very wrong; full ranking rewards those "
            "that are often exactly right.",
        ),
    )


def _where(state: SampledState) -> Predict | None:
    """Ask where one model passes another on the way to the end; None where none does."""
    turned, right = state.turned(), [m for m in state.grid if m > state.m]
    if not turned or len(right) < 3:
        return None
    above, below, passes = turned[0]
    one, two = right[len(right) // 3 - 1], right[2 * len(right) // 3 - 1]
    return Predict(
        f"With m = {state.m} {above} stands above {below}; with m = {right[-1]}, full ranking, "
        f"below it. Where do they change places?",
        (f"up to m = {one}", f"between {one} and {two}", f"beyond m = {two}"),
        int(passes > one) + int(passes > two),
        f"At m = {passes} {below} is above for the first time.",
    )


def _who(state: SampledState) -> Predict:
    """Ask who leads at the end."""
    names, last = state.order(state.m), state.grid[-1]
    return Predict(
        f"With m = {state.m} sampled negatives {names[0]} leads. Who leads with m = {last}?",
        tuple(names),
        names.index(state.order(last)[0]),
        f"With m = {last} every other item is a candidate: that is full ranking.",
    )
