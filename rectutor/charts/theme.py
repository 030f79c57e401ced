"""One look for Altair and Plotly: white paper, thin grid, text of 13 pixels and more.

Charts keep a white ground in the dark theme too, like a printed figure; the views of
`rectutor.widgets` follow the theme instead.
"""

from __future__ import annotations

import math
from typing import Any

from rectutor.charts.palette import BLACK, MARKERS, ModelStyle

__all__ = [
    "ALTAIR",
    "CELL",
    "FONT",
    "PLOTLY",
    "WIDTH",
    "plotly_dash",
    "plotly_marker",
    "short",
    "vega_dash",
]

FONT = "system-ui, 'Liberation Sans', 'DejaVu Sans', sans-serif"
WIDTH = 640  # px of the drawing; with axes and labels it fits a notebook cell of 900 px
CELL = 900  # px of a notebook cell, which no chart exceeds
_TEXT, _GRID = "#222222", "#E4E4E4"

ALTAIR: dict[str, Any] = {
    "background": "white",
    "font": FONT,
    "padding": 8,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 13,
        "titleFontSize": 14,
        "titleFontWeight": "normal",
        "labelColor": _TEXT,
        "titleColor": _TEXT,
        "gridColor": _GRID,
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
        "titlePadding": 10,
        "labelLimit": 330,  # `encodings.in_lines` breaks a label before that
        "labelFlush": False,  # every number stands under its own line, the first and last too
    },
    "axisQuantitative": {"tickCount": 6},
    "legend": {"labelFontSize": 13, "titleFontSize": 13, "labelLimit": 260},
    "title": {"fontSize": 15, "anchor": "start", "color": _TEXT, "fontWeight": 600, "offset": 12},
    "header": {"labelFontSize": 13, "titleFontSize": 13},
    "text": {"fontSize": 13, "color": _TEXT},
}

PLOTLY: dict[str, Any] = {
    "layout": {
        "font": {"family": FONT, "size": 13, "color": _TEXT},
        "title": {"x": 0, "xref": "paper", "xanchor": "left", "font": {"size": 15}},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "colorway": [BLACK],
        "margin": {"l": 70, "r": 150, "t": 50, "b": 60},
        "xaxis": {"gridcolor": _GRID, "zeroline": False, "automargin": True},
        "yaxis": {"gridcolor": _GRID, "zeroline": False, "automargin": True},
        "hoverlabel": {"font": {"size": 13}},
    }
}

_PLOTLY_MARKERS = dict(
    zip(
        MARKERS,
        ["circle", "square", "diamond", "triangle-up", "triangle-down", "line-ew", "x", "star"],
        strict=True,
    )
)


def short(value: float, digits: int = 3) -> float:
    """Round to `digits` significant digits; nan and infinity pass through.

    Example:
        >>> short(0.123456), short(1234.5)
        (0.123, 1230.0)
    """
    if value == 0 or not math.isfinite(value):
        return float(value)
    return round(float(value), digits - 1 - math.floor(math.log10(abs(value))))


def vega_dash(style: ModelStyle) -> list[int]:
    """Give a dash the way Vega takes it; [1, 0] is a solid line."""
    return list(style.dash) or [1, 0]


def plotly_dash(style: ModelStyle) -> str:
    """Give a dash the way Plotly takes it."""
    return ",".join(f"{length}px" for length in style.dash) or "solid"


def plotly_marker(style: ModelStyle) -> str:
    """Give the marker's name in Plotly."""
    return _PLOTLY_MARKERS[style.marker]
