r"""Titles on their way into a prompt: one line each, otherwise as they came.

The rule of this folder: every run of white space inside a title (spaces, tabs, line breaks of any
script) becomes one space, white space at its ends goes, and nothing else is changed. Braces,
quotes, percent signs and letters that are written from right to left stay as they are. Characters
that nobody can see are the business of whoever reads the data (`data.titles`).
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["candidate_lines", "one_line", "title_lines", "title_list"]

_NONE = "none"  # what an empty list of titles is written as


def one_line(text: str) -> str:
    r"""Put a text on one line: each run of white space becomes one space, none is at the ends.

    Example:
        >>> one_line(" Up,\n up\t and away ")
        'Up, up and away'
    """
    return " ".join(text.split())


def title_lines(titles: Sequence[str], what: str) -> list[str]:
    """Put each title on one line.

    Args:
        titles: any number of titles.
        what: what the caller's parameter is called, for the message.

    Returns:
        As many titles, in the same order.

    Raises:
        TypeError: `titles` is one string, or a member of it is not a string; names the member.
        ValueError: a title is blank; names its position.
    """
    if isinstance(titles, str):
        raise TypeError(
            f"{what} must be a list of titles, got the string {titles!r}; write [{what}]"
        )
    lines = []
    for place, title in enumerate(titles):
        if not isinstance(title, str):
            raise TypeError(
                f"{what} must be strings, got {type(title).__name__} at position {place}; "
                "look up the title of an item first"
            )
        lines.append(one_line(title))
        if not lines[-1]:
            raise ValueError(
                f"{what} must have text, got {title!r} at position {place}; "
                "give the title, or leave the item out"
            )
    return lines


def title_list(lines: Sequence[str]) -> str:
    """Write titles after each other with semicolons, since titles have commas; "none" if empty.

    Example:
        >>> title_list(["Up", "Good Morning, Vietnam"]), title_list([])
        ('Up; Good Morning, Vietnam', 'none')
    """
    return "; ".join(lines) or _NONE


def candidate_lines(candidates: Sequence[str]) -> list[str]:
    """Put each candidate on one line, and check that they can be told apart.

    Raises:
        TypeError: `candidates` is one string, or a member of it is not a string.
        ValueError: a title is blank, there are no candidates, or one stands there twice.
    """
    lines = title_lines(candidates, "candidates")
    if not lines:
        raise ValueError("a ranking needs 1 or more candidates, got 0; give titles to order")
    first: dict[str, int] = {}
    for place, line in enumerate(lines):
        if first.setdefault(line, place) != place:
            raise ValueError(
                f"candidates must differ, got {line!r} at positions {first[line]} and {place}; "
                "add the year, or leave one out"
            )
    return lines
