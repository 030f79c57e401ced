"""Text files with rows, read strictly: what is broken is named by file and line.

Everything arrives as text; numbers are made, and checked, afterwards.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["MAX_BYTES", "need_columns", "numbers", "read_rows"]

MAX_BYTES = 2**30  # unpacked; far above any file the lessons use, far below a decompression bomb


def read_rows(
    path: Path | str, *, separator: str = ",", encoding: str = "utf-8", header: bool = True
) -> pd.DataFrame:
    """Read a text file, plain or `.gz`, into a table of strings.

    A byte order mark and CRLF line ends are taken away. Quotes are honoured in files with a
    header (CSV); without one they are ordinary characters.

    Args:
        path: the file.
        separator: between fields; one character or more.
        encoding: of the text.
        header: whether the first line names the columns; without, columns are 0, 1, 2, ...

    Returns:
        One row per line, every value a string, "" where a field is empty; `attrs["ends_well"]`
        says whether the last line is ended, since one cut within its last field looks whole.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is empty, cut short, packed too large, not text in this
            encoding, or has a row of another length.
    """
    path = Path(path)
    text = _text(path, encoding)
    if len(separator) > 1:
        text, separator = text.replace(separator, "\x1f"), "\x1f"
    if not text.strip():
        raise ValueError(f"{path} is empty; copy or download it again")
    try:
        rows = pd.read_csv(
            io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, na_values=[],
            header=0 if header else None, index_col=False, skip_blank_lines=True,
            quoting=csv.QUOTE_MINIMAL if header else csv.QUOTE_NONE, on_bad_lines="error",
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        reason = str(error).removeprefix("Error tokenizing data. C error: ").strip()
        raise ValueError(f"{path} is not a whole table: {reason}; mend or copy it again") from error
    if (rows.iloc[:, -1] == "").any():  # empty, or was it never there?
        _check_lengths(rows, text, separator, header, path)
    rows.attrs["ends_well"] = text.endswith(("\n", "\r"))
    return rows


def need_columns(rows: pd.DataFrame, needed: list[str], path: Path | str, remedy: str) -> None:
    """Complain about columns that a table lacks, with the nearest names it has.

    Raises:
        ValueError: a needed column is missing.
    """
    for name in needed:
        if name not in rows:
            near = get_close_matches(name.lower(), [str(c).lower() for c in rows], 1, cutoff=0.5)
            likely = [str(c) for c in rows if str(c).lower() in near]
            guess = f' (did you mean "{likely[0]}"?)' if likely else ""
            raise ValueError(f'{path} needs a column "{name}", found {list(rows)}{guess}; {remedy}')


def numbers(column: pd.Series, path: Path | str, *, whole: bool = False) -> np.ndarray:
    """Turn a column of strings into numbers.

    Args:
        column: text, for instance "4.5".
        path: the file, for the message.
        whole: whether only integers will do.

    Returns:
        int64 or float64, as long as `column`.

    Raises:
        ValueError: a value is no (whole) number; names the row and the value.
    """
    values = pd.to_numeric(column, errors="coerce")
    bad = ~np.isfinite(values.to_numpy(dtype=float))
    if whole:
        bad |= np.floor(values.to_numpy(dtype=float)) != values.to_numpy(dtype=float)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        kind = "whole number" if whole else "number"
        raise ValueError(
            f'{path} needs a {kind} in column "{column.name}"; row {row + 1} has '
            f'"{str(column.iloc[row])[:40]}" ({int(bad.sum())} such rows); mend or remove them'
        )
    return values.to_numpy(dtype=np.int64 if whole else np.float64)


def _check_lengths(rows: pd.DataFrame, text: str, separator: str, header: bool, path: Path) -> None:
    """Complain about a row with fewer fields than the others; pandas fills them silently."""
    bare = re.sub(r'"[^"]*"', "", text) if header else text  # no separators inside quotes
    lines = [line for line in bare.replace("\r\n", "\n").split("\n") if line][header:]
    for row, line in enumerate(lines):
        if line.count(separator) < rows.shape[1] - 1:
            raise ValueError(
                f"{path} needs {rows.shape[1]} fields in every row; row {row + 1} of "
                f"{len(rows)} has fewer, so the file may be cut short: copy or download it again"
            )


def _text(path: Path, encoding: str) -> str:
    data = _bytes(path)
    place = data.find(b"\0")
    if place >= 0:
        line = data.count(b"\n", 0, place) + 1
        raise ValueError(
            f"{path} has a NUL byte in line {line} (byte {place}), so it is damaged or not plain "
            "text (UTF-16 perhaps); save it as UTF-8 and read it again"
        )
    try:
        text = data.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"{path} is not {encoding}: byte {error.start} in line {line} is "
            f'0x{data[error.start]:02x}; pass encoding="latin-1" if the file is an older one'
        ) from error
    return text


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}; check the path and the name")
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(
            f"{path} cannot be unpacked ({error}), so it may be cut short: copy or "
            "download it again"
        ) from error
    if len(data) > MAX_BYTES:
        raise ValueError(
            f"{path} unpacks to more than {MAX_BYTES} bytes, the most that is read; "
            "use a smaller file"
        )
    return data
