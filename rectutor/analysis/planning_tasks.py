"""Questions about real films whose clues lie in several places, and a rule that proposes calls.

The rule reads what it is shown and never guesses: it answers when all it needs is in front of it.
So where two ways to plan differ, they differ by what they show.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.film_tools import LISTED
from rectutor.agents.filters import Filters
from rectutor.chat import Message, Reply, ToolCall, ToolSchema

__all__ = ["Task", "clue_reader", "trails", "two_clues"]


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
        short = len(by) <= LISTED and len(starring) <= LISTED
        if director == lead or not first or not second or len(both) != 1 or not short:
            continue
        a, b = (_named(catalogue, own[0]) for own in (first, second))
        request = f"Which film did the director of {a} make with the first lead of {b}?"
        tasks.append(Task("two clues", request, clue_reader(a, b), f"[{place + 1}]"))
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


def clue_reader(
    a: str, b: str, relations: tuple[str, str] = ("directed by", "stars")
) -> Callable[..., ToolCall | str]:
    """Return the rule that proposes for two clues.

    Args:
        a: name of the first item, such as "Heat (1995)".
        b: of the second.
        relations: which fact of each is the clue, as the tool `facts` says it.
    """

    def propose(messages: Sequence[Message], tools: Sequence[ToolSchema]) -> ToolCall | str:
        texts = _known(messages)
        people = [_fact(texts, a, relations[0]), _fact(texts, b, relations[1])]
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
