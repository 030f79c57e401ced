"""A grid of prompts: templates down, one panel a column, each cell a dot with its interval."""

from __future__ import annotations

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import INTERVAL
from rectutor.charts.palette import BLUE, GREY

__all__ = ["pick_rates", "prompt_effects", "prompt_grid"]

_KEYS = ["template", "labels", "order", "told"]
_PANEL, _ROW = 70, 18  # px


def prompt_grid(frame: pd.DataFrame, title: str, words: str, metric: str = "AUC") -> Figure:
    """Draw every cell on one scale; the line is chance.

    Args:
        frame: `template`, `labels`, `order`, `told`, `value`, `low`, `high`.
        title: which model it is.
        words: the sentence for those who cannot see it.
        metric: what the values measure.
    """
    table = needs(frame, [*_KEYS, *INTERVAL], "prompt_grid")
    templates = list(dict.fromkeys(table["template"]))
    scale = alt.Scale(domain=[float(table["low"].min()), float(table["high"].max())], zero=False)
    panels = []
    for place, (_, own) in enumerate(table.groupby(_KEYS[1:], sort=False)):
        labels, order, told = (own[key].iloc[0] for key in _KEYS[1:])
        axis = alt.Axis() if place == 0 else None
        y = alt.Y("template:N", sort=templates, title=None, axis=axis)
        rows = alt.Chart(own).encode(y=y)
        low, value, at = (
            alt.X(f"{field}:Q", title=metric, scale=scale, axis=alt.Axis(values=[0.4, 0.5, 0.6]))
            for field in ("low", "value", "x")
        )
        chance = alt.Chart(pd.DataFrame({"x": [0.5]})).mark_rule(color=GREY).encode(x=at)
        dots = rows.mark_point(filled=True, size=40, opacity=1, color=BLUE).encode(x=value)
        heading = alt.TitleParams(
            [labels, order.split("-")[0], f"{told} told"], anchor="middle", frame="group"
        )
        layer = alt.layer(chance, rows.mark_rule(color=BLUE).encode(x=low, x2="high:Q"), dots)
        panels.append(layer.properties(width=_PANEL, height=_ROW * len(templates), title=heading))
    name = f"{title}: {metric} of each way to ask, with 95 % interval"
    return figure(alt.hconcat(*panels, spacing=8, title=name), words, table)


def pick_rates(frame: pd.DataFrame) -> Figure:
    """Draw how often each place of a list is ranked first; the line is a fair share.

    Args:
        frame: `ranker`, `place` from 1 to C, and `share`.
    """
    table = needs(frame, ["ranker", "place", "share"], "pick_rates")
    n_places = int(table["place"].max())
    fair, marks = 1 / n_places, [1, *range(5, n_places + 1, 5)]
    top = float(table["share"].max())
    panels = []
    for i, (ranker, own) in enumerate(table.groupby("ranker", sort=False)):
        line = alt.Chart(pd.DataFrame({"y": [fair]})).mark_rule(strokeDash=[4, 3]).encode(y="y:Q")
        bars = (
            alt.Chart(own)
            .mark_bar(color=BLUE)
            .encode(
                x=alt.X("place:O", title="place (dashed: a fair share)").axis(
                    values=marks, labelAngle=0
                ),
                y=alt.Y(
                    "share:Q",
                    title=None if i else "picked first",
                    scale=alt.Scale(domain=[0, top]),
                ),
            )
        )
        panels.append(alt.layer(bars, line).properties(width=190, height=150, title=str(ranker)))
    first = table[table["place"] == 1]
    said = [
        f"{ranker} {share:g}" for ranker, share in zip(first["ranker"], first["share"], strict=True)
    ]
    words = f"Share of lists whose first place is picked (fair: {fair:g}): {', '.join(said)}."
    return figure(alt.hconcat(*panels, spacing=16), words, table)


def prompt_effects(frame: pd.DataFrame, title: str = "") -> Figure:
    """Draw what each convention of a prompt does, one panel an outcome, zero marked.

    Args:
        frame: `convention`, `outcome`, `value`, `low`, `high`.
        title: whose answers they are.
    """
    table = needs(frame, ["convention", "outcome", *INTERVAL], "prompt_effects")
    table["convention"] = table["convention"].str.replace("_", " ")
    order = list(dict.fromkeys(table["convention"]))
    panels = []
    for outcome, own in table.groupby("outcome", sort=False):
        y = alt.Y("convention:N", sort=order, title=None, axis=alt.Axis(labelPadding=10))
        rows = alt.Chart(own).encode(y=y)
        zero = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(color=GREY).encode(x="x:Q")
        x = alt.X(
            "low:Q",
            title=f"change in {outcome}",
            axis=alt.Axis(tickCount=4),
            scale=alt.Scale(padding=14),
        )
        dots = rows.mark_point(filled=True, size=90, opacity=1, color=BLUE).encode(x="value:Q")
        layer = alt.layer(
            zero, rows.mark_rule(color=BLUE, strokeWidth=3).encode(x=x, x2="high:Q"), dots
        )
        panels.append(layer.properties(width=240, height=30 * len(order)))
    said = [
        f"{row['convention']} changes {row['outcome']} by {row['value']:g} "
        f"[{row['low']:g}, {row['high']:g}]"
        for _, row in table.iterrows()
    ]
    chart = (
        alt.hconcat(*panels, spacing=30, title=title) if title else alt.hconcat(*panels, spacing=30)
    )
    return figure(chart, f"{'; '.join(said)}.", table)
