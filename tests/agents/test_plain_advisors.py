"""Advisors to compare with, and what a talk leaves open."""

import numpy as np
import pytest

from rectutor.agents.dialogue import Act, Round, Said, Talk, converse
from rectutor.agents.macrs import MACRS
from rectutor.agents.plain_advisors import ByHand, WordSearch, candidates_left
from rectutor.agents.seekers import FilmSeeker
from tests.agents.small import catalogue

SCORES = np.arange(6.0)
OPENING = Said("I look for a film with country USA.", facts=(("country", "USA"),))
CRIME = Said("One with genre Crime.", facts=(("genre", "Crime"),))


def test_a_plan_is_followed_and_then_films_are_recommended():
    own = ByHand(catalogue(), SCORES, ["genre", "recommend"], k=2)
    first = own.act(OPENING, [])
    assert (first.kind, first.field) == ("ask", "genre")
    rounds = [Round(first, CRIME)]
    second = own.act(OPENING, rounds)
    assert second.items == (2, 1)
    third = own.act(OPENING, [*rounds, Round(second, Said("No.", refused=(2,)))])
    assert (third.kind, third.items) == ("recommend", (1,))


def test_a_word_that_no_plan_knows_is_named():
    with pytest.raises(ValueError, match=r"recommend, genre.*got 'colour'"):
        ByHand(catalogue(), SCORES, ["genre", "colour"])


def test_words_are_searched_and_refused_films_left_out():
    own = WordSearch(catalogue(), k=1)
    assert own.act(Said("Something like Collateral."), []).items == (2,)
    refused = Round(Act("recommend", "?", items=(2,)), Said("No.", refused=(2,)))
    assert 2 not in own.act(Said("Something like Collateral."), [refused]).items


def test_candidates_are_counted_from_the_opening_on():
    reader = MACRS(catalogue(), SCORES)
    asked = Round(Act("ask", "?", field="genre"), CRIME)
    refused = Round(Act("recommend", "?", items=(2,)), Said("No.", refused=(2,)))
    assert candidates_left(Talk("a", OPENING, (asked, refused)), reader) == [5, 2, 1]
    assert candidates_left(Talk("a", OPENING, ()), reader) == [5]


def test_a_film_that_was_found_is_one_candidate():
    seeker = FilmSeeker(catalogue(), 4, np.random.default_rng(0))
    talk = converse(ByHand(catalogue(), SCORES, [], k=5), seeker)
    assert talk.found
    assert candidates_left(talk, MACRS(catalogue(), SCORES))[-1] == 1
