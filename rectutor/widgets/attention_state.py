"""What the attention map shows: one row of attention, and what one deletion changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rectutor.widgets.view import percent, plain, say

__all__ = ["LONGEST", "AttentionCase", "AttentionState", "fitting"]

LONGEST = 16  # films of one history: more squares cannot be told apart


class AttentionCase(NamedTuple):
    """One person's history, what the model looked at, and what each film was worth."""

    person: str
    titles: Sequence[str]  # [T], oldest first
    attention: np.ndarray  # [n_blocks, H, T, T]; row: the film being read, column: looked at
    target: str  # the held-out film
    score: float  # of the held-out film, with the whole history
    scores_without: np.ndarray  # [T], the same score when film t alone is deleted


@dataclass(frozen=True)
class AttentionState:
    """Whose history, which head, which film is being read, and which one is deleted."""

    cases: tuple[AttentionCase, ...]
    person: int = 0
    block: int = 0
    head: int = 0
    position: int = 0
    deleted: int = -1  # -1: none
    unit: str = "logit"  # of the scores

    def __post_init__(self) -> None:
        tops = {
            "person": len(self.cases),
            "block": len(self.cases[0].attention),
            "head": len(self.cases[0].attention[0]),
            "position": LONGEST,
            "deleted": LONGEST,
        }
        for name, top in tops.items():
            value, low = getattr(self, name), -1 if name == "deleted" else 0
            if not low <= value < top:
                raise ValueError(f"{name} must be {low}..{top - 1}, got {value}")

    @property
    def case(self) -> AttentionCase:
        """The person on screen."""
        return self.cases[self.person]

    @property
    def reading(self) -> int:
        """The film being read; a shorter history ends the scale earlier."""
        return min(self.position, len(self.case.titles) - 1)

    def shares(self) -> np.ndarray:
        """Return how the film being read divides its attention, [T]; 0 for later films."""
        return np.asarray(self.case.attention)[self.block, self.head, self.reading]

    def changes(self) -> np.ndarray:
        """Return the held-out film's change of score when each film is deleted, [T]."""
        return np.asarray(self.case.scores_without, dtype=float) - self.case.score

    def most_attended(self) -> int:
        """Return the film that gets the largest share."""
        return int(np.argmax(self.shares()))

    def sentence(self) -> str:
        """Say where attention goes, and what the deleted film was worth."""
        return f"{self.looking()} {self.deletion()}".strip()

    def looking(self) -> str:
        """Say which two films get most of the attention."""
        titles, shares = self.case.titles, self.shares()
        order = np.argsort(-shares, kind="stable")[: min(2, self.reading + 1)]
        said = " and ".join(f"{percent(shares[i])} at {titles[i]}" for i in order)
        return (
            f"{self.case.person}, block {self.block + 1}, head {self.head + 1}: reading "
            f"{titles[self.reading]}, it looks {said}."
        )

    def deletion(self) -> str:
        """Say what deleting the chosen film does to the held-out film's score."""
        titles, change = self.case.titles, self.changes()
        if not 0 <= self.deleted < len(titles):
            return ""
        place = 1 + int((np.abs(change) > abs(change[self.deleted])).sum())
        return (
            f"Without {titles[self.deleted]} the score of {self.case.target} goes from "
            f"{say(self.case.score)} to {say(self.case.scores_without[self.deleted])} "
            f"({change[self.deleted]:+.3g} {self.unit}): effect number {place} of {len(titles)}."
        )


def fitting(case: AttentionCase, at: int) -> AttentionCase:
    """Check that case number `at` fits together, and make its titles safe to print."""
    attention = np.asarray(case.attention, dtype=float)
    T = len(case.titles)
    if not 1 <= T <= LONGEST:
        raise ValueError(
            f"case {at}: AttentionMap shows histories of 1..{LONGEST} films, got {T}; "
            f"keep the newest {LONGEST}"
        )
    if attention.ndim != 4 or attention.shape[2:] != (T, T):
        raise ValueError(
            f"case {at}: attention must be [blocks, heads, {T}, {T}] for {T} titles, got "
            f"{list(attention.shape)}; cut the padding off with attention[..., -{T}:, -{T}:]"
        )
    if np.shape(case.scores_without) != (T,):
        raise ValueError(
            f"case {at}: scores_without must be [{T}], got {list(np.shape(case.scores_without))}"
        )
    if not np.isfinite([case.score, *case.scores_without, *attention.ravel()]).all():
        raise ValueError(f"case {at}: a score or an attention weight is nan or infinite")
    return case._replace(
        person=plain(case.person),
        titles=tuple(map(plain, case.titles)),
        attention=attention,
        target=plain(case.target),
        score=float(case.score),
        scores_without=np.asarray(case.scores_without, dtype=float),
    )
