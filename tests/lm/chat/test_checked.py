"""A reply is looked at before anybody acts on it."""

import pytest

from rectutor.chat import ChatError, ChatModel, Reply, ToolCall
from rectutor.lm.chat.checked import CheckedChat, check_call
from rectutor.lm.chat.scripted import ScriptedChat
from tests.lm.chat.tools import ASKED, HEAT, LOOK

WRONG = ToolCall("delete", {})


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (WRONG, "must name one of look; got 'delete'"),
        (ToolCall("look", {}), "'look' cannot be called so: its arguments: 'title' is a required"),
        (ToolCall("look", {"title": 3}), "title: 3 is not of type 'string'"),
        (ToolCall("look", {"title": "a", "year": "1995"}), "year: '1995' is not of type 'integer'"),
        (ToolCall("look", {"title": "a", "user": 5}), r"Additional properties .* \('user' was"),
    ],
)
def test_a_call_that_no_schema_allows_is_refused(call, says):
    with pytest.raises(ChatError, match=says) as raised:
        check_call(call, [LOOK])
    assert raised.value.kind == "malformed"


def test_a_call_as_its_schema_wants_it_passes():
    check_call(HEAT, [LOOK])
    check_call(ToolCall("look", {"title": "Heat", "year": 1995}), [LOOK])


def test_without_tools_no_call_is_allowed():
    with pytest.raises(ChatError, match="must name one of no tool at all; got 'look'"):
        check_call(HEAT, [])


def test_what_was_wrong_is_said_once_and_may_be_mended():
    inner = ScriptedChat([WRONG, HEAT])
    model = CheckedChat(inner)
    assert isinstance(model, ChatModel)
    assert model.chat(ASKED, [LOOK]).calls == (HEAT,)
    assert model.n_repaired == 1
    told = inner.asked[1]
    assert [message.role for message in told] == ["user", "assistant", "user"]
    assert "must name one of look; got 'delete'" in told[2].text


def test_a_broken_body_may_be_mended_too():
    model = CheckedChat(ScriptedChat([b"<html>", "Michael Mann"]))
    assert model.chat(ASKED).text == "Michael Mann"


def test_the_second_fault_is_an_error():
    model = CheckedChat(ScriptedChat([WRONG, WRONG, HEAT]))
    with pytest.raises(ChatError, match="got 'delete'"):
        model.chat(ASKED, [LOOK])
    assert model.n_repaired == 0


def test_other_errors_are_not_asked_about_again():
    inner = ScriptedChat([ChatError("busy", "wait"), "never said"])
    with pytest.raises(ChatError, match="wait"):
        CheckedChat(inner).chat(ASKED)
    assert len(inner.asked) == 1


def test_a_stream_is_checked_at_its_end():
    pieces = CheckedChat(ScriptedChat([Reply("One moment.", (WRONG,))])).stream(ASKED, [LOOK])
    assert [next(pieces), next(pieces)] == ["One", " moment."]
    with pytest.raises(ChatError, match="got 'delete'"):
        next(pieces)
