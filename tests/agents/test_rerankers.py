"""Five agents over the same candidates, their calls counted by hand on five films."""

import numpy as np
import pytest

from rectutor.agents.rerankers import (
    REQUEST,
    among,
    by_chat_rec,
    by_feedback_loop,
    by_react,
    by_rec_mind,
    by_tool_rec,
)
from rectutor.agents.reranking import Ordered
from rectutor.agents.tools import Toolbox
from rectutor.chat import ChatError, ToolCall
from rectutor.lm.chat import ScriptedChat
from tests.agents.small import QUERY, ByNumber, catalogue

FOUND = (5, 4, 2)  # the person saw 3 and then 1


class Judge:
    name = "judge"

    def score(self, queries, candidates=None):
        return -candidates.astype(float)


def test_chat_rec_names_the_judges_order_in_one_call():
    assert by_chat_rec(Judge(), catalogue())(QUERY, FOUND) == Ordered((2, 4, 5), 1, 0)


def test_tool_rec_calls_for_what_is_missed_among_the_candidates():
    # saw a film for children, and crime with drama; missing alike: the last by name is drama,
    # which no candidate has, so drama is missed again, until the rounds are used up
    ordered = by_tool_rec(catalogue())(QUERY, FOUND)
    assert ordered == Ordered((5, 4, 2), 3, 4)
    few = by_tool_rec(catalogue(), n_rounds=1)(QUERY, FOUND)
    assert few == Ordered((5, 4, 2), 0, 1)


def test_tool_rec_puts_a_missed_genre_forward_and_stops_when_content():
    crime = QUERY._replace(history=np.array([[0, 0, 2]]))  # saw crime alone
    # four lists: all three films, then the one of crime, three times; joined in turn
    assert by_tool_rec(catalogue())(crime, FOUND) == Ordered((5, 2, 4), 3, 4)
    # one candidate, of crime: the first list fits, and saying so is a turn, too
    assert by_tool_rec(catalogue())(crime, (2,)) == Ordered((2,), 1, 1)


def test_react_hands_on_what_the_recommender_lists():
    def tiny(messages, tools):
        answers = [own.text for own in messages if own.role == "tool"]
        assert messages[1].text == REQUEST
        return f"I found {answers[0]}" if answers else ToolCall("recommend", {})

    ordered = by_react(ScriptedChat(tiny), ByNumber(), catalogue())(QUERY, FOUND)
    assert ordered == Ordered((5, 4, 2), 2, 1)


def test_rec_mind_joins_two_rankings_by_their_ranks():
    stars = QUERY._replace(ratings=np.array([[0.0, 2.0, 5.0]]))  # likes 1; vectors: 2 is like it
    vectors = np.array([[0, 0], [1, 0], [0.9, 0], [0, 1], [0.1, 0], [-1, 0]], dtype=float)
    agent = by_rec_mind(ByNumber(), catalogue(), vectors, np.full(6, 3.0))
    # by number 5, 4, 2; by likeness 2, 4, 5: 1/61 + 1/63 is more than 2/62; of equal ones the
    # one found first
    assert agent(stars, FOUND) == Ordered((5, 2, 4), 3, 2)
    assert agent(stars, (4, 2)).items == (4, 2)
    likes_up = QUERY._replace(ratings=np.array([[0.0, 5.0, 2.0]]))
    vectors[4] = [0, 1]  # now likeness has 4 first, then 5 and 2 alike, by number
    assert by_rec_mind(ByNumber(), catalogue(), vectors, np.full(6, 3.0))(
        likes_up, FOUND
    ).items == (4, 5, 2)


def test_an_agent_without_an_answer_names_nothing():
    broken = ScriptedChat([ToolCall("recommend", {}), ChatError("busy", "later")])
    assert by_react(broken, ByNumber(), catalogue())(QUERY, FOUND) == Ordered((), 1, 1)


def test_the_loop_asks_two_agents_and_is_the_same_again():
    one, other = (by_feedback_loop(catalogue(), seed=3)(QUERY, FOUND) for _ in range(2))
    assert one == other and sorted(one.items) == sorted(FOUND)
    assert one.n_model in (2, 4, 6, 8, 9) and one.n_tool == 0
    assert by_feedback_loop(catalogue(), n_rounds=0)(QUERY, FOUND) == Ordered(FOUND, 1, 0)


def test_the_recommender_of_candidates_knows_no_other_film():
    toolbox = Toolbox([among(catalogue(), FOUND)])
    assert toolbox.run(ToolCall("recommend", {})).items == FOUND
    assert toolbox.run(ToolCall("recommend", {"genre": "crime"})).items == (2,)
    nothing = toolbox.run(ToolCall("recommend", {"genre": "Children"}))  # a film that was seen
    assert nothing.items == () and nothing.text == "no film has all of this"


@pytest.mark.parametrize("make", [by_tool_rec, by_feedback_loop])
def test_agents_keep_to_their_candidates(make):
    ordered = make(catalogue())(QUERY, FOUND)
    assert set(ordered.items) <= set(FOUND)
