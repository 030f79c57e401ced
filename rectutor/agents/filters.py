"""What an item must have, and how it is said in words and ranges of years."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

__all__ = ["Filters", "filter_of", "year_range"]

_YEARS = re.compile(r"(\d{4})?(-)?(\d{4})?")


class Filters(NamedTuple):
    """What an item must have; None and "" ask for nothing. Names are compared without case."""

    genre: str | None = None
    theme: str | None = None
    person: str | None = None  # who directed, starred in, or wrote it
    country: str | None = None
    from_year: int | None = None
    to_year: int | None = None  # inclusive
    language: str | None = None
    series: str | None = None


def filter_of(field: str, value: str) -> Filters:
    """Return the filter that asks for one fact.

    Args:
        field: a list filter such as "genre", or "years".
        value: what it must be; of years a range, see `year_range`.

    Example:
        >>> filter_of("genre", "War").genre, filter_of("years", "1990-")[4:6]
        ('War', (1990, None))
    """
    if field == "years":
        return Filters(None, None, None, None, *year_range(value))
    fact: dict[str, Any] = {field: value}
    return Filters()._replace(**fact)


def year_range(years: str | None) -> tuple[int | None, int | None]:
    """Read a range of years.

    Raises:
        ValueError: it is no range.

    Example:
        >>> year_range("1995"), year_range("1990-1999"), year_range("1990-"), year_range(None)
        ((1995, 1995), (1990, 1999), (1990, None), (None, None))
    """
    if not years:
        return None, None
    match = _YEARS.fullmatch(years.strip())
    if match is None or not (match[1] or match[3]) or (match[1] and match[3] and not match[2]):
        raise ValueError(f"years must be like 1995, 1990-1999, 1990- or -1999, got {years!r}")
    first, last = (int(year) if year else None for year in match.group(1, 3))
    return first, last if match[2] else first
