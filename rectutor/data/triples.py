"""What is known about films and books as triples: (head, relation, tail), one fact each.

    (Heat (1995), directed by, Michael Mann)

They are derived from the facts in `items.csv`, which are real; nothing of them was simulated, and
no rating is in them. `python -m rectutor.data.triples` writes `datasets_small/knowledge` again.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from rectutor.data.worlds import load
from rectutor.files import CHECKSUMS, check_sums, shipped, write_atomically, write_sums

__all__ = ["RELATIONS", "derive", "is_missing", "load_triples", "name_of_item", "write_knowledge"]

# relation -> the column of `items.csv` that it is read from
RELATIONS = {
    "directed by": "directors",
    "stars": "leads",
    "written by": "authors",
    "has genre": "genres",
    "is about": "themes",
    "comes from": "country",
    "is in": "language",
    "is part of": "franchise",
    "is in the series": "series",
    "came out in": "year",
}
_WORLDS = ("films", "books")
_REMEDY = "restore it with `git checkout datasets_small`, or run `python -m rectutor.data.triples`"


def name_of_item(title: str, year: int) -> str:
    """Return the name by which a film or book is known in triples; titles alone repeat.

    Example:
        >>> name_of_item("Heat", 1995)
        'Heat (1995)'
    """
    return f"{title} ({year})"


def is_missing(value: object) -> bool:
    """Say whether a cell holds nothing: an empty text, None, nan or NA.

    Example:
        >>> [is_missing(value) for value in ("", None, float("nan"), 0)]
        [True, True, True, False]
    """
    return value is None or value is pd.NA or value == "" or value != value


def derive(items: pd.DataFrame) -> pd.DataFrame:
    """Write the facts of an items table as triples.

    Args:
        items: as `data.load(world).items`, with `item_id`, `title`, `year` and any column that
            `RELATIONS` names; empty cells are no facts.

    Returns:
        A table with item_id, head, relation and tail, in the order of the items and `RELATIONS`.
    """
    rows = []
    for item in items.to_dict("records"):
        head = name_of_item(item["title"], item["year"])
        for relation, column in RELATIONS.items():
            value = item.get(column, "")
            tails: tuple[object, ...] = value if isinstance(value, tuple) else (value,)
            facts = [str(tail) for tail in tails if not is_missing(tail)]
            rows += [(item["item_id"], head, relation, fact) for fact in facts]
    return pd.DataFrame(rows, columns=["item_id", "head", "relation", "tail"])


def load_triples(world: str) -> pd.DataFrame:
    """Load the shipped triples of a world.

    Args:
        world: "films" or "books".

    Returns:
        item_id, head, relation, tail.

    Raises:
        ValueError: there are no triples of that world, or a file is damaged.
    """
    if world not in _WORLDS:
        raise ValueError(f"triples are shipped for {' and '.join(_WORLDS)}, got {world!r}")
    folder = shipped("datasets_small", "knowledge")
    check_sums(folder, _REMEDY)
    triples = pd.read_csv(folder / f"{world}.csv", keep_default_na=False, dtype={"tail": str})
    items = load(world).items
    heads = [name_of_item(*pair) for pair in zip(items["title"], items["year"], strict=True)]
    names = pd.Series(heads, index=items["item_id"])
    triples.insert(1, "head", triples["item_id"].map(names))
    return triples


def write_knowledge(folder: Path) -> None:
    """Write the triples of all worlds and their checksums; the README stays as it is."""
    for world in _WORLDS:
        with write_atomically(folder / f"{world}.csv") as draft:
            triples = derive(load(world).items).drop(columns="head")  # the item_id says it
            triples.to_csv(draft, index=False, lineterminator="\n")
    write_sums(folder)


if __name__ == "__main__":
    here = shipped("datasets_small", "films").parent / "knowledge"
    write_knowledge(here)
    print(f"wrote {here}: {(here / CHECKSUMS).read_text().count(chr(10))} files")
