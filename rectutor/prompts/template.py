"""Texts with named gaps, filled without ever reading what is put in.

A gap is written `{name}`; two braces, `{{` or `}}`, write one. That is the plain part of Python's
`str.format`. Its rest is refused: `{title.__class__}`, `{title[0]}`, `{title!r}` and `{title:>5}`
would let a text that somebody pastes in look inside the program, or change a title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Template", "check_template"]

_PIECE = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}]*)\}|[{}]")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Template:
    """A text with named gaps.

    Args:
        name: what tables and messages call it.
        text: with placeholders in braces.

    Raises:
        ValueError: the text is empty, a brace is not balanced, or a placeholder is more than a
            name.

    Example:
        >>> Template("ask", "Is {title} any good?").fill(title="{Up}")
        'Is {Up} any good?'
    """

    name: str
    text: str

    def __post_init__(self) -> None:
        _fields(self.text)

    @property
    def fields(self) -> tuple[str, ...]:
        """Name the placeholders, each once, in the order of their first use."""
        return _fields(self.text)

    def fill(self, /, **values: str) -> str:
        """Put one text into each gap, letter by letter: nothing in it is interpreted.

        Args:
            values: one text for each placeholder, by its name; no others.

        Raises:
            TypeError: a value is not a string.
            ValueError: a placeholder has no value, or a value has no placeholder.
        """
        fields = self.fields
        for name, value in values.items():
            if name not in fields:
                raise ValueError(
                    f"template {self.name!r} has the placeholders {_listed(fields)}, got a value "
                    f"for {{{name}}}; leave it out"
                )
            if not isinstance(value, str):
                raise TypeError(
                    f"{{{name}}} of template {self.name!r} must be a string, got "
                    f"{type(value).__name__}; turn it into text first"
                )
        missing = [name for name in fields if name not in values]
        if missing:
            raise ValueError(
                f"template {self.name!r} needs a value for {_listed(fields)}, got none for "
                f"{_listed(missing)}; pass {missing[0]}=..."
            )
        return _PIECE.sub(lambda gap: _written(gap, values), self.text)


def check_template(text: str, required: Iterable[str], optional: Iterable[str] = ()) -> None:
    """Check a template that somebody has written, before anything is put into it.

    Args:
        text: with placeholders in braces.
        required: placeholders that it must have.
        optional: placeholders that it may have.

    Raises:
        ValueError: the text is empty, a brace is not balanced, a placeholder is more than a name,
            is not known, or is missing.

    Example:
        >>> check_template("Is {title} a good {medium}?", ["title"], ["medium"])
    """
    found, required = _fields(text), tuple(required)
    legal = tuple(dict.fromkeys((*required, *optional)))
    for name in found:
        if name not in legal:
            raise ValueError(
                f"a placeholder must be one of {_listed(legal)}, got {{{name}}}; "
                "write one of these, or double its braces to show them as they are"
            )
    missing = [name for name in required if name not in found]
    if missing:
        raise ValueError(
            f"the template needs {_listed(required)}, got {_listed(found)}; "
            f"write {_listed(missing)} where it belongs"
        )


def _fields(text: str) -> tuple[str, ...]:
    """List the placeholders in order, each once; refuse what is no template."""
    if not text.strip():
        raise ValueError(f"a template must have text, got {text!r}; write a sentence")
    names = []
    for piece in _PIECE.finditer(text):
        if piece[0] in ("{", "}"):
            _refuse_brace(piece[0], piece.start() + 1, text)
        if piece["name"] is not None:
            if not _NAME.fullmatch(piece["name"]):
                raise ValueError(
                    "a placeholder must be a plain name in braces, as {title}, got "
                    f"{piece[0]} at character {piece.start() + 1}; "
                    "write the name alone, or double its braces to show them as they are"
                )
            names.append(piece["name"])
    return tuple(dict.fromkeys(names))


def _refuse_brace(brace: str, place: int, text: str) -> None:
    """Say which brace stands alone; `place` counts from 1, as a reader does."""
    lacks = "never closed" if brace == "{" else "never opened"
    around = text[max(0, place - 11) : place + 10]
    raise ValueError(
        f"braces must come in pairs, got a {brace} at character {place} that is {lacks} "
        f"(near {around!r}); add its partner, or write {brace * 2} to show one brace"
    )


def _written(gap: re.Match[str], values: dict[str, str]) -> str:
    return values[gap["name"]] if gap["name"] is not None else gap[0][0]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names) or "none"
