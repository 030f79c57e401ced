"""When does it pay to look at branches that were left? Two kinds of task, three ways to plan.

`python -m rectutor.analysis.planning_table` asks each way of `agents.planning` the same questions
about real films and counts how many it answers within a number of calls.

- **two clues**: "Which film did the director of A make with the lead of B?" The clues lie on two
  branches; whoever forgets one looks it up again.
- **one trail**: "When did the first film listed with the lead of A come out?" Each step
  needs the one before, and the other branches are distractions.

Who proposes is a rule that reads what its way shows it and never guesses: it answers when all it
needs is in front of it. So differences come from what is shown, and from nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rectutor.agents.catalogue import Catalogue, Filters
from rectutor.agents.film_tools import FilmTools
from rectutor.agents.planning import WAYS, Limits, plan
from rectutor.agents.tools import Toolbox
from rectutor.analysis.records import write_record
from rectutor.chat import Message, Reply, ToolCall, ToolSchema
from rectutor.data.triples import load_triples
from rectutor.data.worlds import load
from rectutor.lm.chat.scripted import ScriptedChat
from rectutor.training.fingerprint import fingerprint

__all__ = ["CODE", "NAME", "Task", "rows_of", "trails", "two_clues"]

NAME = "planning"
N_TASKS, CALLS = 40, range(1, 13)
CODE = (
    "rectutor.agents.catalogue",
    "rectutor.agents.film_tools",
    "rectutor.agents.planning",
    "rectutor.agents.tools",
    "rectutor.analysis.planning_table",
)
_LISTED = 5  # films that a tool lists


class Task(NamedTuple):
    """A question, who proposes, and the answer."""

    kind: str
    request: str
    propose: Callable[[Sequence[Message], Sequence[ToolSchema]], Reply | ToolCall | str]
    answer: str


def two_clues(catalogue: Catalogue, items: pd.DataFrame, n: int, seed: int) -> list[Task]:
    """Draw questions whose clues lie in two films, with one film as the answer.

    Args:
        catalogue: of the items.
        items: in the order of item indices, with `directors` and `leads`.
        n: questions.
        seed: of the draw.
    """
    rows = items.to_dict("records")
    tasks = []
    for place in np.random.default_rng(seed).permutation(len(rows)):
        wanted = rows[place]
        if len(wanted["directors"]) != 1 or not wanted["leads"]:
            continue
        director, lead = wanted["directors"][0], wanted["leads"][0]
        by, starring = (catalogue.having(Filters(person=name)) for name in (director, lead))
        first = [i for i in by if rows[i - 1]["directors"] == (director,) and i != place + 1]
        second = [i for i in starring if i not in by and rows[i - 1]["leads"][:1] == (lead,)]
        both = set(by) & set(starring)
        short = len(by) <= _LISTED and len(starring) <= _LISTED
        if director == lead or not first or not second or len(both) != 1 or not short:
            continue
        a, b = (_named(catalogue, own[0]) for own in (first, second))
        request = f"Which film did the director of {a} make with the first lead of {b}?"
        tasks.append(Task("two clues", request, _clue_reader(a, b), f"[{place + 1}]"))
        if len(tasks) == n:
            break
    return tasks


def trails(catalogue: Catalogue, items: pd.DataFrame, n: int, seed: int) -> list[Task]:
    """Draw questions of three steps, each of which needs the one before.

    Args:
        catalogue: of the items.
        items: in the order of item indices, with `leads` and `year`.
        n: questions.
        seed: of the draw.
    """
    rows = items.to_dict("records")
    tasks = []
    for place in np.random.default_rng(seed).permutation(len(rows)):
        leads = rows[place]["leads"]
        if len(leads) < 2:
            continue
        first = catalogue.having(Filters(person=leads[0]))[0]
        if first == place + 1:
            continue
        a = _named(catalogue, place + 1)
        request = f"When did the first film listed with the first lead of {a} come out?"
        answer = str(rows[first - 1]["year"])
        tasks.append(Task("one trail", request, _trail_reader(a), answer))
        if len(tasks) == n:
            break
    return tasks


def rows_of(
    toolbox: Toolbox, tasks: Sequence[Task], calls: Sequence[int]
) -> Iterator[dict[str, Any]]:
    """Ask every question in every way, with each number of calls allowed.

    Args:
        toolbox: of the catalogue.
        tasks: the questions.
        calls: how many may be made.
    """
    for task in tasks:
        for way in WAYS:
            for n_calls in calls:
                limits = Limits(n_branches=2, n_steps=n_calls + 1, n_calls=n_calls)
                model = ScriptedChat(task.propose)
                done = plan(model, toolbox, task.request, way, _worth, limits)
                said = done.trace.answer.text if done.trace.answer else ""
                steps = len(done.explored) if way == "chain" else (len(done.explored) + 1) // 2
                yield {
                    "task": task.kind,
                    "way": way,
                    "calls allowed": n_calls,
                    "right": int(said == task.answer),
                    "calls": len(done.explored),
                    "steps": steps,
                    "tokens": done.usage.total,
                }


def _worth(seen: Any) -> float:
    """Judge an observation: a refusal is worth nothing, all others are worth the same."""
    return 0.0 if seen.is_refusal else 1.0


def _named(catalogue: Catalogue, item: int) -> str:
    """Return title and year."""
    return f"{catalogue.titles[item]} ({catalogue.years[item]})"


def _known(messages: Sequence[Message]) -> list[str]:
    """List what tools have said."""
    return [message.text for message in messages if message.role == "tool"]


def _fact(texts: Sequence[str], film: str, relation: str) -> str | None:
    """Find a fact of a film in what tools have said."""
    for text in texts:
        head, *lines = text.splitlines() or [""]
        for line in lines:
            if head.endswith(f"] {film}") and line.startswith(f"{relation} "):
                return line.removeprefix(f"{relation} ")
    return None


def _first_open(messages: Sequence[Message], wanted: Sequence[ToolCall]) -> ToolCall:
    """Return the first call that this step has not tried, or the last."""
    forbidden = messages[0].text
    tried = [call for call in wanted if f"{call.name} {call.arguments}" in forbidden]
    return next((call for call in wanted if call not in tried), wanted[-1])


def _clue_reader(a: str, b: str) -> Callable[..., ToolCall | str]:
    """Propose for two clues."""

    def propose(messages: Sequence[Message], tools: Sequence[ToolSchema]) -> ToolCall | str:
        texts = _known(messages)
        people = [_fact(texts, a, "directed by"), _fact(texts, b, "stars")]
        films = [ToolCall("facts", {"name": film}) for film in (a, b)]
        looked_up = [call for call, person in zip(films, people, strict=True) if person is None]
        lists = [ToolCall("facts", {"name": person}) for person in people if person is not None]
        found = [_list_of(texts, person) for person in people if person is not None]
        open_lists = [call for call, own in zip(lists, found, strict=True) if own is None]
        if not looked_up and not open_lists:
            both = set(found[0] or ()) & set(found[1] or ())
            return " ".join(sorted(both))
        return _first_open(messages, [*looked_up, *open_lists])

    return propose


def _trail_reader(a: str) -> Callable[..., ToolCall | str]:
    """Propose for one trail; a second branch looks at somebody else."""

    def propose(messages: Sequence[Message], tools: Sequence[ToolSchema]) -> ToolCall | str:
        texts = _known(messages)
        lead = _fact(texts, a, "stars")
        if lead is None:
            return _first_open(
                messages, [ToolCall("facts", {"name": a}), ToolCall("search", {"text": a})]
            )
        listed = _list_of(texts, lead)
        other = ToolCall("search", {"text": lead})
        if listed is None:
            return _first_open(messages, [ToolCall("facts", {"name": lead}), other])
        film = next(line for text in texts for line in text.splitlines() if listed[0] in line)
        name = re.sub(r"^\[\d+\] (.* \(\d{4}\)) .*$", r"\1", film)
        year = _fact(texts, name, "came out in")
        if year is None:
            return _first_open(messages, [ToolCall("facts", {"name": name}), other])
        return year

    return propose


def _list_of(texts: Sequence[str], person: str) -> list[str] | None:
    """Find the films of a person in what tools have said, as numbers in brackets."""
    for text in texts:
        lines = text.splitlines()
        if lines and all(line.endswith(person) for line in lines):
            return [line.split()[0] for line in lines]
    return None


def main() -> None:
    """Ask everything and write the record."""
    items = load("films").items
    catalogue = Catalogue(items)
    toolbox = Toolbox(FilmTools(catalogue, load_triples("films")).tools)
    tasks = [*two_clues(catalogue, items, N_TASKS, 0), *trails(catalogue, items, N_TASKS, 0)]
    rows = pd.DataFrame(rows_of(toolbox, tasks, CALLS))
    table = (
        rows.groupby(["task", "way", "calls allowed"], sort=False)
        .agg(right=("right", "mean"), calls=("calls", "mean"), steps=("steps", "mean"),
             tokens=("tokens", "mean"), tasks=("right", "size"))
        .reset_index()
    )  # fmt: skip
    print(table.pivot(index="calls allowed", columns=["task", "way"], values="right").round(2))
    print(table[table["calls allowed"] == max(CALLS)].round(1).to_string(index=False))
    command = "python -m rectutor.analysis.planning_table"
    print(write_record(NAME, table, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
