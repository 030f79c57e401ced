"""State a trained number as a sentence that holds on every machine.

Trained values differ between processors, so a lesson never prints their raw digits. It prints
whether the value lies within a tolerance of the one on file: a "no" changes the printed text,
and the comparison of the notebooks fails. All tolerances lie in `expectations.csv`; each is
three standard deviations over five seeds unless its row says otherwise.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

__all__ = ["Expectation", "expect", "expectations"]

_FILE = Path(__file__).with_name("expectations.csv")
_ROUNDING = 1e-12  # 0.32 - 0.30 is a little more than 0.02


class Expectation(NamedTuple):
    """One row of `expectations.csv`."""

    name: str  # what was measured, on what: "HR@10 of SASRec on films"
    value: str  # as printed: its digits are the ones that are stable
    tolerance: str
    command: str  # how value and tolerance were measured
    date: str  # when, YYYY-MM-DD


@cache
def expectations(path: Path = _FILE) -> dict[str, Expectation]:
    """Read the file; names are unique.

    Raises:
        ValueError: a name stands twice.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = [Expectation(**row) for row in csv.DictReader(file)]
    names = [row.name for row in rows]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{path.name}: {twice[0]!r} stands twice; keep one row")
    return dict(zip(names, rows, strict=True))


def expect(name: str, measured: float) -> None:
    """Print whether a measured value lies where it should.

    Args:
        name: a row of `expectations.csv`.
        measured: the value of this run.

    Raises:
        LookupError: the file has no such row; the message shows the line to add.
    """
    known = expectations()
    if name not in known:
        raise LookupError(
            f"{_FILE.name} has no row for {name!r}; measure it with five seeds and add "
            f'"{name},{measured:.3g},<three standard deviations>,<command>,<date>"'
        )
    row = known[name]
    holds = abs(float(measured) - float(row.value)) <= float(row.tolerance) + _ROUNDING
    answer = "yes" if holds else f"no, it is {float(measured):.4g}"
    print(f"{name}: within {row.tolerance} of {row.value}: {answer}")
