"""Small worlds to teach models on."""

import numpy as np
import pandas as pd

from rectutor.data.splits import leave_one_out
from rectutor.schema import Split


def cycle_world(n_users: int = 48, n_items: int = 12, length: int = 6, seed: int = 0) -> Split:
    """Everybody walks round the same circle of items, one step at a time, from a random start.

    Popularity knows nothing here; whoever reads the last item knows all. Nobody meets an item
    twice.
    """
    starts = np.random.default_rng(seed).integers(0, n_items, n_users)
    length = min(length, n_items)
    steps = np.arange(length)
    return leave_one_out(
        pd.DataFrame(
            {
                "user_id": np.repeat(np.arange(n_users), length),
                "item_id": ((starts[:, None] + steps) % n_items).ravel() + 1,
                "rating": 1.0,
                "timestamp": np.tile(steps, n_users),
            }
        )
    )


def taste_world(seed: int = 0) -> Split:
    """Give 60 people one of two tastes: items 1 to 8, or 9 to 16; they choose five in any order."""
    rng = np.random.default_rng(seed)
    liked = [8 * (user % 2) + rng.permutation(8)[:5] + 1 for user in range(60)]
    return leave_one_out(
        pd.DataFrame(
            {
                "user_id": np.repeat(np.arange(60), 5),
                "item_id": np.concatenate(liked),
                "rating": 1.0,
                "timestamp": np.tile(np.arange(5), 60),
            }
        )
    )
