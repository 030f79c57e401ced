"""How people say what the catalogue writes: genres, themes, countries and years in running text."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

__all__ = ["COUNTRIES", "DECADES", "GENRES", "country_words", "said_years", "theme_words"]

# genre -> in front of "films", and as a plural of its own
GENRES = {
    "Action": ("action", "action films"),
    "Adventure": ("adventure", "adventures"),
    "Animation": ("animated", "cartoons"),
    "Children": ("children's", "children's films"),
    "Comedy": ("comedy", "comedies"),
    "Crime": ("crime", "crime films"),
    "Documentary": ("documentary", "documentaries"),
    "Drama": ("drama", "dramas"),
    "Fantasy": ("fantasy", "fantasy films"),
    "Film-Noir": ("film noir", "films noirs"),
    "Horror": ("horror", "horror films"),
    "Musical": ("musical", "musicals"),
    "Mystery": ("mystery", "mysteries"),
    "Romance": ("romance", "romances"),
    "Sci-Fi": ("science fiction", "sci-fi films"),
    "Thriller": ("thriller", "thrillers"),
    "War": ("war", "war films"),
    "Western": ("western", "westerns"),
}
# country -> behind "from", and in front of "films"
COUNTRIES = {
    "Argentina": ("Argentina", "Argentinian"),
    "Australia": ("Australia", "Australian"),
    "Brazil": ("Brazil", "Brazilian"),
    "Canada": ("Canada", "Canadian"),
    "China": ("China", "Chinese"),
    "France": ("France", "French"),
    "Germany": ("Germany", "German"),
    "Hong Kong": ("Hong Kong", "Hong Kong"),
    "Ireland": ("Ireland", "Irish"),
    "Italy": ("Italy", "Italian"),
    "Japan": ("Japan", "Japanese"),
    "Mexico": ("Mexico", "Mexican"),
    "New Zealand": ("New Zealand", "New Zealand"),
    "South Africa": ("South Africa", "South African"),
    "South Korea": ("South Korea", "South Korean"),
    "Spain": ("Spain", "Spanish"),
    "Sweden": ("Sweden", "Swedish"),
    "Taiwan": ("Taiwan", "Taiwanese"),
    "UK": ("the UK", "British"),
    "USA": ("the USA", "American"),
}
DECADES = {
    "twenties": 1920,
    "thirties": 1930,
    "forties": 1940,
    "fifties": 1950,
    "sixties": 1960,
    "seventies": 1970,
    "eighties": 1980,
    "nineties": 1990,
}


def theme_words(theme: str) -> str:
    """Write a theme as it is said.

    Example:
        >>> theme_words("robots-and-ai")
        'robots and ai'
    """
    return theme.replace("-", " ")


def country_words(country: str) -> Iterator[str]:
    """List what a country is called: as the catalogue writes it, and as it is said."""
    yield from dict.fromkeys((country, *COUNTRIES.get(country, ())))


def said_years(year: int, rng: np.random.Generator) -> tuple[str, str, bool]:
    """Say a stretch of time that holds a year.

    Args:
        year: of a film.
        rng: decides how it is said.

    Returns:
        What is said; what it means, in the form that the tools take; and whether it is a range
        that brings its own word ("before 1980") instead of standing behind "from".
    """
    decade = 10 * (year // 10)
    names = [name for name, first in DECADES.items() if first == decade]
    early, late = year - int(rng.integers(1, 6)), year + int(rng.integers(1, 6))
    ways = [
        (str(year), str(year), False),
        (f"the {decade}s", f"{decade}-{decade + 9}", False),
        (f"the {(names or [f'{decade}s'])[0]}", f"{decade}-{decade + 9}", False),
        (f"between {early} and {late}", f"{early}-{late}", True),
        (f"from {early} to {late}", f"{early}-{late}", True),
        (f"before {late}", f"-{late - 1}", True),
        (f"after {early}", f"{early + 1}-", True),
        (f"since {year}", f"{year}-", True),
    ]
    return ways[int(rng.integers(len(ways)))]
