"""The film facts: sound in themselves, and in agreement with MovieLens where it is at hand."""

import os
import re
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rectutor.data.film_facts import FEATURE_WEIGHTS, out_on, read_facts
from rectutor.data.fixed_point import ONE
from rectutor.data.movielens import read_latest_small
from rectutor.files import shipped

GENRES = {
    "Action", "Adventure", "Animation", "Children", "Comedy", "Crime", "Documentary", "Drama",
    "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller",
    "War", "Western",
}  # fmt: skip
# Looked up one by one: our fact is right, the other catalogue spells or dates it otherwise.
ELSEWHERE_NAMED = {
    "One Hundred and One Dalmatians",  # filed as "101 Dalmatians (One Hundred and One ...)"
    "The Intouchables",  # filed without the article
    "Cinema Paradiso",  # first shown in 1988; filed under 1989
    "The Producers",  # first shown in November 1967; filed under 1968
    "National Lampoon's Christmas Vacation",  # filed as "Christmas Vacation"
    "Bram Stoker's Dracula",  # filed as "Dracula"
    "And Now for Something Completely Different",  # filed with "Monty Python's" in front
    "Guardians of the Galaxy Vol. 2",  # filed as "Guardians of the Galaxy 2"
    "Birdman or (The Unexpected Virtue of Ignorance)",  # filed as "Birdman: Or (...)"
}


@pytest.fixture(scope="module")
def films() -> pd.DataFrame:
    films = pd.read_csv(shipped("datasets_small", "films", "items.csv"), keep_default_na=False)
    for column in ("directors", "leads", "genres", "themes"):
        films[column] = films[column].str.split("|")
    return films


@pytest.fixture(scope="module")
def themes() -> pd.DataFrame:
    return pd.read_csv(shipped("datasets_small", "films", "themes.csv"))


@pytest.fixture(scope="module")
def real_films() -> pd.DataFrame:
    folder = Path(os.environ.get("RECTUTOR_REAL_DATA", "../shared/data"))
    if not (folder / "ml-latest-small" / "movies.csv").exists():
        pytest.skip("ml-latest-small is not at hand; set RECTUTOR_REAL_DATA to its parent folder")
    return read_latest_small(folder).items


def folded(title: str) -> str:
    """Keep letters and digits only, without accents and case."""
    plain = unicodedata.normalize("NFKD", title).replace("&", "and").casefold()
    return re.sub(r"[^a-z0-9]", "", plain)


def near_twins(names: list[list[str]]) -> list[set[str]]:
    """Find names that differ only in case, accents, blanks or punctuation."""
    spellings: dict[str, set[str]] = {}
    for name in {name for row in names for name in row}:
        spellings.setdefault(folded(name), set()).add(name)
    return [found for found in spellings.values() if len(found) > 1]


def test_there_are_a_thousand_films_and_each_stands_once(films):
    assert len(films) >= 1000
    assert films["item_id"].is_unique and films["item_id"].is_monotonic_increasing
    assert not films.duplicated(["title", "year"]).any()
    assert not films["synopsis"].duplicated().any()


def test_each_film_has_the_fields_it_should(films, themes):
    assert films["genres"].map(len).between(1, 5).all()
    assert {genre for row in films["genres"] for genre in row} <= GENRES
    assert films["themes"].map(lambda row: len(set(row))).eq(3).all()
    assert {theme for row in films["themes"] for theme in row} == set(themes["theme"])
    assert films["leads"].map(len).between(1, 3).all()
    assert films["year"].between(1920, 2018).all()
    assert films["synopsis"].str.split().map(len).between(8, 32).all()
    assert films["synopsis"].str.endswith(".").all()


def test_the_vocabulary_is_80_themes_in_12_families(themes):
    assert len(themes) == 80 and themes["theme"].is_unique
    assert themes["family"].nunique() == 12


def test_no_name_is_spelled_two_ways(films):
    assert near_twins(films["directors"].tolist()) == []
    assert near_twins(films["leads"].tolist()) == []
    assert near_twins(films["franchise"].map(lambda name: [name]).tolist()) == []


def test_parts_of_a_series_follow_its_years(films):
    series = films[films["franchise"] != ""].assign(part=lambda f: f["part"].astype(int))
    assert not series.duplicated(["franchise", "part"]).any()
    for name, members in series.sort_values("part").groupby("franchise"):
        assert members["year"].is_monotonic_increasing, name
    assert (films["franchise"].eq("") == films["part"].astype(str).eq("")).all()


def test_nearly_all_films_join_the_real_ratings_by_title_and_year(films, real_films):
    known = {(folded(t), y) for t, y in zip(real_films["title"], real_films["year"], strict=True)}
    joins = [(folded(t), y) in known for t, y in zip(films["title"], films["year"], strict=True)]
    assert np.mean(joins) >= 0.98
    assert set(films["title"][~np.array(joins)]) <= ELSEWHERE_NAMED


def test_our_genres_agree_with_those_of_the_other_catalogue(films, real_films):
    theirs = {
        (folded(title), year): set(genres) - {"IMAX"}
        for title, year, genres in zip(
            real_films["title"], real_films["year"], real_films["genres"], strict=True
        )
    }
    agreement = []
    for title, year, genres in zip(films["title"], films["year"], films["genres"], strict=True):
        other = theirs.get((folded(title), year))
        if other:
            agreement.append(len(other & set(genres)) / len(other | set(genres)))
    assert np.mean(agreement) > 0.9
    assert np.mean(np.array(agreement) < 0.34) < 0.02


def test_a_film_can_be_watched_from_the_first_day_of_the_next_year():
    assert out_on(np.array([1969, 1999])).tolist() == [0, 946684800]  # 1970-01-01, 2000-01-01


def test_facts_become_numbered_arrays_with_a_row_of_padding():
    items = pd.DataFrame(
        {
            "item_id": [9, 4],
            "year": [1999, 1950],
            "directors": ["B", "A|B"],
            "leads": ["X|Y", "Y"],
            "genres": ["Drama", "Comedy|Drama"],
            "themes": ["heist|prison|magic", "magic|quest|heist"],
            "franchise": [None, "Saga"],
            "part": [None, 2],
        }
    )
    themes = pd.DataFrame(
        {
            "theme": ["heist", "prison", "magic", "quest"],
            "family": ["crime", "crime", "wonder", "wonder"],
        }
    )
    facts = read_facts(items, themes)
    assert facts.item_id.tolist() == [0, 4, 9]
    assert facts.directors.tolist() == [[0, 0, 0], [1, 2, 0], [2, 0, 0]]
    assert facts.leads.tolist() == [[0, 0, 0], [2, 0, 0], [1, 2, 0]]
    assert facts.family.tolist() == [0, 2, 1]
    assert facts.franchise.tolist() == [0, 1, 0] and facts.part.tolist() == [0, 2, 0]
    comedy, drama = facts.features[:2].tolist()
    half = round(FEATURE_WEIGHTS["genre"] * ONE / 2**0.5)
    assert comedy == [0, half, 0] and drama == [0, half, round(FEATURE_WEIGHTS["genre"] * ONE)]
    assert Counter(facts.features.any(axis=1).tolist()) == {True: len(facts.features)}
