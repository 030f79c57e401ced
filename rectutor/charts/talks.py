"""How a talk narrows what is left, what a retriever leaves to an orderer, and who chooses what."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import listed
from rectutor.charts.palette import BLACK, BLUE, GREY, MARKERS, VERMILLION

__all__ = ["candidates_by_round", "choices_by_group", "recall_by_depth"]

_LOOKS = (BLACK, BLUE, VERMILLION, GREY)  # in the order of the rows
_SHAPES = ("square", "circle", "up", "diamond")
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])


def candidates_by_round(frame: pd.DataFrame) -> Figure:
    """Draw how many items are left after each round of talks, on a log scale.

    Args:
        frame: `talk` (four names or fewer), `round` (0 is the opening), `left` (1 or more).

    Raises:
        ValueError: there are more than four talks, or a talk has nothing left.
    """
    table = needs(frame, ["talk", "round", "left"], "candidates_by_round")
    names = _few(table, "talk", "candidates_by_round")
    if (table["left"] < 1).any():
        raise ValueError(
            f"candidates_by_round needs 1 or more items left, got {table['left'].min()}; "
            "a log scale has no zero"
        )
    x = alt.X("round:O", title="round (0: the opening)").axis(labelAngle=0)
    y = alt.Y("left:Q", title="films that fit what was said", scale=alt.Scale(type="log"))
    y = y.axis(values=[1, 3, 10, 30, 100, 300, 1000], format="d")
    chart = _lines(table, x, y, _looks("talk", names))
    said = [
        f"{name}: {', '.join(f'{left:,}' for left in rows['left'])}"
        for name, rows in table.groupby("talk", sort=False)
    ]
    return figure(chart, f"Films left after each round. {'; '.join(said)}.", table)


def choices_by_group(frame: pd.DataFrame, what: str) -> Figure:
    """Draw which share of its choices each chooser spends on each group of items.

    Args:
        frame: `group` (in the order to draw), `chooser` (four or fewer), `share` (0 to 1).
        what: names the groups; the title of the axis.

    Raises:
        ValueError: there are more than four choosers.
    """
    table = needs(frame, ["group", "chooser", "share"], "choices_by_group")
    names = _few(table, "chooser", "choices_by_group")
    x = alt.X("group:N", sort=list(dict.fromkeys(table["group"])), title=what)
    y = alt.Y("share:Q", title="share of choices").axis(format="%")
    chart = _lines(table, x.axis(labelAngle=0), y, _looks("chooser", names))
    top = table.loc[table.groupby("chooser", sort=False)["share"].idxmax()]
    said = [f"{row['chooser']} {row['group']} with {row['share']:.0%}" for _, row in top.iterrows()]
    return figure(chart, f"The {what} chosen most, by chooser: {listed(said)}.", table)


def recall_by_depth(frame: pd.DataFrame) -> Figure:
    """Draw recall by how many items were retrieved, a line for each way to order them.

    Args:
        frame: `order` (four names or fewer; "ceiling" is one), `k` (items retrieved), `recall`.

    Raises:
        ValueError: there are more than four orders.
    """
    table = needs(frame, ["order", "k", "recall"], "recall_by_depth")
    names = _few(table, "order", "recall_by_depth")
    x = alt.X("k:O", title="films retrieved").axis(labelAngle=0)
    y = alt.Y("recall:Q", title="recall@10", scale=alt.Scale(domainMin=0))
    chart = _lines(table, x, y, _looks("order", names))
    most = table[table["k"] == table["k"].max()]
    said = [f"{row['order']} {row['recall']:.2f}" for _, row in most.iterrows()]
    words = f"Recall@10 of {most['k'].iloc[0]} films retrieved: {listed(said)}."
    return figure(chart, words, table)


def _lines(table: pd.DataFrame, x: alt.X, y: alt.Y, looks: dict[str, Any]) -> Any:
    """Draw a marked line for each name."""
    base = alt.Chart(table).encode(x=x, y=y, color=looks["color"])
    return alt.layer(
        base.mark_line(strokeWidth=2).encode(strokeDash=looks["strokeDash"]),
        base.mark_point(filled=True, size=90, opacity=1).encode(shape=looks["shape"]),
    ).properties(width=440, height=260)


def _few(table: pd.DataFrame, column: str, chart: str) -> list[str]:
    """Return the names in a column, or say that they are too many."""
    names = list(dict.fromkeys(table[column]))
    if len(names) > len(_LOOKS):
        raise ValueError(
            f"{chart} draws {len(_LOOKS)} lines or fewer, got {len(names)}; leave some out"
        )
    return names


def _looks(column: str, names: list[str]) -> dict[str, Any]:
    """Give every name a colour, a mark and a dash, all in one legend."""
    n = len(names)
    legend = alt.Legend(orient="top", columns=2, symbolStrokeWidth=0, symbolSize=90)
    marks = [MARKERS[shape] for shape in _SHAPES[:n]]
    return {
        "color": alt.Color(
            f"{column}:N", title=None, scale=alt.Scale(domain=names, range=list(_LOOKS[:n]))
        ).legend(legend),
        "shape": alt.Shape(f"{column}:N", title=None, scale=alt.Scale(domain=names, range=marks)),
        "strokeDash": alt.StrokeDash(
            f"{column}:N", legend=None, scale=alt.Scale(domain=names, range=list(_DASHES[:n]))
        ),
    }
