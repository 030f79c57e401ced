"""Tuning on ever more examples: how well it judges, and what its update is made of."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import INTERVAL, named_lines
from rectutor.charts.palette import GREY, model_style
from rectutor.charts.scales import first_to_last, on_log, top_of
from rectutor.charts.theme import short

__all__ = ["against_examples"]


def against_examples(
    frame: pd.DataFrame, metric: str = "AUC", directions: Sequence[float] = ()
) -> Figure:
    """Draw how well models judge against the number of examples they were tuned on.

    The scale of an AUC begins at 0.45: a coin has 0.5, and nothing starts at zero.

    Args:
        frame: `model`, `n` (1 or more), `value`, `low`, `high`.
        metric: what the values measure.
        directions: shares of an update, the largest first; drawn as bars below, if there are any.
    """
    table = needs(frame, ["model", "n", *INTERVAL], "against_examples")
    top, bottom = top_of(table), min(0.45, short(0.98 * float(table["low"].min()), 2))
    x = on_log("n", "examples (log scale)", sorted(set(table["n"])))
    scale = alt.Scale(domain=[bottom, top])
    lines = named_lines(table, x, alt.Y("value:Q", title=metric, scale=scale), top, bottom)
    coin = alt.Chart(pd.DataFrame({"y": [0.5]})).mark_rule(color=GREY, strokeDash=[4, 4])
    chart = alt.layer(coin.encode(y=alt.Y("y:Q", scale=scale)), lines)
    words = f"{metric} against examples (a coin, dashed, has 0.5): {first_to_last(table, 'n')}."
    if len(directions):
        chart = alt.vconcat(chart, _bars(directions), spacing=24)
        words += f" Directions of the update: {', '.join(f'{one:.0%}' for one in directions)}."
    return figure(chart, words, table)


def _bars(directions: Sequence[float]) -> alt.Chart:
    """Draw which share of an update each of its directions holds."""
    rows = pd.DataFrame({"direction": range(1, len(directions) + 1), "share": directions})
    y = alt.Y("share:Q", title="share of the update", axis=alt.Axis(format="%", tickCount=4))
    x = alt.X("direction:O", title="direction of ΔW, largest first", axis=alt.Axis(labelAngle=0))
    bars = alt.Chart(rows).mark_bar(color=model_style("LoRA").colour).encode(x=x, y=y)
    return bars.properties(width=alt.Step(36), height=110)
