"""Conversations between an advisor, who recommends, and a seeker, as records; and their score.

One round is an act of the advisor and what the seeker says to it. The seeker has one film in mind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol, TypeAlias

from rectutor.agents.catalogue import Catalogue
from rectutor.data.dialogues import title_pattern

__all__ = [
    "Act",
    "ActKind",
    "Advisor",
    "Round",
    "Said",
    "Seeker",
    "Talk",
    "converse",
    "leak_in",
    "naming",
    "scores_of",
]

ActKind: TypeAlias = Literal["ask", "recommend", "chat"]


class Act(NamedTuple):
    """What the advisor does."""

    kind: ActKind
    text: str
    field: str = ""  # of an ask: the filter that is asked about
    items: tuple[int, ...] = ()  # of a recommendation, best first


class Said(NamedTuple):
    """What the seeker says."""

    text: str
    facts: tuple[tuple[str, str], ...] = ()  # (filter, value) that the film has
    refused: tuple[int, ...] = ()  # items that are not it
    found: bool = False  # it was recommended, and the talk ends


class Round(NamedTuple):
    """One act and its answer."""

    act: Act
    said: Said


class Talk(NamedTuple):
    """A whole conversation."""

    advisor: str
    opening: Said
    rounds: tuple[Round, ...]

    @property
    def found(self) -> bool:
        """Say whether the seeker found the film."""
        return bool(self.rounds) and self.rounds[-1].said.found


class Seeker(Protocol):
    """Somebody who looks for a film."""

    def opening(self) -> Said:
        """Begin the talk."""
        ...

    def answer(self, act: Act) -> Said:
        """Answer an act."""
        ...


class Advisor(Protocol):
    """Somebody who recommends."""

    name: str

    def act(self, opening: Said, rounds: Sequence[Round]) -> Act:
        """Decide what to do next, from the talk alone."""
        ...


def converse(advisor: Advisor, seeker: Seeker, n_rounds: int = 8) -> Talk:
    """Let two talk until the film is found, or for so many rounds.

    Args:
        advisor: who recommends.
        seeker: who looks.
        n_rounds: at most.
    """
    opening = seeker.opening()
    rounds: list[Round] = []
    for _ in range(n_rounds):
        act = advisor.act(opening, rounds)
        said = seeker.answer(act)
        rounds.append(Round(act, said))
        if said.found:
            break
    return Talk(advisor.name, opening, tuple(rounds))


def naming(catalogue: Catalogue, item: int) -> re.Pattern[str]:
    """Return a pattern that finds words by which an item is named: its number or its title."""
    title = title_pattern(catalogue.titles[item])
    return re.compile(rf"\[{item}\]|{title.pattern}", title.flags)


def leak_in(talk: Talk, target: int, catalogue: Catalogue) -> str | None:
    """Find where a seeker gives the film away: its number, or its title, before it is recommended.

    A simulator that was told its target must not tell it. A run with a leak measures nothing.

    Returns:
        The words that leaked, or None.
    """
    named = naming(catalogue, target)
    for said in (talk.opening, *(own.said for own in talk.rounds)):
        if said.found:
            return None
        words = " ".join([said.text, *(value for _, value in said.facts)])
        if match := named.search(words):
            return match[0]
    return None


def scores_of(talk: Talk, target: int, catalogue: Catalogue) -> Mapping[str, float]:
    """Score one conversation.

    Args:
        talk: what was said.
        target: the film that was looked for.
        catalogue: of the items.

    Returns:
        success (1 if found), rounds, recall (1 if the film was recommended in any round), made up
        (share of recommended items that are not in the catalogue) and repeated (share that had been
        recommended before); 0 where nothing was recommended.

    Raises:
        ValueError: the seeker gave the film away; quotes it.
    """
    if (leak := leak_in(talk, target, catalogue)) is not None:
        raise ValueError(
            f"the seeker gave item {target} away, saying {leak!r}: this talk measures nothing; "
            "a simulator may know its target and must not name it"
        )
    named = [item for own in talk.rounds for item in own.act.items]
    n = max(1, len(named))
    return {
        "success": float(talk.found),
        "rounds": float(len(talk.rounds)),
        "recall": float(target in named),
        "made up": sum(not 1 <= item <= catalogue.n_items for item in named) / n,
        "repeated": (len(named) - len(set(named))) / n,
    }
