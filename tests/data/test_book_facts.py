"""The book facts: sound in themselves, and in the words of the film facts."""

import re
import unicodedata

import pandas as pd
import pytest

from rectutor.files import shipped


@pytest.fixture(scope="module")
def books() -> pd.DataFrame:
    books = pd.read_csv(shipped("datasets_small", "books", "items.csv"), keep_default_na=False)
    for column in ("authors", "genres", "themes"):
        books[column] = books[column].str.split("|")
    return books


@pytest.fixture(scope="module")
def films() -> pd.DataFrame:
    return pd.read_csv(shipped("datasets_small", "films", "items.csv"), keep_default_na=False)


@pytest.fixture(scope="module")
def themes() -> pd.DataFrame:
    return pd.read_csv(shipped("datasets_small", "films", "themes.csv"))


def words(text: str) -> list[str]:
    """List the words of a text, without accents, case and punctuation."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.findall(r"\w+", plain.casefold())


def says(text: str, phrase: str) -> bool:
    """Tell whether the words of a phrase stand in a text, one after the other."""
    return f" {' '.join(words(phrase))} " in f" {' '.join(words(text))} "


def surname(author: str) -> str:
    """Return the last word of a name that is no initial and no "Jr."."""
    return [word for word in words(author) if len(word) > 2][-1]


def test_there_are_five_hundred_books_and_each_stands_once(books):
    assert len(books) == 573
    assert books["item_id"].tolist() == list(range(1, 574))
    assert not books.duplicated(["title", "year"]).any()
    assert books["title"][books["title"].duplicated()].tolist() == ["The Lost World"]
    assert not books["synopsis"].duplicated().any()


def test_each_book_has_the_fields_it_should(books, films, themes):
    known = {genre for row in films["genres"].str.split("|") for genre in row}
    assert {genre for row in books["genres"] for genre in row} <= known
    assert books["genres"].map(lambda row: 1 <= len(row) <= 4 and row == sorted(set(row))).all()
    assert books["themes"].map(lambda row: len(row) == len(set(row)) == 3).all()
    assert {theme for row in books["themes"] for theme in row} == set(themes["theme"])
    assert books["year"].between(1600, 2018).all()
    assert books["authors"].map(len).between(1, 2).all()
    assert (books[["title", "country", "language"]] != "").all(axis=None)


def test_no_author_and_no_series_is_spelled_two_ways(books):
    authors = {author for row in books["authors"] for author in row}
    for names in (authors, set(books["series"]), set(books["country"])):
        assert len({"".join(words(name)) for name in names}) == len(names)
    assert [name for name in authors if re.search(r"\b[A-Z]\. [A-Z]\.", name)] == []
    assert {"J.R.R. Tolkien", "J.K. Rowling", "H.G. Wells"} <= authors


def test_parts_of_a_series_follow_its_years(books):
    series = books[books["series"] != ""].assign(part=lambda b: b["part"].astype(int))
    assert not series.duplicated(["series", "part"]).any()
    for name, members in series.sort_values("part").groupby("series"):
        assert members["year"].is_monotonic_increasing, name
    assert (books["series"].eq("") == books["part"].astype(str).eq("")).all()


def test_a_synopsis_is_one_sentence_of_12_to_32_words(books):
    assert books["synopsis"].str.split().map(len).between(12, 32).all()
    assert books["synopsis"].str.endswith(".").all()
    assert books["synopsis"].str.count(r"[.!?](?:\s|$)").eq(1).all()


def test_a_synopsis_gives_away_neither_title_nor_author(books):
    for book in books.itertuples():
        assert not says(book.synopsis, book.title), book.title
        assert not any(says(book.synopsis, surname(name)) for name in book.authors), book.title


def test_a_phrase_is_found_whatever_its_accents_and_punctuation():
    assert says("He read Les Misérables.", "les miserables")
    assert not says("The hits came late.", "it")
    assert surname("Hubert Selby Jr.") == "selby" and surname("J.K. Rowling") == "rowling"


def test_a_book_is_told_in_other_words_than_its_film(books, films):
    assert set(books["synopsis"]).isdisjoint(films["synopsis"])
    pairs = books.merge(films, on="title", suffixes=("", "_film"))
    for pair in pairs.itertuples():
        one, other = set(words(pair.synopsis)), set(words(pair.synopsis_film))
        assert len(one & other) / len(one | other) < 1 / 3, pair.title


def test_many_titles_are_also_films(books, films):
    assert books["title"].isin(films["title"]).sum() >= 200


def test_the_best_known_book_comes_first_and_both_lost_worlds_are_there(books):
    assert books["title"][0] == "Harry Potter and the Sorcerer's Stone"
    lost = books[books["title"] == "The Lost World"].sort_values("year")
    assert lost["authors"].tolist() == [["Arthur Conan Doyle"], ["Michael Crichton"]]
