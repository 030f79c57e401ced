"""The one object that every source of data is read into."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from rectutor.schema import ITEM_ID

__all__ = ["Dataset"]


@dataclass(frozen=True)
class Dataset:
    """A data set as its source wrote it: two tables, and what is worth knowing about them."""

    name: str
    interactions: pd.DataFrame  # user_id, item_id, rating, timestamp; sorted by user, then time
    items: pd.DataFrame  # item_id, title, year (Int64), genres (tuple of str), what else is known
    source: str  # whose data these are, and under which licence
    notes: tuple[str, ...] = field(default=())  # what the reader dropped, merged or decided
    folder: Path | None = None  # where the files were read from

    def titles(self, item_ids: np.ndarray) -> np.ndarray:
        """Name items.

        Args:
            item_ids: [...] ids as in `items.item_id`, for instance `split.item_ids[top_k]`.

        Returns:
            [...] object array of titles; "" for an id that is not in `items` (padding).
        """
        names = self.items.set_index(ITEM_ID)["title"]
        flat = names.reindex(np.ravel(item_ids)).fillna("").to_numpy(dtype=object)
        return flat.reshape(np.shape(item_ids))
