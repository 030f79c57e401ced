"""Readers for the Amazon review data of McAuley's group: 2014, 2018 and 2023, one category each.

**Tested on hand-made samples** in the documented formats, since no real file was at hand. Files are
read line by line, so memory grows with the number of reviews, not with their text. Metadata are
optional; those of products that nobody reviewed are left out, since they are the most by far.

The data are not ours to ship: McAuley et al. (SIGIR 2015) for 2014, Ni et al. (EMNLP 2019) for
2018, Hou et al. (2024) for 2023. Their pages state what they may be used for.
"""

from __future__ import annotations

import ast
import gzip
import html
import json
import re
import zlib
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rectutor.data.interactions import Dataset
from rectutor.data.titles import clean_titles
from rectutor.schema import INTERACTION_COLUMNS, ITEM_ID, TIMESTAMP, USER_ID

__all__ = ["read_2014", "read_2018", "read_2023"]

_ENDINGS = (".json", ".jsonl", ".json.gz", ".jsonl.gz")
_MOST_GENRES = 3  # of a path of categories, after the first, which is that of the file
_ASIN = re.compile(r"['\"]asin['\"]:\s*['\"]([^'\"]+)['\"]")
_SCRIPT = "getTime"  # 2018 has pieces of web pages in place of some titles


class _Release(NamedTuple):
    """How one release names things."""

    name: str
    user: str
    item: str
    rating: str
    time: str
    per_second: int
    brand: str
    categories: str
    page: str
    literals: bool = False  # whether metadata are Python literals, no JSON


_OLD = ("reviewerID", "asin", "overall", "unixReviewTime", 1, "brand")
_2014 = _Release(
    "amazon-2014", *_OLD, "categories", "https://cseweb.ucsd.edu/~jmcauley/datasets/amazon/links.html",
    literals=True,
)  # fmt: skip
_2018 = _Release("amazon-2018", *_OLD, "category", "https://nijianmo.github.io/amazon/")
_2023 = _Release(
    "amazon-2023", "user_id", "parent_asin", "rating", "timestamp", 1000, "store", "categories",
    "https://amazon-reviews-2023.github.io/",
)  # fmt: skip


def read_2014(folder: Path | str) -> Dataset:
    """Read one category of Amazon Reviews 2014, such as `reviews_Beauty_5.json.gz`.

    Of several reviews of a product by one user the earliest is kept; a note counts the others.

    Args:
        folder: holds one file of reviews (`.json` or `.jsonl`, plain or `.gz`) and, if wanted, the
            metadata, whose name begins with `meta_`.

    Returns:
        The data set. `items.genres` are the categories below that of the file, `items.brand` the
        brand; the id stands in for a missing title.

    Raises:
        FileNotFoundError: there is no file of reviews.
        ValueError: there are several, or a line is broken; names it.
    """
    return _read(folder, _2014)


def read_2018(folder: Path | str) -> Dataset:
    """Read one category of Amazon Reviews 2018, such as `All_Beauty_5.json.gz`; see `read_2014`."""
    return _read(folder, _2018)


def read_2023(folder: Path | str) -> Dataset:
    """Read one category of Amazon Reviews 2023, such as `All_Beauty.jsonl.gz`; see `read_2014`.

    An item is a `parent_asin`, under which colours and sizes are one product. Milliseconds are cut
    to seconds.
    """
    return _read(folder, _2023)


def _read(folder: Path | str, release: _Release) -> Dataset:
    reviews, metadata = _find(Path(folder), release)
    rows = _reviews(reviews, release)
    rows = rows.sort_values([USER_ID, TIMESTAMP, ITEM_ID], ignore_index=True)
    once = rows.drop_duplicates([USER_ID, ITEM_ID], ignore_index=True)
    notes = []
    if len(once) < len(rows):
        notes.append(
            f"{len(rows) - len(once)} repeated reviews were left out; the earliest is kept"
        )
    if metadata is None:
        notes.append("no file meta_... lies there: titles are ids, and there are no genres")
    items, found = _items(once[ITEM_ID].unique(), metadata, release)
    source = f"Amazon Reviews of McAuley's group, {release.name}; see {release.page}"
    return Dataset(release.name, once, items, source, (*notes, *found), Path(folder))


def _find(folder: Path, release: _Release) -> tuple[Path, Path | None]:
    """Return the files of reviews and of metadata."""
    files = sorted(folder.glob("*")) if folder.is_dir() else []
    files = [path for path in files if path.name.endswith(_ENDINGS)]
    metadata = [path for path in files if path.name.startswith("meta_")]
    reviews = [path for path in files if path not in metadata]
    if not reviews:
        raise FileNotFoundError(
            f"{release.name} needs a file of reviews ({' or '.join(_ENDINGS)}) in {folder}, found "
            f"none; download one category from {release.page}"
        )
    for what, several in (("file of reviews", reviews), ("file meta_...", metadata)):
        if len(several) > 1:
            raise ValueError(
                f"{release.name} needs one {what} in {folder}, found "
                f"{', '.join(path.name for path in several)}; give each category its own folder"
            )
    return reviews[0], metadata[0] if metadata else None


def _reviews(path: Path, release: _Release) -> pd.DataFrame:
    """Read user, product, rating and second of each review."""
    users: dict[str, int] = {}
    items: dict[str, int] = {}
    columns = array("i"), array("i"), array("f"), array("q")
    for number, line in _lines(path):
        record = _parsed(path, number, line, json.loads)
        try:
            user, item = (_known(record[name]) for name in (release.user, release.item))
            values = float(record[release.rating]), int(record[release.time]) // release.per_second
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"{path} needs {release.user}, {release.item}, {release.rating} and {release.time} "
                f"in every line; line {number} is at fault: {type(error).__name__} {error}. Is it "
                f"a file of {release.name}?"
            ) from error
        columns[0].append(users.setdefault(user, len(users)))
        columns[1].append(items.setdefault(item, len(items)))
        columns[2].append(values[0])
        columns[3].append(values[1])
    if not users:
        raise ValueError(f"{path} holds no review; copy or download it again")
    user_codes, item_codes, ratings, seconds = (np.array(column) for column in columns)
    names = (np.array(list(known), dtype=object) for known in (users, items))
    taken = [known[codes] for known, codes in zip(names, (user_codes, item_codes), strict=True)]
    return pd.DataFrame(dict(zip(INTERACTION_COLUMNS, (*taken, ratings, seconds), strict=True)))


def _known(name: object) -> str:
    if not isinstance(name, str) or not name:
        raise ValueError(f"{name!r} is no id")
    return name


def _items(
    wanted: np.ndarray, path: Path | None, release: _Release
) -> tuple[pd.DataFrame, list[str]]:
    """Describe the products that were reviewed, in the order of their ids."""
    told = {} if path is None else dict(_told(path, set(wanted.tolist()), release))
    rows = [(one, *told.get(one, ("", "", ()))) for one in sorted(wanted.tolist())]
    items = pd.DataFrame(rows, columns=[ITEM_ID, "title", "brand", "genres"])
    items["title"], notes = clean_titles(items["title"])
    nameless = items["title"] == ""
    items["title"] = items["title"].mask(nameless, items[ITEM_ID])
    items["year"] = pd.array([pd.NA] * len(items), dtype="Int64")
    if path is not None and nameless.any():
        notes.append(f"{int(nameless.sum())} products have no title; their id stands in")
    return items, notes


def _told(
    path: Path, wanted: set[str], release: _Release
) -> Iterator[tuple[str, tuple[str, str, tuple[str, ...]]]]:
    """Yield the title, brand and categories of each wanted product."""
    for number, line in _lines(path):
        if release.literals:
            seen = _ASIN.search(line)
            if seen and seen[1] not in wanted:
                continue  # reading a literal takes a hundred times longer than this look
        record = _parsed(path, number, line, ast.literal_eval if release.literals else json.loads)
        one = record.get(release.item)
        if one in wanted:
            title, brand = (_text(record.get(name)) for name in ("title", release.brand))
            yield one, (title, brand, _genres(record.get(release.categories)))


def _text(value: object) -> str:
    text = html.unescape(value).strip() if isinstance(value, str) else ""
    return "" if _SCRIPT in text else text


def _genres(value: object) -> tuple[str, ...]:
    """Return the path of categories without its first, which all products of a file share."""
    path = value[0] if isinstance(value, list) and value and isinstance(value[0], list) else value
    steps = [_text(step) for step in path] if isinstance(path, list) else []
    return tuple(step for step in steps[1:] if step)[:_MOST_GENRES]


def _parsed(path: Path, number: int, line: str, parse: Callable[[str], Any]) -> dict[str, Any]:
    try:
        record = parse(line)
    except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(
            f"{path}: line {number} cannot be read ({error}); the file may be cut short: copy or "
            "download it again"
        ) from error
    if not isinstance(record, dict):
        raise ValueError(
            f"{path}: line {number} must be a record in {{}}, got {line[:40]!r}; take the file "
            "with one review, or product, a line"
        )
    return record


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each line that is not empty, with its number from 1."""
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if text := line.decode("utf-8-sig").strip():
                    yield number, text
    except (EOFError, zlib.error, gzip.BadGzipFile, UnicodeDecodeError) as error:
        raise ValueError(
            f"{path} cannot be unpacked ({error}), so it may be cut short: copy or download it "
            "again"
        ) from error
