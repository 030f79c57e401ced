"""A map of places and the codes that they begin with."""

from __future__ import annotations

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.palette import (
    BLACK,
    BLUE,
    GREEN,
    MARKERS,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    YELLOW,
)

__all__ = ["place_map"]

_SIDE = 330  # px of a panel
_HUES = (BLUE, ORANGE, GREEN, PURPLE, VERMILLION, SKY, BLACK, YELLOW)


def place_map(frame: pd.DataFrame, words: str) -> Figure:
    """Draw places on maps side by side, each map marking groups by colour and shape.

    Args:
        frame: `panel` (title of the map), `x`, `y`, and `group`, at most eight in a panel; the same
            group has the same mark in all panels that hold it at the same place of its order.
        words: the sentence for those who cannot see it.

    Raises:
        ValueError: a panel has more than eight groups.
    """
    table = needs(frame, ["panel", "x", "y", "group"], "place_map")
    panels = [_panel(rows, str(name)) for name, rows in table.groupby("panel", sort=False)]
    return figure(alt.hconcat(*panels, spacing=26).resolve_scale(color="independent",
                  shape="independent"), words, table)  # fmt: skip


def _panel(rows: pd.DataFrame, name: str) -> alt.Chart:
    groups = list(dict.fromkeys(rows["group"]))
    if len(groups) > len(_HUES):
        raise ValueError(
            f"place_map marks at most {len(_HUES)} groups, {name!r} has {len(groups)}; "
            "draw fewer, or codes of the first level alone"
        )
    n = len(groups)
    legend = alt.Legend(title=None, orient="bottom", columns=4, symbolSize=90)
    colour = alt.Scale(domain=groups, range=list(_HUES[:n]))
    shape = alt.Scale(domain=groups, range=list(MARKERS.values())[:n])
    axis = alt.Axis(labels=False, grid=False)
    return (
        alt.Chart(rows)
        .mark_point(filled=True, size=70, opacity=1, stroke="#444444", strokeWidth=0.5)
        .encode(
            x=alt.X("x:Q", title=None, axis=axis, scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("y:Q", title=None, axis=axis, scale=alt.Scale(domain=[0, 1])),
            color=alt.Color("group:N", scale=colour, legend=legend),
            shape=alt.Shape("group:N", scale=shape, legend=legend),
        )
        .properties(width=_SIDE, height=_SIDE, title=name)
    )
