"""What each way to ground a text takes it for, standing still."""

from __future__ import annotations

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import row_axis
from rectutor.charts.palette import BLUE, SKY
from rectutor.charts.theme import short

__all__ = ["snapped"]

_COLUMNS = ["way", "place", "title", "value", "verdict"]
_LETTERS = 34  # of a title


def snapped(frame: pd.DataFrame, words: str) -> Figure:
    """Write the nearest title and the runner-up behind each way, with a bar of the distance.

    Args:
        frame: `way`, `place` (1 or 2), `title` ("" for nothing), `value` (a distance, or the score
            of a search; nan where there is none), `verdict`.
        words: the sentence for those who cannot see it.
    """
    table = needs(frame, _COLUMNS, "snapped")
    full = table.groupby("way")["value"].transform("max")
    drawn = table.assign(share=(table["value"] / full.where(full > 0, 1.0)).fillna(0.0))
    drawn["row"] = [
        way if place == 1 else f"{way}, runner-up"
        for way, place in zip(table["way"], table["place"], strict=True)
    ]
    drawn["label"] = [
        _label(*row)
        for row in zip(
            table["title"], table["value"], table["verdict"], table["place"], strict=True
        )
    ]
    base = alt.Chart(drawn).encode(
        y=alt.Y("row:N", sort=list(drawn["row"]), title=None, axis=row_axis()),
        x=alt.X("share:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=None),
    )
    colour = alt.condition(alt.datum["place"] == 1, alt.value(BLUE), alt.value(SKY))
    bars = base.mark_bar(height=13).encode(color=colour)
    text = base.mark_text(align="left", dx=6).encode(text="label:N")
    chart = alt.layer(bars, text).properties(width=150, height=20 * len(drawn))
    return figure(chart, words, table)


def _label(title: str, value: float, verdict: str, place: int) -> str:
    """Write a title with its number, and a verdict behind the first."""
    name = title if len(title) <= _LETTERS else title[: _LETTERS - 1] + "…"
    number = "" if pd.isna(value) else f" {short(value):g}"
    said = f" ({verdict})" if verdict and place == 1 else ""
    return f"{name}{number}{said}".strip() or "nothing"
