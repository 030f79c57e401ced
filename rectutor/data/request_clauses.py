"""One clause of a request: which films and people it names, and how it is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rectutor.chat import ToolCall
from rectutor.data.request_wordings import Wordings
from rectutor.data.spoken import COUNTRIES, GENRES, said_years, theme_words

__all__ = ["ATTRIBUTES", "Clause", "ClauseDraw"]

ATTRIBUTES = ("genre", "theme", "person", "country", "years")


class Clause(NamedTuple):
    """One clause and what it means."""

    text: str
    call: ToolCall
    wordings: tuple[str, ...]  # the frame and parts that it is made of
    names: tuple[str, ...]  # titles and people in it


class ClauseDraw:
    """Draws clauses about some films and people.

    Args:
        items: all films.
        rows: row numbers of those that are named.
        people: who is named.
        wordings: how it is said.
        rng: decides.
    """

    def __init__(
        self,
        items: pd.DataFrame,
        rows: Sequence[int],
        people: set[str],
        wordings: Wordings,
        rng: np.random.Generator,
    ) -> None:
        self.films: list[dict[Any, Any]] = items.iloc[list(rows)].to_dict("records")
        self.is_shared = items["title"].value_counts() > 1
        self.people, self.wordings, self.rng = people, wordings, rng

    def clause(self, tool: str, attributes: Sequence[str]) -> Clause:
        """Word one clause.

        Args:
            tool: that answers it.
            attributes: of the films that it describes, where the tool takes some.
        """
        if tool == "history":
            frame = self.one(self.wordings.clauses[tool])
            return Clause(frame, ToolCall(tool, {}), (frame,), ())
        if tool in ("films_with", "recommend"):
            frame = self.one(self.wordings.clauses[tool if attributes else "anything"])
            said, arguments, words, names = self._described(attributes)
            text = frame.replace("{films}", said)
            return Clause(text, ToolCall(tool, arguments), (frame, *words), names)
        frame = self.one(self.wordings.clauses[tool])
        if "{words}" in frame:
            words = self._film()["synopsis"].rstrip(".").replace('"', "").split()
            first = int(self.rng.integers(max(1, len(words) - 3)))
            piece = " ".join(words[first : first + int(self.rng.integers(2, 5))]).strip(",;:.")
            text = frame.replace("{words}", f'"{piece}"')
            return Clause(text, ToolCall(tool, {"text": piece}), (frame,), ())
        slot = frame[frame.index("{") : frame.index("}") + 1]
        said, value, kind = self._name(slot)
        argument = "name" if tool == "facts" else "title"
        names = () if kind == "theme" else (value,)
        return Clause(frame.replace(slot, said), ToolCall(tool, {argument: value}), (frame,), names)

    def _name(self, slot: str) -> tuple[str, str, str]:
        """Name a film, a person or a theme: what is said, what it is, and its kind."""
        kind = {"{film}": "film", "{person}": "person"}.get(slot) or self.one(
            ("film", "film", "person", "theme")
        )
        film = self._film()
        if kind == "person":
            person = self._person(film)
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

    def _described(
        self, attributes: Sequence[str]
    ) -> tuple[str, dict[str, str], tuple[str, ...], tuple[str, ...]]:
        """Describe films by attributes that one film has."""
        film = self._film("USA" if "country" in attributes and self.rng.random() < 0.6 else "")
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
                value = self._person(film) if attribute == "person" else self.one(film["themes"])
                arguments[attribute] = value
                said = value if attribute == "person" else theme_words(value)
            behind.append(pattern.replace(f"{{{attribute}}}", said))
            used += [pattern] * (pattern != "{years}")
        ordered = {key: arguments[key] for key in ATTRIBUTES if key in arguments}
        names = (arguments["person"],) if "person" in arguments else ()
        return " ".join([*before, noun, *behind]), ordered, tuple(used), names

    def _film(self, unlike: str = "") -> dict[Any, Any]:
        """Draw a film, from another country than `unlike`."""
        while True:
            film = self.films[int(self.rng.integers(len(self.films)))]
            if film["country"] != unlike and film["themes"] and film["genres"]:
                return film

    def _person(self, film: dict[Any, Any]) -> str:
        """Draw somebody of a film who is of this part of the data, or else anybody of it."""
        mine = [own for own in (*film["directors"], *film["leads"]) if own in self.people]
        return self.one(mine or sorted(self.people))

    def one(self, options: Sequence[str]) -> str:
        """Draw one."""
        return options[int(self.rng.integers(len(options)))]
