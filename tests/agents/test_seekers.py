"""Simulated people who look for a film."""

import numpy as np
import pytest

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.dialogue import Act
from rectutor.agents.seekers import FilmSeeker
from tests.agents.small import ITEMS, catalogue


def seeker(target=1, **options):
    return FilmSeeker(catalogue(), target, np.random.default_rng(0), **options)


def test_everything_it_says_is_true_of_its_film():
    own = seeker(p_unsure=0.0)
    said = [
        own.opening(),
        *(own.answer(Act("ask", "?", field=f)) for f in ("genre", "person", "years")),
    ]
    true = {("genre", "Crime"), ("genre", "Drama"), ("person", "Michael Mann")}
    true |= {("person", "Al Pacino"), ("years", "1990-1999")}
    told = {fact for answer in said for fact in answer.facts}
    assert len(told) == 4
    assert told <= true


def test_a_second_question_brings_another_fact():
    own = seeker(p_unsure=0.0)
    told = [own.answer(Act("ask", "?", field="person")).facts[0] for _ in range(2)]
    assert {value for _, value in told} == {"Michael Mann", "Al Pacino"}


def test_what_is_not_known_is_not_said():
    assert seeker().answer(Act("ask", "?", field="theme")).text == "I do not know."
    own = seeker(p_unsure=1.0)
    assert own.answer(Act("ask", "?", field="genre")).facts == ()


def test_a_refusal_names_what_the_first_film_lacks():
    said = seeker().answer(Act("recommend", "?", items=(2, 3)))
    assert said.refused == (2, 3)
    assert said.facts[0] in {("genre", "Drama"), ("person", "Al Pacino"), ("years", "1990-1999")}
    silent = seeker(comments=False).answer(Act("recommend", "?", items=(2, 3)))
    assert (silent.facts, silent.refused) == ((), (2, 3))
    assert seeker().answer(Act("recommend", "?", items=(99,))).refused == (99,)
    assert seeker().answer(Act("recommend", "?")).facts == ()


def test_a_fact_that_names_the_film_is_not_told():
    films = ITEMS.assign(franchise=["Heat", "", "", "", ""], themes=[("heat",)] * 5)
    own = FilmSeeker(Catalogue(films), 1, np.random.default_rng(0))
    assert "series" not in {field for field, _ in own.facts}
    assert ("theme", "heat") in own.facts  # of a title of four letters, only as it is written


def test_its_film_is_recognised_and_small_talk_is_small():
    assert seeker().answer(Act("recommend", "?", items=(3, 1))).found
    assert seeker().answer(Act("chat", "Hm.")).facts == ()


def test_bad_settings_are_named():
    with pytest.raises(ValueError, match=r"between 0 and 1, got 1\.5"):
        seeker(p_unsure=1.5)
    with pytest.raises(ValueError, match="from 1 to 5, got 6"):
        seeker(6)
