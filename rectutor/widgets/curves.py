"""What the two views with lines share: reading a table of curves, and the scale they need."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from rectutor.widgets.view import plain

__all__ = ["curves", "ticks", "tidy", "upper_end"]


def tidy(frame: pd.DataFrame, name: str, along: str, view: str) -> pd.DataFrame:
    """Check a table of curves, add empty intervals where it has none, and sort it.

    Args:
        frame: `name`, `along`, `value`, and `low` and `high` where they are known.
        name: the column that names the curve.
        along: the column of whole numbers along the axis, 1 or more.
        view: who asks, for the message.

    Raises:
        ValueError: a column is missing, nothing is left, or a place along the axis is below 1.
    """
    missing = [column for column in (name, along, "value") if column not in frame.columns]
    if missing:
        raise ValueError(f"{view} needs the columns {missing}; the table has {list(frame.columns)}")
    if frame.empty:
        raise ValueError(f"{view} needs one row or more, got an empty table; check the filter")
    if frame[along].min() < 1:
        raise ValueError(f"{along} must be 1 or more on a log axis, got {frame[along].min()}")
    table = frame.assign(**{c: math.nan for c in ("low", "high") if c not in frame.columns})
    table = table[[name, along, "value", "low", "high"]].copy()
    table[name] = table[name].map(plain)
    table[along] = table[along].astype(int)
    order = {one: i for i, one in enumerate(dict.fromkeys(table[name]))}
    return table.sort_values([name, along], key=lambda c: c.map(order) if c.name == name else c)


def curves(table: pd.DataFrame, name: str, along: str) -> list[dict[str, Any]]:
    """Lay a tidy table out as the page wants it: one list of points for each name."""
    return [
        {
            "name": one,
            "points": [
                {"x": int(x), "y": _number(y), "low": _number(low), "high": _number(high)}
                for x, y, low, high in rows[[along, "value", "low", "high"]].itertuples(index=False)
            ],
        }
        for one, rows in table.groupby(name, sort=False)
    ]


def upper_end(table: pd.DataFrame) -> tuple[float, list[float]]:
    """Choose the end of a scale from zero, and its ticks, so that everything fits."""
    highest = float(table[["value", "high"]].max().max()) or 1.0
    step = 10 ** math.floor(math.log10(highest))
    step *= next(factor for factor in (0.2, 0.5, 1, 2) if highest / (factor * step) <= 6)
    marks = [round(i * step, 6) for i in range(math.ceil(highest / step - 1e-9) + 1)]
    return marks[-1], marks


def ticks(low: int, high: int) -> list[int]:
    """Choose whole numbers to write under a log axis: the ends, and powers of ten between."""
    between = [10**i for i in range(1, 9) if low * 1.8 < 10**i < high / 1.8]
    return sorted({low, *between, high})


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 5)
