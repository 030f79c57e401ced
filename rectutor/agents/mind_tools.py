"""What RecMind looks things up with: a person's memory and ratings, and names in a text."""

from __future__ import annotations

import numpy as np

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.film_tools import listed
from rectutor.agents.memory import Memory
from rectutor.agents.react import items_named
from rectutor.agents.session_tools import SessionTools
from rectutor.agents.tools import Found, Tool, Toolbox, tool
from rectutor.lm.chat.linking import Linker

__all__ = ["MindTools", "note_of"]

_LONGEST = 10  # films in a list
_LIKED = 4.0  # stars from which on a film counts as liked
_OPINED = ("genre", "theme", "person")  # what people give as reasons


def note_of(catalogue: Catalogue, item: int, stars: float, review: str = "") -> str:
    """Write what is kept in the memory about one film.

    Example:
        >>> import pandas as pd
        >>> films = Catalogue(pd.DataFrame({"title": ["Heat"], "year": [1995]}))
        >>> note_of(films, 1, 4.5, "A fine heist.")
        '4.5 stars for [1] Heat (1995): A fine heist.'
    """
    said = f"{stars:g} stars for {catalogue.name(item)}"
    return f"{said}: {review}" if review else said


class MindTools:
    """The tools of one person's session that look into the memory and the ratings.

    Args:
        session: history and recommender of that person; their question holds their ratings.
        stars: [N + 1] mean stars of each item in the database; nan where nobody rated it.
        vectors: [N + 1, D] of the items.
        memory: of that person.
        now: when the question is asked, in seconds since 1970.
        rated: [N + 1] the stars that this person gave, nan where none.
    """

    def __init__(
        self,
        session: SessionTools,
        stars: np.ndarray,
        vectors: np.ndarray,
        memory: Memory,
        now: int,
        rated: np.ndarray,
    ) -> None:
        self.session, self.catalogue = session, session.catalogue
        self.stars, self.vectors, self.memory, self.now = stars, vectors, memory, now
        self.rated = rated  # [N + 1]

    def toolbox(self, linker: Linker) -> Toolbox:
        """Return all that RecMind may call.

        Args:
            linker: finds names in texts.
        """
        own = [tool(self.stars_of), tool(self.remember), tool(self.liking)]
        return Toolbox([*own, tool(self.best_next), tool(self.best_remembered), _reading(linker)])

    def stars_of(self, number: int) -> Found:
        """Look up how a film is rated, and how this person rates.

        Args:
            number: of the film.
        """
        name = self.catalogue.name(number)
        overall, own = np.nanmean(self.stars), np.nanmean(self.rated)
        mean = self.stars[number] if not np.isnan(self.stars[number]) else overall
        text = f"{name} has {mean:.2f} stars; all films {overall:.2f}; this person gives {own:.2f}"
        return Found(text, (number,))

    def remember(self, text: str) -> Found:
        """Recall what this person wrote that is closest in meaning.

        Args:
            text: to compare with.
        """
        notes = self.memory.recall(text, self.now, k=5)
        said = "\n".join(note.text for note in notes) or "nothing is remembered"
        return Found(said, items_named(said))

    def liking(self, number: int) -> Found:
        """Compare this person's stars for films that share something with a film.

        Args:
            number: of the film.
        """
        decade = 10 * (self.catalogue.years[number] // 10)
        kinds = [fact for fact in self.catalogue.facts_of(number) if fact[0] in _OPINED]
        seen = [int(item) for item in self.session.seen if not np.isnan(self.rated[item])]
        shared = dict(self.catalogue.shared(number, seen))
        era = [item for item in seen if 10 * (self.catalogue.years[item] // 10) == decade]
        facts = [*kinds, ("decade", f"{decade}s")]
        lines = [self.catalogue.name(number)]
        for fact in facts:
            owners = era if fact[0] == "decade" else shared.get(fact, [])
            if owners:
                mean = float(np.mean(self.rated[owners]))
                lines.append(f"{fact[0]} {fact[1]}: {len(owners)} films, {mean:.2f} stars")
        return Found("\n".join(lines), (number,))

    def best_next(self, numbers: str = "") -> Found:
        """Rank films by what people with such a history choose next.

        Args:
            numbers: in square brackets; all unseen films when empty.
        """
        scores = next(iter(self.session.scores.values()))
        return self._ranked(scores, numbers)

    def best_remembered(self, numbers: str = "") -> Found:
        """Rank films by how close their texts are to what this person rated well.

        Args:
            numbers: in square brackets; all unseen films when empty.
        """
        with np.errstate(invalid="ignore"):
            liked = np.flatnonzero(self.rated >= min(_LIKED, np.nanmax(self.rated)))
        return self._ranked(self.vectors @ self.vectors[liked].mean(axis=0), numbers)

    def _ranked(self, scores: np.ndarray, numbers: str) -> Found:
        """List the best ten among the named, or among all that this person has not seen."""
        among = items_named(numbers) or range(1, self.catalogue.n_items + 1)
        for item in among:
            self.catalogue.name(item)  # refuses what is no film
        items = np.setdiff1d(np.fromiter(among, dtype=np.int64), self.session.seen)
        order = items[np.argsort(-scores[items], kind="stable")]
        return listed(self.catalogue, [int(item) for item in order], _LONGEST)


def _reading(linker: Linker) -> Tool:
    """Return the tool that reads names in a text."""

    def names_in(text: str) -> Found:
        """Find the genres, themes, people and years that a text speaks of, in its order.

        Args:
            text: any text.
        """
        marks = linker.link(text).marks
        return Found("\n".join(f"{m.kind} {m.value}" for m in marks) or "nothing that is known")

    return tool(names_in)
