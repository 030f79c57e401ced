"""Names in a text found before a model reads it: films, people, genres, themes, countries, years.

A tiny model cannot spell a name that it has seldom read, but it can copy a mark. So what is known
is replaced, "films like Heat" becomes "films like Film 1", and the mark is turned back into the
name when the model has written it. Mentions are found by longest match at word boundaries, without
case. The trap are films called like words, "Up" or "Heat": a title of one word must be in quotes or
in capitals, and where a sentence begins in quotes if it is a word of the synopses. What stands in
quotes and is no name is a mark too: words to be searched for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

import pandas as pd

from rectutor.data.spoken import DECADES, GENRES, country_words, theme_words

__all__ = ["Kind", "Linked", "Linker", "Mark"]

Kind: TypeAlias = Literal["Film", "Person", "Genre", "Theme", "Country", "Years", "Words"]

_ORDER: tuple[Kind, ...] = (
    "Person",
    "Country",
    "Genre",
    "Theme",
    "Film",
)  # who has a name that two kinds share
_QUOTED = re.compile(r'["“”]([^"“”]{1,80})["“”]')
_YEAR = r"(1[89]\d\d|20\d\d)"
_YEARS = (
    (re.compile(rf"\b(?:between|from) {_YEAR} (?:and|to) {_YEAR}\b", re.I), "{}-{}"),
    (re.compile(rf"\b(?:before) {_YEAR}\b", re.I), "before"),
    (re.compile(rf"\b(?:after) {_YEAR}\b", re.I), "after"),
    (re.compile(rf"\b(?:since) {_YEAR}\b", re.I), "{}-"),
    (re.compile(rf"\b(?:the )?(?:{_YEAR}s|({'|'.join(DECADES)}))\b", re.I), "decade"),
    (re.compile(rf"\b{_YEAR}\b"), "{}"),
)
_ADDED_YEAR = re.compile(rf" \({_YEAR}\)")


class Mark(NamedTuple):
    """A mention, and what it means."""

    kind: Kind
    value: str  # as the tools want it
    first: int = 0  # where it stands in the text
    last: int = 0  # behind its last character


class Linked(NamedTuple):
    """A text and what is mentioned in it, in its order."""

    said: str
    marks: tuple[Mark, ...]

    @property
    def text(self) -> str:
        """Write the text with marks in the place of mentions, numbered from 1."""
        pieces, place = [], 0
        for number, mark in enumerate(self.marks, start=1):
            pieces += [self.said[place : mark.first], f"{mark.kind} {number}"]
            place = mark.last
        return "".join([*pieces, self.said[place:]])

    def part(self, first: int, last: int) -> Linked:
        """Cut out a part, in which marks are numbered from 1 again; no mention may be cut."""
        inside = [mark for mark in self.marks if first <= mark.first and mark.last <= last]
        moved = (own._replace(first=own.first - first, last=own.last - first) for own in inside)
        return Linked(self.said[first:last], tuple(moved))


class Linker:
    """Finds what a catalogue knows.

    Args:
        items: films, such as `data.worlds.load("films").items`.

    Example:
        >>> from rectutor.data.worlds import load
        >>> linked = Linker(load("films").items).link("Comedies from the 1990s like Heat, please")
        >>> linked.text
        'Genre 1 from Years 2 like Film 3, please'
        >>> [mark.value for mark in linked.marks]
        ['Comedy', '1990-1999', 'Heat']
    """

    def __init__(self, items: pd.DataFrame) -> None:
        self.common = {
            word for text in items["synopsis"] for word in re.findall(r"\b[a-z]+\b", text)
        }
        self.dates: dict[str, set[int]] = {}  # lower title -> its years
        for title, year in zip(items["title"], items["year"], strict=True):
            self.dates.setdefault(title.lower(), set()).add(int(year))
        self.names = dict[str, tuple[Kind, str]]()  # lower name -> what it is
        by_kind = {kind: list(names) for kind, names in _all_names(items)}
        for kind in reversed(_ORDER):
            self.names |= {said.lower(): (kind, value) for said, value in by_kind[kind]}
        longest = sorted(self.names, key=len, reverse=True)
        edge = r"(?<!\w)(?:{})(?!\w)"
        self._named = re.compile(edge.format("|".join(map(re.escape, longest))), re.I)
        titles = sorted(self.dates, key=len, reverse=True)
        self._titled = re.compile(edge.format("|".join(map(re.escape, titles))), re.I)
        self.written = {title.lower(): title for title in items["title"]}

    def link(self, text: str) -> Linked:
        """Find what is mentioned; of mentions that overlap the first found stays."""
        taken: list[Mark] = []
        for mark in self._mentions(text):
            if all(mark.last <= own.first or mark.first >= own.last for own in taken):
                taken.append(mark)
        return Linked(text, tuple(sorted(taken, key=lambda mark: mark.first)))

    def _mentions(self, text: str) -> Iterator[Mark]:
        """Yield mentions: quotes first, then names, the longest first, then years."""
        for match in _QUOTED.finditer(text):
            yield Mark(*self._quoted(match[1]), match.start(), match.end())
        found = [*self._titled.finditer(text), *self._named.finditer(text)]
        for match in sorted(found, key=lambda own: (own.start() - own.end(), own.start())):
            kind, value = self._meant(text, match)
            last = match.end()
            if kind == "Film":
                if not self._is_title(text, match):
                    continue
                last, value = self._dated(text, match, value)
            yield Mark(kind, value, match.start(), last)
        for pattern, form in _YEARS:
            for match in pattern.finditer(text):
                yield Mark("Years", _years(match, form), match.start(), match.end())

    def _quoted(self, said: str) -> tuple[Kind, str]:
        """Read what stands in quotes: a film, another name, or words."""
        bare = _ADDED_YEAR.sub("", said)
        if bare.lower() in self.dates:
            title = self.written[bare.lower()]
            return "Film", title if bare == said else said.replace(bare, title)
        return self.names.get(said.lower(), ("Words", said))

    def _meant(self, text: str, match: re.Match[str]) -> tuple[Kind, str]:
        """Say what a name is; a title in its own capitals is a film, unless "from" stands there."""
        said, before = match[0], text[: match.start()].rstrip().lower()
        kind, value = self.names[said.lower()]
        title = self.written.get(said.lower())
        is_film = title == said and (kind != "Country" or not before.endswith((" from", " in")))
        return ("Film", title) if title and is_film else (kind, value)

    def _is_title(self, text: str, match: re.Match[str]) -> bool:
        """Tell a title from words that only look like it."""
        words = [word for word in re.findall(r"\w+", match[0].lower()) if word not in ("the", "a")]
        if len(words) > 1:
            return True
        begins = re.search(r"(?:^|[.?!:]\s*)$", text[: match.start()]) is not None
        is_common = self.common.issuperset(words)
        return match[0] == self.written[match[0].lower()] and not (begins and is_common)

    def _dated(self, text: str, match: re.Match[str], title: str) -> tuple[int, str]:
        """Take in a year in brackets; it stays where films share the title."""
        year = _ADDED_YEAR.match(text, match.end())
        years = self.dates[title.lower()]
        if year is None or int(year[1]) not in years:
            return match.end(), title
        return year.end(), f"{title}{year[0]}" if len(years) > 1 else title


def _all_names(items: pd.DataFrame) -> Iterator[tuple[Kind, Iterator[tuple[str, str]]]]:
    """Yield each kind with its names: what is said, and what it is."""
    people = {own for column in ("directors", "leads") for row in items[column] for own in row}
    themes = {own for row in items["themes"] for own in row}
    genres = {own for row in items["genres"] for own in row}
    yield "Film", ((title, title) for title in items["title"])
    yield "Person", ((name, name) for name in people)
    yield "Theme", ((said, own) for own in themes for said in {own, theme_words(own)})
    yield "Country", ((said, own) for own in set(items["country"]) for said in country_words(own))
    yield "Genre", ((said, own) for own in genres for said in _genre_words(own))


def _genre_words(genre: str) -> Iterator[str]:
    """List what a genre is called."""
    adjective, plural = GENRES.get(genre, (genre, genre))
    yield from dict.fromkeys((genre, genre.replace("-", " "), adjective, plural))


def _years(match: re.Match[str], form: str) -> str:
    """Write a stretch of time as the tools take it."""
    if form == "before":
        return f"-{int(match[1]) - 1}"
    if form == "after":
        return f"{int(match[1]) + 1}-"
    if form == "decade":
        first = int(match[1]) if match[1] else DECADES[match[2].lower()]
        return f"{first}-{first + 9}"
    return form.format(*match.groups())
