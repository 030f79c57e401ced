"""A chat model that says what is written down for it."""

import pytest

from rectutor.chat import ChatError, ChatModel, Reply, Usage, user
from rectutor.lm.chat.scripted import ScriptedChat, counted, in_pieces
from tests.lm.chat.tools import ASKED, HEAT


def test_replies_come_in_order_whatever_is_asked():
    model = ScriptedChat(["One.", HEAT, Reply("Three.", usage=Usage(9, 9))])
    assert isinstance(model, ChatModel)
    assert model.chat(ASKED).text == "One."
    assert model.chat(ASKED).calls == (HEAT,)
    assert model.chat([user("else")]) == Reply("Three.", (), Usage(9, 9))
    assert model.asked == [ASKED, ASKED, [user("else")]]


def test_after_the_last_line_there_is_nothing():
    model = ScriptedChat(["One."])
    model.chat(ASKED)
    with pytest.raises(ChatError, match="has 1 replies and was asked for number 2") as raised:
        model.chat(ASKED)
    assert raised.value.kind == "unscripted"


def test_a_function_may_answer():
    model = ScriptedChat(lambda messages, tools: f"{len(messages)} messages, {len(tools)} tools")
    assert model.chat(ASKED).text == "1 messages, 0 tools"


def test_broken_bodies_and_errors_can_be_written_down():
    model = ScriptedChat([b"", ChatError("timeout", "too late")])
    with pytest.raises(ChatError, match="empty body"):
        model.chat(ASKED)
    with pytest.raises(ChatError, match="too late"):
        model.chat(ASKED)


def test_words_are_its_tokens():
    reply = counted([user("one two three")], Reply("four five"))
    assert reply.usage == Usage(3, 2)
    assert reply.usage.total == 5
    assert Usage(1, 2).plus(Usage(10, 20)) == Usage(11, 22)


def test_pieces_join_to_the_text():
    reply = Reply("Three short words")
    *pieces, last = in_pieces(reply)
    assert pieces == ["Three", " short", " words"]
    assert last == reply
    assert [piece.calls for piece in ScriptedChat([HEAT]).stream(ASKED)] == [(HEAT,)]
