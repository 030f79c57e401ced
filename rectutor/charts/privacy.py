"""What privacy costs and what it hides, against the guarantee."""

from __future__ import annotations

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import INTERVAL, listed
from rectutor.charts.palette import BLUE, GREY, VERMILLION
from rectutor.charts.theme import WIDTH

__all__ = ["against_epsilon"]

_PANEL = {"width": WIDTH - 60, "height": 170}
_TWO_LINES = "split(datum.label, ', ')"  # a name and its epsilon


def against_epsilon(frame: pd.DataFrame, chance: float, each: pd.DataFrame | None = None) -> Figure:
    """Draw the AUC and the exposure of planted secrets, one above the other, by setting.

    Args:
        frame: `setting` (a name with its epsilon, in the order of drawing), `value`, `low` and
            `high` of the AUC, and `exposure` in bits.
        chance: exposure of secrets that nobody has learned; dashed, like the AUC of a coin.
        each: `setting` and `exposure` of single secrets, one stroke each; None draws means alone.
    """
    table = needs(frame, ["setting", *INTERVAL, "exposure"], "against_epsilon")
    order = list(table["setting"])
    x = alt.X("setting:N", sort=order, title=None)
    axis = alt.Axis(labelAngle=0, labelExpr=_TWO_LINES, labelOverlap=False)
    upper = alt.Chart(table).encode(x=x.axis(labels=False, ticks=False))
    lower = alt.Chart(table).encode(x=x.axis(axis))
    lowest, highest = min(0.45, table["low"].min()), max(0.55, table["high"].max())
    scale = alt.Scale(domain=[lowest, highest], nice=True)
    auc = alt.Y("value:Q", title="AUC, 95 % interval", scale=scale)
    floor = alt.Scale(domain=[0, max(1.0, table["exposure"].max())], nice=True)
    bits = alt.Y("exposure:Q", title="exposure, bits", scale=floor)
    above = alt.layer(
        _rule(0.5, scale),
        upper.mark_rule(strokeWidth=3, opacity=0.55, color=BLUE).encode(
            y=alt.Y("low:Q", scale=scale, title="AUC, 95 % interval"), y2="high:Q"
        ),
        upper.mark_point(filled=True, size=110, opacity=1, color=BLUE).encode(y=auc),
    ).properties(**_PANEL)
    strokes = [] if each is None else [_strokes(each, x.axis(axis), floor)]
    below = alt.layer(
        _rule(chance, floor),
        *strokes,
        lower.mark_point(
            filled=True, size=110, opacity=1, color=VERMILLION, shape="triangle-up"
        ).encode(y=bits),
    ).properties(**_PANEL)
    said = [f"{r.setting} {r.value:.2f} and {r.exposure:.1f}" for r in table.itertuples()]
    words = f"AUC and exposure in bits: {listed(said)}; chance is 0.50 and {chance:.1f}, dashed."
    return figure(alt.vconcat(above, below, spacing=24), words, table)


def _rule(value: float, scale: alt.Scale) -> alt.Chart:
    """Draw what chance gives."""
    line = alt.Chart(pd.DataFrame({"y": [value]}))
    return line.mark_rule(color=GREY, strokeDash=[4, 4]).encode(y=alt.Y("y:Q", scale=scale))


def _strokes(each: pd.DataFrame, x: alt.X, scale: alt.Scale) -> alt.Chart:
    """Draw single secrets as short strokes; the darker, the more of them."""
    table = needs(each, ["setting", "exposure"], "against_epsilon")
    marks = alt.Chart(table).mark_tick(color=VERMILLION, opacity=0.5, thickness=3, width=36)
    return marks.encode(x=x, y=alt.Y("exposure:Q", scale=scale, title="exposure, bits"))
