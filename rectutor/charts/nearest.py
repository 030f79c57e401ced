"""The nearest items of one item in two spaces, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import in_lines, row_axis
from rectutor.charts.palette import BLUE, GREEN

__all__ = ["SPACE_HUES", "two_lists"]

SPACE_HUES = (GREEN, BLUE)  # words like the content model, behaviour like SASRec
_COLUMNS = ["space", "rank", "title", "cosine", "in both"]
_LETTERS = 26  # of a title's line
_BAR = 170  # px of a cosine of 1


def two_lists(frame: pd.DataFrame, spaces: Sequence[str], title: str, words: str) -> Figure:
    """Draw the neighbours in two spaces with their cosines, and say which stand in both.

    Args:
        frame: `space`, `rank`, `title`, `cosine`, and `in both` as True or False; no row for a
            space in which there are no neighbours.
        spaces: the two names, left and right.
        title: of the item whose neighbours they are.
        words: the sentence for those who cannot see it.
    """
    table = frame if frame.empty else needs(frame, _COLUMNS, "two_lists")
    marks = table["in both"].map({True: " (in both)", False: ""})
    names = table["rank"].astype(str) + " " + table["title"] + marks
    drawn = table.assign(row=[in_lines(name, _LETTERS) for name in names])
    high = max([26, *(18 * (1 + row.count("\n")) for row in drawn["row"])])
    low = min([0.0, *drawn["cosine"]])
    panels = []
    for space, hue in zip(spaces, SPACE_HUES, strict=True):
        rows = drawn[drawn["space"] == space]
        heading = in_lines(f"{space}: nearest to {title}", 2 * _LETTERS).split("\n")
        panel = _nothing() if rows.empty else _bars(rows, hue, low)
        panels.append(panel.properties(width=_BAR, height=high * max(1, len(rows)), title=heading))
    return figure(alt.hconcat(*panels, spacing=30), words, table)


def _bars(rows: pd.DataFrame, hue: str, low: float) -> alt.LayerChart:
    bars = alt.Chart(rows).encode(
        y=alt.Y("row:N", sort=list(rows["row"]), title=None, axis=row_axis()),
        x=alt.X("cosine:Q", scale=alt.Scale(domain=[low, 1])).axis(tickCount=3),
    )
    return alt.layer(
        bars.mark_bar(color=hue, height=16),
        bars.mark_text(align="left", dx=6).encode(text=alt.Text("cosine:Q", format=".2f")),
    )


def _nothing() -> alt.Chart:
    words = pd.DataFrame({"words": ["no neighbours here"]})
    return alt.Chart(words).mark_text(align="left").encode(x=alt.value(0), text="words:N")
