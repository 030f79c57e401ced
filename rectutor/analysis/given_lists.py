"""Somebody else's lists as arrays: items and users numbered, every place looked at once.

A list is judged as it was shown. A place that holds a repeated item, or one outside the catalogue,
stays a place: what stands below it does not move up.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.analysis.popular_lists import popular_unseen
from rectutor.schema import ITEM_ID, PAD, TIMESTAMP, USER_ID

__all__ = ["FINE", "NumberedLists", "number_lists"]

FINE, EMPTY, REPEATED, UNKNOWN, SEEN = 0, 1, 2, 3, 4  # what a place holds


class NumberedLists(NamedTuple):
    """Lists, held-out items and popularity, on the numbers of a catalogue."""

    user_ids: np.ndarray  # [B] users who have a list
    item_ids: np.ndarray  # [N + 1] text; [0] is padding
    top: np.ndarray  # [B, k] item index, best first; PAD where a place is empty or of no use
    state: np.ndarray  # [B, k] FINE, EMPTY, REPEATED, UNKNOWN (to the catalogue) or SEEN
    is_hit: np.ndarray  # [B, k] bool, whether the user's held-out items include it
    popular: np.ndarray  # [B, k] bool, the same of the k most popular items new to the user
    n_held: np.ndarray  # [B] how many items were held out for the user, 0 where none
    popularity: np.ndarray  # [N] interactions of each item that were not held out
    facts: dict[str, int]  # counts of people and of held-out interactions
    notes: tuple[str, ...]  # what a reader should know


def number_lists(
    lists: pd.DataFrame,
    log: pd.DataFrame,
    catalogue: np.ndarray | None = None,
    truth: pd.DataFrame | None = None,
    k: int = 10,
) -> NumberedLists:
    """Bring lists, interactions and held-out items onto one numbering.

    Of a place with several faults the first of REPEATED, UNKNOWN and SEEN counts.

    Args:
        lists: `user_id` and `item_id`; rows of a user together, best first.
        log: `user_id`, `item_id`, `timestamp`, in the order of time within each user.
        catalogue: [N] ids of all items; those of `log` and `truth` when None.
        truth: `user_id` and `item_id` of what was held out; each user's last interaction when
            None. What is held out does not count as seen, nor for popularity.
        k: places of a list that are judged, 1 or more.

    Returns:
        The arrays.

    Raises:
        ValueError: k is below 1, or none of the users, or none of the items, of the lists is
            known.
    """
    if k < 1:
        raise ValueError(f"an audit needs k of 1 or more places, got {k}")
    lists, log = (table.assign(**_as_text(table)) for table in (lists, log))
    held = _last(log) if truth is None else truth.assign(**_as_text(truth))
    past = _without(log, held)
    known = pd.concat([log[ITEM_ID], held[ITEM_ID]]) if catalogue is None else pd.Series(catalogue)
    items = pd.Index(known.astype(str).unique())
    users = pd.Index(lists[USER_ID].unique())
    _check_known(lists, log, users, items)
    top, is_repeated = _first_places(lists, users, items, k)
    found, gone = top > PAD, top == _NOWHERE
    each = np.arange(len(users))[:, None] * np.int64(len(items) + 1)
    pairs = each + np.maximum(top, PAD)  # [B, k]
    past_pairs, held_pairs = (_numbers(table, users, items) for table in (past, held))
    is_seen = found & np.isin(pairs, past_pairs)
    popularity = _count(_find(items, past[ITEM_ID]), len(items))
    seen_by, seen = np.divmod(past_pairs[past_pairs >= 0], len(items) + 1)
    popular = popular_unseen(popularity, seen_by, seen, len(users), k)
    state = np.select([gone, is_repeated, ~found, is_seen], [EMPTY, REPEATED, UNKNOWN, SEEN], FINE)
    n_held = _count(_find(users, held[USER_ID]), len(users))
    return NumberedLists(
        user_ids=users.to_numpy(),
        item_ids=np.concatenate([[""], items.to_numpy(dtype=object)]),
        top=np.where(np.isin(state, [FINE, SEEN]), top, PAD),
        state=state,
        is_hit=found & ~is_repeated & np.isin(pairs, held_pairs),
        popular=(popular > PAD) & np.isin(each + popular, held_pairs),
        n_held=n_held,
        popularity=popularity,
        facts=_facts(users, log, held, n_held),
        notes=tuple(_notes(held, items, 0 if truth is None else len(log) - len(past))),
    )


_NOWHERE = -1  # a list has no such place


def _as_text(table: pd.DataFrame) -> dict[str, pd.Series]:
    return {name: table[name].astype(str) for name in (USER_ID, ITEM_ID)}


def _last(log: pd.DataFrame) -> pd.DataFrame:
    """Return each user's newest interaction; of equally new ones the last row."""
    newest = log.sort_values(TIMESTAMP, kind="stable").drop_duplicates(USER_ID, keep="last")
    return newest[[USER_ID, ITEM_ID]]


def _without(log: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """Return the interactions that were not held out."""
    users, items = (pd.Index(log[name].unique()) for name in (USER_ID, ITEM_ID))
    return log[~np.isin(_numbers(log, users, items), _numbers(held, users, items))]


def _numbers(pairs: pd.DataFrame, users: pd.Index, items: pd.Index) -> np.ndarray:
    """Give each pair a number of its own; -1 where the user or the item is not known."""
    user, item = (
        _find(users, pairs[USER_ID]),
        _find(items, pairs[ITEM_ID]),
    )
    number: np.ndarray = np.where(
        (user >= 0) & (item >= 0), user * np.int64(len(items) + 1) + item + 1, -1
    )
    return number


def _find(known: pd.Index, ids: pd.Series) -> np.ndarray:
    """Return the place of each id among the known ones, -1 where it is not."""
    return known.get_indexer(pd.Index(ids))


def _check_known(lists: pd.DataFrame, log: pd.DataFrame, users: pd.Index, items: pd.Index) -> None:
    for name, known in ((USER_ID, pd.Index(log[USER_ID].unique())), (ITEM_ID, items)):
        wanted = users if name == USER_ID else pd.Index(lists[name].unique())
        if not wanted.isin(known).any():
            raise ValueError(
                f"none of the {len(wanted):,} {name}s of the lists is known, such as "
                f'"{wanted[0]}"; known are such as "{known[0]}". Write ids alike in all files'
            )


def _first_places(
    lists: pd.DataFrame, users: pd.Index, items: pd.Index, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the item index in each of the first k places, PAD if unknown, and if it is repeated.

    Both [B, k]; a place beyond a list's end holds -1.
    """
    user = _find(users, lists[USER_ID])
    starts = np.searchsorted(user, np.arange(len(users)))
    place = np.arange(len(user)) - starts[user]
    rows = np.flatnonzero(place < k)
    user, place, raw = user[rows], place[rows], lists[ITEM_ID].iloc[rows]
    names = pd.factorize(raw)[0]
    again = pd.Series(user * np.int64(len(lists)) + names).duplicated().to_numpy()
    top = np.full((len(users), k), _NOWHERE)
    is_repeated = np.zeros(top.shape, dtype=bool)
    top[user, place], is_repeated[user, place] = _find(items, raw) + 1, again
    return top, is_repeated


def _count(indices: np.ndarray, n: int) -> np.ndarray:
    return np.bincount(indices[indices >= 0], minlength=n)


def _facts(
    users: pd.Index, log: pd.DataFrame, held: pd.DataFrame, n_held: np.ndarray
) -> dict[str, int]:
    logged = pd.Index(log[USER_ID].unique())
    return {
        "users with a list": len(users),
        "users with interactions, but without a list": int((~logged.isin(users)).sum()),
        "users with a list, but without interactions": int((~users.isin(logged)).sum()),
        "users with a list and a held-out item": int((n_held > 0).sum()),
        "held-out interactions": len(held),
    }


def _notes(held: pd.DataFrame, items: pd.Index, n_logged: int) -> list[str]:
    notes, outside = [], int((~held[ITEM_ID].isin(items)).sum())
    if n_logged:
        notes.append(
            f"{n_logged:,} of the {len(held):,} held-out interactions stand in the log too; they "
            "are left out of it here, but whoever made the lists may have seen them"
        )
    if outside:
        notes.append(f"{outside:,} held-out items are outside the catalogue: nobody can hit them")
    return notes
