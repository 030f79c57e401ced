"""A reader of numbers: what comes next is the next number.

It knows nothing but how items are numbered. Where it hits, the numbering has told the answer.
"""

from __future__ import annotations

import numpy as np

from rectutor.models.counting import take_candidates
from rectutor.models.item_ids import ItemIds
from rectutor.schema import Queries

__all__ = ["NextNumber"]


class NextNumber:
    """Score items by how soon their numbers come after that of the newest item.

    Args:
        ids: names whose alphabetical order is the order of the numbers, such as `sequential_ids`.
    """

    def __init__(self, ids: ItemIds) -> None:
        self.name = f"next number ({ids.name} ids)"
        order = np.lexsort(ids.codes[1:].T[::-1])  # [N], rows of codes in ascending order
        self._place = np.zeros(len(ids.codes), dtype=np.int64)  # [N + 1]
        self._place[order + 1] = np.arange(len(order))

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Return minus the steps to each item, counted upwards and round (see `schema.Scorer`)."""
        newest = self._place[queries.history[:, -1:]]  # [B, 1]
        steps = (self._place - newest - 1) % (len(self._place) - 1)  # [B, N + 1]
        return take_candidates(-steps.astype(np.float32), candidates)
