"""Item codes: how much each code of each level is used, and how that came about in training."""

from __future__ import annotations

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import listed
from rectutor.charts.palette import GREY, LEVEL_HUES, MARKERS
from rectutor.charts.theme import WIDTH, short

__all__ = ["code_training", "code_use"]

_DASHES = ([1, 0], [6, 3], [2, 3], [10, 3, 2, 3])  # of levels, so that a grey print can be read
_BARS = 420  # px of a panel


def code_use(frame: pd.DataFrame, words: str) -> Figure:
    """Draw the items of every code, a panel for each level, the most used code first.

    Args:
        frame: `level` (from 1), `code`, `items`; a code that no item has is marked by a cross.
        words: the sentence for those who cannot see it.
    """
    table = needs(frame, ["level", "code", "items"], "code_use")
    drawn = table.sort_values(["level", "items"], ascending=[True, False], kind="stable")
    drawn["place"] = drawn.groupby("level").cumcount() + 1
    levels = sorted(set(drawn["level"]))
    title = "codes of the level, most used first (×: no item has it)"
    panels = [
        _bars(drawn[drawn["level"] == level], level, title if level == levels[-1] else None)
        for level in levels
    ]
    return figure(alt.vconcat(*panels, spacing=14), words, table)


def code_training(frame: pd.DataFrame, name: str = "") -> Figure:
    """Draw by epoch how many codes each level uses, and the error.

    Args:
        frame: `epoch` (from 1), `level` (from 1), `perplexity` (of use), `used` (codes that some
            item has), `error` (of the epoch, the same on each level).
        name: of the table of codes.
    """
    columns = ["epoch", "level", "perplexity", "used", "error"]
    table = needs(frame, columns, "code_training")
    levels = sorted(set(table["level"]))
    scale = alt.Scale(domain=levels, range=[LEVEL_HUES[(i - 1) % 4] for i in levels])
    dash = alt.Scale(domain=levels, range=[_DASHES[(i - 1) % 4] for i in levels])
    lines = (
        alt.Chart(table)
        .mark_line()
        .encode(
            x=alt.X("epoch:Q", title=None),
            y=alt.Y("perplexity:Q", title="perplexity of use", scale=alt.Scale(zero=True)),
            color=alt.Color("level:N", scale=scale, title="level"),
            strokeDash=alt.StrokeDash("level:N", scale=dash, title="level"),
        )
    )
    error = (
        alt.Chart(table[table["level"] == levels[0]])
        .mark_line(color="#222222")
        .encode(
            x=alt.X("epoch:Q", title="epoch"),
            y=alt.Y("error:Q", title="error of reconstruction", scale=alt.Scale(zero=True)),
        )
    )
    panels = [one.properties(width=WIDTH - 60, height=150) for one in (lines, error)]
    ends = (table["epoch"].min(), table["epoch"].max())
    first, last = (table[table["epoch"] == epoch] for epoch in ends)
    said = [
        f"level {a['level']} goes from {a['used']} codes in use to {b['used']} "
        f"(perplexity {short(a['perplexity']):g} and {short(b['perplexity']):g})"
        for a, b in zip(first.to_dict("records"), last.to_dict("records"), strict=True)
    ]
    words = f"{name + ': ' if name else ''}over {last['epoch'].iloc[0]} epochs {listed(said)}."
    return figure(alt.vconcat(*panels, spacing=10), words, table)


def _bars(rows: pd.DataFrame, level: int, title: str | None) -> alt.LayerChart:
    used, K = int((rows["items"] > 0).sum()), len(rows)
    axis = alt.Axis(labels=False, grid=False)
    x = alt.X("place:O", title=title, axis=axis, scale=alt.Scale(paddingInner=0.15))
    bars = alt.Chart(rows).mark_bar(color=LEVEL_HUES[(level - 1) % 4])
    dead = alt.Chart(rows[rows["items"] == 0]).mark_point(
        shape=MARKERS["cross"], filled=True, color=GREY, size=14, opacity=1, yOffset=-5
    )
    heading = f"level {level}: {used} of {K} codes in use"
    return alt.layer(
        bars.encode(x=x, y=alt.Y("items:Q", title="items", axis=alt.Axis(tickCount=3))),
        dead.encode(x=x, y=alt.datum(0)),
        title=heading,
    ).properties(width=_BARS, height=80)
