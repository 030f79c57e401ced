"""Models beside each other: the leaderboard, paired differences, groups of users."""

from __future__ import annotations

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import (
    INTERVAL,
    aligned,
    beside,
    by_model,
    in_lines,
    listed,
    numbers,
    row_axis,
    with_interval,
)
from rectutor.charts.palette import BLUE, GREY, VERMILLION
from rectutor.charts.theme import WIDTH

__all__ = ["differences", "intervals", "leaderboard", "strata"]

_HEADER = alt.Header(
    labelAngle=0,
    labelOrient="top",
    labelAnchor="start",
    labelFontWeight=600,
    labelPadding=-4,  # a group's name stands nearer to its own bars than to those above
)


def intervals(frame: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Take one metric out of a leaderboard table, in the columns that the charts want.

    Args:
        frame: `model`, `metric`, and `metric low` and `metric high` where they are known.
        metric: a column, such as "HR@10".
    """
    names = {metric: "value", f"{metric} low": "low", f"{metric} high": "high"}
    keep = [column for column in ["model", *names] if column in frame.columns]
    return with_interval(frame[keep].rename(columns=names))


def leaderboard(frame: pd.DataFrame, metric: str = "HR@10") -> Figure:
    """Draw each model as a dot with its interval and its numbers, the best on top.

    Args:
        frame: `model`, `value`, `low`, `high`; one row per model.
        metric: what the values measure; the axis title.
    """
    table = needs(frame, ["model", *INTERVAL], "leaderboard").sort_values(
        "value", ascending=False, kind="stable"
    )
    names = list(table["model"])
    looks = by_model(names)
    drawn = table.assign(row=table["model"].map(in_lines), label=aligned(table))
    order = list(drawn["row"])
    width = beside(order, list(drawn["label"]), WIDTH - 40)
    y = alt.Y("row:N", sort=order, title=None, axis=row_axis())
    rows = alt.Chart(drawn).encode(y=y, color=looks["color"])
    value = alt.X("value:Q", title=f"{metric}, with 95 % interval", scale=alt.Scale(zero=True))
    chart = alt.layer(
        rows.mark_rule(strokeWidth=3, opacity=0.55).encode(x=alt.X("low:Q"), x2="high:Q"),
        rows.mark_point(filled=True, size=110, opacity=1).encode(x=value, shape=looks["shape"]),
        rows.mark_text(align="left", fontSize=13).encode(
            x=alt.value(width + 12), text="label:N", color=alt.value("#222222")
        ),
    ).properties(width=width, height=_height(order, 30))
    said = [f"{row['model']} {numbers(row)}" for _, row in table.iterrows()]
    return figure(chart, f"{metric}, best first: {listed(said)}.", table)


def differences(frame: pd.DataFrame, metric: str = "HR@10", title: str = "") -> Figure:
    """Draw paired differences with their intervals against zero.

    Beside each stands whether the first of the pair is higher or lower than the second, or within
    noise.

    Args:
        frame: `pair` such as "SASRec - Markov", `value`, `low`, `high`; one row per pair.
        metric: what the difference is one of.
        title: what is drawn, where it is something else than a paired difference over users.
    """
    words = title or f"Paired differences in {metric}"
    title = title or f"difference in {metric} on the same users, with 95 % interval"
    table = needs(frame, ["pair", *INTERVAL], "differences")
    table["verdict"] = [
        "higher" if low > 0 else "lower" if high < 0 else "within noise"
        for low, high in zip(table["low"], table["high"], strict=True)
    ]
    drawn = table.assign(row=table["pair"].map(in_lines))
    order = list(drawn["row"])
    width = beside(order, ["within noise"], WIDTH - 60)
    scale = {"domain": ["higher", "lower", "within noise"]}
    colour = alt.Scale(**scale, range=[BLUE, VERMILLION, GREY])
    shape = alt.Scale(**scale, range=["triangle-up", "triangle-down", "circle"])
    rows = alt.Chart(drawn).encode(
        y=alt.Y("row:N", sort=order, title=None, axis=row_axis()),
        color=alt.Color("verdict:N", scale=colour, legend=None),
    )
    lines = in_lines(title, width // 7).split("\n")  # letters of 14 px
    chart = alt.layer(
        alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color="#222222").encode(x="x:Q"),
        rows.mark_rule(strokeWidth=3).encode(
            x=alt.X("low:Q", title=lines, scale=alt.Scale(padding=12)), x2="high:Q"
        ),
        rows.mark_point(filled=True, size=110, opacity=1).encode(
            x="value:Q", shape=alt.Shape("verdict:N", scale=shape, legend=None)
        ),
        rows.mark_text(align="left", fontSize=13).encode(
            x=alt.value(width + 12), text="verdict:N", color=alt.value("#222222")
        ),
    ).properties(width=width, height=_height(order, 34))
    said = [f"{row['pair']} {numbers(row)}, {row['verdict']}" for _, row in table.iterrows()]
    return figure(chart, f"{words}: {'; '.join(said)}.", table)


def strata(frame: pd.DataFrame, metric: str = "HR@10") -> Figure:
    """Draw each model within groups of users, who are counted beside the group's name.

    Args:
        frame: `stratum`, `model`, `value`, `low`, `high`, `users`; in the order to be drawn.
        metric: what the values measure.
    """
    table = needs(frame, ["stratum", "model", *INTERVAL, "users"], "strata")
    names = list(dict.fromkeys(table["model"]))
    table["group"] = table["stratum"].astype(str) + " (" + table["users"].astype(str) + " users)"
    groups = list(dict.fromkeys(table["group"]))
    looks = by_model(names)
    drawn = table.assign(row=table["model"].map(in_lines))
    order = list(dict.fromkeys(drawn["row"]))
    base = alt.Chart(drawn).encode(
        y=alt.Y("row:N", sort=order, title=None, axis=row_axis()), color=looks["color"]
    )
    chart = (
        alt.layer(
            base.mark_bar(height=14, opacity=0.9).encode(x=alt.X("value:Q", title=metric)),
            base.mark_rule(strokeWidth=2).encode(
                x="low:Q", x2="high:Q", color=alt.value("#222222")
            ),
            base.mark_point(filled=True, size=60, opacity=1).encode(
                x="value:Q", shape=looks["shape"], color=alt.value("#222222")
            ),
        )
        .properties(width=beside(order, most=WIDTH - 60), height=_height(order, 24))
        .facet(row=alt.Row("group:N", sort=groups, title=None, header=_HEADER), spacing=24)
    )
    said = []
    for group, rows in table.groupby("group", sort=False):
        best = rows.sort_values("value", ascending=False, kind="stable").iloc[0]
        said.append(f"{group}: {best['model']} leads with {numbers(best)}")
    return figure(chart, f"{metric} by group of users. {'; '.join(said)}.", table)


def _height(rows: list[str], each: int) -> int:
    """Return the height of a chart whose rows have names of one line or more."""
    return len(rows) * max(each, *(18 * (1 + row.count("\n")) for row in rows))
