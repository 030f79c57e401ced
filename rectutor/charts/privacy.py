"""What privacy costs and what it hides, against the guarantee."""

from __future__ import annotations

import altair as alt
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import INTERVAL, listed
from rectutor.charts.palette import BLUE, GREY, VERMILLION

__all__ = ["against_epsilon"]

_PANEL = {"width": 420, "height": 150}


def against_epsilon(frame: pd.DataFrame, chance: float) -> Figure:
    """Draw the AUC and the exposure of planted secrets, one above the other, by setting.

    Args:
        frame: `setting` (a name with its epsilon, in the order of drawing), `value`, `low` and
            `high` of the AUC, and `exposure` in bits.
        chance: exposure of secrets that nobody has learned; dashed, like the AUC of a coin.
    """
    table = needs(frame, ["setting", *INTERVAL, "exposure"], "against_epsilon")
    order = list(table["setting"])
    x = alt.X("setting:N", sort=order, title=None, axis=alt.Axis(labelAngle=0, labelLimit=200))
    rows = alt.Chart(table).encode(x=x)
    lowest, highest = min(0.45, table["low"].min()), max(0.55, table["high"].max())
    scale = alt.Scale(domain=[lowest, highest], nice=True)
    auc = alt.Y("value:Q", title="AUC, 95 % interval", scale=scale)
    bits = alt.Y("exposure:Q", title="exposure, bits", scale=alt.Scale(zero=True))
    above = alt.layer(
        _rule(0.5),
        rows.mark_rule(strokeWidth=3, opacity=0.55, color=BLUE).encode(
            y=alt.Y("low:Q", scale=scale, title="AUC, 95 % interval"), y2="high:Q"
        ),
        rows.mark_point(filled=True, size=110, opacity=1, color=BLUE).encode(y=auc),
    ).properties(**_PANEL)
    below = alt.layer(
        _rule(chance),
        rows.mark_point(
            filled=True, size=110, opacity=1, color=VERMILLION, shape="triangle-up"
        ).encode(y=bits),
    ).properties(**_PANEL)
    said = [f"{r.setting} {r.value:.2f} and {r.exposure:.1f}" for r in table.itertuples()]
    words = f"AUC and exposure in bits: {listed(said)}; chance is 0.50 and {chance:.1f}, dashed."
    return figure(alt.vconcat(above, below, spacing=16), words, table)


def _rule(value: float) -> alt.Chart:
    """Draw what chance gives."""
    line = alt.Chart(pd.DataFrame({"y": [value]}))
    return line.mark_rule(color=GREY, strokeDash=[4, 4]).encode(y="y:Q")
