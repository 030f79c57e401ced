"""What people wrote on films: the tags files of MovieLens as a few words for each film.

A tag may be younger than the ratings that a test holds out. It says what a film is, not who will
watch it, but whoever measures a model with tags should know.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from rectutor.data.rows import need_columns, numbers, read_rows
from rectutor.schema import ITEM_ID, USER_ID

__all__ = ["most_told", "read_tags"]

_NOTES_TO_SELF = ("in netflix queue",)  # say nothing about the film


def read_tags(path: Path | str, item_ids: Sequence[int], most: int = 5) -> list[tuple[str, ...]]:
    """Read which tags each film was given.

    Args:
        path: a file with the columns userId, movieId and tag.
        item_ids: of the films, in the order that is wanted; tags of other films are left out.
        most: the tags that most people gave, at most so many; equal ones by the alphabet.

    Returns:
        For each film its tags in lower case, often given ones first; () where there are none.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is cut short or has other columns, or most is below 1.
    """
    if most < 1:
        raise ValueError(f"most must be 1 or more tags, got {most}")
    rows = read_rows(path)
    need_columns(rows, ["userId", "movieId", "tag"], path, "take the file as it came")
    rows[ITEM_ID] = numbers(rows["movieId"], Path(path), whole=True)
    return most_told(rows.rename(columns={"userId": USER_ID}), item_ids, most)


def most_told(rows: pd.DataFrame, item_ids: Sequence[int], most: int = 5) -> list[tuple[str, ...]]:
    """Find the tags that most people gave to each film.

    Args:
        rows: user_id, item_id and tag; a row for each time a tag was given.
        item_ids: of the films, in the order that is wanted; tags of other films are left out.
        most: at most so many tags; equally frequent ones by the alphabet.

    Returns:
        As `read_tags`.
    """
    rows = rows.assign(tag=rows["tag"].str.strip().str.lower())
    kept = rows[(rows["tag"] != "") & ~rows["tag"].isin(_NOTES_TO_SELF)]
    counts = kept.groupby([ITEM_ID, "tag"])[USER_ID].nunique().reset_index(name="n")
    ordered = counts.sort_values([ITEM_ID, "n", "tag"], ascending=[True, False, True])
    told = {item_id: tuple(own["tag"][:most]) for item_id, own in ordered.groupby(ITEM_ID)}
    return [told.get(item_id, ()) for item_id in item_ids]
