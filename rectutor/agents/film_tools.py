"""The film agent's tools that are the same for everybody: each asks a real part of the project."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.filters import Filters, year_range
from rectutor.agents.tools import Found, Tool, tool
from rectutor.schema import PAD

__all__ = ["LISTED", "FilmTools", "known_item", "listed"]

LISTED = 5  # items that a tool lists


class FilmTools:
    """Search, filter, facts, similar films: the tools that are the same for everybody.

    Args:
        catalogue: of the items.
        triples: item_id, head, relation, tail, such as `data.triples.load_triples("films")`.
        vectors: [N + 1, D] of the items, row 0 is padding; without them there is no `similar`.
    """

    def __init__(
        self, catalogue: Catalogue, triples: pd.DataFrame, vectors: np.ndarray | None = None
    ) -> None:
        self.catalogue = catalogue
        triples = triples.assign(item=triples["item_id"].map(catalogue.item_of))
        self._about = dict(list(triples.groupby("item", sort=False)))
        self._with = dict(list(triples.groupby(triples["tail"].str.lower(), sort=False)))
        self._unit = None
        if vectors is not None:
            norms = np.linalg.norm(vectors, axis=1, keepdims=True)
            self._unit = vectors / np.where(norms > 0, norms, 1.0)

    @property
    def tools(self) -> list[Tool]:
        """Return them as tools."""
        own = [tool(self.search), tool(self.films_with), tool(self.facts)]
        return own if self._unit is None else [*own, tool(self.similar)]

    def search(self, text: str) -> Found:
        """Find films by words of their title, people or story.

        Args:
            text: the words to look for.
        """
        return listed(self.catalogue, self.catalogue.search(text, LISTED))

    def films_with(
        self,
        genre: str | None = None,
        theme: str | None = None,
        person: str | None = None,
        country: str | None = None,
        years: str | None = None,
    ) -> Found:
        """List films that have all of these.

        Args:
            genre: such as Comedy.
            theme: such as time-travel.
            person: a director or a lead.
            country: such as France.
            years: such as 1995, 1990-1999, 1990- or -1999.
        """
        filters = Filters(genre, theme, person, country, *year_range(years))
        return listed(self.catalogue, self.catalogue.having(filters))

    def facts(self, name: str) -> Found:
        """Look up what is known about a film, a person or a theme.

        Args:
            name: title or name.
        """
        item = self.catalogue.find(name)
        if item is not None:
            lines = [f"{row.relation} {row.tail}" for row in self._about[item].itertuples()]
            return Found("\n".join([self.catalogue.name(item), *lines]), (item,))
        if (key := name.strip().lower()) not in self._with:
            raise ValueError(f"nothing is known about {name!r}; search for it first")
        known = self._with[key]
        items = [int(item) for item in known["item"].drop_duplicates()]
        relations = known.drop_duplicates("item")["relation"]
        lines = [
            f"{self.catalogue.name(item)} {relation} {name.strip()}"
            for item, relation in zip(items, relations, strict=True)
        ]
        return Found("\n".join(lines[: 2 * LISTED]), tuple(items[: 2 * LISTED]))

    def similar(self, title: str) -> Found:
        """Find films that are told in similar words.

        Args:
            title: of the film to start from.
        """
        item = known_item(self.catalogue, title)
        assert self._unit is not None
        nearest = np.argsort(-(self._unit @ self._unit[item]), kind="stable")
        others = [int(own) for own in nearest if own not in (PAD, item)]
        return listed(self.catalogue, others[:LISTED])


def known_item(catalogue: Catalogue, title: str) -> int:
    """Return the item of a title."""
    item = catalogue.find(title)
    if item is None:
        raise ValueError(f"there is no film called {title!r}; search for it first")
    return item


def listed(catalogue: Catalogue, items: Sequence[int], k: int = LISTED) -> Found:
    """Write items one a line, and how many more there are."""
    if not items:
        return Found("no film has all of this")
    lines = [catalogue.name(item) for item in items[:k]]
    more = [f"and {len(items) - k} more"] if len(items) > k else []
    return Found("\n".join([*lines, *more]), tuple(items[:k]))
