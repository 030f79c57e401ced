"""Items as text: each fact with its name in front, as RecFormer flattens an item.

Li et al., "Text Is All You Need: Learning Language Representations for Sequential Recommendation",
KDD 2023, section 2.1: an item is a sentence of keys and values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rectutor.data.phrases import genre_label, topic_of
from rectutor.schema import ITEM_ID

__all__ = ["FIELDS", "by_index", "describe"]


def _names(values: Sequence[str]) -> str:
    return ", ".join(values)


_WRITERS: dict[str, tuple[str, Callable[[Any], str]]] = {  # column: (key, how its values read)
    "title": ("Title", str),
    "year": ("Year", str),
    "directors": ("Director", _names),
    "authors": ("Author", _names),
    "leads": ("With", _names),
    "genres": ("Genre", lambda values: _names([genre_label(value) for value in values])),
    "themes": ("About", lambda values: _names([topic_of(value) for value in values])),
    "tags": ("Tags", _names),
    "country": ("Country", str),
    "language": ("Language", str),
    "franchise": ("Series", str),
    "series": ("Series", str),
    "synopsis": ("Story", lambda text: str(text).rstrip(".")),
}
FIELDS = tuple(_WRITERS)


def describe(items: pd.DataFrame, fields: Sequence[str] = FIELDS) -> list[str]:
    """Write one text for each item from the columns that the table has.

    Args:
        items: a table with a title for each item; lists such as genres are tuples of strings.
        fields: columns to tell, in this order; those that the table lacks and values that are
            missing or empty are left out.

    Returns:
        One text for each row. An item with nothing to tell gets its title.

    Raises:
        ValueError: a field is not one of `FIELDS`, or the table has none of them.

    Example:
        >>> table = pd.DataFrame({"title": ["Heat"], "year": [1995], "genres": [("Crime",)]})
        >>> describe(table)
        ['Title: Heat. Year: 1995. Genre: crime.']
        >>> describe(table, ["genres"])
        ['Genre: crime.']
    """
    if unknown := [field for field in fields if field not in _WRITERS]:
        raise ValueError(f"fields must be some of {', '.join(FIELDS)}, got {unknown[0]!r}")
    present = [field for field in fields if field in items]
    if not present:
        raise ValueError(
            f"describe needs a column of {', '.join(fields)}, but the table has "
            f"{', '.join(map(str, items.columns))}; rename the column that holds the words"
        )
    told: list[list[str]] = [[] for _ in range(len(items))]
    for field in present:
        key, write = _WRITERS[field]
        for facts, value in zip(told, items[field], strict=True):
            if _is_known(value):
                facts.append(f"{key}: {write(value)}.")
    titles = items["title"] if "title" in items else items[ITEM_ID].map("Item {}".format)
    return [" ".join(facts) or str(name) for facts, name in zip(told, titles, strict=True)]


def by_index(values: Sequence[Any], items: pd.DataFrame, item_ids: np.ndarray) -> list[Any]:
    """Bring one value per row of `items` into the order of a split's item indices.

    Args:
        values: one for each row, such as the texts of `describe`.
        items: the table.
        item_ids: [N + 1], `Split.item_ids`; [0] is padding.

    Returns:
        N values: that of item index 1 first.

    Raises:
        ValueError: an item of the split has no row; names it.
    """
    known = dict(zip(items[ITEM_ID].tolist(), values, strict=True))
    wanted = item_ids[1:].tolist()
    if lost := [item_id for item_id in wanted if item_id not in known]:
        raise ValueError(
            f"{len(lost)} items of the split have no row in the table, for instance item_id "
            f"{lost[0]}; pass the items that belong to these interactions"
        )
    return [known[item_id] for item_id in wanted]


def _is_known(value: Any) -> bool:
    """Tell whether there is something to say."""
    if isinstance(value, tuple | list):
        return bool(value)
    return not pd.isna(value) and str(value) != ""
