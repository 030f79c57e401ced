"""Tuning explorer: how many examples, what rank, and what the update looks like."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import traitlets

from rectutor.charts.bundle import Twin
from rectutor.charts.tuning import against_examples
from rectutor.widgets.curves import curves, tidy
from rectutor.widgets.view import (
    Act,
    Explain,
    Missions,
    Predict,
    View,
    model_looks,
    page_code,
    percent,
    say,
)

__all__ = ["TuningExplorer", "TuningState"]

LORA = "LoRA"
_SHOWN = 8  # directions of an update
_METRIC = "AUC within people"


@dataclass(frozen=True)
class TuningState:
    """Measured judges, one number of examples, one rank."""

    table: pd.DataFrame  # model, rank (0 where there is none), n, value, low, high
    updates: pd.DataFrame  # rank, n, place (1 is the largest), value
    n: int
    rank: int

    def __post_init__(self) -> None:
        for name in ("n", "rank"):
            grid = getattr(self, f"{name}s")
            if getattr(self, name) not in grid:
                raise ValueError(f"{name} must be one of {grid}, got {getattr(self, name)}")

    @property
    def ns(self) -> list[int]:
        """Every number of examples that LoRA was tuned on."""
        return sorted({int(n) for n in self.table.loc[self.table["model"] == LORA, "n"]})

    @property
    def ranks(self) -> list[int]:
        """Every rank that was tuned."""
        return sorted({int(r) for r in self.table.loc[self.table["model"] == LORA, "rank"]})

    def shown(self) -> pd.DataFrame:
        """Return the rows of the chosen rank and of all that have none."""
        return self.table[self.table["rank"].isin([0, self.rank])]

    def directions(self) -> list[float]:
        """Return the share of the update that each of its directions holds, the largest first.

        Shares are of the sum of squared singular values, that is, of the squared size of ΔW.
        """
        rows = self.updates[(self.updates["n"] == self.n) & (self.updates["rank"] == self.rank)]
        squares = rows.sort_values("place")["value"] ** 2
        return [] if squares.empty else [float(v) for v in squares / squares.sum()]

    def sentence(self) -> str:
        """Say how LoRA and the others do at the chosen size, and how flat the update is."""
        rows = self.shown()
        here = rows[rows["n"] == self.n].to_dict("records")
        parts = [f"{row['model']} {_said(row)}" for row in here]
        if not any(row["model"] == LORA for row in here):
            parts.append(f"{LORA} not measured at this rank")
        shares = self.directions()
        flat = (
            f" Its strongest direction holds {percent(shares[0])} of the update." if shares else ""
        )
        return f"{self.n:,} examples, rank {self.rank}: {_METRIC}: {', '.join(parts)}.{flat}"


class TuningExplorer(View):
    """Turn the number of examples and the rank; see the curve and the update."""

    knobs = ("n", "rank")
    _esm = page_code("lines.js", "tuning_explorer.js")
    n = traitlets.Int(16).tag(sync=True)
    rank = traitlets.Int(8).tag(sync=True)

    def __init__(
        self, table: pd.DataFrame, updates: pd.DataFrame, *, missions: Missions | None = None
    ) -> None:
        """Open at the fewest examples and rank 8, or the rank nearest to it.

        Args:
            table: `model`, `rank`, `n` (1 or more), `value`, `low`, `high`; the model "LoRA" for
                each rank, others with rank 0.
            updates: `rank`, `n`, `place`, `value`: singular values, 1 is the largest.
            missions: instead of the standard ones.

        Raises:
            ValueError: a column is missing, the table is empty, or it holds no "LoRA".
        """
        if LORA not in set(table.get("model", ())):
            raise ValueError(
                f'TuningExplorer needs rows of the model "{LORA}", got '
                f"{sorted(set(table.get('model', ())))}"
            )
        tidied = [
            tidy(table[table["rank"] == rank], "model", "n", "TuningExplorer").assign(rank=rank)
            for rank in sorted(set(table["rank"]), reverse=True)  # LoRA before those without rank
        ]
        clean = pd.concat(tidied, ignore_index=True)
        lora = clean[clean["model"] == LORA]
        rank = min(lora["rank"], key=lambda r: (abs(int(r) - 8), int(r)))
        state = TuningState(clean, updates, int(lora["n"].min()), int(rank))
        missions = missions or _missions(state)
        every = [[replace(state, n=n, rank=r) for n in state.ns] for r in state.ranks]
        bottom, top = _ends(clean)
        page = {
            "metric": _METRIC,
            "looks": model_looks(list(dict.fromkeys(clean["model"]))),
            "ns": state.ns,
            "ranks": state.ranks,
            "curves": [curves(row[0].shown(), "model", "n") for row in every],
            "bottom": bottom,
            "top": top,
            "marks": [round(bottom + 0.05 * i, 2) for i in range(round((top - bottom) / 0.05) + 1)],
            "directions": [[one.directions()[:_SHOWN] for one in row] for row in every],
            "frames": [
                [{"sentence": o.sentence(), "goal": bool(missions.act.goal(o))} for o in row]
                for row in every
            ],
        }
        super().__init__(state, "How few examples, what rank?", missions, page)

    @traitlets.validate(*knobs)
    def _check(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def twin(self) -> Twin:
        """Return the curves at the chosen rank with the update's directions, and their table."""
        rows, shares = self.state.shown(), self.state.directions()[:_SHOWN]
        drawn = against_examples(rows, _METRIC, [round(share, 3) for share in shares])
        return Twin(drawn, rows.round(3).reset_index(drop=True))


def _said(row: dict[Any, Any]) -> str:
    return f"{say(row['value'])} [{say(row['low'])}, {say(row['high'])}]"


def _ends(table: pd.DataFrame) -> tuple[float, float]:
    """Choose the ends of the scale, on twentieths; a coin's 0.5 is always on it."""
    low = min(0.5, float(table[["value", "low"]].min().min()))
    high = float(table[["value", "high"]].max().max())
    return int(low * 20) / 20, -int(-high * 20 // 1) / 20


def _missions(state: TuningState) -> Missions:
    ns, ranks = state.ns, state.ranks
    lora = state.table[state.table["model"] == LORA].set_index(["rank", "n"])["value"]
    by_rank = float((lora.unstack("n").max() - lora.unstack("n").min()).max())
    by_size = float((lora.unstack("rank").max() - lora.unstack("rank").min()).max())
    least = next((n for n in ns if _beats_a_coin(replace(state, n=n))), ns[-1])
    return Missions(
        Predict(
            "What moves the AUC of LoRA more here: sixteen times the examples, or rank "
            f"{ranks[-1]} instead of {ranks[0]}?",
            ("The examples", "The rank"),
            0 if by_size >= by_rank else 1,
            f"Over all sizes the examples move it by up to {say(by_size)}, the rank by up to "
            f"{say(by_rank)}.",
        ),
        Act(
            f"At rank {state.rank}, find the fewest examples with which the interval of LoRA lies "
            "above a coin's 0.5.",
            lambda s: s.rank == state.rank and s.n == least and _beats_a_coin(s),
            "Now look at the other lines at the same place: who needs no language has more.",
        ),
        Explain(
            "The update has as many directions as its rank. What does it mean that the first one "
            "holds most of it?",
            "An update of rank 1 could have held most of it. That is why so few numbers go so far. "
            "Whether more of them help is another question: turn the rank, look at the intervals.",
        ),
    )


def _beats_a_coin(state: TuningState) -> bool:
    rows = state.shown()
    row = rows[(rows["model"] == LORA) & (rows["n"] == state.n)]
    return bool((row["low"] > 0.5).any())
