"""The film agent's tools of one person's session: history, recommendations and their evidence.

They know that person's history and nobody else's: there is no parameter by which a model could ask
for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.film_tools import LISTED, known_item, listed
from rectutor.agents.filters import Filters, year_range
from rectutor.agents.tools import Found, Tool, tool
from rectutor.schema import PAD, Queries, Scorer

__all__ = ["SessionTools"]


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
        """Return them as tools; a model is told which recommenders there are."""
        ranks = tool(self.recommend)
        asked = ranks.schema.parameters["properties"]
        asked["method"] = {**asked["method"], "enum": list(self.scores)}
        return [tool(self.history), ranks, tool(self.evidence)]

    def history(self) -> Found:
        """List the films that this person saw last, newest first."""
        return listed(self.catalogue, [int(item) for item in self.seen[::-1]], 2 * LISTED)

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
            method: the recommender to ask; without one, the first.
        """
        name = method or next(iter(self.scores))
        if name not in self.scores:
            raise ValueError(f"method must be one of {', '.join(self.scores)}, got {name!r}")
        filters = Filters(genre, theme, person, country, *year_range(years))
        return listed(self.catalogue, self.ranked(name, self.catalogue.having(filters)))

    def evidence(self, title: str) -> Found:
        """Say what a film has in common with what this person saw.

        Args:
            title: of the film.
        """
        item = known_item(self.catalogue, title)
        shared = self.catalogue.shared(item, [int(own) for own in self.seen[::-1]])
        if not shared:
            return Found(f"{self.catalogue.name(item)} shares nothing with the history", (item,))
        lines = [
            f"{field} {value}: {', '.join(self.catalogue.name(own) for own in owners[:LISTED])}"
            for (field, value), owners in shared[: 2 * LISTED]
        ]
        return Found("\n".join([self.catalogue.name(item), *lines]), (item,))

    def ranked(self, method: str, among: Iterable[int]) -> list[int]:
        """Order unseen items by a recommender's scores, best first; ties by number."""
        items = np.setdiff1d(np.fromiter(among, dtype=np.int64), self.seen)
        order = np.argsort(-self.scores[method][items], kind="stable")
        return [int(item) for item in items[order]]
