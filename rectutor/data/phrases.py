"""Facts as English: topics of themes, nouns of genres, words for films and for books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

__all__ = [
    "BOOK",
    "FILM",
    "Medium",
    "decade_of",
    "genre_label",
    "genre_noun",
    "genre_nouns",
    "joined",
    "medium_of",
    "topic_of",
    "with_article",
]

# Topics are what "a story about ..." can be followed by; a theme that is not here is its own.
_TOPICS = {
    "heist": "heists",
    "serial-killer": "serial killers",
    "courtroom": "courtroom battles",
    "prison": "life in prison",
    "conspiracy": "conspiracies",
    "assassination": "assassinations",
    "world-war": "the world wars",
    "vietnam-war": "the Vietnam War",
    "ancient-world": "the ancient world",
    "wild-west": "the Wild West",
    "robots-and-ai": "robots and AI",
    "dystopia": "dystopias",
    "apocalypse": "the apocalypse",
    "quest": "quests",
    "fairy-tale": "fairy tales",
    "treasure-hunt": "treasure hunts",
    "secret-world": "secret worlds",
    "slasher": "slashers on the loose",
    "possession": "possession by demons",
    "wedding": "weddings",
    "love-triangle": "love triangles",
    "opposites-attract": "opposites that attract",
    "second-chance": "second chances",
    "high-school": "life at high school",
    "music-making": "the making of music",
    "film-making": "the making of films",
    "wilderness": "the wilderness",
    "disaster": "disasters",
    "car-chase": "car chases",
    "hostage": "hostages",
    "class-divide": "the class divide",
    "small-town": "small towns",
    "satire": "the follies that satire mocks",
    "road-trip": "road trips",
}
_NOUNS = {  # genres whose name is a noun that can be counted, but a documentary is a film
    "Comedy": "comedies",
    "Documentary": "documentaries",
    "Drama": "dramas",
    "Musical": "musicals",
    "Mystery": "mysteries",
    "Romance": "romances",
    "Thriller": "thrillers",
    "Western": "westerns",
}
_LABELS = {"Sci-Fi": "science fiction"}  # else the name itself, in small letters
_BEFORE_NOUN = {"Animation": "animated", "Children": "children's", "Film-Noir": "noir"}


class Medium(NamedTuple):
    """The words in which a film differs from a book; each is a slot of patterns."""

    film: str
    films: str
    watch: str
    watched: str
    director: str
    directed: str  # "was ... by"
    made: str  # "she ... it"
    released: str
    creators: str  # the column of the names behind it
    series: str  # the column of the series it belongs to


FILM = Medium("film", "films", "watch", "watched", "director", "directed", "directed",
              "released", "directors", "franchise")  # fmt: skip
BOOK = Medium("book", "books", "read", "read", "author", "written", "wrote",
              "published", "authors", "series")  # fmt: skip


def medium_of(items: pd.DataFrame) -> Medium:
    """Tell whether a table of items is about films or books, by its columns.

    Raises:
        ValueError: there are neither directors nor authors.
    """
    for medium in (FILM, BOOK):
        if medium.creators in items:
            return medium
    raise ValueError(
        f"items must have a column directors or authors, got {', '.join(items.columns)}; "
        "use the items of a shipped world"
    )


def topic_of(theme: str) -> str:
    """Return what stands after "about" for a theme: "heist" gives "heists"."""
    return _TOPICS.get(theme, theme.replace("-", " "))


def genre_label(genre: str) -> str:
    """Return a genre as a word in a list: "Sci-Fi" gives "science fiction"."""
    return _LABELS.get(genre, genre.lower().replace("-", " "))


def genre_noun(genre: str, medium: Medium) -> str:
    """Return one item of a genre, without article: "comedy", "war film"."""
    return genre.lower() if _is_noun(genre, medium) else f"{_attribute(genre)} {medium.film}"


def genre_nouns(genre: str, medium: Medium) -> str:
    """Return items of a genre: "comedies", "war films"."""
    return _NOUNS[genre] if _is_noun(genre, medium) else f"{_attribute(genre)} {medium.films}"


def decade_of(year: int) -> str:
    """Return the decade of a year: 1994 gives "1990s"."""
    return f"{year // 10 * 10}s"


def joined(words: Sequence[str]) -> str:
    """Write a list of one or more.

    Example:
        >>> joined(["A"]), joined(["A", "B"]), joined(["A", "B", "C"])
        ('A', 'A and B', 'A, B and C')
    """
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} and {words[-1]}"


def with_article(noun: str) -> str:
    """Put "a" or "an" before a noun, by its first letter."""
    return f"{'an' if noun[0].lower() in 'aeiou' else 'a'} {noun}"


def _attribute(genre: str) -> str:
    return _BEFORE_NOUN.get(genre) or genre_label(genre)


def _is_noun(genre: str, medium: Medium) -> bool:
    return genre in _NOUNS and (genre, medium) != ("Documentary", BOOK)
