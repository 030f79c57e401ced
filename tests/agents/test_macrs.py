"""Three responders propose, a planner chooses, feedback is reflected on."""

import numpy as np

from rectutor.agents.dialogue import Act, Round, Said, converse
from rectutor.agents.macrs import MACRS, Profile, by_size, most_telling
from rectutor.agents.seekers import FilmSeeker
from tests.agents.small import catalogue

SCORES = np.arange(6.0)
OPENING = Said("I look for a film with country USA.", facts=(("country", "USA"),))
PROPOSALS = [Act("ask", "?", field="genre"), Act("recommend", "?"), Act("chat", "?")]


def advisor(**options):
    return MACRS(catalogue(), SCORES, k=2, **options)


def refusal(*items, facts=()):
    return Round(Act("recommend", "?", items=items), Said("No.", facts=facts, refused=items))


def test_candidates_have_every_fact_and_were_not_refused():
    answer = Round(Act("ask", "?", field="genre"), Said("Crime.", facts=(("genre", "Crime"),)))
    assert advisor().profile(OPENING, []).candidates == (5, 4, 3, 2, 1)
    assert advisor().profile(OPENING, [answer]).candidates == (2, 1)
    assert advisor().profile(OPENING, [answer, refusal(2)]).candidates == (1,)


def test_reflection_reads_what_a_refusal_says():
    said = [refusal(5, facts=(("genre", "Crime"),))]
    assert advisor().profile(OPENING, said).candidates == (2, 1)
    assert advisor(reflects=False).profile(OPENING, said).candidates == (4, 3, 2, 1)
    assert advisor(reflects=False).name == "MACRS without reflection"


def test_reflection_counts_what_did_not_work():
    silent = Round(Act("ask", "?", field="theme"), Said("I do not know."))
    assert advisor().profile(OPENING, [refusal(5), refusal(4)]).n_refusals == 2
    assert advisor().profile(OPENING, [silent]).n_unsure == 1
    assert advisor(reflects=False).profile(OPENING, [refusal(5), refusal(4)]).n_refusals == 0


def test_the_planner_asks_while_there_are_many_and_changes_what_fails():
    many, few = tuple(range(1, 12)), (1, 2)
    assert by_size(Profile(candidates=many), PROPOSALS) == 0
    assert by_size(Profile(candidates=few), PROPOSALS) == 1
    assert by_size(Profile(candidates=few, n_refusals=2), PROPOSALS) == 0
    assert by_size(Profile(candidates=many, n_unsure=2), PROPOSALS) == 1
    assert by_size(Profile(), PROPOSALS) == 2
    nothing_to_ask = [Act("ask", "?"), *PROPOSALS[1:]]
    assert by_size(Profile(candidates=many), nothing_to_ask) == 1


def test_the_question_is_the_one_that_divides_most():
    own = catalogue()
    assert most_telling(own, [1, 2], frozenset()) == "person"  # Mann twice, two leads
    assert most_telling(own, [1, 2], frozenset({"person"})) == "years"  # 1995, 2004
    assert most_telling(own, [1, 2], frozenset({"person", "years", "genre"})) == ""
    assert most_telling(own, [], frozenset()) == ""


def test_the_best_candidates_are_recommended_by_name():
    act = advisor(planner=lambda profile, proposals: 1).act(OPENING, [])
    assert act.items == (5, 4)
    assert "[5] Airplane! (1980), [4] Heat (1986)" in act.text


def test_another_planner_may_pick():
    assert advisor(planner=lambda profile, proposals: 2).act(OPENING, []).kind == "chat"


def test_a_film_is_found_in_a_talk():
    for target in range(1, 6):
        seeker = FilmSeeker(catalogue(), target, np.random.default_rng(target), p_unsure=0.0)
        assert converse(advisor(), seeker).found
