"""What the Gini lab knows: rows of exposure, found by model, part, length of list and setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd

from rectutor.analysis.exposure_lab import AS_IT_IS, INTERACTIONS, SHARES
from rectutor.widgets.view import plain

__all__ = ["Exposures", "Row", "read_exposures"]

Row: TypeAlias = dict[str, float]
_HEAD = ("model", "way", "strength", "on", "k")
_VALUES = ("HR", "HR low", "HR high", "change", "change low", "change high", "Gini", "coverage")
_CURVE = tuple(f"L{share:g}" for share in SHARES)
_PARTS = ("validation", "test")


@dataclass(frozen=True)
class Exposures:
    """Measured models, with every setting of their lists."""

    models: tuple[str, ...]
    parts: tuple[str, ...]  # "validation", "test"
    ks: tuple[int, ...]
    ways: tuple[tuple[str, tuple[float, ...]], ...]  # names of knobs, and their strengths
    rows: dict[tuple[str, str, int, str, float], Row]  # by model, part, k, way, strength
    interactions: Row | None  # what people chose, where it is known

    def row(self, model: str, part: str, k: int, way: str = AS_IT_IS, strength: float = 0.0) -> Row:
        """Return one row; as the model is where this setting was not measured."""
        base = self.rows[model, part, k, AS_IT_IS, 0.0]
        return self.rows.get((model, part, k, way, strength), base)


def read_exposures(table: pd.DataFrame) -> Exposures:
    """Read a table of `rectutor.analysis.exposure_lab.measure`, of one model or more.

    Args:
        table: rows of `measure`, and of `interactions_rows` where it is to be drawn.

    Raises:
        ValueError: a column is missing, there is no model, or a model lacks a length of list.
    """
    missing = [name for name in (*_HEAD, *_VALUES, *_CURVE) if name not in table.columns]
    if missing:
        raise ValueError(
            f"GiniLab needs the columns of `exposure_lab.measure`; missing: {missing[:3]}. The "
            f"table has {list(table.columns)[:6]}"
        )
    is_chosen = table["model"] == INTERACTIONS
    own = table[~is_chosen].assign(model=lambda t: t["model"].map(plain))
    if own.empty:
        raise ValueError("GiniLab needs one model or more, got a table without any")
    names, ks = list(dict.fromkeys(own["model"])), sorted(set(own["k"].astype(int)))
    parts = [part for part in _PARTS if part in set(own["on"])]
    rows = {_key(row): _row(row) for row in own.to_dict("records")}
    for name, part, k in ((n, p, k) for n in names for p in parts for k in ks):
        if (name, part, k, AS_IT_IS, 0.0) not in rows:
            raise ValueError(f"GiniLab needs every model as it is; {name} lacks k = {k} on {part}")
    ways = own[own["way"] != AS_IT_IS].groupby("way", sort=False)["strength"]
    return Exposures(
        tuple(names),
        tuple(parts),
        tuple(ks),
        tuple((str(way), tuple(sorted(set(strengths)))) for way, strengths in ways),
        rows,
        _row(table[is_chosen].iloc[0].to_dict()) if is_chosen.any() else None,
    )


def _key(row: dict[Any, Any]) -> tuple[str, str, int, str, float]:
    strength = float(row["strength"])
    return row["model"], row["on"], int(row["k"]), row["way"], strength


def _row(row: dict[Any, Any]) -> Row:
    """Keep the numbers of a row."""
    return {name: float(value) for name, value in row.items() if name not in _HEAD}
