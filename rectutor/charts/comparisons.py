"""Models beside each other: the leaderboard, paired differences, groups of users."""

from __future__ import annotations

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import INTERVAL, by_model, listed, numbers, with_interval
from rectutor.charts.palette import BLUE, GREY
from rectutor.charts.theme import WIDTH

__all__ = ["differences", "intervals", "leaderboard", "strata"]


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
    """Draw each model as a dot with its interval, the best on top.

    Args:
        frame: `model`, `value`, `low`, `high`; one row per model.
        metric: what the values measure; the axis title.
    """
    table = needs(frame, ["model", *INTERVAL], "leaderboard").sort_values(
        "value", ascending=False, kind="stable"
    )
    names = list(table["model"])
    looks = by_model(names)
    rows = alt.Chart(table).encode(y=alt.Y("model:N", sort=names, title=None), color=looks["color"])
    value = alt.X(
        "value:Q",
        title=f"{metric}, with 95 % interval",
        scale=alt.Scale(zero=True),
        axis=alt.Axis(tickCount=6),
    )
    label = table.assign(label=table.apply(numbers, axis=1))[["model", "high", "label"]]
    chart = alt.layer(
        rows.mark_rule(strokeWidth=3, opacity=0.55).encode(x=alt.X("low:Q"), x2="high:Q"),
        rows.mark_point(filled=True, size=110, opacity=1).encode(x=value, shape=looks["shape"]),
        alt.Chart(label)
        .mark_text(align="left", dx=8, fontSize=13)
        .encode(x=alt.X("high:Q"), y=alt.Y("model:N", sort=names), text="label:N"),
    ).properties(width=WIDTH - 40, height=30 * len(names))
    said = [f"{row['model']} {numbers(row)}" for _, row in table.iterrows()]
    return figure(chart, f"{metric}, best first: {listed(said)}.", table)


def differences(frame: pd.DataFrame, metric: str = "HR@10") -> Figure:
    """Draw paired differences with their intervals against zero.

    Args:
        frame: `pair` such as "SASRec - Markov", `value`, `low`, `high`; one row per pair.
        metric: what the difference is one of.
    """
    table = needs(frame, ["pair", *INTERVAL], "differences")
    table["verdict"] = [
        "differs" if low > 0 or high < 0 else "within noise"
        for low, high in zip(table["low"], table["high"], strict=True)
    ]
    order = list(table["pair"])
    verdict = alt.Color(
        "verdict:N",
        title="zero is",
        scale=alt.Scale(domain=["differs", "within noise"], range=[BLUE, GREY]),
        legend=None,
    )
    rows = alt.Chart(table).encode(y=alt.Y("pair:N", sort=order, title=None), color=verdict)
    title = f"difference in {metric} on the same users, with 95 % interval"
    chart = alt.layer(
        alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color="#222222").encode(x="x:Q"),
        rows.mark_rule(strokeWidth=3).encode(
            x=alt.X("low:Q", title=title, scale=alt.Scale(padding=12)), x2="high:Q"
        ),
        rows.mark_point(filled=True, size=110, opacity=1).encode(
            x="value:Q",
            shape=alt.Shape(
                "verdict:N",
                scale=alt.Scale(domain=["differs", "within noise"], range=["diamond", "circle"]),
                legend=None,
            ),
        ),
        rows.mark_text(align="left", dx=10, fontSize=13).encode(
            x=alt.X("high:Q"), text="verdict:N", color=alt.value("#222222")
        ),
    ).properties(width=WIDTH - 60, height=34 * len(order))
    said = [f"{row['pair']} {numbers(row)}, {row['verdict']}" for _, row in table.iterrows()]
    return figure(chart, f"Paired differences in {metric}: {'; '.join(said)}.", table)


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
    base = alt.Chart(table).encode(
        y=alt.Y("model:N", sort=names, title=None),
        color=looks["color"],
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
        .properties(width=WIDTH - 60, height=24 * len(names))
        .facet(
            row=alt.Row(
                "group:N",
                sort=groups,
                title=None,
                header=alt.Header(
                    labelAngle=0, labelOrient="top", labelAnchor="start", labelFontWeight=600
                ),
            ),
            spacing=14,
        )
    )
    said = []
    for group, rows in table.groupby("group", sort=False):
        best = rows.sort_values("value", ascending=False, kind="stable").iloc[0]
        said.append(f"{group}: {best['model']} leads with {numbers(best)}")
    return figure(chart, f"{metric} by group of users. {'; '.join(said)}.", table)
