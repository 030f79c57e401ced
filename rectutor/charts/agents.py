"""What agents choose and what they cost."""

from __future__ import annotations

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import in_lines, listed, row_axis
from rectutor.charts.palette import BLUE
from rectutor.charts.theme import CELL, short

__all__ = ["costs", "tool_confusion"]

_ROW, _SQUARE = 34, 78  # px
_LETTER = 7.4  # px of a letter, on average
_NUMBER, _GAP = 56, 14  # px for the number to the right of a bar, of which so many stay empty


def costs(frame: pd.DataFrame, measures: list[str]) -> Figure:
    """Draw a panel of bars for each measure, with one row for each agent; each has its own scale.

    Args:
        frame: `who`, and a column for each measure, none below 0; where there are columns with
            ` low` and ` high` behind the measure's name, they are drawn as an interval.
        measures: the columns to draw, from left to right.
    """
    ends = [f"{name}{end}" for name in measures for end in (" low", " high")]
    known = [name for name in ends if name in frame.columns]
    table = needs(frame, ["who", *measures, *known], "costs")
    rows = [in_lines(name, 30) for name in table["who"]]
    letters = max(len(line) for row in rows for line in row.split("\n"))
    width = round((CELL - 60 - _LETTER * letters) / len(measures)) - _NUMBER
    panels = []
    for place, name in enumerate(measures):
        own = table.assign(row=rows, value=table[name], said=[f"{short(v):g}" for v in frame[name]])
        columns = ["row", "value", "said"]
        if f"{name} low" in known:
            own = own.assign(low=own[f"{name} low"], high=own[f"{name} high"])
            columns += ["low", "high"]
        panels.append(_panel(own[columns], name, width, place == 0))
    said = [
        f"{row['who']} {', '.join(f'{short(row[name], 3):g} {name}' for name in measures)}"
        for row in frame.to_dict("records")  # the table is rounded, and nothing is rounded twice
    ]
    return figure(alt.hconcat(*panels, spacing=_GAP), f"{'; '.join(said)}.", table)


def _panel(own: pd.DataFrame, name: str, width: int, is_first: bool) -> alt.LayerChart:
    """Draw one measure."""
    axis = row_axis() if is_first else None
    top = float(own[[c for c in ("value", "high") if c in own]].max().max()) or 1.0
    scale = alt.Scale(domain=[0, top], nice=False)
    at = alt.X("value:Q", title=name, scale=scale).axis(
        tickCount=3 if width > 120 else 2, grid=False
    )
    base = alt.Chart(own).encode(y=alt.Y("row:N", sort=list(own["row"]), title=None, axis=axis))
    has_interval = "high" in own
    layers = [base.mark_bar(color=BLUE, opacity=0.35 if has_interval else 0.75).encode(x=at)]
    if has_interval:
        low = alt.X("low:Q", title=name, scale=scale)
        layers.append(base.mark_rule(color=BLUE, strokeWidth=3).encode(x=low, x2="high:Q"))
    right = alt.X("high:Q" if has_interval else "value:Q", title=name, scale=scale)
    layers.append(base.mark_text(align="left", dx=6).encode(x=right, text="said:N"))
    return alt.layer(*layers).properties(width=width, height=_ROW * len(own))


def tool_confusion(frame: pd.DataFrame) -> Figure:
    """Draw which tool was called (across) where which was meant (down), counted in each square.

    Args:
        frame: `meant`, `called`, `n`; a pair that is missing occurred never.
    """
    table = needs(frame, ["meant", "called", "n"], "tool_confusion")
    names = sorted({*table["meant"], *table["called"]}, key=lambda name: (name[0] == "(", name))
    pairs = pd.MultiIndex.from_product([names, names], names=["meant", "called"])
    full = table.set_index(["meant", "called"])["n"].reindex(pairs, fill_value=0).reset_index()
    full["share"] = full["n"] / full.groupby("meant")["n"].transform("sum").clip(lower=1)
    full["said"] = [str(n) if n else "" for n in full["n"]]
    x = alt.X("called:N", sort=names, title="called").axis(labelAngle=0, orient="top")
    y = alt.Y("meant:N", sort=names, title="meant")
    base = alt.Chart(full).encode(x=x, y=y)
    shade = alt.Color(
        "share:Q", title="share of the row", scale=alt.Scale(domain=[0, 1], range=["#F2F2F2", BLUE])
    )
    chart = alt.layer(
        base.mark_rect(stroke="white", strokeWidth=2).encode(color=shade),
        base.mark_text().encode(
            text="said:N",
            color=alt.condition("datum.share > 0.5", alt.value("white"), alt.value("#222222")),
        ),
    ).properties(width=_SQUARE * len(names), height=32 * len(names))
    wrong = table[table["meant"] != table["called"]].sort_values(
        ["n", "meant", "called"], ascending=[False, True, True]
    )
    n_right = int(table.loc[table["meant"] == table["called"], "n"].sum())
    most = [f"{row.called} for {row.meant} {row.n} times" for row in wrong.head(3).itertuples()]
    tail = f"; most often wrong: {listed(most)}" if most else ""
    return figure(
        chart, f"{n_right} of {int(table['n'].sum())} calls on the diagonal{tail}.", table
    )
