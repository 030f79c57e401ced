"""The tools of the film agent: each asks a real part of the project.

A session belongs to one person. Its tools know that person's history and nobody else's: there is no
parameter by which a model could ask for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from rectutor.agents.catalogue import Catalogue, Filters, year_range
from rectutor.agents.tools import Found, Tool, tool
from rectutor.schema import PAD, Queries, Scorer

__all__ = ["FilmTools", "SessionTools"]

_K = 5  # items that a tool lists


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
        return _listed(self.catalogue, self.catalogue.search(text, _K))

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
        return _listed(self.catalogue, self.catalogue.having(filters))

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
        return Found("\n".join(lines[: 2 * _K]), tuple(items[: 2 * _K]))

    def similar(self, title: str) -> Found:
        """Find films that are told in similar words.

        Args:
            title: of the film to start from.
        """
        item = _known(self.catalogue, title)
        assert self._unit is not None
        nearest = np.argsort(-(self._unit @ self._unit[item]), kind="stable")
        others = [int(own) for own in nearest if own not in (PAD, item)]
        return _listed(self.catalogue, others[:_K])


class SessionTools:
    """History, recommendations and their evidence: the tools of one person's session.

    Args:
        catalogue: of the items.
        recommenders: scorers by the name that a model calls them; the first is used by default.
        query: one question, the person's own.

    Raises:
        ValueError: `query` is not one question, or there is no recommender.
    """

    def __init__(
        self, catalogue: Catalogue, recommenders: Mapping[str, Scorer], query: Queries
    ) -> None:
        if len(query.history) != 1:
            raise ValueError(f"a session belongs to one person, got {len(query.history)} questions")
        if not recommenders:
            raise ValueError("a session needs one recommender or more, got none")
        self.catalogue = catalogue
        self.seen = query.history[0][query.history[0] != PAD]  # [T], oldest first
        self.scores = {name: model.score(query)[0] for name, model in recommenders.items()}

    @property
    def tools(self) -> list[Tool]:
        """Return them as tools."""
        return [tool(self.history), tool(self.recommend), tool(self.evidence)]

    def history(self) -> Found:
        """List the films that this person saw last, newest first."""
        return _listed(self.catalogue, [int(item) for item in self.seen[::-1]], 2 * _K)

    def recommend(
        self,
        genre: str | None = None,
        theme: str | None = None,
        person: str | None = None,
        country: str | None = None,
        years: str | None = None,
        method: str | None = None,
    ) -> Found:
        """Rank unseen films by this person's taste, among those that have all of these.

        Args:
            genre: such as Comedy.
            theme: such as time-travel.
            person: a director or a lead.
            country: such as France.
            years: such as 1995, 1990-1999, 1990- or -1999.
            method: the recommender to ask.
        """
        name = method or next(iter(self.scores))
        if name not in self.scores:
            raise ValueError(f"method must be one of {', '.join(self.scores)}, got {name!r}")
        filters = Filters(genre, theme, person, country, *year_range(years))
        return _listed(self.catalogue, self.ranked(name, self.catalogue.having(filters)))

    def evidence(self, title: str) -> Found:
        """Say what a film has in common with what this person saw.

        Args:
            title: of the film.
        """
        item = _known(self.catalogue, title)
        shared = self.catalogue.shared(item, [int(own) for own in self.seen[::-1]])
        if not shared:
            return Found(f"{self.catalogue.name(item)} shares nothing with the history", (item,))
        lines = [
            f"{field} {value}: {', '.join(self.catalogue.name(own) for own in owners[:_K])}"
            for (field, value), owners in shared[: 2 * _K]
        ]
        return Found("\n".join([self.catalogue.name(item), *lines]), (item,))

    def ranked(self, method: str, among: Iterable[int]) -> list[int]:
        """Order unseen items by a recommender's scores, best first; ties by number."""
        items = np.setdiff1d(np.fromiter(among, dtype=np.int64), self.seen)
        order = np.argsort(-self.scores[method][items], kind="stable")
        return [int(item) for item in items[order]]


def _known(catalogue: Catalogue, title: str) -> int:
    """Return the item of a title."""
    item = catalogue.find(title)
    if item is None:
        raise ValueError(f"there is no film called {title!r}; search for it first")
    return item


def _listed(catalogue: Catalogue, items: Sequence[int], k: int = _K) -> Found:
    """Write items one a line, and how many more there are."""
    if not items:
        return Found("no film has all of this")
    lines = [catalogue.name(item) for item in items[:k]]
    more = [f"and {len(items) - k} more"] if len(items) > k else []
    return Found("\n".join([*lines, *more]), tuple(items[:k]))
