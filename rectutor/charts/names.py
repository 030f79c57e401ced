"""What is left of a catalogue after some tokens of a name, one bar a scheme."""

from __future__ import annotations

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import row_axis
from rectutor.charts.palette import BLUE

__all__ = ["films_left"]


def films_left(frame: pd.DataFrame, n_items: int, words: str, title: str = "") -> Figure:
    """Draw how many films are left under each scheme, and write what share is of one kind.

    Args:
        frame: `scheme`, `films left`, `same kind` (0..1, NaN where nobody else is left).
        n_items: of the catalogue, the end of the scale.
        words: the sentence for those who cannot see it.
        title: which film, and how much of its name is read.
    """
    table = needs(
        frame.fillna({"same kind": -1}), ["scheme", "films left", "same kind"], "films_left"
    )
    drawn = table.rename(columns={"films left": "left"})
    drawn["label"] = [
        f"{left:,}" + (f", {100 * share:.0f} % its kind" if share >= 0 else "")
        for left, share in zip(drawn["left"], drawn["same kind"], strict=True)
    ]
    base = alt.Chart(drawn).encode(
        y=alt.Y("scheme:N", sort=list(drawn["scheme"]), title=None, axis=row_axis()),
        x=alt.X("left:Q", title="films left", scale=alt.Scale(domain=[0, n_items])),
    )
    chart = alt.layer(
        base.mark_bar(color=BLUE, height=18),
        base.mark_text(align="left", dx=6).encode(text="label:N"),
    ).properties(
        width=330,
        height=32 * len(drawn),
        title=alt.TitleParams(title, anchor="start", frame="group"),
    )
    return figure(chart, words, frame)
