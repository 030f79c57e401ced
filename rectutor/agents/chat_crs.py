"""ChatCRS: knowledge retrieval and goal planning as two tools beside the one who talks.

Li et al., "Incorporating External Knowledge and Goal Guidance for LLM-based Conversational
Recommender Systems", 2025. A knowledge agent looks up what the talk touches, a goal agent foretells
what the next turn is for (ask, recommend, chat), and the talk follows both. Each can be switched
off, which is how the paper finds what each is worth.

**Departures.** The goal agent is a table of counts over three things one can see of a talk, learned
from talks that succeeded; the paper tunes an adapter on annotated dialogues. Turns are acts, not
sentences of a language model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.dialogue import Act, ActKind, Round, Said, Talk
from rectutor.agents.macrs import MACRS
from rectutor.agents.seekers import FIELDS

__all__ = ["ChatCRS", "GoalPlanner", "Seen"]

_BUCKETS = (5, 20, 100)  # candidates left, upper ends


class Seen(NamedTuple):
    """What the goal agent sees of a talk."""

    last: ActKind | None  # kind of the last act
    helped: bool  # the last answer told a fact
    bucket: int  # 0..3, how many candidates are left


class GoalPlanner:
    """Foretells the kind of the next act from counts.

    A situation that no talk has shown is answered with what was most frequent at its number of
    candidates, then with what was most frequent at all.
    """

    def __init__(self) -> None:
        self.counts: dict[tuple[object, ...], Counter[ActKind]] = {}

    def fit(self, talks: Sequence[Talk], advisor: MACRS) -> GoalPlanner:
        """Count the acts of talks in which the film was found.

        Args:
            talks: with any advisor.
            advisor: reads how many candidates were left.

        Raises:
            ValueError: no talk succeeded.
        """
        found = [talk for talk in talks if talk.found]
        if not found:
            raise ValueError(f"goals are learned from talks that succeeded, got 0 of {len(talks)}")
        for talk in found:
            for place, own in enumerate(talk.rounds):
                seen = self.seen(talk.opening, talk.rounds[:place], advisor)
                for key in _keys(seen):
                    self.counts.setdefault(key, Counter())[own.act.kind] += 1
        return self

    def goal(self, seen: Seen) -> ActKind:
        """Return the most frequent kind of act; of equal ones, the first of the alphabet.

        Raises:
            ValueError: the planner has not been fitted.
        """
        for key in _keys(seen):
            if key in self.counts:
                return min(self.counts[key].items(), key=lambda pair: (-pair[1], pair[0]))[0]
        raise ValueError("the goal planner has seen no talk; call fit first")

    @staticmethod
    def seen(opening: Said, rounds: Sequence[Round], advisor: MACRS) -> Seen:
        """Read a talk as the planner does."""
        n_left = len(advisor.profile(opening, rounds).candidates)
        bucket = int(np.searchsorted(_BUCKETS, n_left))
        if not rounds:
            return Seen(None, bool(opening.facts), bucket)
        return Seen(rounds[-1].act.kind, bool(rounds[-1].said.facts), bucket)


class ChatCRS:
    """An advisor that follows a goal and uses knowledge, or does without one of them.

    Args:
        catalogue: of the items.
        scores: [N + 1], how much the seeker is expected to like each item.
        planner: foretells the goal; without one every turn recommends.
        knows: use facts: to ask about what divides the candidates, and to leave out what does not
            fit. Without knowledge it asks about each field in turn and leaves out only what was
            refused; nor does the goal agent know how many films fit.
        k: items in a recommendation.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        scores: np.ndarray,
        planner: GoalPlanner | None = None,
        knows: bool = True,
        k: int = 5,
    ) -> None:
        self.reader = MACRS(catalogue, scores, k=k)
        self.planner, self.knows, self.k = planner, knows, k
        lacking = [] if knows else ["knowledge"]
        lacking += [] if planner else ["goals"]
        self.name = f"ChatCRS without {' and '.join(lacking)}" if lacking else "ChatCRS"

    def act(self, opening: Said, rounds: Sequence[Round]) -> Act:
        """Do what the goal says."""
        profile = self.reader.profile(opening, rounds)
        deaf = opening._replace(facts=()), _without_facts(rounds)
        goal: ActKind = "recommend"
        if self.planner is not None:
            seen = self.planner.seen(opening, rounds, self.reader)
            if not self.knows:  # how many films fit is knowledge, too
                seen = seen._replace(bucket=self.planner.seen(*deaf, self.reader).bucket)
            goal = self.planner.goal(seen)
        if goal == "ask":
            open_fields = [name for name in FIELDS if name not in profile.asked]
            proposal = self.reader.ask(profile) if self.knows else None
            field = proposal.field if proposal else next(iter(open_fields), "")
            if field:
                return Act("ask", f"Which {field} has it?", field=field)
        elif goal == "chat":
            return self.reader.chat()
        if self.knows and profile.candidates:
            return self.reader.recommend(profile)
        return self.reader.recommend(self.reader.profile(*deaf))


def _keys(seen: Seen) -> list[tuple[object, ...]]:
    """List what is looked up, the most exact first."""
    return [tuple(seen), ("candidates", seen.bucket), ("all",)]


def _without_facts(rounds: Sequence[Round]) -> list[Round]:
    """Return a talk as one hears it who understands no fact."""
    return [own._replace(said=own.said._replace(facts=())) for own in rounds]
