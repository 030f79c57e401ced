"""Names in a text: longest match, the trap of films called like words, and marks."""

import pytest

from rectutor.data.requests import requests
from rectutor.data.worlds import load
from rectutor.lm.chat.linking import Linked, Linker, Mark

ITEMS = load("films").items


@pytest.fixture(scope="module")
def linker():
    return Linker(ITEMS)


def found(linker, text):
    return [(mark.kind, mark.value) for mark in linker.link(text).marks]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("who is in pulp fiction?", "Film", "Pulp Fiction"),
        ("the godfather: part ii please", "Film", "The Godfather: Part II"),
        ("films with tom hanks", "Person", "Tom Hanks"),
        ("science fiction tonight", "Genre", "Sci-Fi"),
        ("films about time travel", "Theme", "time-travel"),
        ("French films", "Country", "France"),
        ("films from the 1990s", "Years", "1990-1999"),
        ("films from the nineties", "Years", "1990-1999"),
        ("films from 1995", "Years", "1995"),
        ("films between 1990 and 1994", "Years", "1990-1994"),
        ("films from 1990 to 1994", "Years", "1990-1994"),
        ("films before 1990", "Years", "-1989"),
        ("films after 1990", "Years", "1991-"),
        ("films since 1990", "Years", "1990-"),
        ('look for "a house that flies"', "Words", "a house that flies"),
        ("tell me about King Kong (2005)", "Film", "King Kong (2005)"),
        ("tell me about Forrest Gump (1994)", "Film", "Forrest Gump"),
    ],
)
def test_what_is_known_becomes_a_mark(linker, text, kind, value):
    assert found(linker, text) == [(kind, value)]


def test_the_longest_name_wins(linker):
    assert found(linker, "is Batman Forever good") == [("Film", "Batman Forever")]
    assert found(linker, "world war films") == [("Theme", "world-war")]


def test_a_film_called_like_a_word_needs_capitals_or_quotes(linker):
    assert found(linker, "give up the heat, it is a big house") == []
    assert found(linker, "is there anything like Heat?") == [("Film", "Heat")]
    assert found(linker, 'what is "up" about?') == [("Film", "Up")]
    assert found(linker, "Big films, please") == []  # a sentence begins with a capital anyway
    assert found(linker, "upset and bigger") == []


def test_a_country_that_is_a_film_is_a_country_behind_from(linker):
    assert found(linker, "films from Brazil") == [("Country", "Brazil")]
    assert found(linker, "who directed Brazil?") == [("Film", "Brazil")]


def test_marks_are_numbered_and_lead_back(linker):
    linked = linker.link("Comedies with Tom Hanks, or like Heat (1995)?")
    assert linked.text == "Genre 1 with Person 2, or like Film 3?"
    said = [linked.said[mark.first : mark.last] for mark in linked.marks]
    assert said == ["Comedies", "Tom Hanks", "Heat (1995)"]


def test_a_part_counts_its_marks_from_one_again():
    linked = Linked("Heat and Up", (Mark("Film", "Heat", 0, 4), Mark("Film", "Up", 9, 11)))
    part = linked.part(5, 11)
    assert part.text == "and Film 1" and part.marks == (Mark("Film", "Up", 4, 6),)


def test_nearly_every_argument_of_a_request_is_found(linker):
    asked = requests(ITEMS, "validation", "wordings", 300, seed=5)
    whole = 0
    for request in asked:
        values = {mark.value for mark in linker.link(request.text).marks}
        whole += {v for call in request.calls for v in call.arguments.values()} <= values
    assert whole >= 0.97 * len(asked)
