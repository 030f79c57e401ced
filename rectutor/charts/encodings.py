"""Pieces that several charts share: model scales, interval marks, labels at the ends of lines."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from rectutor.charts.palette import MARKERS, model_style
from rectutor.charts.theme import CELL, WIDTH, short, vega_dash

__all__ = [
    "INTERVAL",
    "aligned",
    "beside",
    "by_model",
    "in_lines",
    "listed",
    "named_lines",
    "numbers",
    "row_axis",
    "spread",
    "with_interval",
]

INTERVAL = ["value", "low", "high"]
HEIGHT = 320  # px of a chart of lines
_KEY = 22  # px from the end of a line to the mark beside its name
_ROW = 18  # px between two labels at the ends of lines
_LETTER = 7.4  # px of a letter of 13 px in the widest fonts, on average
_LINE = 44  # letters of a label before it is broken


def by_model(names: Sequence[str], legend: bool = False) -> dict[str, Any]:
    """Return the colour, shape and dash encodings that give each model its own look."""
    styles = [model_style(name) for name in names]
    looks: dict[str, tuple[Any, Any]] = {
        "color": (alt.Color, [style.colour for style in styles]),
        "shape": (alt.Shape, [MARKERS[style.marker] for style in styles]),
        "strokeDash": (alt.StrokeDash, [vega_dash(style) for style in styles]),
    }
    extra: dict[str, Any] = {"title": None} if legend else {"legend": None}
    return {
        channel: make("model:N", scale=alt.Scale(domain=list(names), range=values), **extra)
        for channel, (make, values) in looks.items()
    }


def numbers(row: pd.Series) -> str:
    """Say a value and its interval, as in "0.13 [0.12, 0.15]"."""
    if pd.isna(row["low"]) or pd.isna(row["high"]):
        return f"{short(row['value']):g}"
    return f"{short(row['value']):g} [{short(row['low']):g}, {short(row['high']):g}]"


def aligned(frame: pd.DataFrame) -> list[str]:
    """Say the values of rows and their intervals with as many decimals in each row.

    Args:
        frame: `value`, `low` and `high`, nan where unknown; three decimals below 10, one above.
    """
    digits = 3 if float(frame[INTERVAL].abs().max().max()) < 10 else 1
    said = []
    for value, low, high in frame[INTERVAL].itertuples(index=False):
        interval = (
            "" if pd.isna(low) or pd.isna(high) else f" [{low:.{digits}f}, {high:.{digits}f}]"
        )
        said.append(f"{value:.{digits}f}{interval}")
    return said


def listed(parts: Sequence[str]) -> str:
    """Join parts as a sentence does.

    Example:
        >>> listed(["a", "b", "c"])
        'a, b and c'
    """
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def in_lines(label: str, letters: int = _LINE) -> str:
    r"""Break a long label into lines; nothing is cut off.

    Example:
        >>> in_lines("Markov (last film): corrected, gamma 0.001", letters=30)
        'Markov (last film): corrected,\ngamma 0.001'
    """
    return "\n".join(textwrap.wrap(str(label), letters, break_on_hyphens=False)) or str(label)


def row_axis() -> alt.Axis:
    """Return the axis of rows whose names `in_lines` may have broken."""
    two = {
        "condition": {"test": "indexof(datum.value, '\\n') >= 0", "value": "bottom"},
        "value": "middle",
    }
    return alt.Axis(labelExpr="split(datum.label, '\\n')", labelBaseline=two)


def beside(labels: Sequence[str], texts: Sequence[str] = (), most: int = WIDTH) -> int:
    """Return how wide a chart may be drawn (px) between its row labels and texts on its right.

    Args:
        labels: names of the rows, as broken by `in_lines`.
        texts: what stands to the right of the drawing.
        most: the width when there is room enough.
    """
    longest = [
        max((len(line) for one in part for line in str(one).split("\n")), default=0)
        for part in (labels, texts)
    ]
    return max(200, round(min(most, CELL - 60 - _LETTER * sum(longest))))


def with_interval(frame: pd.DataFrame) -> pd.DataFrame:
    """Add empty `low` and `high` where a table has none."""
    return frame.assign(**{c: np.nan for c in ("low", "high") if c not in frame.columns})


def spread(values: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move labels apart until neighbours are `gap` from each other, in the same order.

    Args:
        values: wanted places.
        gap: the least distance, in the same unit.
        low: the lowest place allowed.
        high: the highest place allowed, as long as all labels fit.

    Example:
        >>> spread([1.0, 1.0, 9.0], gap=2.0, low=0.0, high=10.0)
        [0.0, 2.0, 9.0]
    """
    order = np.argsort(values, kind="stable")
    places = np.asarray(values, dtype=float)[order]
    for _ in range(200):  # neighbours that are too close push each other away
        places = np.clip(places, low, max(high, low + gap * (len(places) - 1)))
        lack = np.maximum(0, gap - np.diff(places)) / 2
        if lack.max(initial=0) < gap * 1e-3:
            break
        places[1:] += lack
        places[:-1] -= lack
    for i in range(1, len(places)):
        places[i] = max(places[i], places[i - 1] + gap)
    result = np.empty(len(places))
    result[order] = places
    return [round(float(place), 6) for place in result]


def named_lines(
    frame: pd.DataFrame,
    x: alt.X,
    y: alt.Y,
    top: float,
    bottom: float = 0.0,
) -> Any:
    """Draw one marked line per model, with its interval as a band and its name at the end.

    Args:
        frame: columns of `x` and `y`, `model`, and `low` and `high`, nan where unknown.
        x: the horizontal encoding.
        y: the vertical encoding; its scale must run from `bottom` to `top`.
        top: the upper end of the vertical scale.
        bottom: its lower end.

    Returns:
        A layered Altair chart.
    """
    across, up = (str(encoding.shorthand).split(":")[0] for encoding in (x, y))
    names = list(dict.fromkeys(frame["model"]))
    looks = by_model(names)
    ends = frame.sort_values(across).groupby("model", sort=False).tail(1)
    ends = ends.assign(place=spread(list(ends[up]), (top - bottom) * _ROW / HEIGHT, bottom, top))
    scale = alt.Scale(domain=[bottom, top])  # in every layer, or one of them would begin at zero
    lines = alt.Chart(frame).encode(x=x, y=y, color=looks["color"])
    band = lines.mark_area(opacity=0.15).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    at_end = alt.Chart(ends[["model", across, "place"]]).encode(
        x=alt.X(across, type="quantitative"), y=alt.Y("place:Q", scale=scale)
    )
    layers = [
        lines.mark_line(strokeWidth=2).encode(strokeDash=looks["strokeDash"]),
        lines.mark_point(filled=True, size=60, opacity=1).encode(shape=looks["shape"]),
        at_end.mark_point(filled=True, size=60, opacity=1, xOffset=_KEY).encode(
            color=looks["color"], shape=looks["shape"]
        ),
        at_end.mark_text(align="left", dx=_KEY + 10, fontSize=13).encode(text="model:N"),
    ]
    if frame["low"].notna().any():
        layers.insert(0, band)
    width = beside(["-0.00"], [f"{name}---" for name in names])  # numbers left, marks and names
    return alt.layer(*layers).properties(width=width, height=HEIGHT)
