"""The catalogue as a database that can be searched and not changed.

SQLite with a full-text index (FTS5). Every value travels as a parameter, never as a part of the
statement; after it has been filled the connection refuses to write.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Hashable, Mapping, Sequence

import pandas as pd

from rectutor.agents.filters import Filters, filter_of
from rectutor.data.triples import is_missing

__all__ = ["Catalogue"]

# a filter's name -> the columns of the items table that it looks into
_LISTS = {
    "genre": ("genres",),
    "theme": ("themes",),
    "person": ("directors", "leads", "authors"),
    "country": ("country",),
    "language": ("language",),
    "series": ("franchise", "series"),
}
_WORD = re.compile(r"\w+")


class Catalogue:
    """All items of a data set, searchable.

    Args:
        items: `data.load(world).items`; the first row is item index 1, whatever its item_id.
    """

    def __init__(self, items: pd.DataFrame) -> None:
        self.n_items = len(items)
        self.titles = ["", *(str(title) for title in items["title"])]
        self.years = [0, *(int(year) if not pd.isna(year) else 0 for year in items["year"])]
        ids = items.get("item_id", range(1, self.n_items + 1))
        self.item_of = {item_id: item for item, item_id in enumerate(ids, start=1)}
        self._facts: list[list[tuple[str, str]]] = [[]]  # by item, as in the table `facts`
        self._open = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._fill(items)
        self._open.execute("PRAGMA query_only = ON")

    def name(self, item: int) -> str:
        """Return an item as tools show it, its number in square brackets.

        Raises:
            ValueError: there is no such item.
        """
        if not 1 <= item <= self.n_items:
            raise ValueError(f"items have numbers from 1 to {self.n_items}, got {item}")
        return f"[{item}] {self.titles[item]} ({self.years[item]})"

    def search(self, text: str, k: int = 5) -> list[int]:
        """Find items whose title, people, themes or synopsis have words of a text.

        Args:
            text: any text; its words are looked for, signs are not.
            k: the most items to return.

        Returns:
            Item indices, best first by BM25; words in the title count five times.
        """
        words = " OR ".join(f'"{word}"' for word in _WORD.findall(text))
        if not words:
            return []
        found = self._open.execute(
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, 5.0, 1.0), rowid "
            "LIMIT ?",
            (words, k),
        )
        return [row[0] for row in found]

    def having(self, filters: Filters) -> list[int]:
        """List all items that have what the filters ask for, in the order of their numbers."""
        conditions, values = ["1"], list[str | int]()
        for name in _LISTS:
            if wanted := getattr(filters, name):
                conditions.append(
                    "item IN (SELECT item FROM facts WHERE field = ? AND value = ? COLLATE NOCASE)"
                )
                values += [name, wanted]
        for bound, limit in (("year >= ?", filters.from_year), ("year <= ?", filters.to_year)):
            if limit is not None:
                conditions.append(bound)
                values.append(limit)
        statement = f"SELECT item FROM items WHERE {' AND '.join(conditions)} ORDER BY item"
        return [row[0] for row in self._open.execute(statement, values)]

    def values(self, field: str) -> list[str]:
        """List what a filter may ask for, most frequent first.

        Raises:
            ValueError: there is no such filter.
        """
        if field not in _LISTS:
            raise ValueError(f"a filter must be one of {', '.join(_LISTS)}, got {field!r}")
        rows = self._open.execute(
            "SELECT value FROM facts WHERE field = ? GROUP BY value ORDER BY count(*) DESC, value",
            (field,),
        )
        return [row[0] for row in rows]

    def facts_of(self, item: int) -> list[tuple[str, str]]:
        """List what an item can be filtered by: (filter, value), years left out.

        Raises:
            ValueError: there is no such item.
        """
        self.name(item)
        return self._facts[item]

    def find(self, title: str) -> int | None:
        """Return the item of that title, without case, with or without its year; None if none.

        Of several of one title, the one with the lowest number.
        """
        bare = re.sub(r"^\[\d+\]\s*|\s*\(\d{4}\)$", "", title.strip())
        year = re.search(r"\((\d{4})\)$", title.strip())
        row = self._open.execute(
            "SELECT item FROM items WHERE title = ? COLLATE NOCASE AND (? IS NULL OR year = ?) "
            "ORDER BY item LIMIT 1",
            (bare, *[int(year.group(1)) if year else None] * 2),
        ).fetchone()
        return row[0] if row else None

    def shared(self, item: int, others: Sequence[int]) -> list[tuple[tuple[str, str], list[int]]]:
        """List what an item has in common with others, rarest in the catalogue first.

        Returns:
            ((filter, value), the others that have it), for each value that one of them has.
        """
        rows = self._open.execute(
            "SELECT f.field, f.value, (SELECT count(*) FROM facts c WHERE c.field = f.field AND "
            "c.value = f.value) AS n FROM facts f WHERE f.item = ? ORDER BY n, f.field, f.value",
            (item,),
        ).fetchall()
        found = []
        for field, value, _ in rows:
            owners = set(self.having(filter_of(field, value)))
            if mine := [own for own in others if own in owners and own != item]:
                found.append(((field, value), mine))
        return found

    def _fill(self, items: pd.DataFrame) -> None:
        """Write the tables."""
        self._open.executescript(
            "CREATE TABLE items (item INTEGER PRIMARY KEY, title TEXT, year INTEGER);"
            "CREATE TABLE facts (item INTEGER, field TEXT, value TEXT);"
            "CREATE INDEX by_value ON facts (field, value COLLATE NOCASE);"
            "CREATE INDEX by_item ON facts (item);"
            "CREATE VIRTUAL TABLE words USING fts5 (title, rest, tokenize = 'porter unicode61');"
        )
        for item, row in enumerate(items.to_dict("records"), start=1):
            facts = _facts(row)
            self._facts.append(facts)
            rest = " ".join([*(value for _, value in facts), str(row.get("synopsis", ""))])
            self._open.execute(
                "INSERT INTO items VALUES (?, ?, ?)", (item, self.titles[item], self.years[item])
            )
            self._open.executemany(
                "INSERT INTO facts VALUES (?, ?, ?)", [(item, *fact) for fact in facts]
            )
            self._open.execute(
                "INSERT INTO words (rowid, title, rest) VALUES (?, ?, ?)",
                (item, self.titles[item], rest),
            )


def _facts(row: Mapping[Hashable, object]) -> list[tuple[str, str]]:
    """List what can be filtered by, each value once."""
    facts = []
    for field, columns in _LISTS.items():
        for column in columns:
            value = row.get(column)
            values = value if isinstance(value, tuple) else (value,)
            facts += [(field, str(own)) for own in values if not is_missing(own)]
    return list(dict.fromkeys(facts))
