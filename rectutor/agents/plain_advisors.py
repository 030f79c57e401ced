"""Two plain advisors to compare with, and a count of what a talk has left open.

`ByHand` follows a plan that was written down before the talk, one act a round. `WordSearch` knows
no field and asks nothing: it looks the seeker's words up in the catalogue's text index. Where
seekers only say no it finds little, unless somebody names the film: the control for a seeker that
says too much.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.dialogue import Act, Round, Said, Talk
from rectutor.agents.macrs import MACRS
from rectutor.agents.seekers import FIELDS

__all__ = ["ByHand", "WordSearch", "candidates_left"]

RECOMMEND = "recommend"


class ByHand:
    """Does what a plan says, and recommends when the plan is over.

    Args:
        catalogue: of the items.
        scores: [N + 1], how much the seeker is expected to like each item.
        plan: one word a round: "recommend", or the field to ask about.
        k: items in a recommendation.

    Raises:
        ValueError: a word is neither.
    """

    name = "by hand"

    def __init__(
        self, catalogue: Catalogue, scores: np.ndarray, plan: Sequence[str], k: int = 5
    ) -> None:
        known = (RECOMMEND, *FIELDS)
        if unknown := [word for word in plan if word not in known]:
            raise ValueError(f"a plan holds {', '.join(known)}; got {unknown[0]!r}")
        self.reader, self.plan = MACRS(catalogue, scores, k=k), tuple(plan)

    def act(self, opening: Said, rounds: Sequence[Round]) -> Act:
        """Do what stands at this place of the plan."""
        word = self.plan[len(rounds)] if len(rounds) < len(self.plan) else RECOMMEND
        if word == RECOMMEND:
            return self.reader.recommend(self.reader.profile(opening, rounds))
        return Act("ask", f"Which {word} has it?", field=word)


class WordSearch:
    """Recommends what a search for all that the seeker has said finds, save what was refused.

    Args:
        catalogue: of the items.
        k: items in a recommendation.
    """

    name = "word search"

    def __init__(self, catalogue: Catalogue, k: int = 5) -> None:
        self.catalogue, self.k = catalogue, k

    def act(self, opening: Said, rounds: Sequence[Round]) -> Act:
        """Search, and recommend."""
        words = " ".join([opening.text, *(own.said.text for own in rounds)])
        refused = {item for own in rounds for item in own.said.refused}
        found = self.catalogue.search(words, self.k + len(refused))
        items = tuple(item for item in found if item not in refused)[: self.k]
        names = ", ".join(self.catalogue.name(item) for item in items)
        return Act("recommend", f"Is it one of these: {names}?", items=items)


def candidates_left(talk: Talk, reader: MACRS) -> list[int]:
    """Count the items that fit what was said: after the opening, and after each round.

    A round that found the film leaves one.

    Args:
        talk: with any advisor.
        reader: knows the catalogue; what it reads depends on whether it reflects.
    """
    rounds = talk.rounds
    open_after = [
        len(reader.profile(talk.opening, rounds[:n]).candidates) for n in range(len(rounds) + 1)
    ]
    return [*open_after[:-1], 1] if talk.found else open_after
