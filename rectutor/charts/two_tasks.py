"""How well ids serve two tasks at once: one axis for each, upper right is better."""

from __future__ import annotations

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import listed
from rectutor.charts.palette import BLUE, GREEN, GREY, VERMILLION
from rectutor.charts.theme import short

__all__ = ["two_tasks"]

_COLOURS = (BLUE, VERMILLION, GREEN, GREY)
_SHAPES = ("circle", "square", "triangle-up", "diamond")
_TASKS = ("recommendation", "search")
_COLUMNS = ["ids from", *(f"{task}{end}" for task in _TASKS for end in ("", " low", " high"))]


def two_tasks(frame: pd.DataFrame, metric: str = "HR@10") -> Figure:
    """Draw one point for each way to make ids, with both intervals.

    Args:
        frame: `ids from`, up to four; `recommendation` and `search` with their ` low` and ` high`.
        metric: what the values measure.
    """
    table = needs(frame, _COLUMNS, "two_tasks")
    drawn = table.rename(columns={name: name.replace(" ", "_") for name in _COLUMNS})
    top = {task: float(drawn[f"{task}_high"].max()) * 1.08 for task in _TASKS}
    x, y = (
        {"title": f"{task}, {metric}", "scale": alt.Scale(domain=[0, top[task]], nice=False)}
        for task in _TASKS
    )
    at_x, at_y = alt.X("recommendation:Q", **x), alt.Y("search:Q", **y)
    names = list(drawn["ids_from"])
    colour = alt.Color(
        "ids_from:N", scale=alt.Scale(domain=names, range=list(_COLOURS)), title=None
    )
    shape = alt.Shape("ids_from:N", scale=alt.Scale(domain=names, range=list(_SHAPES)), title=None)
    base = alt.Chart(drawn).encode(color=colour)
    line = {"strokeWidth": 2.5, "opacity": 0.5}
    chart = alt.layer(
        base.mark_rule(**line).encode(
            x=alt.X("recommendation_low:Q", **x), x2="recommendation_high:Q", y=at_y
        ),
        base.mark_rule(**line).encode(x=at_x, y=alt.Y("search_low:Q", **y), y2="search_high:Q"),
        base.mark_point(filled=True, size=110, opacity=1).encode(x=at_x, y=at_y, shape=shape),
    ).properties(width=420, height=300)
    said = [
        f"{row['ids from']} {short(row['recommendation'], 3):g}/{short(row['search'], 3):g}"
        for row in table.to_dict("records")
    ]
    return figure(
        chart, f"{metric} of recommendation and of search, by ids: {listed(said)}.", table
    )
