"""The grammar of requests: what is meant is kept, and the parts of the data share nothing."""

import itertools

import pytest

from rectutor.data import request_wordings
from rectutor.data.request_held_out import TEST, VALIDATION
from rectutor.data.requests import (
    ATTRIBUTE_PAIRS,
    SCHEMAS,
    TOOL_PAIRS,
    names_of,
    requests,
)
from rectutor.data.spoken import COUNTRIES, GENRES, country_words, said_years, theme_words
from rectutor.data.worlds import load

ITEMS = load("films").items
PARTS = ("train", "validation", "test")


def drawn(part, twist, n=400):
    return requests(ITEMS, part, twist, n, seed=3)


def all_wordings(wordings):
    frames = {own for block in wordings.clauses.values() for own in block}
    described = {own for block in wordings.described for own in block}
    return frames, described


def test_the_parts_have_no_film_and_no_person_in_common():
    films, people = zip(*(names_of(ITEMS, part) for part in PARTS), strict=True)
    for one, other in itertools.combinations(range(3), 2):
        titles = [{ITEMS["title"].iloc[row] for row in films[n]} for n in (one, other)]
        assert not titles[0] & titles[1] and not people[one] & people[other]
    assert sum(map(len, films)) == len(ITEMS)
    named = [{name for own in drawn(part, "seen") for name in own.names} for part in PARTS]
    assert all(len(own) > 100 for own in named)
    assert not named[0] & named[1] and not named[0] & named[2] and not named[1] & named[2]


def test_the_wordings_of_the_parts_share_no_frame():
    for one, other in itertools.combinations((request_wordings.TRAIN, VALIDATION, TEST), 2):
        for ours, theirs in zip(all_wordings(one), all_wordings(other), strict=True):
            assert not ours & theirs
        assert not (set(one.openers) - {""}) & set(other.openers)
        assert not (set(one.closers) - {""}) & set(other.closers)
        assert not set(one.joiners) & set(other.joiners)
    used = {own for request in drawn("train", "seen", 3000) for own in request.wordings}
    for part in ("validation", "test"):
        assert not used & {own for request in drawn(part, "wordings") for own in request.wordings}


def pairs_in(request):
    attributes = [
        frozenset(pair)
        for call in request.calls
        if call.name in ("films_with", "recommend")
        for pair in itertools.combinations(call.arguments, 2)
    ]
    tools = frozenset(call.name for call in request.calls)
    return {part: tools in TOOL_PAIRS[part] for part in TOOL_PAIRS}, {
        part: any(pair in ATTRIBUTE_PAIRS[part] for pair in attributes) for part in TOOL_PAIRS
    }


@pytest.mark.parametrize("part", ["validation", "test"])
def test_each_request_of_new_combinations_holds_a_pair_that_no_other_set_has(part):
    for request in drawn(part, "combinations"):
        tools, attributes = pairs_in(request)
        assert tools[part] or attributes[part]
    for name, twist in [("train", "seen"), (part, "seen"), (part, "wordings")]:
        for request in drawn(name, twist):
            tools, attributes = pairs_in(request)
            assert not any(tools.values()) and not any(attributes.values())


def test_a_clause_stands_where_its_place_says():
    for request in drawn("test", "wordings"):
        assert len(request.places) == len(request.calls) in (1, 2)
        for (first, last), call in zip(request.places, request.calls, strict=True):
            clause = request.text[first:last]
            for name in request.names:
                if name in call.arguments.values() and len(request.calls) == 1:
                    assert name.lower() in clause.lower()
            assert not clause.endswith("?") and clause == clause.strip()


def test_the_same_seed_gives_the_same_requests_and_another_gives_others():
    assert drawn("test", "seen", 20) == drawn("test", "seen", 20)
    assert drawn("test", "seen", 20) != requests(ITEMS, "test", "seen", 20, seed=4)
    with pytest.raises(ValueError, match="""requests of "train" must be "seen", got 'wordings'"""):
        requests(ITEMS, "train", "wordings", 1)


def test_every_call_is_one_that_its_schema_takes():
    taken = {own.name: own.parameters for own in SCHEMAS}
    for request in drawn("test", "seen"):
        for call in request.calls:
            assert set(call.arguments) <= set(taken[call.name]["properties"])
            assert set(taken[call.name]["required"]) <= set(call.arguments)


def test_every_genre_theme_and_country_of_the_films_can_be_said():
    assert {own for row in ITEMS["genres"] for own in row} <= set(GENRES)
    assert set(ITEMS["country"]) <= set(COUNTRIES)
    assert theme_words("time-travel") == "time travel"
    assert list(country_words("France")) == ["France", "French"]
    assert list(country_words("Atlantis")) == ["Atlantis"]


class Fixed:
    """A generator that draws what it is told."""

    def __init__(self, *numbers):
        self.numbers = list(numbers)

    def integers(self, *_):
        return self.numbers.pop(0)


@pytest.mark.parametrize(
    ("way", "said", "means"),
    [
        (0, "1995", "1995"),
        (1, "the 1990s", "1990-1999"),
        (2, "the nineties", "1990-1999"),
        (3, "between 1993 and 1998", "1993-1998"),
        (5, "before 1998", "-1997"),
        (6, "after 1993", "1994-"),
        (7, "since 1995", "1995-"),
    ],
)
def test_years_are_said_in_many_ways_and_mean_a_range_that_holds_the_year(way, said, means):
    assert said_years(1995, Fixed(2, 3, way)) == (said, means, way >= 3)


def test_blocks_are_divided_at_bars():
    assert request_wordings.frames("a {film} |\n  b") == ("a {film}", "b")
