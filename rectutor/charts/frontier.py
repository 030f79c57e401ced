"""Hits against concentration: each model a point, each knob of a model a line."""

from __future__ import annotations

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import INTERVAL, by_model, listed, spread
from rectutor.charts.theme import short

__all__ = ["frontier"]

_SIDE, _HEIGHT = 520, 380  # px
_ROW = 18  # px between two names


def frontier(frame: pd.DataFrame, metric: str = "HR@10") -> Figure:
    """Draw how often models hit, and how concentrated their lists are; upper left is better.

    Args:
        frame: `model`, `gini`, `value`, `low`, `high`; models with several rows are drawn as a
            line in the order of the rows, the first of them with the model's marker.
        metric: what the values measure.
    """
    table = needs(frame, ["model", "gini", *INTERVAL], "frontier")
    names = list(dict.fromkeys(table["model"]))
    looks = by_model(names)
    firsts = table.drop_duplicates("model").sort_values("value", ascending=False, kind="stable")
    top = float(table["high"].max()) * 1.05
    places = spread([-v for v in firsts["value"]], top * _ROW / _HEIGHT, -top, 0.0)
    labels = firsts.assign(place=[-place for place in places])
    x = alt.X(
        "gini:Q",
        title="Gini of exposure (left is more even)",
        scale=alt.Scale(domain=[0, 1.06], nice=False),
    ).axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1])
    scale = alt.Scale(domain=[0, top], nice=False)
    y = alt.Y("value:Q", title=f"{metric}, with 95 % interval", scale=scale)
    numbered = table.assign(order=range(len(table)))
    several = numbered[numbered.duplicated("model", keep=False)]
    points = alt.Chart(firsts).encode(x=x, color=looks["color"])
    beside = alt.Chart(labels).encode(y=alt.Y("place:Q", scale=scale))
    chart = alt.layer(
        alt.Chart(numbered)
        .mark_rule(strokeWidth=2, opacity=0.45)
        .encode(x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q", color=looks["color"]),
        alt.Chart(several)
        .mark_line(strokeWidth=1.5, point={"size": 25, "filled": True})
        .encode(x=x, y=y, color=looks["color"], order="order:Q"),
        points.mark_point(filled=True, size=90, opacity=1).encode(y=y, shape=looks["shape"]),
        beside.mark_point(filled=True, size=70, opacity=1).encode(
            x=alt.datum(1.045), color=looks["color"], shape=looks["shape"]
        ),
        beside.mark_text(align="left", fontSize=13).encode(x=alt.datum(1.07), text="model:N"),
    ).properties(width=_SIDE, height=_HEIGHT)
    said = [
        f"{row['model']} {short(row['value'], 3):g} at Gini {short(row['gini'], 2):g}"
        for row in firsts.to_dict("records")
    ]
    return figure(chart, f"{metric} against Gini of exposure: {listed(said)}.", table)
