"""Simple and hard questions about films and about invented jobs, each with who would plan for it.

A question carries the calls or the answer that it wants. Who proposes calls is a rule, as in
`planning_tasks`: for a simple question it reads the request as the direct way does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.errands import Errands, Looked, filters_in
from rectutor.agents.filters import Filters
from rectutor.agents.routing import Domain
from rectutor.agents.trace import Trace
from rectutor.analysis.planning_tasks import Task, clue_reader, trails, two_clues
from rectutor.chat import ChatModel, ToolCall, ToolSchema, user
from rectutor.data.jobs import LEVELS, SKILLS
from rectutor.data.requests import requests
from rectutor.lm.chat.linking import Linker
from rectutor.lm.chat.scripted import ScriptedChat

__all__ = ["Question", "film_questions", "job_questions", "named_call", "reader"]

_SHORT = 10  # items that `facts` lists of a name


class Question(NamedTuple):
    """One question, and how to tell that it was answered."""

    kind: str  # simple, two clues, one trail
    request: str
    planner: ChatModel  # proposes calls where the question is planned for
    calls: tuple[ToolCall, ...] = ()  # wanted, of a simple one
    answer: str = ""  # wanted, of a hard one

    def is_right(self, trace: Trace) -> bool:
        """Tell whether a trace has the wanted calls and no others, or ends in the answer."""
        if self.calls:
            return _keys(trace.calls) == _keys(self.calls)
        return trace.answer is not None and trace.answer.text == self.answer


def _keys(calls: Sequence[ToolCall]) -> set[tuple[str, str]]:
    return {(call.name, str(sorted(call.arguments.items()))) for call in calls}


def reader(calls_of: Callable[[str], Sequence[ToolCall]]) -> Errands:
    """Return a planner that makes the calls which a request asks for, and lists what came back.

    Args:
        calls_of: reads a request.
    """

    def said(request: str, seen: Sequence[Looked]) -> str:
        return "\n".join(looked.text for looked in seen)

    return Errands(lambda request, seen: calls_of(request), said, "reader")


def film_questions(
    items: pd.DataFrame,
    catalogue: Catalogue,
    tiny: ChatModel,
    schemas: Sequence[ToolSchema],
    n: int,
    seed: int,
) -> list[Question]:
    """Draw questions about films: n simple ones, n with two clues, n with one trail.

    Args:
        items: in the order of item indices.
        catalogue: of them.
        tiny: reads simple requests; each turn of a plan asks it again.
        schemas: of the tools on offer.
        n: of each kind.
        seed: of the draw.
    """

    def calls_of(request: str) -> list[ToolCall]:
        calls = tiny.chat([user(request)], schemas).calls
        return [call._replace(call_id="") for call in calls]

    simple = [
        Question("simple", own.text, reader(calls_of), own.calls)
        for own in requests(items, "test", "seen", n, seed)
    ]
    hard = [*two_clues(catalogue, items, n, seed), *trails(catalogue, items, n, seed)]
    return [*simple, *map(_planned, hard)]


def _planned(task: Task) -> Question:
    """Take over a question of `planning_tasks`."""
    return Question(task.kind, task.request, ScriptedChat(task.propose), answer=task.answer)


def job_questions(
    items: pd.DataFrame, catalogue: Catalogue, linker: Linker, domain: Domain, n: int, seed: int
) -> list[Question]:
    """Draw questions about jobs: n simple ones, and n with two clues.

    Args:
        items: from `routing.as_items`, in the order of item indices.
        catalogue: of them.
        linker: finds names.
        domain: whose words tools have.
        n: of each kind.
        seed: of the draw.
    """
    rng = np.random.default_rng(seed)
    asked = lambda request: [named_call(linker, domain, request)]  # noqa: E731
    simple = []
    for _ in range(n):
        level, skill = (own[int(rng.integers(len(own)))] for own in (LEVELS, SKILLS))
        request = f"list {level.lower()} jobs that need {skill.replace('-', ' ')}"
        say = domain.words
        call = ToolCall(say["films_with"], {say["genre"]: level, say["theme"]: skill})
        simple.append(Question("simple", request, reader(asked), (call,)))
    return [*simple, *_job_clues(items, catalogue, domain, n, rng)]


def named_call(linker: Linker, domain: Domain, request: str) -> ToolCall:
    """Read a request as one call of the filter, by the names in it."""
    found = filters_in(linker.link(request))
    arguments = {domain.words.get(name, name): value for name, value in found.items()}
    return ToolCall(domain.words.get("films_with", "films_with"), arguments)


def _job_clues(
    items: pd.DataFrame, catalogue: Catalogue, domain: Domain, n: int, rng: np.random.Generator
) -> Iterator[Question]:
    """Ask for the one job that the employer of one offers to those with the first skill of another.

    Only names of which `facts` lists everything are used.
    """
    rows, n_found = items.to_dict("records"), 0
    relations = domain.words["directed by"], domain.words["is about"]
    for place in rng.permutation(len(rows)).tolist():
        employer, skill = rows[place]["directors"][0], rows[place]["themes"][0]
        by = catalogue.having(Filters(person=employer))
        needing = catalogue.having(Filters(theme=skill))
        first = [item for item in by if item not in needing]
        second = [
            item for item in needing if item not in by and rows[item - 1]["themes"][0] == skill
        ]
        both = set(by) & set(needing)
        if not first or not second or len(both) != 1 or max(len(by), len(needing)) > _SHORT:
            continue
        a, b = (f"{catalogue.titles[i]} ({catalogue.years[i]})" for i in (first[0], second[0]))
        request = f"Which job does the employer of {a} offer for the first skill of {b}?"
        planner = ScriptedChat(clue_reader(a, b, relations))
        yield Question("two clues", request, planner, answer=f"[{place + 1}]")
        n_found += 1
        if n_found == n:
            return
