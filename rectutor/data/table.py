"""A learner's own table of interactions, checked once at the door.

What is broken beyond doubt is an error that names file, row and value. What has a sensible
reading is read so, counted, and told in `Dataset.notes`: repeated interactions, bad rows (only
when asked), over-long titles, invisible characters.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Hashable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from rectutor.data.interactions import Dataset
from rectutor.data.rows import need_columns, read_rows
from rectutor.data.titles import clean_titles
from rectutor.files import write_atomically
from rectutor.schema import INTERACTION_COLUMNS, ITEM_ID, RATING, TIMESTAMP, USER_ID

__all__ = ["export_csv", "load_table"]

_KNOWN = (*INTERACTION_COLUMNS, "title", "year", "genres")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DAY = 86400


def load_table(
    path: Path | str,
    columns: Mapping[str, str] | None = None,
    *,
    items: Path | str | None = None,
    encoding: str = "utf-8",
    bad_rows: str = "error",
) -> Dataset:
    """Read interactions, and items if there is a table of them, from CSV files.

    The earliest of repeated interactions (same user, same item) is kept and the others are
    counted. Ids that are all whole numbers become integers, others stay text. Users with few
    interactions stay; the splits say what they need.

    Args:
        path: a CSV file, plain or `.gz`, with a header.
        columns: our name to the file's name, for instance {"user_id": "user"}; what is not
            named is looked for under our name. `rating` is optional. In the table of items:
            `item_id`, `title`, and optionally `year` and `genres` (joined by "|").
        items: a CSV file with the items; without one, they come from the columns `title`,
            `year` and `genres` of the first file, and the id stands in for a missing title.
        encoding: of both files.
        bad_rows: "error", or "drop" to leave out and count rows without a user, an item, a
            proper rating or a proper timestamp.

    Returns:
        The data set. Timestamps are whole seconds since 1970; the file may have those or ISO
        dates (without a zone: UTC).

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a file or a row is broken; says where, and what to do.
    """
    if bad_rows not in ("error", "drop"):
        raise ValueError(f'bad_rows must be "error" or "drop", got "{bad_rows}"')
    columns = dict(columns or {})
    _check_mapping(columns)
    rows = _named(path, columns, encoding, [USER_ID, ITEM_ID, TIMESTAMP])
    notes = _notes_on_columns(rows)
    described = rows if items is None else _named(items, columns, encoding, [ITEM_ID, "title"])
    _check_found(columns, {*rows, *described}, path)
    table, dropped = _interactions(rows, bad_rows, path)
    table[USER_ID] = _ids(table[USER_ID])
    same_kind = _ids(pd.concat([table[ITEM_ID], described[ITEM_ID].str.strip()]))
    table[ITEM_ID] = same_kind.iloc[: len(table)]
    table = table.sort_values([USER_ID, TIMESTAMP, ITEM_ID], ignore_index=True)
    once = table.drop_duplicates([USER_ID, ITEM_ID], ignore_index=True)
    if len(once) < len(table):
        repeats = len(table) - len(once)
        notes.append(f"{repeats} repeated interactions were left out; the earliest is kept")
    few = int((once[USER_ID].value_counts() < 3).sum())
    if few:
        notes.append(f"{few} users have fewer than 3 interactions")
    films, found = _items(described, same_kind.iloc[len(table) :], once[ITEM_ID])
    return Dataset(
        Path(path).name.split(".")[0], once, films, f"read from {Path(path).name}",
        (*notes, *dropped, *found), Path(path).parent,
    )  # fmt: skip


def export_csv(table: pd.DataFrame, path: Path | str) -> Path:
    """Write a table for a spreadsheet, with no cell that would run as a formula.

    Text that begins with =, +, -, @, a tab or a carriage return gets an apostrophe in front,
    which spreadsheets read as "this is text". Tuples are joined by "|".

    Args:
        table: any table; its index is not written.
        path: the file to write.

    Returns:
        The path.
    """
    safe = table.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].map(_defused)
    safe.columns = [_defused(str(name)) for name in safe.columns]
    with write_atomically(path) as draft:
        safe.to_csv(draft, index=False, encoding="utf-8", quoting=csv.QUOTE_NONNUMERIC)
    return Path(path)


def _defused(value: object) -> object:
    if isinstance(value, tuple):
        value = "|".join(str(part) for part in value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _check_mapping(columns: Mapping[str, str]) -> None:
    for ours in columns:
        if ours not in _KNOWN:
            raise ValueError(
                f'columns maps our names to those of your file, and "{ours}" is none of ours: '
                f"{', '.join(_KNOWN)}"
            )


def _check_found(columns: Mapping[str, str], found: set[Hashable], path: Path | str) -> None:
    for ours, theirs in columns.items():
        if ours not in found:
            raise ValueError(
                f'{Path(path).name} needs the column "{theirs}", which you named as {ours}; it has '
                f"{', '.join(sorted(map(str, found)))}. Name one of these, or leave {ours} out"
            )


def _named(
    path: Path | str, columns: Mapping[str, str], encoding: str, needed: list[str]
) -> pd.DataFrame:
    """Read a file and give its columns our names."""
    rows = read_rows(path, encoding=encoding)
    remedy = "name yours with columns={our name: name in the file}"
    wanted = {ours: columns.get(ours, ours) for ours in _KNOWN}
    need_columns(rows, [wanted[ours] for ours in needed], path, remedy)
    present = {theirs: ours for ours, theirs in wanted.items() if theirs in rows}
    clash = [c for c in rows if c in present.values() and c not in present]
    return rows.drop(columns=clash).rename(columns=present)


def _notes_on_columns(rows: pd.DataFrame) -> list[str]:
    unread = [str(name) for name in rows if name not in _KNOWN]
    facts = {
        f"columns not read: {', '.join(unread)}": bool(unread),
        "no ratings: every rating is 0": RATING not in rows,
        "the last line has no line end; if the file was cut, its last value is wrong": (
            not rows.attrs["ends_well"]
        ),
    }
    return [note for note, holds in facts.items() if holds]


def _interactions(
    rows: pd.DataFrame, bad_rows: str, path: Path | str
) -> tuple[pd.DataFrame, list[str]]:
    """Turn text into ids, ratings and seconds; settle the rows that do not allow it."""
    users, items = rows[USER_ID].str.strip(), rows[ITEM_ID].str.strip()
    seconds = _seconds(rows[TIMESTAMP])
    ratings = np.zeros(len(rows))
    if RATING in rows:
        ratings = pd.to_numeric(rows[RATING], errors="coerce").to_numpy(dtype=float)
    faults = {
        (USER_ID, "no user"): (users == "").to_numpy(),
        (ITEM_ID, "no item"): (items == "").to_numpy(),
        (RATING, "no number as its rating"): ~np.isfinite(ratings),
        (TIMESTAMP, "no time in seconds or as an ISO date"): ~np.isfinite(seconds),
        (TIMESTAMP, "a negative timestamp"): seconds < 0,
        (TIMESTAMP, "a timestamp in the future (divide milliseconds by 1000)"): (
            seconds > time.time() + _DAY
        ),
    }
    notes = _settle(rows, faults, bad_rows, path)
    good = ~np.any(list(faults.values()), axis=0)
    table = pd.DataFrame(
        {
            USER_ID: users[good].to_numpy(),
            ITEM_ID: items[good].to_numpy(),
            RATING: ratings[good],
            TIMESTAMP: np.floor(seconds[good]).astype(np.int64),
        }
    )
    return table, notes


def _settle(
    rows: pd.DataFrame,
    faults: Mapping[tuple[str, str], np.ndarray],
    bad_rows: str,
    path: Path | str,
) -> list[str]:
    """Complain about the first fault, or count all of them; at least one row must be good."""
    found = {place: int(is_bad.sum()) for place, is_bad in faults.items() if is_bad.any()}
    if found and bad_rows == "error":
        column, fault = place = next(iter(found))
        row = int(np.flatnonzero(faults[place])[0])
        raise ValueError(
            f'{path}: row {row + 1} has {fault}: "{rows[column].iloc[row][:40]}" '
            f"({found[place]} such rows); mend them, "
            'or pass bad_rows="drop" to leave them out'
        )
    if np.any(list(faults.values()), axis=0).all():
        raise ValueError(f"{path} needs at least one good row, none of {len(rows)} is")
    return [f"{count} rows were left out: {fault}" for (_, fault), count in found.items()]


def _seconds(column: pd.Series) -> np.ndarray:
    """Read seconds since 1970 or ISO dates; nan where neither fits."""
    seconds = np.array(pd.to_numeric(column, errors="coerce"), dtype=float)
    other = np.isnan(seconds)
    if other.any():
        dates = pd.to_datetime(column[other], errors="coerce", utc=True, format="ISO8601")
        passed = dates - pd.Timestamp(0, tz="UTC")
        seconds[other] = (passed / pd.Timedelta(seconds=1)).to_numpy(dtype=float)
    return seconds


def _ids(column: pd.Series) -> pd.Series:
    """Make integers of ids if every one of them is a plain whole number."""
    if column.str.fullmatch(r"0|[1-9]\d{0,17}").all():
        return column.astype(np.int64)
    return column


def _items(
    described: pd.DataFrame, ids: pd.Series, used: pd.Series
) -> tuple[pd.DataFrame, list[str]]:
    """Build the table of items: one row for each described or used id."""
    items = pd.DataFrame({ITEM_ID: ids.to_numpy()})
    known = "title" in described
    items["title"] = described["title"].to_numpy() if known else ""
    year = described["year"] if "year" in described else pd.Series([""] * len(items))
    items["year"] = pd.to_numeric(year.to_numpy(), errors="coerce")
    genres = described["genres"] if "genres" in described else pd.Series([""] * len(items))
    items["genres"] = [tuple(g for g in text.split("|") if g) for text in genres]
    items = items.drop_duplicates(ITEM_ID)
    missing = used[~used.isin(items[ITEM_ID])].drop_duplicates()
    extra = pd.DataFrame({ITEM_ID: missing, "title": "", "genres": [()] * len(missing)})
    items = pd.concat([items, extra]).sort_values(ITEM_ID, ignore_index=True)
    items["year"] = items["year"].round().astype("Int64")
    items["title"], notes = clean_titles(items["title"])
    nameless = items["title"] == ""
    items["title"] = items["title"].mask(nameless, items[ITEM_ID].astype(str))
    if known and nameless.any():
        notes.append(f"{int(nameless.sum())} items have no title; their id stands in")
    return items, notes
