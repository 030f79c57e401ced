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
