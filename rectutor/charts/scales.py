"""Scales and sentences that charts of one turned knob share."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from rectutor.charts.encodings import numbers
from rectutor.charts.theme import short

__all__ = ["first_to_last", "on_log", "top_of", "up_to"]


def first_to_last(table: pd.DataFrame, along: str) -> str:
    """Say where each model's line begins and ends."""
    said = []
    for name, rows in table.sort_values(along).groupby("model", sort=False):
        first, last = rows.iloc[0], rows.iloc[-1]
        said.append(
            f"{name} goes from {numbers(first)} with {first[along]} "
            f"to {numbers(last)} with {last[along]}"
        )
    return "; ".join(said)


def top_of(table: pd.DataFrame) -> float:
    """Choose the upper end of the vertical scale: a little above everything, no share above 1."""
    highest = float(table[["value", "high"]].max().max()) or 1.0
    return min(short(1.08 * highest, 2), 1.0 if highest <= 1 else np.inf)


def up_to(metric: str, top: float) -> alt.Y:
    """Return the vertical encoding of a value, from 0 to the end of the scale."""
    return alt.Y("value:Q", title=metric, scale=alt.Scale(domain=[0, top]))


def on_log(field: str, title: str, marks: list[int]) -> alt.X:
    """Return the horizontal encoding of a count on a log scale, with these marks alone."""
    axis = alt.Axis(values=marks, format=",d")
    scale = alt.Scale(type="log", domain=[marks[0], marks[-1]], nice=False)
    return alt.X(f"{field}:Q", title=title, scale=scale, axis=axis)
