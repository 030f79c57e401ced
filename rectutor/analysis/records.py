"""Measurements that take too long for a lesson: written once by a command, read by the lesson.

Each record is two files in `figures/records/`: `NAME.csv`, the table, and `NAME.json`, which says
by which command it was made, when, on what machine, and from which data and code.
"""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import date
from io import StringIO
from pathlib import Path

import pandas as pd

from rectutor.files import sha256, shipped, write_atomically

__all__ = ["Record", "machine_size", "read_record", "write_record"]


@dataclass(frozen=True)
class Record:
    """One recorded table, and how it came about."""

    table: pd.DataFrame
    command: str  # makes it again, from the project's root
    date: str  # when, YYYY-MM-DD
    machine: str  # its size, for instance "2 cores, x86_64, one thread"
    fingerprint: str  # of the data and code it was made from
    sha256: str  # of the CSV file

    def said(self) -> str:
        """Say in one sentence where the numbers come from."""
        return f"Recorded by `{self.command}` on {self.date} ({self.machine})."


def write_record(
    name: str, table: pd.DataFrame, command: str, fingerprint: str, folder: Path | None = None
) -> Path:
    """Write a record, and return the path of its table.

    Args:
        name: of the record, without ending.
        table: floats are written with six significant digits.
        command: what makes it again.
        fingerprint: from `rectutor.training.fingerprint`, or any words that say which data.
        folder: `figures/records` of this clone by default.
    """
    folder = Path(folder) if folder else shipped("figures") / "records"
    path = folder / f"{name}.csv"
    with write_atomically(path) as draft:
        table.to_csv(draft, index=False, float_format="%.6g", lineterminator="\n")
    record = Record(
        table, command, date.today().isoformat(), machine_size(), fingerprint, sha256(path)
    )
    about = {key: value for key, value in asdict(record).items() if key != "table"}
    with write_atomically(path.with_suffix(".json")) as draft:
        draft.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return path


def read_record(name: str, folder: Path | None = None) -> Record:
    """Read a record that ships with the project.

    Args:
        name: of the record, without ending.
        folder: `figures/records` by default.

    Raises:
        FileNotFoundError: there is no such record.
        ValueError: the table is not the one that was recorded.
    """
    folder = Path(folder) if folder else shipped("figures", "records")
    path = folder / f"{name}.csv"
    if not path.exists():
        known = ", ".join(sorted(other.stem for other in folder.glob("*.csv"))) or "none"
        raise FileNotFoundError(f"there is no record {name!r} in {folder}; there are: {known}")
    about = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    text = path.read_bytes()
    if sha256(path) != about["sha256"]:
        raise ValueError(f"{path.name} was changed by hand; make it again: `{about['command']}`")
    return Record(pd.read_csv(StringIO(text.decode())), **about)


def machine_size() -> str:
    """Say how large this machine is, without naming it."""
    threads = os.environ.get("OMP_NUM_THREADS", "")
    used = f", {threads} thread{'s' * (threads != '1')}" if threads else ""
    return f"{os.cpu_count()} cores, {platform.machine()}{used}"
