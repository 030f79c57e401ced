"""Which titles a way of decoding lists, by how long they are."""

from __future__ import annotations

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import listed
from rectutor.charts.palette import BLACK, BLUE, GREY, VERMILLION

__all__ = ["title_lengths"]

_LOOKS = (GREY, BLACK, BLUE, VERMILLION)  # in the order of the rows
_MARKS = ("square", "diamond", "circle", "triangle-up")


def title_lengths(frame: pd.DataFrame) -> Figure:
    """Draw shares of titles by length, a line of marks for each set of titles.

    Args:
        frame: `tokens` (names of groups, short ones first), `titles` (up to four sets), `share`.

    Raises:
        ValueError: there are more than four sets.
    """
    table = needs(frame, ["tokens", "titles", "share"], "title_lengths")
    groups, names = (list(dict.fromkeys(table[column])) for column in ("tokens", "titles"))
    if len(names) > len(_LOOKS):
        raise ValueError(
            f"title_lengths draws up to {len(_LOOKS)} sets of titles, got {len(names)}; "
            "leave some out"
        )
    last = groups[-1]
    domain, n = names, len(names)
    colour = alt.Color(
        "titles:N", scale=alt.Scale(domain=domain, range=list(_LOOKS[:n])), title=None
    ).legend(orient="top", labelFontSize=13, symbolSize=90)
    shape = alt.Shape("titles:N", scale=alt.Scale(domain=domain, range=list(_MARKS[:n])))
    x = alt.X("tokens:N", sort=groups, title="tokens of a title, its end among them")
    rows = alt.Chart(table).encode(
        x=x.axis(labelAngle=0),
        y=alt.Y("share:Q", title="share of titles", axis=alt.Axis(format="%")),
        color=colour,
    )
    chart = alt.layer(
        rows.mark_line(strokeWidth=2, opacity=0.6),
        rows.mark_point(filled=True, size=100, opacity=1).encode(shape=shape.legend(None)),
    ).properties(width=440, height=260)
    ends = table[table["tokens"] == last].set_index("titles")["share"]
    said = [f"{ends[name]:.0%} of {name}" for name in names]
    return figure(chart, f"Titles of {last} tokens are {listed(said)}.", table)
