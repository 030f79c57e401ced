"""What people ask a film agent, with the tool calls that it means: a grammar.

A request has one clause or two; each clause is answered by one call of a tool. Three things decide
how hard a set of requests is, and each is held apart:

- Names: the films and people of train, validation and test are disjoint.
- Combinations: some pairs of tools in one request, and some pairs of attributes in one clause,
  never occur in training (`TOOL_PAIRS`, `ATTRIBUTE_PAIRS`).
- Wordings: train, validation and test have no frame in common (`request_wordings`,
  `request_held_out`).

The meaning is kept as truth. Nobody said these sentences: they are as varied as their author's
tables, and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from rectutor.chat import ToolCall, ToolSchema
from rectutor.data.request_clauses import ATTRIBUTES, ClauseDraw
from rectutor.data.request_held_out import TEST, VALIDATION
from rectutor.data.request_wordings import TRAIN

__all__ = [
    "ATTRIBUTE_PAIRS",
    "SCHEMAS",
    "TOOL_PAIRS",
    "Part",
    "Request",
    "Twist",
    "names_of",
    "requests",
]

Part: TypeAlias = Literal["train", "validation", "test"]
Twist: TypeAlias = Literal["seen", "combinations", "wordings"]
Pairs: TypeAlias = frozenset[frozenset[str]]


def _pairs(text: str) -> Pairs:
    return frozenset(frozenset(pair.split("+")) for pair in text.split())


TOOL_PAIRS = {
    "validation": _pairs("history+evidence search+recommend films_with+similar"),
    "test": _pairs("similar+history facts+recommend evidence+films_with search+evidence"),
}
ATTRIBUTE_PAIRS = {
    "validation": _pairs("genre+country"),
    "test": _pairs("theme+country person+years"),
}
_WORDINGS = {"train": TRAIN, "validation": VALIDATION, "test": TEST}
_TOOLS = ("search", "films_with", "recommend", "similar", "facts", "history", "evidence")
_FILTERS = dict.fromkeys(ATTRIBUTES, "")
_TAKEN = {  # by each tool: its arguments, "!" marks what is required
    "search": {"text": "!"},
    "films_with": _FILTERS,
    "recommend": _FILTERS,
    "similar": {"title": "!"},
    "facts": {"name": "!"},
    "history": {},
    "evidence": {"title": "!"},
}
_SHARES = {"train": (0.0, 0.7), "validation": (0.7, 0.8), "test": (0.8, 1.0)}

# The tools that requests are about, as far as requests need them.
SCHEMAS = tuple(
    ToolSchema(
        name,
        "",
        {
            "type": "object",
            "properties": {key: {"type": "string"} for key in taken},
            "required": [key for key, mark in taken.items() if mark],
        },
    )
    for name, taken in _TAKEN.items()
)


class Request(NamedTuple):
    """One request and what it means."""

    text: str
    calls: tuple[ToolCall, ...]  # in the order of the clauses
    places: tuple[tuple[int, int], ...]  # of the clauses in the text: first, behind the last
    wordings: tuple[str, ...]  # every frame and part that it is made of
    names: tuple[str, ...]  # titles and people in it


def names_of(items: pd.DataFrame, part: Part) -> tuple[list[int], set[str]]:
    """Return the films (row numbers) and people of a part of the data; parts share none."""
    people = sorted({own for column in ("directors", "leads") for x in items[column] for own in x})
    rng = np.random.default_rng(7)
    titles = sorted(set(items["title"]))  # films of one title stay together
    first, last = _SHARES[part]
    mine = set(_slice([titles[n] for n in rng.permutation(len(titles))], first, last))
    folk = set(_slice([people[n] for n in rng.permutation(len(people))], first, last))
    return [row for row, title in enumerate(items["title"]) if title in mine], folk


def requests(items: pd.DataFrame, part: Part, twist: Twist, n: int, seed: int = 0) -> list[Request]:
    """Draw requests.

    Args:
        items: films as `data.worlds.load("films").items` has them.
        part: whose names are used, and of which part the wordings are where they are the twist.
        twist: "seen" has wordings and combinations of training; "combinations" has wordings of
            training, and a pair that never occurs there in each request; "wordings" has
            combinations of training in wordings that never occur there.
        n: how many.
        seed: the same gives the same requests.

    Raises:
        ValueError: training has no twist.

    Example:
        >>> from rectutor.data.worlds import load
        >>> (one,) = requests(load("films").items, "test", "seen", 1)
        >>> 1 <= len(one.calls) <= 2
        True
    """
    if part == "train" and twist != "seen":
        raise ValueError(f'requests of "train" must be "seen", got {twist!r}')
    wordings = _WORDINGS[part] if twist == "wordings" else TRAIN
    places = list(_SHARES).index(part), ["seen", "combinations", "wordings"].index(twist)
    rng = np.random.default_rng([seed, *places])
    draw = _Draw(ClauseDraw(items, *names_of(items, part), wordings, rng))
    return [draw.request(part if twist == "combinations" else None) for _ in range(n)]


class _Draw:
    """Draws requests."""

    def __init__(self, clauses: ClauseDraw) -> None:
        self.clauses, self.wordings, self.rng = clauses, clauses.wordings, clauses.rng
        self.one = clauses.one

    def request(self, held_out: str | None) -> Request:
        """Draw a request, with a pair that was held out for a part of the data if one is named."""
        tools, attributes = self.plan(held_out)
        clauses = [
            self.clauses.clause(tool, own) for tool, own in zip(tools, attributes, strict=True)
        ]
        opener, closer = self.one(self.wordings.openers), self.one(self.wordings.closers)
        text, used, places = opener, [opener, closer], list[tuple[int, int]]()
        for clause in clauses:
            if places:
                joiner = self.one(self.wordings.joiners)
                is_stop = joiner.startswith((". ", "? "))
                mark = "?" if text.endswith("?") and is_stop else joiner[0] * is_stop
                text = text.rstrip("?") + mark + joiner[is_stop:]
                used.append(joiner)
            places.append((len(text), len((text + clause.text).rstrip("?"))))
            text += clause.text
        is_question = text.endswith("?")
        text = text.rstrip("?") + closer + ("?" if is_question else self.one((".", "")))
        if self.rng.random() < 0.5:
            text = text[0].upper() + text[1:]
        own = [word for clause in clauses for word in clause.wordings]
        names = tuple(name for clause in clauses for name in clause.names)
        calls = tuple(clause.call for clause in clauses)
        used = [word for word in [*own, *used] if word]
        return Request(text, calls, tuple(places), tuple(used), names)

    def plan(self, held_out: str | None) -> tuple[list[str], list[list[str]]]:
        """Choose tools and attributes: no held-out pair among them, or one of the named part."""
        while True:
            n_clauses = 1 if self.rng.random() < 0.5 else 2
            tools = [self.one(_TOOLS) for _ in range(n_clauses)]
            attributes = [
                self.some(ATTRIBUTES, tool == "films_with")
                if tool in ("films_with", "recommend")
                else []
                for tool in tools
            ]
            found = {
                part
                for part in TOOL_PAIRS
                if frozenset(tools) in TOOL_PAIRS[part]
                or any(p <= set(own) for own in attributes for p in ATTRIBUTE_PAIRS[part])
            }
            if found == ({held_out} if held_out else set()) and tools != ["history", "history"]:
                return tools, attributes

    def some(self, options: Sequence[str], at_least_one: bool) -> list[str]:
        """Draw up to three attributes in any order."""
        n = int(self.rng.choice([1, 1, 2, 2, 2, 3] if at_least_one else [0, 1, 1, 2, 2, 3]))
        return [options[place] for place in self.rng.permutation(len(options))[:n]]


def _slice(values: Sequence[str], first: float, last: float) -> Sequence[str]:
    """Return the stretch between two shares."""
    return values[round(first * len(values)) : round(last * len(values))]
