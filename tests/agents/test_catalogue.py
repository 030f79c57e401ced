"""The catalogue as a database that can be searched and not changed."""

import sqlite3

import pytest

from rectutor.agents.filters import Filters, filter_of, year_range
from tests.agents.small import catalogue


def test_words_are_found_in_titles_first_and_by_their_stem():
    own = catalogue()
    assert own.search("heat") == [4, 1]
    assert own.search("pilots") == [5]  # where "pilot" stands
    assert own.search("Mann", k=1) in ([1], [2])
    assert own.search("submarine") == []


@pytest.mark.parametrize(
    "text", ["", "!?", '"', 'heat" OR 1=1; DROP TABLE items; --', "NEAR(a b)", "title:*", "a*b(c"]
)
def test_whatever_is_searched_for_is_only_words(text):
    own = catalogue()
    own.search(text)
    assert own.search("heat") == [4, 1]


def test_filters_are_joined_by_and_and_ask_without_case():
    own = catalogue()
    assert own.having(Filters(genre="crime")) == [1, 2]
    assert own.having(Filters(genre="Crime", person="AL PACINO")) == [1]
    assert own.having(Filters(from_year=1995, to_year=2004)) == [1, 2]
    assert own.having(Filters(person="Michael Mann", to_year=1995)) == [1]
    assert own.having(Filters(genre="' OR '1'='1")) == []
    assert own.having(Filters()) == [1, 2, 3, 4, 5]


def test_a_title_is_found_with_or_without_year_and_number():
    own = catalogue()
    assert own.find("heat") == 1  # the lower number
    assert own.find("Heat (1986)") == 4
    assert own.find("[4] Heat (1986)") == 4
    assert own.find("Heat (2001)") is None
    assert own.find(" Airplane! ") == 5


def test_items_are_shown_with_number_and_year():
    own = catalogue()
    assert own.name(5) == "[5] Airplane! (1980)"
    for item in (0, 6):
        with pytest.raises(ValueError, match=f"from 1 to 5, got {item}"):
            own.name(item)


def test_what_filters_may_ask_for_is_listed_most_frequent_first():
    own = catalogue()
    assert own.values("person")[0] == "Michael Mann"
    assert own.values("genre")[0] == "Crime"
    with pytest.raises(ValueError, match=r"one of genre, theme, .* got 'colour'"):
        own.values("colour")


def test_what_films_share_is_listed_rarest_first():
    own = catalogue()
    assert own.shared(2, [1, 3, 5]) == [
        (("genre", "Crime"), [1]),
        (("person", "Michael Mann"), [1]),
        (("country", "USA"), [1, 3, 5]),
    ]
    assert own.shared(2, [2]) == []


def test_nothing_can_be_written():
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        catalogue()._open.execute("DELETE FROM items")


@pytest.mark.parametrize("years", ["95", "1990 1999", "-", "19901999", "1990-1999-2000", "soon"])
def test_what_is_no_range_of_years_is_refused(years):
    with pytest.raises(ValueError, match=f"like 1995, .* got '{years}'"):
        year_range(years)
    assert year_range("-1999") == (None, 1999)
    assert year_range("") == (None, None)


def test_a_fact_is_a_filter_and_facts_are_listed_once():
    own = catalogue()
    assert own.having(filter_of("person", "michael mann")) == [1, 2]
    assert own.having(filter_of("years", "1980-1989")) == [4, 5]
    assert own.facts_of(5) == [
        ("genre", "Comedy"),
        ("person", "Leslie Nielsen"),
        ("country", "USA"),
    ]
    with pytest.raises(ValueError, match="from 1 to 5, got 9"):
        own.facts_of(9)
