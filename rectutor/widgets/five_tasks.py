"""Five tasks: one person, one family of questions, put in several wordings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import traitlets

from rectutor.charts.answers import answers
from rectutor.charts.bundle import Twin
from rectutor.widgets.task_state import Answer, TaskState
from rectutor.widgets.view import Act, Explain, Missions, Predict, View, page_code, percent, plain

__all__ = ["FiveTasks"]


class FiveTasks(View):
    """Choose a person and a family of questions; compare the answers to several wordings."""

    knobs = ("person", "family")
    _esm = page_code("five_tasks.js")
    family = traitlets.Unicode().tag(sync=True)
    person = traitlets.Int(0).tag(sync=True)

    def __init__(self, state: TaskState, *, missions: Missions | None = None) -> None:
        """Open at `state`; `missions` instead of the standard ones."""
        missions = missions or _missions(state)
        super().__init__(state, "Five tasks, three wordings", missions, _page(state, missions))

    @classmethod
    def of(
        cls,
        wordings: Sequence[str],
        answers: Mapping[str, Sequence[Sequence[tuple[str, str, bool]]]],
        truths: Mapping[str, Sequence[str]],
        *,
        family: str | None = None,
    ) -> FiveTasks:
        """Open at the first person.

        Args:
            wordings: how questions are put, the usual one first and an unseen one second.
            answers: by family, for each person and wording (question, answer, right or not).
            truths: by family, what is true of each person.
            family: that the view opens at; the first when None.

        Raises:
            ValueError: the parts do not fit together.
        """
        rows = {
            family: tuple(tuple(map(_plain, own)) for own in people)
            for family, people in answers.items()
        }
        true = {family: tuple(map(plain, people)) for family, people in truths.items()}
        return cls(TaskState(tuple(wordings), rows, true, family or next(iter(rows))))

    @traitlets.validate(*knobs)
    def _check(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def twin(self) -> Twin:
        """Return the answers as a table, and as marks of right and wrong."""
        state, table = self.state, self.state.table()
        title = f"Person {state.person + 1}, {state.family}. True is: {state.truth}"
        return Twin(answers(table, repr(self), title), table)


def _plain(answer: tuple[str, str, bool]) -> Answer:
    """Take out of the texts what a terminal or a page could stumble over."""
    question, said, is_right = answer
    return Answer(plain(question), plain(said), is_right)


def _page(state: TaskState, missions: Missions) -> dict[str, Any]:
    """Lay out the answers of every person in every family."""
    every = {f: [state.at(f, p) for p in range(state.n_people)] for f in state.families}
    return {
        "families": list(state.families),
        "people": list(range(state.n_people)),
        "wordings": list(state.wordings),
        "rows": {f: [[list(a) for a in one.shown] for one in own] for f, own in every.items()},
        "truths": {f: [one.truth for one in own] for f, own in every.items()},
        "frames": {
            f: [{"sentence": s.sentence(), "goal": bool(missions.act.goal(s))} for s in own]
            for f, own in every.items()
        },
    }


def _missions(state: TaskState) -> Missions:
    """Ask where an unseen wording changes most, then for a case of it."""
    changed = {family: state.changed(family, 1) for family in state.families}
    worst = max(changed, key=lambda family: changed[family])
    said = ", ".join(f"{family} {percent(share)}" for family, share in changed.items())
    is_fragile = any(
        own[0].is_right and not own[1].is_right
        for people in state.answers.values()
        for own in people
    )
    return Missions(
        Predict(
            f"In which family does the {state.wordings[1]} change most answers?",
            state.families,
            state.families.index(worst),
            f"Of these {state.n_people} people get another answer: {said}.",
        ),
        Act(
            f"Find a person and a family where the {state.wordings[0]} is answered right and the "
            f"{state.wordings[1]} is not."
            if is_fragile
            else f"Find a person and a family where the {state.wordings[0]} is answered right.",
            lambda s: s.shown[0].is_right and not (is_fragile and s.shown[1].is_right),
            "Nothing that the answer depends on has changed: the person, the film and the history "
            "are the same.",
        ),
        Explain(
            "Three learned vectors can stand for a whole wording. What did the words tell the "
            "model?",
            "Which of the five tasks it is. That is all that a wording says: what the answer "
            "depends on are the person, the items and the history in its gaps.",
        ),
    )
