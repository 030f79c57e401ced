"""MACRS: three responders propose, a planner chooses, feedback is reflected on.

Fang et al., "A Multi-Agent Conversational Recommender System", 2024. At each
turn an asking, a recommending and a chatting agent each propose a response, and a planner picks
one. After feedback, reflection works on two levels: **information** (what the feedback says of the
wish goes into the profile) and **strategy** (what did not work is not done again at once).

**Departures.** Responders and planner are rules over the catalogue here; the paper prompts a
language model for each. So the talk has no style, and every choice can be explained. A language
model can take the planner's place: `planner` is any function that picks one of three proposals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.dialogue import Act, Round, Said
from rectutor.agents.filters import filter_of
from rectutor.agents.seekers import FIELDS

__all__ = ["MACRS", "Profile", "by_size", "most_telling"]


@dataclass(frozen=True)
class Profile:
    """What is known of the wish, and how the talk has gone."""

    facts: tuple[tuple[str, str], ...] = ()
    refused: frozenset[int] = frozenset()
    candidates: tuple[int, ...] = ()  # items that have all facts, best first
    n_refusals: int = 0  # recommendations refused in a row
    n_unsure: int = 0  # questions not answered in a row
    asked: frozenset[str] = field(default_factory=frozenset)


Planner = Callable[[Profile, Sequence[Act]], int]


class MACRS:
    """An advisor with three responders and a planner.

    Args:
        catalogue: of the items.
        scores: [N + 1], how much the seeker is expected to like each item.
        planner: picks one of the proposals ask, recommend, chat.
        k: items in a recommendation.
        reflects: use what feedback says, and change the strategy after failures.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        scores: np.ndarray,
        planner: Planner | None = None,
        k: int = 5,
        reflects: bool = True,
    ) -> None:
        self.catalogue, self.scores, self.k = catalogue, scores, k
        self.planner, self.reflects = planner or by_size, reflects
        self.name = "MACRS" if reflects else "MACRS without reflection"

    def act(self, opening: Said, rounds: Sequence[Round]) -> Act:
        """Let the three propose, and do what the planner picks."""
        profile = self.profile(opening, rounds)
        proposals = [self.ask(profile), self.recommend(profile), self.chat()]
        return proposals[self.planner(profile, proposals)]

    def profile(self, opening: Said, rounds: Sequence[Round]) -> Profile:
        """Read the talk; without reflection, only answers to questions are read."""
        facts, refused = list(opening.facts), set[int]()
        n_refusals = n_unsure = 0
        for act, said in rounds:
            if act.kind == "ask" or self.reflects:
                facts += said.facts
            refused.update(said.refused)
            if act.kind == "recommend":
                n_refusals, n_unsure = n_refusals + 1, 0
            elif act.kind == "ask":
                n_refusals, n_unsure = 0, n_unsure + 1 if not said.facts else 0
        return Profile(
            tuple(dict.fromkeys(facts)),
            frozenset(refused),
            self._fitting(facts, refused),
            n_refusals if self.reflects else 0,
            n_unsure if self.reflects else 0,
            frozenset(act.field for act, _ in rounds if act.kind == "ask"),
        )

    def _fitting(self, facts: Sequence[tuple[str, str]], refused: set[int]) -> tuple[int, ...]:
        """List the items that have every fact and were not refused, best first."""
        fitting = set(range(1, self.catalogue.n_items + 1)) - refused
        for fact in facts:
            fitting &= set(self.catalogue.having(filter_of(*fact)))
        items = np.array(sorted(fitting), dtype=np.int64)
        return tuple(int(item) for item in items[np.argsort(-self.scores[items], kind="stable")])

    def ask(self, profile: Profile) -> Act:
        """Ask about what divides the candidates most, once about each thing."""
        name = most_telling(self.catalogue, profile.candidates, profile.asked)
        return Act("ask", f"Which {name} has it?", field=name)

    def recommend(self, profile: Profile) -> Act:
        """Recommend the best candidates."""
        items = profile.candidates[: self.k]
        names = ", ".join(self.catalogue.name(item) for item in items)
        return Act("recommend", f"Is it one of these: {names}?", items=items)

    def chat(self) -> Act:
        """Keep the talk going."""
        return Act("chat", "Good films are hard to forget.")


def by_size(profile: Profile, proposals: Sequence[Act]) -> int:
    """Plan: recommend when few candidates are left, or when asking has not helped; else ask.

    Args:
        profile: what is known.
        proposals: ask, recommend, chat.

    Returns:
        The place of the act that is done.
    """
    ask, recommend, chat = range(3)
    if not profile.candidates:
        return chat
    can_ask = bool(proposals[ask].field)
    if profile.n_refusals >= 2 and can_ask:
        return ask
    if profile.n_unsure >= 2 or not can_ask or len(profile.candidates) <= 10:
        return recommend
    return ask


def most_telling(catalogue: Catalogue, items: Sequence[int], asked: frozenset[str]) -> str:
    """Return the field whose value is least certain among items, by entropy; "" if none is left.

    An item with several values of a field counts in parts. Fields that were asked are left out.

    Args:
        catalogue: of the items.
        items: the candidates.
        asked: fields not to ask about.
    """
    best, most = "", 0.0
    for name in FIELDS:
        if name in asked:
            continue
        mass: dict[str, float] = {}
        for item in items:
            values = _values(catalogue, item, name)
            for value in values:
                mass[value] = mass.get(value, 0.0) + 1 / len(values)
        p = np.array(list(mass.values())) / max(sum(mass.values()), 1e-12)
        entropy = float(-(p * np.log2(p)).sum()) if len(p) else 0.0
        if entropy > most + 1e-9:
            best, most = name, entropy
    return best


def _values(catalogue: Catalogue, item: int, name: str) -> list[str]:
    """List an item's values of a field."""
    if name == "years":
        return [str(catalogue.years[item] // 10)]
    return [value for own, value in catalogue.facts_of(item) if own == name]
