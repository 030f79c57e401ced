"""Ratings by the tens of millions, read straight into numbers: a fifth of the memory of text.

Whole files are read by pandas' own parser. Only if that fails is the file read again, in parts, to
say which line is to blame.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rectutor.schema import INTERACTION_COLUMNS, RATING, TIMESTAMP

__all__ = ["read_ratings"]

_PART = 200_000  # lines that are looked through at once
_KINDS = {name: "float32" if name == RATING else "int32" for name in INTERACTION_COLUMNS}
_KINDS[TIMESTAMP] = "int64"


def read_ratings(path: Path, separator: str = ",", header: bool = True) -> pd.DataFrame:
    """Read user, item, rating and second, the first four fields of each line.

    Args:
        path: a file, plain or `.gz`.
        separator: one character, or one character doubled, such as "::".
        header: whether the first line names the columns.

    Returns:
        user_id and item_id int32, rating float32, timestamp int64, in the order of the file.

    Raises:
        ValueError: a line does not hold four numbers; names it.
    """
    step = len(separator)  # "a::b" split at ":" has an empty field between
    fields = [step * place for place in range(len(INTERACTION_COLUMNS))]
    names = [str(place) for place in range(fields[-1] + 1)]
    for place, name in zip(fields, INTERACTION_COLUMNS, strict=True):
        names[place] = name
    how: dict[str, Any] = {
        "sep": separator[0], "header": 0 if header else None, "usecols": fields,
        "names": names, "index_col": False,
    }  # fmt: skip
    try:
        rows = pd.read_csv(path, dtype=_KINDS, **how)
        if not rows[RATING].isna().any():
            return rows[INTERACTION_COLUMNS]
        fault = "a rating is missing"
    except (ValueError, OverflowError, EOFError, pd.errors.ParserError) as error:
        fault = str(error)
    _blame(path, how, header)
    raise ValueError(f"{path} is not a whole table: {fault}; copy or download it again")


def _blame(path: Path, how: dict[str, Any], header: bool) -> None:
    """Find the first line whose fields are not four numbers, and complain about it."""
    line = 1 + header
    with pd.read_csv(path, dtype=str, keep_default_na=False, chunksize=_PART, **how) as parts:
        for part in parts:
            for name in INTERACTION_COLUMNS:
                _blame_column(path, part[name], line)
            line += len(part)


def _blame_column(path: Path, column: pd.Series, first_line: int) -> None:
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    bad = ~np.isfinite(values)
    if column.name != RATING:
        bad |= values != np.floor(values)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        kind = "number" if column.name == RATING else "whole number"
        raise ValueError(
            f"{path} needs a {kind} as {column.name} in every line, line {first_line + row} has "
            f'"{str(column.iloc[row])[:40]}"; mend it, or download the file again'
        )
