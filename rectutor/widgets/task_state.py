"""What the view of five tasks decides: one person and one family, asked in several wordings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd

__all__ = ["Answer", "TaskState"]


class Answer(NamedTuple):
    """What a model said to one question."""

    question: str
    said: str
    is_right: bool


@dataclass(frozen=True)
class TaskState:
    """Answers to all people, families and wordings; those to one person and family are shown."""

    wordings: tuple[str, ...]  # how a question can be put, the usual one first
    answers: Mapping[str, tuple[tuple[Answer, ...], ...]]  # by family: [people][wordings]
    truths: Mapping[str, tuple[str, ...]]  # by family: [people]
    family: str
    person: int = 0

    def __post_init__(self) -> None:
        if self.family not in self.answers:
            raise ValueError(f"family must be one of {list(self.answers)}, got {self.family!r}")
        if len(self.wordings) < 2:
            raise ValueError(f"wordings must be two or more, got {list(self.wordings)}")
        for family, people in self.answers.items():
            if len(people) != len(self.truths[family]):
                raise ValueError(
                    f"{family!r} must have {len(people)} true answers, one for each person, "
                    f"got {len(self.truths[family])}"
                )
            for own in people:
                if len(own) != len(self.wordings):
                    raise ValueError(
                        f"{family!r} must have {len(self.wordings)} answers for each person, one "
                        f"for each wording, got {len(own)}"
                    )
        if not 0 <= self.person < self.n_people:
            raise ValueError(f"person must be in 0..{self.n_people - 1}, got {self.person}")

    @property
    def families(self) -> tuple[str, ...]:
        """Name the families."""
        return tuple(self.answers)

    @property
    def n_people(self) -> int:
        """Count the people of every family."""
        return min(map(len, self.answers.values()))

    @property
    def shown(self) -> tuple[Answer, ...]:
        """Return the answers to the person and family that are shown, one for each wording."""
        return self.answers[self.family][self.person]

    @property
    def truth(self) -> str:
        """Return what the person did or wrote."""
        return self.truths[self.family][self.person]

    def at(self, family: str, person: int) -> TaskState:
        """Return the state of another family and person."""
        return replace(self, family=family, person=person)

    def changed(self, family: str, wording: int) -> float:
        """Return for which share of people a wording gets another answer than the first one."""
        people = self.answers[family]
        return sum(own[wording].said != own[0].said for own in people) / len(people)

    def table(self) -> pd.DataFrame:
        """Return a row for each wording: wording, question, answer, right."""
        rows = [(kind, *answer) for kind, answer in zip(self.wordings, self.shown, strict=True)]
        return pd.DataFrame(rows, columns=["wording", "question", "answer", "right"])

    def sentence(self) -> str:
        """Say what is answered in each wording, and what is true."""
        parts = [
            f"{kind}: {answer.said} ({'right' if answer.is_right else 'wrong'})"
            for kind, answer in zip(self.wordings, self.shown, strict=True)
        ]
        return (
            f"Person {self.person + 1}, {self.family}. {'; '.join(parts)}. True is: {self.truth}."
        )
