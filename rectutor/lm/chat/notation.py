"""A tool call as a few signs, and which sign may come next: so that every call can be read.

A call is the sign of its tool and the numbers of the marks that are its arguments (`linking`):
"recommend 1 2" when marks 1 and 2 are a genre and a decade. Which argument a mark fills follows
from its kind and the tool's schema, so only that is written which has to be decided. Marks are used
in the order of the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rectutor.chat import ToolCall, ToolSchema
from rectutor.lm.chat.linking import Mark

__all__ = ["END", "MOST_MARKS", "NOTHING", "SEVERAL", "SIGNS", "CallGrammar", "written"]

SEVERAL, NOTHING = "several", "nothing"  # a text that holds two requests or more; or no whole one
# One token each for the shipped tokenizer, which has read about films and little else.
SIGNS = {
    "search": "find",
    "films_with": "films",
    "recommend": "recommend",
    "similar": "like",
    "facts": "about",
    "history": "watched",
    "evidence": "why",
    SEVERAL: "both",
    NOTHING: "not",
}
END = ""
MOST_MARKS = 6  # the numbers that are one token each; later marks cannot be used
_ANY = frozenset(("Film", "Person", "Genre", "Theme", "Country", "Years", "Words"))
_TAKES = {  # the name of an argument -> kinds of marks that can fill it
    "text": _ANY,
    "name": frozenset(("Film", "Person", "Theme")),
    "title": frozenset(("Film",)),
    "genre": frozenset(("Genre",)),
    "theme": frozenset(("Theme",)),
    "person": frozenset(("Person",)),
    "country": frozenset(("Country",)),
    "years": frozenset(("Years",)),
}


class CallGrammar:
    """What may be written about one clause.

    Args:
        tools: what is on offer; only those with a sign, and whose required arguments are of a
            known name, can be written.
        marks: of the clause, in the order of its text.

    Example:
        >>> like = {"properties": {"title": {"type": "string"}}, "required": ["title"]}
        >>> grammar = CallGrammar([ToolSchema("similar", "", like)], [Mark("Film", "Heat")])
        >>> grammar.legal([]), grammar.legal(["similar"]), grammar.legal(["similar", "1"])
        (['similar'], ['1'], [''])
        >>> grammar.call(["similar", "1"])
        ToolCall(name='similar', arguments={'title': 'Heat'}, call_id='')
    """

    def __init__(self, tools: Sequence[ToolSchema], marks: Sequence[Mark]) -> None:
        self.marks = tuple(marks[:MOST_MARKS])
        offered = {tool.name: dict(tool.parameters) for tool in tools if tool.name in SIGNS}
        self.properties = {
            name: {key: value for key, value in own.get("properties", {}).items() if key in _TAKES}
            for name, own in offered.items()
        }
        self.required = {name: set(own.get("required", ())) for name, own in offered.items()}

    def legal(self, symbols: Sequence[str]) -> list[str]:
        """List what may follow symbols: names of tools first, then numbers of marks, or END."""
        if not symbols:
            return [name for name in self.properties if self._can_fill(name, [])]
        tool, *numbers = symbols
        after = int(numbers[-1]) if numbers else 0
        more = [
            str(n)
            for n in range(after + 1, len(self.marks) + 1)
            if self._slot(tool, n, self._arguments(tool, numbers))
            and self._can_fill(tool, [*numbers, str(n)])
        ]
        is_whole = self.required[tool] <= set(self._arguments(tool, numbers))
        return [*more, *[END] * is_whole]

    def call(self, symbols: Sequence[str]) -> ToolCall:
        """Read symbols as a call with its arguments."""
        return ToolCall(symbols[0], self._arguments(symbols[0], symbols[1:]))

    def _arguments(self, tool: str, numbers: Sequence[str]) -> dict[str, Any]:
        """Give each mark to the first argument that can take it."""
        filled: dict[str, Any] = {}
        for number in map(int, numbers):
            slot = self._slot(tool, number, filled)
            assert slot is not None, (tool, number)
            filled[slot] = self.marks[number - 1].value
        return {key: filled[key] for key in self.properties[tool] if key in filled}

    def _slot(self, tool: str, number: int, filled: Mapping[str, Any]) -> str | None:
        """Find the free argument of a tool that a mark can fill."""
        mark = self.marks[number - 1]
        for key, about in self.properties[tool].items():
            allowed = about.get("enum", (mark.value,))
            if key not in filled and mark.kind in _TAKES[key] and mark.value in allowed:
                return str(key)
        return None

    def _can_fill(self, tool: str, numbers: Sequence[str]) -> bool:
        """Tell whether the marks behind those given can fill what the tool still requires."""
        filled = self._arguments(tool, numbers)
        missing = self.required[tool] - set(filled)
        left = list(range(int(numbers[-1]) + 1 if numbers else 1, len(self.marks) + 1))
        for key in sorted(missing):
            others = {other: "" for other in self.properties[tool] if other != key}
            fitting = [n for n in left if self._slot(tool, n, others) == key]
            if not fitting:
                return False
            left.remove(fitting[0])
        return True


def written(call: ToolCall, marks: Sequence[Mark]) -> list[str]:
    """Write a call as symbols: the truth that a model learns from.

    Raises:
        ValueError: no mark has the value of an argument; names it.
    """
    numbers = []
    for value in call.arguments.values():
        places = [n for n, mark in enumerate(marks, 1) if mark.value == value]
        if not places:
            raise ValueError(f"{call.name} needs a mark for {value!r}, and there is none")
        numbers.append(places[0])
    return [call.name, *(str(n) for n in sorted(numbers))]
