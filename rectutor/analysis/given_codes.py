"""Somebody else's codes, made ready for the report card: their suffix, and what their items are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.schema import ITEM_ID

__all__ = ["Matched", "crowded", "groupings", "is_counter", "largest", "matched"]

_SHARE = 0.2  # of the items: a column with more different values groups nothing
_SAMPLE = 4  # titles that stand for many


class Matched(NamedTuple):
    """Codes beside what a catalogue says of their items."""

    items: pd.DataFrame  # a row for each item that has codes, in the order of the codes
    notes: tuple[str, ...]


def is_counter(codes: np.ndarray) -> bool:
    """Tell whether the last level only counts the items of one tuple: 0, 1, 2, ...

    Such a suffix, as TIGER adds it, keeps ids apart and means nothing.

    Args:
        codes: [N, L] int.

    Example:
        >>> is_counter(np.array([[5, 2, 0], [5, 2, 1], [3, 3, 0]]))
        True
    """
    if codes.shape[1] < 2 or not codes[:, -1].any():
        return False
    tuples = np.unique(codes[:, :-1], axis=0, return_inverse=True)[1].ravel()
    order = np.lexsort([codes[:, -1], tuples])
    starts = np.searchsorted(tuples[order], tuples[order])
    return bool((codes[order, -1] == np.arange(len(codes)) - starts).all())


def matched(item_ids: np.ndarray | None, n_items: int, items: pd.DataFrame | None) -> Matched:
    """Find what a catalogue says of each item that has codes.

    Args:
        item_ids: [N] ids of the codes, or None: then row i of the codes is row i of the catalogue.
        n_items: N.
        items: item_id, title and what else is known, all text; None where there is no catalogue.

    Returns:
        The rows; an item that the catalogue does not have goes by its id and is otherwise empty.

    Raises:
        ValueError: codes without ids belong to another number of items, or no id is known.
    """
    if items is None:
        ids = np.arange(1, n_items + 1).astype(str) if item_ids is None else item_ids
        return Matched(pd.DataFrame({ITEM_ID: ids, "title": ids}), ())
    if item_ids is None:
        if len(items) != n_items:
            raise ValueError(
                f"codes without ids need a row in the catalogue for each of {n_items} items, got "
                f"{len(items)} rows; write codes as {{item_id: codes}}"
            )
        return Matched(items, ("codes have no ids: row i is taken for row i of the catalogue",))
    is_known = np.isin(item_ids.astype(str), items[ITEM_ID].to_numpy(dtype=str))
    if not is_known.any():
        raise ValueError(
            f"none of the {n_items} item ids with codes is in the catalogue: codes are for such as "
            f'"{item_ids[0]}", the catalogue has such as "{items[ITEM_ID].iloc[0]}". Use its ids'
        )
    rows = items.set_index(ITEM_ID).reindex(item_ids).rename_axis(ITEM_ID).reset_index()
    rows["title"] = rows["title"].fillna(rows[ITEM_ID])
    n_without, n_unknown = len(items) - int(is_known.sum()), int((~is_known).sum())
    notes = [f"{n_without:,} items of the catalogue have no codes"] if n_without else []
    notes += [f"{n_unknown:,} items have codes but are not in the catalogue"] if n_unknown else []
    return Matched(rows.fillna(""), tuple(notes))


def groupings(items: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the columns that group items, such as genres or brands, as [N] labels.

    Of several values joined by "|" the first counts. A column with one value alone, or with
    different values for more than a fifth of the items, groups nothing.

    Example:
        >>> items = pd.DataFrame({"item_id": list("abcdefghij"), "title": list("abcdefghij")})
        >>> groupings(items.assign(genres=["Crime|Drama", "War"] * 5))["genres"][:2].tolist()
        ['Crime', 'War']
    """
    found = {}
    for name in items.columns.drop([ITEM_ID, "title"]):
        labels = items[name].astype(str).str.split("|", n=1).str[0]
        if 2 <= labels.nunique() <= _SHARE * len(items):
            found[str(name)] = labels.to_numpy(dtype=str)
    return found


def largest(codes: np.ndarray, titles: np.ndarray, n: int = 10) -> pd.DataFrame:
    """List the most used codes of level 1: code, items, and the titles of some.

    Args:
        codes: [N, L] int.
        titles: [N].
        n: how many codes.
    """
    return _named(codes[:, :1], titles, n).rename(columns={"id": "code"})


def crowded(codes: np.ndarray, titles: np.ndarray, n: int = 10) -> pd.DataFrame:
    """List the ids that the most items share: id, items, and the titles of some.

    Args:
        codes: [N, L] int.
        titles: [N].
        n: how many ids; only those of two items or more are listed.
    """
    table = _named(codes, titles, n)
    return table[table["items"] > 1].reset_index(drop=True)


def _named(codes: np.ndarray, titles: np.ndarray, n: int) -> pd.DataFrame:
    ids, owner, counts = np.unique(codes, axis=0, return_inverse=True, return_counts=True)
    rows = []
    for one in np.argsort(-counts, kind="stable")[:n]:
        some = titles[np.flatnonzero(owner.ravel() == one)[:_SAMPLE]]
        rows.append((", ".join(map(str, ids[one])), int(counts[one]), " · ".join(some)))
    return pd.DataFrame(rows, columns=["id", "items", "such as"])
