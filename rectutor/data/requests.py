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
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from rectutor.chat import ToolCall, ToolSchema
from rectutor.data.request_held_out import TEST, VALIDATION
from rectutor.data.request_wordings import TRAIN, Wordings
from rectutor.data.spoken import COUNTRIES, GENRES, said_years, theme_words

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
_ATTRIBUTES = ("genre", "theme", "person", "country", "years")
_FILTERS = dict.fromkeys(_ATTRIBUTES, "")
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
    draw = _Draw(items, part, wordings, np.random.default_rng([seed, *places]))
    return [draw.request(part if twist == "combinations" else None) for _ in range(n)]


class _Clause(NamedTuple):
    text: str
    call: ToolCall
    wordings: tuple[str, ...]
    names: tuple[str, ...]


class _Draw:
    """Draws requests of one part."""

    def __init__(
        self, items: pd.DataFrame, part: Part, wordings: Wordings, rng: np.random.Generator
    ) -> None:
        rows, self.people = names_of(items, part)
        self.films: list[dict[Any, Any]] = items.iloc[rows].to_dict("records")
        self.wordings, self.rng = wordings, rng
        self.is_shared = items["title"].value_counts() > 1

    def request(self, held_out: str | None) -> Request:
        """Draw a request, with a pair that was held out for a part of the data if one is named."""
        tools, attributes = self.plan(held_out)
        clauses = [self.clause(tool, own) for tool, own in zip(tools, attributes, strict=True)]
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
                self.some(_ATTRIBUTES, tool == "films_with")
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

    def clause(self, tool: str, attributes: Sequence[str]) -> _Clause:
        """Word one clause."""
        if tool == "history":
            frame = self.one(self.wordings.clauses[tool])
            return _Clause(frame, ToolCall(tool, {}), (frame,), ())
        if tool in ("films_with", "recommend"):
            frame = self.one(self.wordings.clauses[tool if attributes else "anything"])
            said, arguments, words, names = self.described(attributes)
            text = frame.replace("{films}", said)
            return _Clause(text, ToolCall(tool, arguments), (frame, *words), names)
        frame = self.one(self.wordings.clauses[tool])
        if "{words}" in frame:
            words = self.film()["synopsis"].rstrip(".").replace('"', "").split()
            first = int(self.rng.integers(max(1, len(words) - 3)))
            piece = " ".join(words[first : first + int(self.rng.integers(2, 5))]).strip(",;:.")
            text = frame.replace("{words}", f'"{piece}"')
            return _Clause(text, ToolCall(tool, {"text": piece}), (frame,), ())
        slot = frame[frame.index("{") : frame.index("}") + 1]
        said, value, kind = self.name(slot)
        argument = "name" if tool == "facts" else "title"
        names = () if kind == "theme" else (value,)
        return _Clause(
            frame.replace(slot, said), ToolCall(tool, {argument: value}), (frame,), names
        )

    def name(self, slot: str) -> tuple[str, str, str]:
        """Name a film, a person or a theme: what is said, what it is, and its kind."""
        kind = {"{film}": "film", "{person}": "person"}.get(slot) or self.one(
            ("film", "film", "person", "theme")
        )
        film = self.film()
        if kind == "person":
            person = self.person(film)
            return person, person, kind
        if kind == "theme":
            theme = self.one(film["themes"])
            return theme_words(theme), theme, kind
        title = film["title"]
        title = f"{title} ({film['year']})" if self.is_shared[title] else title
        luck, n_words = self.rng.random(), len(title.split())
        if title.endswith("?") or luck < (0.6 if n_words == 1 else 0.3):
            return f'"{title}"', title, kind
        return (title.lower() if luck > 0.85 and n_words > 2 else title), title, kind

    def described(
        self, attributes: Sequence[str]
    ) -> tuple[str, dict[str, str], tuple[str, ...], tuple[str, ...]]:
        """Describe films by attributes that one film has."""
        film = self.film("USA" if "country" in attributes and self.rng.random() < 0.6 else "")
        own = self.wordings.described
        arguments: dict[str, str] = {}
        before, noun, behind = list[str](), self.one(own.nouns), list[str]()
        used = [noun]
        for attribute in attributes:
            pattern = "" if attribute == "genre" else self.one(getattr(own, attribute))
            if attribute == "genre":
                arguments[attribute] = self.one(film["genres"])
                adjective, plural = GENRES[arguments[attribute]]
                is_plural = self.rng.random() < 0.5
                noun = plural if is_plural else f"{adjective} {noun}"
                continue
            if attribute == "years":
                said, arguments[attribute], is_range = said_years(int(film["year"]), self.rng)
                pattern = "{years}" if is_range else pattern
            elif attribute == "country":
                arguments[attribute] = film["country"]
                said, adjective = COUNTRIES[film["country"]]
                if self.rng.random() < 0.3:
                    before.append(adjective)
                    continue
            else:
                value = self.person(film) if attribute == "person" else self.one(film["themes"])
                arguments[attribute] = value
                said = value if attribute == "person" else theme_words(value)
            behind.append(pattern.replace(f"{{{attribute}}}", said))
            used += [pattern] * (pattern != "{years}")
        ordered = {key: arguments[key] for key in _ATTRIBUTES if key in arguments}
        names = (arguments["person"],) if "person" in arguments else ()
        return " ".join([*before, noun, *behind]), ordered, tuple(used), names

    def film(self, unlike: str = "") -> dict[Any, Any]:
        """Draw a film, from another country than `unlike`."""
        while True:
            film = self.films[int(self.rng.integers(len(self.films)))]
            if film["country"] != unlike and film["themes"] and film["genres"]:
                return film

    def person(self, film: dict[Any, Any]) -> str:
        """Draw somebody of a film who is of this part of the data, or else anybody of it."""
        mine = [own for own in (*film["directors"], *film["leads"]) if own in self.people]
        return self.one(mine or sorted(self.people))

    def some(self, options: Sequence[str], at_least_one: bool) -> list[str]:
        """Draw up to three attributes in any order."""
        n = int(self.rng.choice([1, 1, 2, 2, 2, 3] if at_least_one else [0, 1, 1, 2, 2, 3]))
        return [options[place] for place in self.rng.permutation(len(options))[:n]]

    def one(self, options: Sequence[str]) -> str:
        """Draw one."""
        return options[int(self.rng.integers(len(options)))]


def _slice(values: Sequence[str], first: float, last: float) -> Sequence[str]:
    """Return the stretch between two shares."""
    return values[round(first * len(values)) : round(last * len(values))]
