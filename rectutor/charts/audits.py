"""Figures of audits: providers against their due, windows of time, and a swapped word."""

from __future__ import annotations

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import INTERVAL, beside, by_model, in_lines, listed, row_axis
from rectutor.charts.palette import BLUE, GREEN, GREY, MARKERS, ORANGE, VERMILLION
from rectutor.charts.theme import WIDTH, short

__all__ = ["provider_ratios", "shares_over_time", "swap_doses"]

_HUES = (BLUE, ORANGE, GREEN, VERMILLION)
_SHAPES = ("circle", "square", "up", "diamond")
_DASHES = ([1, 0], [6, 3], [2, 3], [8, 2, 2, 2])


def provider_ratios(frame: pd.DataFrame) -> Figure:
    """Draw each provider's share of places over its share of interactions; 1 is its due.

    Args:
        frame: `model`, `provider`, `value`, `low`, `high`, and `lots low` and `lots high`, between
            which providers that mean nothing lie (drawn as a grey band behind all models).
    """
    columns = ["model", "provider", *INTERVAL, "lots low", "lots high"]
    table = needs(frame, columns, "provider_ratios")
    drawn = table.assign(row=table["model"].map(in_lines))
    order = list(dict.fromkeys(drawn["row"]))
    panels = list(dict.fromkeys(drawn["provider"]))
    looks = by_model(list(dict.fromkeys(drawn["model"])))
    y = alt.Y("row:N", sort=order, title=None, axis=row_axis())
    base = alt.Chart(drawn).encode(y=y)
    x = alt.X("value:Q", title=["share of places", "over share of choices"])
    width = round(beside(order, most=WIDTH - 20) / len(panels)) - 16
    chart = (
        alt.layer(
            base.mark_bar(color=GREY, opacity=0.25, height=alt.RelativeBandSize(1)).encode(
                x="lots low:Q", x2="lots high:Q"
            ),
            base.mark_tick(color="#222222", thickness=2, size=30).encode(x=alt.datum(1)),
            base.mark_rule(strokeWidth=3, opacity=0.6).encode(
                x="low:Q", x2="high:Q", color=looks["color"]
            ),
            base.mark_point(filled=True, size=90, opacity=1).encode(
                x=x, color=looks["color"], shape=looks["shape"]
            ),
        )
        .properties(width=width, height=30 * len(order))
        .facet(column=alt.Column("provider:N", sort=panels, title=None), spacing=16)
        .resolve_scale(x="shared")
    )
    said = [
        f"{model} " + listed([f"{short(v, 2):g} for {p}" for p, v in _pairs(rows)])
        for model, rows in table.groupby("model", sort=False)
    ]
    return figure(chart, f"Places over choices (1 is its due): {'; '.join(said)}.", table)


def shares_over_time(frame: pd.DataFrame, what: str) -> Figure:
    """Draw a share in windows of the calendar, a line with its interval for each series.

    Args:
        frame: `series` (four or fewer), `window` (1, 2, ...), `value`, `low`, `high`: shares.
        what: whose share; the title of the axis.
    """
    table = needs(frame, ["series", "window", *INTERVAL], "shares_over_time")
    names = list(dict.fromkeys(table["series"]))
    legend = alt.Legend(orient="top", columns=2, symbolStrokeWidth=0)
    scale = {"domain": names}
    base = alt.Chart(table).encode(
        x=alt.X("window:O", title="window of the calendar, oldest first").axis(labelAngle=0),
        color=alt.Color("series:N", title=None, scale=alt.Scale(**scale, range=list(_HUES))).legend(
            legend
        ),
    )
    chart = alt.layer(
        base.mark_rule(strokeWidth=2).encode(
            y=alt.Y("low:Q", scale=alt.Scale(domain=[0, 1])), y2="high:Q"
        ),
        base.mark_line(strokeWidth=2).encode(
            y=alt.Y("value:Q", title=what).axis(format="%"),
            strokeDash=alt.StrokeDash(
                "series:N", legend=None, scale=alt.Scale(**scale, range=list(_DASHES))
            ),
        ),
        base.mark_point(filled=True, size=80, opacity=1).encode(
            y="value:Q",
            shape=alt.Shape(
                "series:N",
                title=None,
                scale=alt.Scale(**scale, range=[MARKERS[shape] for shape in _SHAPES]),
            ),
        ),
    ).properties(width=WIDTH - 100, height=300)
    said = [
        f"{name} from {rows['value'].min():.0%} to {rows['value'].max():.0%}"
        for name, rows in table.groupby("series", sort=False)
    ]
    return figure(chart, f"{what}, lowest and highest window: {'; '.join(said)}.", table)


def swap_doses(frame: pd.DataFrame, what: str) -> Figure:
    """Draw what a swapped word and what other wording changed, for each strength planted.

    Args:
        frame: `strength`, `change` (two kinds), `value`: a row for each run and pair of prompts.
        what: what the values measure.
    """
    table = needs(frame, ["strength", "change", "value"], "swap_doses")
    names = list(dict.fromkeys(table["change"]))
    hues = alt.Scale(domain=names, range=[BLUE, GREY])
    colour = alt.Color("change:N", title=None, scale=hues).legend(orient="top")
    shape = alt.Shape(
        "change:N",
        title=None,
        scale=alt.Scale(domain=names, range=[MARKERS["circle"], MARKERS["bar"]]),
    )
    order = sorted(set(table["strength"]))
    base = alt.Chart(table).encode(
        x=alt.X("strength:O", sort=order, title="planted strength").axis(labelAngle=0),
        xOffset=alt.XOffset("change:N", sort=names),
        color=colour,
    )
    chart = alt.layer(
        alt.Chart(table).mark_rule(color="#222222").encode(y=alt.datum(0)),
        base.mark_point(filled=True, size=60, opacity=0.6).encode(
            y=alt.Y("value:Q", title=what).axis(grid=True), shape=shape
        ),
        base.mark_tick(thickness=3, size=44).encode(y="mean(value):Q"),
    ).properties(width=WIDTH - 160, height=300)
    means = table.groupby(["change", "strength"], sort=False)["value"].mean()
    said = [
        f"{name}: " + listed([f"{short(means[name, s], 2):g} at {s:g}" for s in order])
        for name in names
    ]
    return figure(chart, f"{what} by planted strength, means. {'; '.join(said)}.", table)


def _pairs(rows: pd.DataFrame) -> list[tuple[str, float]]:
    return list(zip(rows["provider"], rows["value"], strict=True))
