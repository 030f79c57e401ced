"""Thinning a data set until everybody and everything left has enough interactions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rectutor.schema import ITEM_ID, USER_ID

__all__ = ["k_core"]


def k_core(interactions: pd.DataFrame, k: int, *, max_rounds: int | None = None) -> pd.DataFrame:
    """Keep the users and items with at least k interactions among those kept.

    Dropping a rare item can leave a user short, and the other way round, so the rule is
    applied in rounds until nothing changes. One round looks at users and items at once.

    Args:
        interactions: a table with `user_id` and `item_id`.
        k: the least number of interactions, 1 or more.
        max_rounds: stop after so many rounds, though some may still be short; None means
            until nothing changes.

    Returns:
        The rows that stay, in their old order, numbered afresh.

    Raises:
        ValueError: k is below 1, or nothing is left.

    Example:
        >>> table = pd.DataFrame({"user_id": [1, 1, 2, 2, 3], "item_id": [7, 8, 7, 8, 9]})
        >>> k_core(table, 2)["user_id"].tolist()
        [1, 1, 2, 2]
    """
    if k < 1:
        raise ValueError(f"k_core needs k of 1 or more, got {k}")
    users = pd.factorize(interactions[USER_ID])[0]
    items = pd.factorize(interactions[ITEM_ID])[0]
    rows = np.arange(len(interactions))
    rounds = 0
    while max_rounds is None or rounds < max_rounds:
        per_user, per_item = np.bincount(users[rows]), np.bincount(items[rows])
        stays = (per_user[users[rows]] >= k) & (per_item[items[rows]] >= k)
        if stays.all():
            break
        rows, rounds = rows[stays], rounds + 1
    if len(rows) == 0:
        raise ValueError(
            f"k_core with k={k} leaves nothing of {len(interactions)} interactions "
            f"(after {rounds} rounds); choose a smaller k"
        )
    return interactions.iloc[rows].reset_index(drop=True)
