"""A surrogate calls recommenders with conditions until the list fits."""

import pytest

from rectutor.agents.tool_rec import Surrogate, tool_rec
from rectutor.chat import ChatError, ChatModel, ToolCall, user
from rectutor.lm.chat import ScriptedChat
from tests.agents.small import catalogue, toolbox

FIRST = ToolCall("recommend", {"method": "number"})
CRIME = ToolCall("recommend", {"genre": "Crime"})
PROFILE = "[3] Up (2009)\n[1] Heat (1995)"


def test_the_rounds_end_when_the_surrogate_is_content():
    toured = tool_rec(ScriptedChat([CRIME, "Fine."]), toolbox(), PROFILE, FIRST)
    assert toured.lists == ((5, 4, 2), (2,))
    assert toured.items == (5, 2, 4)  # in turn, each once
    assert toured.trace.stop == "answered"
    assert toured.trace.answer.text == "Fine."


def test_the_surrogate_sees_the_person_and_all_lists():
    model = ScriptedChat([CRIME, "Fine."])
    tool_rec(model, toolbox(), PROFILE, FIRST)
    text = model.asked[1][-1].text
    assert text.startswith(f"You saw:\n{PROFILE}")
    assert text.count("[2] Collateral (2004)") == 2


def test_rounds_are_bounded_and_a_failure_keeps_what_there_is():
    never = tool_rec(ScriptedChat(lambda *_: CRIME), toolbox(), PROFILE, FIRST, n_rounds=3)
    assert len(never.lists) == 3
    assert (never.trace.stop, never.trace.why) == ("steps", "not content after 3 rounds")
    failed = tool_rec(ScriptedChat([ChatError("busy", "wait")]), toolbox(), PROFILE, FIRST)
    assert (failed.items, failed.trace.stop, failed.trace.why) == ((5, 4, 2), "model", "wait")


def asked(saw, lists, gap=0.15):
    text = f"You saw:\n{saw}\n\nThe lists so far:\n{lists}"
    return Surrogate(catalogue(), gap).chat([user(text)])


def test_the_surrogate_misses_what_the_history_has_most_beyond_the_lists():
    assert isinstance(Surrogate(catalogue()), ChatModel)
    assert asked("[1] [2]", "[5]").calls == (CRIME,)  # all crime, none in the list
    assert asked("[1] [3]", "[2]").calls[0].arguments == {"genre": "Drama"}  # .5 - 0, as Children


def test_a_list_like_the_history_makes_content():
    assert asked("[1] [2]", "[1] [2]").text == "I am content."
    assert asked("[1] [2]", "[2]", gap=0.6).calls == ()  # Drama: .5
    assert asked("", "[2]").text == "I am content."


@pytest.mark.parametrize("n_rounds", [1, 2])
def test_a_surrogate_by_rule_drives_the_rounds(n_rounds):
    toured = tool_rec(Surrogate(catalogue()), toolbox(), "[1] Heat (1995)", FIRST, n_rounds)
    assert len(toured.lists) == n_rounds
