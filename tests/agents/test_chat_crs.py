"""Knowledge and goals, each of which can be switched off."""

import numpy as np
import pandas as pd
import pytest

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.chat_crs import ChatCRS, GoalPlanner, Seen
from rectutor.agents.dialogue import Act, Round, Said, Talk, converse
from rectutor.agents.macrs import MACRS
from rectutor.agents.seekers import FilmSeeker
from tests.agents.small import catalogue

SCORES = np.arange(6.0)
OPENING = Said("I look for a film with genre Crime.", facts=(("genre", "Crime"),))
FOUND = Said("That is the one.", found=True)
ASK, RECOMMEND = Act("ask", "?", field="person"), Act("recommend", "?", items=(1,))
TALK = Talk("a", OPENING, (Round(ASK, Said("I do not know.")), Round(RECOMMEND, FOUND)))


def planner(*talks):
    return GoalPlanner().fit(talks or [TALK], MACRS(catalogue(), SCORES))


def test_goals_are_counted_in_talks_that_succeeded():
    failed = TALK._replace(rounds=(Round(Act("chat", "?"), Said("Yes.")),))
    own = planner(TALK, failed)
    assert own.goal(Seen(None, True, 0)) == "ask"
    assert own.goal(Seen("ask", False, 0)) == "recommend"
    with pytest.raises(ValueError, match="got 0 of 1"):
        planner(failed)


def test_what_was_never_seen_falls_back_to_what_is_most_frequent():
    own = planner()
    assert own.goal(Seen("chat", True, 0)) == "ask"  # one of each: the first of the alphabet
    assert own.goal(Seen("chat", True, 3)) == "ask"
    with pytest.raises(ValueError, match="call fit first"):
        GoalPlanner().goal(Seen(None, True, 0))


def test_a_talk_is_seen_by_its_last_round_and_the_candidates_left():
    reader = MACRS(catalogue(), SCORES)
    assert GoalPlanner.seen(OPENING, [], reader) == Seen(None, True, 0)
    nothing = Said("Hm.")
    assert GoalPlanner.seen(nothing, [Round(ASK, nothing)], reader) == Seen("ask", False, 0)


def test_with_knowledge_only_what_fits_is_recommended():
    knows = ChatCRS(catalogue(), SCORES).act(OPENING, [])
    blind = ChatCRS(catalogue(), SCORES, knows=False).act(OPENING, [])
    assert (knows.items, blind.items) == ((2, 1), (5, 4, 3, 2, 1))


def test_goals_decide_and_fields_are_asked_once():
    own = ChatCRS(catalogue(), SCORES, planner())
    first = own.act(OPENING, [])
    assert first == Act("ask", "Which person has it?", field="person")
    blind = ChatCRS(catalogue(), SCORES, planner(), knows=False)
    assert blind.act(OPENING, []).field == "genre"  # the first that was not asked
    asked = [Round(Act("ask", "?", field=f), Said("Yes.", facts=(("genre", "Crime"),))) for f in
             ("genre", "theme", "person", "country", "years")]  # fmt: skip
    assert own.act(OPENING, asked).kind == "recommend"


class Watching(GoalPlanner):
    """Notes what it sees, and always recommends."""

    def __init__(self):
        super().__init__()
        self.noted = []

    def goal(self, seen):
        self.noted.append(seen)
        return "recommend"


def test_without_knowledge_the_goal_does_not_know_how_many_films_fit():
    films = {"title": [f"Film {n}" for n in range(30)], "year": [1990] * 30}
    shelf = Catalogue(pd.DataFrame({**films, "genres": [("Crime",)] * 3 + [("War",)] * 27}))
    goals = Watching()
    for knows in (True, False):
        ChatCRS(shelf, np.arange(31.0), goals, knows).act(OPENING, [])
    assert goals.noted == [Seen(None, True, 0), Seen(None, True, 2)]  # 3 films fit; 30 are there


def test_names_say_what_is_missing():
    assert ChatCRS(catalogue(), SCORES, planner()).name == "ChatCRS"
    neither = ChatCRS(catalogue(), SCORES, knows=False)
    assert neither.name == "ChatCRS without knowledge and goals"


def test_a_film_is_found_in_a_talk():
    for target in range(1, 6):
        seeker = FilmSeeker(catalogue(), target, np.random.default_rng(target))
        assert converse(ChatCRS(catalogue(), SCORES, planner(), k=2), seeker).found
