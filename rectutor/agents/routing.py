"""Routing: a simple request goes straight to a tool, a complex one to the planner.

Wang et al., "AdaptJobRec: Enhancing Conversational Career Recommendation through an LLM-Powered
Agentic System", 2025. The agent reads how complex a request is, and plans only where that pays.

**Departures.** How complex a request is, is read from its clauses and names (`lm.chat.linking`,
`lm.chat.clauses`), not by a prompted language model; and there is no memory of the talk. The agent
is the same for films and for jobs: what differs is a `Domain`, a configuration.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from rectutor.agents.tools import Found, Tool, Toolbox
from rectutor.agents.trace import Step, Thought, Trace
from rectutor.chat import ToolSchema
from rectutor.lm.chat.clauses import pieces_of
from rectutor.lm.chat.linking import Linked, Linker

__all__ = ["FILMS", "JOBS", "Complexity", "Domain", "as_items", "complexity", "reworded", "routed"]

_NAMES = ("Film", "Person")


class Complexity(NamedTuple):
    """What makes a request hard."""

    n_clauses: int  # things that it may ask for
    n_names: int  # films and people in the clause that has most of them

    def is_above(self, limits: Complexity) -> bool:
        """Say whether one of the two is above what a single call can answer."""
        return self.n_clauses > limits.n_clauses or self.n_names > limits.n_names


# An opener, a closer or a comma divides a request, too, so one that asks for two things may have
# four clauses. What tells more is two names in one of them: what is between those is asked.
_SIMPLE = Complexity(4, 1)


def complexity(linked: Linked) -> Complexity:
    """Count clauses, and names in one clause.

    Example:
        >>> complexity(Linked("any good film", ()))
        Complexity(n_clauses=1, n_names=0)
    """
    parts = [linked.part(first, last) for first, last in pieces_of(linked)]
    names = [sum(mark.kind in _NAMES for mark in part.marks) for part in parts]
    return Complexity(len(parts), max(names, default=0))


def routed(
    request: str,
    linker: Linker,
    direct: Callable[[str], Trace],
    planned: Callable[[str], Trace],
    simple: Complexity = _SIMPLE,
) -> Trace:
    """Answer a request by the shorter of two ways that it allows.

    Args:
        request: what the person wants.
        linker: finds names in it.
        direct: answers with the calls of one turn, such as `react` with the tiny model.
        planned: answers by search, such as `rec_mind`.
        simple: what is no more complex than this goes straight to a tool.

    Returns:
        The trace of the way that was taken, with a thought before it that says why.
    """
    began = time.perf_counter()
    found = complexity(linker.link(request))
    is_complex = found.is_above(simple)
    why = f"clauses: {found.n_clauses}; names in one: {found.n_names}; " + (
        "this needs a plan" if is_complex else "one turn will do"
    )
    step = Step(Thought(why), ms=1000 * (time.perf_counter() - began))
    done = (planned if is_complex else direct)(request)
    return done._replace(agent=f"routed to {done.agent}", steps=(step, *done.steps))


@dataclass(frozen=True)
class Domain:
    """What the agent's words mean in a field; columns and words that are not named stay."""

    noun: str  # plural, of the items
    columns: Mapping[str, str]  # the catalogue's column -> the table's own
    words: Mapping[str, str]  # a tool's or parameter's word -> what it is called here


FILMS = Domain("films", {}, {})
JOBS = Domain(
    "jobs",
    {
        "genres": "levels",
        "themes": "skills",
        "directors": "employers",
        "country": "place",
        "year": "posted",
        "synopsis": "description",
    },
    {
        "genre": "level",
        "theme": "skill",
        "person": "employer",
        "country": "place",
        "films_with": "jobs_with",
        "film": "job",
        "films": "jobs",
        "has genre": "is for",
        "is about": "needs",
        "directed by": "is offered by",
        "comes from": "is in",
        "came out in": "was posted in",
    },
)


def as_items(table: pd.DataFrame, domain: Domain) -> pd.DataFrame:
    """Give a table the columns that `Catalogue` and `Linker` read.

    Args:
        table: one row an item, with `item_id`, `title` and the domain's own columns; levels, skills
            and employers, or what they are called, are tuples.
        domain: of the table.

    Raises:
        ValueError: a column is missing; names it.
    """
    needed = {"title", *domain.columns.values()}
    if missing := sorted(needed - set(table.columns)):
        raise ValueError(
            f"a table of {domain.noun} needs the columns {', '.join(sorted(needed))}; "
            f"{missing[0]!r} is missing; add it, or name another column in the Domain"
        )
    items = table.rename(columns={own: name for name, own in domain.columns.items()})
    for name in ("directors", "leads", "genres", "themes"):
        if name not in items:
            items[name] = [()] * len(items)
    return items


def reworded(toolbox: Toolbox, domain: Domain) -> Toolbox:
    """Say a domain's words where a model reads or writes those of films.

    Data are left as they are; what is reworded are names, meanings, and sentences without items.

    Args:
        toolbox: of the catalogue's tools.
        domain: whose words are said.
    """
    return Toolbox((_reworded(own, domain) for own in toolbox.tools.values()), wrap=toolbox.wrap)


def _reworded(own: Tool, domain: Domain) -> Tool:
    """Rename a tool, its parameters, and the nouns in what it says."""
    say = domain.words
    known = own.schema.parameters
    back = {say.get(name, name): name for name in known["properties"]}
    properties = {
        said: known["properties"][name]
        | {"description": _spoken(known["properties"][name]["description"], say)}
        for said, name in back.items()
    }
    required = [say.get(name, name) for name in known["required"]]
    schema = ToolSchema(
        say.get(own.schema.name, own.schema.name),
        _spoken(own.schema.description, say),
        {**known, "properties": properties, "required": required},
    )

    def run(**asked: object) -> Found:
        found = own.run(**{back[name]: value for name, value in asked.items()})
        return found if found.items else found._replace(text=_spoken(found.text, say))

    return Tool(schema, run)


def _spoken(text: str, say: Mapping[str, str]) -> str:
    """Exchange whole words."""
    return " ".join(say.get(word, word) for word in text.split(" "))
