"""Simulated people who look for a film, and say truly, but not always fully, what it is like.

Wang et al., "User Behavior Simulation with Large Language Model-based Agents" (RecAgent), 2024,
let language models play users. **Departures.** Here a rule with noise plays them: what they know
is the film's facts, so that every answer can be checked, and nothing can be given away by a model
that was told too much.
"""

from __future__ import annotations

import numpy as np

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.dialogue import Act, Said, naming
from rectutor.agents.filters import filter_of

__all__ = ["FIELDS", "FilmSeeker"]

FIELDS = ("genre", "theme", "person", "country", "years")


class FilmSeeker:
    """Looks for one film.

    Args:
        catalogue: of the items.
        target: the film in mind, an item index.
        rng: decides which of several facts is told, and when a question is not answered.
        p_unsure: share of questions answered with "I do not know".
        comments: after a refused recommendation, say one fact that the first of the list lacks.

    Raises:
        ValueError: there is no such item, or `p_unsure` is not between 0 and 1.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        target: int,
        rng: np.random.Generator,
        p_unsure: float = 0.2,
        comments: bool = True,
    ) -> None:
        if not 0 <= p_unsure <= 1:
            raise ValueError(f"p_unsure must be between 0 and 1, got {p_unsure}")
        catalogue.name(target)  # refuses what is no item
        self.catalogue, self.target, self.rng = catalogue, target, rng
        self.p_unsure, self.comments = p_unsure, comments
        decade = 10 * (catalogue.years[target] // 10)
        named = naming(catalogue, target)  # a series may be called like its first film
        known = [fact for fact in catalogue.facts_of(target) if not named.search(fact[1])]
        self.facts = [*known, ("years", f"{decade}-{decade + 9}")]
        self.told: list[tuple[str, str]] = []

    def opening(self) -> Said:
        """Say one fact, a genre where there is one."""
        genres = [fact for fact in self.facts if fact[0] == "genre"]
        return self._tell(genres or self.facts, "I look for a film")

    def answer(self, act: Act) -> Said:
        """Answer: to a question with a fact or not at all, to a list by whether it is in it."""
        if act.kind == "recommend":
            if self.target in act.items:
                return Said("That is the one.", found=True)
            refused = Said("No, none of them.", refused=act.items)
            if not self.comments or not act.items:
                return refused
            told = self._tell(self._missing_in(act.items[0]), "No, it is a film")
            return told._replace(refused=act.items)
        if act.kind == "ask":
            known = [fact for fact in self.facts if fact[0] == act.field]
            if known and self.rng.random() >= self.p_unsure:
                return self._tell(known, "One")
            return Said("I do not know.")
        return Said("Yes, yes.")

    def _missing_in(self, item: int) -> list[tuple[str, str]]:
        """List the facts that another film does not have."""
        if not 1 <= item <= self.catalogue.n_items:
            return []
        return [fact for fact in self.facts if item not in self.catalogue.having(filter_of(*fact))]

    def _tell(self, facts: list[tuple[str, str]], begin: str) -> Said:
        """Tell one of the facts, one not told before where there is one."""
        new = [fact for fact in facts if fact not in self.told] or facts
        if not new:
            return Said("I do not know what to say.")
        fact = new[int(self.rng.integers(len(new)))]
        self.told.append(fact)
        return Said(f"{begin} with {fact[0]} {fact[1]}.", facts=(fact,))
