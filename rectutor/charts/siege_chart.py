"""What each defence stops, as a map: defences down, goals of attackers across."""

from __future__ import annotations

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.palette import VERMILLION

__all__ = ["attack_map"]

_CELL, _ROW = 46, 26  # px
_DARK = 0.8  # shares above it are written in white


def attack_map(frame: pd.DataFrame) -> Figure:
    """Draw the share of attacks that succeed, one panel a model, each share written in its cell.

    Args:
        frame: `model`, `defence` and `goal` in the order to be drawn, and `value`, the share of
            attacks that succeed, 0 to 1.
    """
    table = needs(frame, ["model", "defence", "goal", "value"], "attack_map")
    defences, goals, models = (
        list(dict.fromkeys(table[name])) for name in ("defence", "goal", "model")
    )
    colour = alt.Scale(domain=[0, 1], range=["#F2F2F2", VERMILLION], interpolate="rgb")
    panels = []
    for place, model in enumerate(models):
        axis = alt.Axis(labelLimit=120) if place == 0 else None
        x = alt.X("goal:N", sort=goals, title=None, axis=alt.Axis(labelAngle=-40, orient="top"))
        cells = alt.Chart(table[table["model"] == model]).encode(
            x=x, y=alt.Y("defence:N", sort=defences, title=None, axis=axis)
        )
        ink = alt.when(f"datum.value > {_DARK}").then(alt.value("#ffffff"))
        layer = alt.layer(
            cells.mark_rect(stroke="#bbbbbb").encode(
                color=alt.Color("value:Q", scale=colour, legend=None)
            ),
            cells.mark_text(fontSize=13).encode(
                text=alt.Text("value:Q", format=".2~f"), color=ink.otherwise(alt.value("#222222"))
            ),
        )
        panels.append(
            layer.properties(width=_CELL * len(goals), height=_ROW * len(defences), title=model)
        )
    said = []
    for model in models:
        own = table[table["model"] == model].set_index("defence")["value"]
        never = [f"{defence} {int((own.loc[[defence]] == 0).sum())}" for defence in defences]
        said.append(f"{model}: {', '.join(never)}")
    words = f"How many of {len(goals)} goals no attack reaches. {'; '.join(said)}."
    return figure(alt.hconcat(*panels, spacing=16), words, table)
