"""How attention is spread over the catalogue: Lorenz curves, popularity curves, tenths."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import by_model, listed, spread
from rectutor.charts.palette import BLUE, GREY, ORANGE
from rectutor.charts.theme import WIDTH, short

__all__ = ["lorenz", "popularity", "tenths"]

_SIDE = 420  # px, a square
_TENTHS = [0, 0.2, 0.4, 0.6, 0.8, 1]
_POINTS = 60  # of one curve: more cannot be seen


def lorenz(frame: pd.DataFrame) -> Figure:
    """Draw which share of all recommendations the least shown share of the items gets.

    Args:
        frame: `model`, `items` and `exposure` (cumulative shares from 0 to 1, least shown item
            first), `gini`; many rows per model.
    """
    table = needs(frame, ["model", "items", "exposure", "gini"], "lorenz")
    table = _thinned(table, "model", "items")
    names = list(dict.fromkeys(table["model"]))
    ginis = table.groupby("model", sort=False)["gini"].first()
    looks = by_model(names)
    equal = pd.DataFrame({"x": [0, 1], "y": [0, 1]})
    middle = [
        float(np.interp(0.8, rows["items"], rows["exposure"]))
        for _, rows in table.groupby("model", sort=False)
    ]
    labels = pd.DataFrame(
        {
            "model": names,
            "from": middle,
            "y": spread(middle, 0.055, 0.02, 1.0),
            "label": [f"{name}, Gini {short(ginis[name], 2):g}" for name in names],
        }
    )
    beside = alt.Chart(labels)
    chart = alt.layer(
        alt.Chart(equal).mark_line(color=GREY, strokeDash=[4, 4]).encode(x="x:Q", y="y:Q"),
        _curves(table, looks),
        beside.mark_point(filled=True, size=70, opacity=1).encode(
            x=alt.datum(0.8), y="from:Q", color=looks["color"], shape=looks["shape"]
        ),
        beside.mark_point(filled=True, size=70, opacity=1).encode(
            x=alt.datum(1.045), y="y:Q", color=looks["color"], shape=looks["shape"]
        ),
        beside.mark_text(align="left", fontSize=13).encode(
            x=alt.datum(1.07), y="y:Q", text="label:N"
        ),
    ).properties(width=_SIDE, height=_SIDE)
    said = [f"{name} {short(ginis[name], 2):g}" for name in ginis.sort_values().index]
    words = f"Lorenz curves of concentration (0 equal, 1 all on one item): Gini {listed(said)}."
    return figure(chart, words, ginis.rename("Gini").reset_index())


def _curves(table: pd.DataFrame, looks: dict[str, Any]) -> alt.Chart:
    """Draw the Lorenz curves alone."""
    return (
        alt.Chart(table[["model", "items", "exposure"]])
        .mark_line(strokeWidth=2.5)
        .encode(
            x=alt.X(
                "items:Q",
                title="share of the items, least shown first",
                scale=alt.Scale(domain=[0, 1.06], nice=False),
            ).axis(values=_TENTHS, format="%"),
            y=alt.Y("exposure:Q", title="share of what was shown").axis(values=_TENTHS, format="%"),
            color=looks["color"],
            strokeDash=looks["strokeDash"],
        )
    )


def popularity(frame: pd.DataFrame) -> Figure:
    """Draw which share of the interactions the most popular share of the items takes.

    Args:
        frame: `data`, `items` and `interactions` (cumulative shares from 0 to 1, most popular
            item first); one or two data sets.
    """
    table = needs(frame, ["data", "items", "interactions"], "popularity")
    table = _thinned(table, "data", "items")
    names = list(dict.fromkeys(table["data"]))
    chart = (
        alt.Chart(table)
        .mark_line(strokeWidth=2.5)
        .encode(
            x=alt.X("items:Q", title="share of the items, most popular first").axis(format="%"),
            y=alt.Y("interactions:Q", title="share of the interactions").axis(
                format="%", tickCount=6
            ),
            color=alt.Color(
                "data:N", title=None, scale=alt.Scale(domain=names, range=[BLUE, ORANGE])
            ).legend(orient="top"),
            strokeDash=alt.StrokeDash(
                "data:N", title=None, scale=alt.Scale(domain=names, range=[[1, 0], [6, 3]])
            ),
        )
        .properties(width=WIDTH - 100, height=300)
    )
    top = {
        str(name): float(np.interp(0.1, rows["items"], rows["interactions"]))
        for name, rows in table.groupby("data", sort=False)
    }
    said = [f"{100 * share:.0f} % in {name}" for name, share in top.items()]
    words = f"The most popular tenth of the items takes {listed(said)} of the interactions."
    return figure(chart, words, pd.DataFrame({"data": list(top), "top tenth": list(top.values())}))


def tenths(frame: pd.DataFrame) -> Figure:
    """Draw how much each tenth of popularity is shown, beside how much it is chosen.

    Args:
        frame: `popularity` (1 for the most popular group), `interactions` and `exposure` (shares
            from 0 to 1), `exposure low` and `exposure high`.
    """
    columns = ["popularity", "interactions", "exposure", "exposure low", "exposure high"]
    table = needs(frame, columns, "tenths").rename(
        columns={"exposure low": "low", "exposure high": "high"}
    )
    names = ["what people chose", "what the lists show"]
    what = alt.Color("what:N", title=None, scale=alt.Scale(domain=names, range=[GREY, BLUE]))
    base = alt.Chart(table).encode(
        x=alt.X("popularity:O", title="tenths of the items, the most popular first").axis(
            labelAngle=0
        )
    )
    chart = alt.layer(
        base.transform_calculate(what=f"'{names[0]}'")
        .mark_bar(opacity=0.5)
        .encode(y=alt.Y("interactions:Q", title="share").axis(format="%"), color=what),
        base.mark_rule(strokeWidth=3, color=BLUE).encode(y="low:Q", y2="high:Q"),
        base.transform_calculate(what=f"'{names[1]}'")
        .mark_point(filled=True, size=90, opacity=1)
        .encode(y="exposure:Q", color=what.legend(orient="top")),
    ).properties(width=WIDTH - 100, height=280)
    top = table.iloc[0]
    words = (
        f"The most popular of {len(table)} groups of items takes {top['interactions']:.0%} of the "
        f"interactions and {top['exposure']:.0%} of the places in lists, the least popular "
        f"{table['interactions'].iloc[-1]:.1%} and {table['exposure'].iloc[-1]:.1%}."
    )
    return figure(chart, words, frame)


def _thinned(table: pd.DataFrame, group: str, along: str) -> pd.DataFrame:
    """Keep at most `_POINTS` rows of each curve, the first and the last among them."""
    parts = []
    for _, rows in table.sort_values(along, kind="stable").groupby(group, sort=False):
        keep = np.unique(np.linspace(0, len(rows) - 1, _POINTS).round().astype(int))
        parts.append(rows.iloc[keep])
    return pd.concat(parts, ignore_index=True)
