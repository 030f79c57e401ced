"""Somebody else's recommendation lists, held-out interactions and catalogue, read from CSV files.

Ids stay text here, as the file has them: whether they are known is for those to say who know the
catalogue.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.data.rows import need_columns, numbers, read_rows
from rectutor.data.titles import clean_titles
from rectutor.schema import ITEM_ID, USER_ID

__all__ = ["GivenLists", "read_catalogue", "read_lists", "read_pairs"]


class GivenLists(NamedTuple):
    """Lists as their file has them."""

    rows: pd.DataFrame  # user_id and item_id as text; a user's rows stand together, best first
    order: str  # what decided the order within a list
    notes: tuple[str, ...]  # what a reader should know


def read_lists(path: Path | str) -> GivenLists:
    """Read recommendation lists: one row for each recommended item.

    Args:
        path: a CSV file, plain or `.gz`, with `user_id`, `item_id` and one of `rank` (the lowest
            number is best, wherever it begins) and `score` (the highest is best). With both, the
            rank decides; with neither, the order of the rows. So it does among equals.

    Returns:
        The lists.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a column is missing, or a row has no user, no item or no number.
    """
    raw = read_rows(path)
    rows = _pairs(raw, path)
    users = pd.factorize(rows[USER_ID])[0]
    place, order, notes = np.zeros(len(rows)), "the order of the rows", []
    if "rank" in raw:
        place, order = numbers(raw["rank"], path), "rank, lowest first"
        notes += ["both rank and score are there; the rank decides"] if "score" in raw else []
    elif "score" in raw:
        place, order = -numbers(raw["score"], path), "score, highest first"
    by_place = np.lexsort([place, users])  # stable: equals keep the order of the rows
    same = np.diff(users[by_place]) + np.abs(np.diff(place[by_place])) == 0
    if same.any() and not order.startswith("the order"):
        notes.append(
            f"{same.sum():,} rows have the {order.split(',')[0]} of the row above them in the "
            "same list; among equals the order of the rows decides"
        )
    return GivenLists(rows.iloc[by_place].reset_index(drop=True), order, tuple(notes))


def read_pairs(path: Path | str) -> pd.DataFrame:
    """Read which user chose which item, for instance the interactions that were held out.

    Args:
        path: a CSV file, plain or `.gz`, with `user_id` and `item_id`; other columns are not read.

    Returns:
        Both columns as text, each pair once, in the order of the file.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a column is missing, or a row has no user or no item.
    """
    return _pairs(read_rows(path), path).drop_duplicates(ignore_index=True)


def read_catalogue(path: Path | str) -> pd.DataFrame:
    """Read a table of items.

    Args:
        path: a CSV file, plain or `.gz`, with `item_id`, each once; the id stands in for a `title`
            that is missing or empty.

    Returns:
        item_id and title, and every other column as it came; all text.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a row has no id, or two rows have the same.
    """
    raw = read_rows(path)
    need_columns(raw, [ITEM_ID], path, "rename the column in the file")
    raw[ITEM_ID] = _filled(raw, ITEM_ID, path)
    twice = np.flatnonzero(raw[ITEM_ID].duplicated())
    if len(twice):
        raise ValueError(
            f'{path} needs each item once; row {twice[0] + 1} has "{raw[ITEM_ID].iloc[twice[0]]}" '
            f"again ({len(twice)} such rows); leave one row for each"
        )
    titles = clean_titles(raw["title"])[0] if "title" in raw else raw[ITEM_ID]
    return raw.assign(title=titles.mask(titles == "", raw[ITEM_ID]))


def _pairs(raw: pd.DataFrame, path: Path | str) -> pd.DataFrame:
    """Take user and item out of a table, without outer blanks."""
    need_columns(raw, [USER_ID, ITEM_ID], path, "rename the column in the file")
    return pd.DataFrame({name: _filled(raw, name, path) for name in (USER_ID, ITEM_ID)})


def _filled(raw: pd.DataFrame, name: str, path: Path | str) -> pd.Series:
    """Return a column without outer blanks, none of it empty."""
    values = raw[name].str.strip()
    empty = np.flatnonzero(values == "")
    if len(empty):
        raise ValueError(
            f"{path} needs a {name} in every row; row {empty[0] + 1} has none "
            f"({len(empty)} such rows); mend or remove them"
        )
    return values
