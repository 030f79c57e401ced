"""A beam search that stands still: the candidates of each step, those kept and those dropped."""

from __future__ import annotations

import textwrap

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import row_axis
from rectutor.charts.palette import LEVEL_HUES, TRUE_ITEM
from rectutor.charts.theme import short

__all__ = ["beam_steps"]

_COLUMNS = ["step", "rank", "codes", "p", "below", "fate", "is true"]
_SHOWN = 10  # rows of a step
_LETTERS = 44  # of what lies below a beginning


def beam_steps(frame: pd.DataFrame, words: str, noun: str = "film") -> Figure:
    """Draw by step what was kept and, hollow, the best of what was dropped.

    Args:
        frame: `step` (from 1), `rank` (in the step), `codes`, `p` (probability), `below` (in
            words), `fate` ("kept" or "dropped"), `is true` (the true item's beginning).
        words: the sentence for those who cannot see it.
        noun: what an item is called.
    """
    table = needs(frame, _COLUMNS, "beam_steps")
    drawn = table[(table["rank"] <= _SHOWN) | table["is true"]].copy()
    star = drawn["is true"].map({True: f"★ true {noun}, ", False: ""})
    below = drawn["below"].map(lambda text: textwrap.shorten(text, _LETTERS, placeholder="…"))
    per_cent = drawn["p"].map(lambda p: f"{short(100 * p):g} %")
    drawn["row"] = drawn["rank"].astype(str) + ".  " + drawn["codes"]
    drawn["label"] = star + drawn["fate"] + ", " + per_cent + ": " + below
    steps = sorted(set(drawn["step"]))
    high = float(drawn["p"].max())
    panels = [_step(drawn[drawn["step"] == step], step, high) for step in steps]
    return figure(alt.vconcat(*panels, spacing=14), words, table)


def _step(rows: pd.DataFrame, step: int, high: float) -> alt.LayerChart:
    hue = LEVEL_HUES[(step - 1) % len(LEVEL_HUES)]
    base = alt.Chart(rows).encode(
        y=alt.Y("row:N", sort=list(rows["row"]), title=None, axis=row_axis()),
        x=alt.X("p:Q", title=None, scale=alt.Scale(domain=[0, high])).axis(
            format=".0%", tickCount=3
        ),
    )
    is_kept, is_true = alt.datum["fate"] == "kept", alt.datum["is true"]
    edge = alt.condition(is_true, alt.value(TRUE_ITEM.colour), alt.value(hue))
    bars = base.mark_bar(height=15, strokeWidth=2, color=hue).encode(
        stroke=edge, fillOpacity=alt.condition(is_kept, alt.value(1), alt.value(0.0))
    )
    text = base.mark_text(align="left", dx=6).encode(text="label:N")
    return alt.layer(bars, text, title=f"step {step}").properties(width=170, height=20 * len(rows))
