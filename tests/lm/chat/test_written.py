"""Calls in the text that a model writes."""

import pytest

from rectutor.chat import ChatError, ToolCall
from rectutor.lm.chat.written import calls_in

CALL = ToolCall("look", {"title": "Heat"})


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call>{"name": "look", "arguments": {"title": "Heat"}}</tool_call>',
        '<tool_call>\n{"name": "look", "arguments": {"title": "Heat"}}',
        '{"name": "look", "parameters": {"title": "Heat"}}',
        '{"name": "look", "arguments": "{\\"title\\": \\"Heat\\"}"}',
    ],
)
def test_the_common_forms_are_read(text):
    assert calls_in(text) == ("", (CALL,))


def test_words_around_calls_are_what_is_said():
    text = 'First. <tool_call>{"name": "a"}</tool_call> <tool_call>{"name": "b"}</tool_call>'
    assert calls_in(text) == ("First.", (ToolCall("a", {}), ToolCall("b", {})))
    assert calls_in(" Only words, {no call}. ") == ("Only words, {no call}.", ())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('<tool_call>{"name": "lo', 'got \'{"name": "lo\''),
        ('<tool_call>{"arguments": {}}</tool_call>', "must have a name and arguments, got"),
        ('{"name": "look", "arguments": [1]}', "must have a name and arguments, got"),
    ],
)
def test_half_a_call_is_no_call(text, says):
    with pytest.raises(ChatError, match=says):
        calls_in(text)
