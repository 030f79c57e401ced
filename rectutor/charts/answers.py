"""What a model answers to several wordings, and whether that is right."""

from __future__ import annotations

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import in_lines, row_axis
from rectutor.charts.palette import BLUE, VERMILLION

__all__ = ["answers"]


def answers(frame: pd.DataFrame, words: str, title: str = "") -> Figure:
    """Write the answer to each wording in a row, with a mark: right or wrong.

    Args:
        frame: `wording`, `answer`, `right` (bool); other columns are kept in the table alone.
        words: the sentence for those who cannot see it.
        title: who is asked what, and what is true.
    """
    table = needs(frame, ["wording", "answer", "right"], "answers")
    drawn = table.assign(
        mark=["✓" if right else "✗" for right in table["right"]],
        text=[answer if len(answer) < 60 else answer[:57] + "…" for answer in table["answer"]],
    )
    order = list(drawn["wording"])
    base = alt.Chart(drawn).encode(
        y=alt.Y("wording:N", sort=order, title=None, axis=row_axis()),
        color=alt.condition("datum.right", alt.value(BLUE), alt.value(VERMILLION)),
    )
    chart = alt.layer(
        base.mark_text(align="left", fontSize=15).encode(text="mark:N", x=alt.value(4)),
        base.mark_text(align="left").encode(text="text:N", x=alt.value(24)),
    ).properties(
        width=420,
        height=32 * len(drawn),
        title=alt.TitleParams(in_lines(title, 70).split("\n"), anchor="start", frame="group"),
    )
    return figure(chart, words, frame)
