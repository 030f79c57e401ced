"""The steps of agents' traces, standing still."""

from __future__ import annotations

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import row_axis
from rectutor.charts.palette import BLUE

__all__ = ["steps_chart"]

_COLUMNS = ["agent", "step", "kind", "what", "tokens"]
_LETTERS = 60  # of a step


def steps_chart(frame: pd.DataFrame, words: str) -> Figure:
    """Write one row for each step of each trace, with a bar of its tokens.

    Args:
        frame: `agent`, `step` (from 1), `kind`, `what` (one line), `tokens`; agent and step
            together name a row.
        words: the sentence for those who cannot see it.
    """
    table = needs(frame, _COLUMNS, "steps_chart")
    drawn = table.assign(
        row=[
            f"{agent[:30]}: {step} {kind}"
            for agent, step, kind in zip(table["agent"], table["step"], table["kind"], strict=True)
        ],
        label=[_label(*row) for row in zip(table["what"], table["tokens"], strict=True)],
    )
    base = alt.Chart(drawn).encode(
        y=alt.Y("row:N", sort=list(drawn["row"]), title=None, axis=row_axis()),
        x=alt.X("tokens:Q", title=None, axis=None),
    )
    bars = base.mark_bar(height=13, color=BLUE)
    text = base.mark_text(align="left", dx=6).encode(text="label:N")
    chart = alt.layer(bars, text).properties(width=150, height=20 * max(1, len(drawn)))
    return figure(chart, words, table)


def _label(what: str, tokens: int) -> str:
    """Write a step, cut where it is long, and its tokens."""
    line = what if len(what) <= _LETTERS else what[: _LETTERS - 1] + "…"
    return f"{line}  ({tokens} tokens)" if tokens else line
