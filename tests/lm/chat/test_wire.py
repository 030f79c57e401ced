"""Conversations as JSON, and every broken answer that servers are known to give."""

import json

import pytest

from rectutor.chat import ChatError, Message, Reply, ToolCall, Usage, user
from rectutor.lm.chat.wire import (
    message_as_json,
    parsed_arguments,
    parsed_completion,
    parsed_json,
    shortened,
    tool_as_json,
    whole_characters,
)
from tests.lm.chat.tools import HEAT, LOOK


def answer(message, **more):
    return json.dumps({"choices": [{"message": message}], **more})


def called(arguments):
    return answer(
        {"tool_calls": [{"id": "7", "function": {"name": "look", "arguments": arguments}}]}
    )


def test_a_reply_is_its_text_its_calls_and_its_tokens():
    body = answer({"content": "Hello."}, usage={"prompt_tokens": 5, "completion_tokens": 2})
    assert parsed_completion(body) == Reply("Hello.", (), Usage(5, 2))
    assert parsed_completion(body.encode()) == parsed_completion(body)
    assert parsed_completion(called('{"title": "Heat"}')).calls == (
        ToolCall("look", {"title": "Heat"}, "7"),
    )


def test_arguments_that_are_no_text_are_taken_too():
    assert parsed_completion(called({"title": "Heat"})).calls[0].arguments == {"title": "Heat"}
    assert parsed_completion(called(None)).calls[0].arguments == {}


def test_a_server_that_does_not_count_counts_as_none():
    body = answer({"content": "a"}, usage={"prompt_tokens": None, "completion_tokens": -3})
    assert parsed_completion(body).usage == Usage(0, 0)
    assert parsed_completion(answer({"content": "a"}, usage="many")).usage == Usage(0, 0)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty body"),
        ("<html><body>Sign in</body></html>", "an HTML page: '<html><body>Sign in"),
        ('{"choices": [', r"broken JSON \(Expecting value at character 13\)"),
        ("[]", r"must be a JSON object with `choices`, got \[\]"),
        ("{}", "list with one reply or more, got null"),
        ('{"choices": []}', r"list with one reply or more, got \[\]"),
        ('{"choices": null}', "list with one reply or more, got null"),
        ('{"choices": [7]}', r"`choices\[0\].message` must be an object, got null"),
        ('{"error": {"message": "no such model"}}', "report of an error, got .*no such model"),
        (answer({"content": ["a"]}), r"`content` must be a text or null, got \[\"a\"\]"),
        (answer({"content": " "}), "must say or call something, got neither"),
        (answer({"tool_calls": 3}), "`tool_calls` must be a list, got 3"),
        (answer({"tool_calls": [{"id": "1"}]}), "must have `function.name`, got"),
        (called('{"title": "He'), r"arguments of 'look' must be .* got '{\"title\": \"He' \(Unter"),
        ('{"choices": ' + "[" * 100_000, "lists in it are too deep"),
        ('{"choices": ' + "1" * 5000 + "}", "a number in it is too long"),
        (called('{"a": ' + "[" * 100_000), "arguments of 'look' must be .* too deep"),
        (called('{"a": ' + "1" * 5000 + "}"), "arguments of 'look' must be .* too long"),
        (called("[1]"), r"arguments of 'look' must be a JSON object, got '\[1\]'"),
        (called(5), "arguments of a tool call must be text, got 5"),
    ],
)
def test_what_is_no_reply_is_named(body, says):
    with pytest.raises(ChatError, match=says) as raised:
        parsed_completion(body)
    assert raised.value.kind == "malformed"


def test_messages_and_tools_are_written_as_servers_read_them():
    turn = Message("assistant", "", (HEAT,))
    assert message_as_json(turn)["tool_calls"] == [
        {
            "id": "call_0",
            "type": "function",
            "function": {"name": "look", "arguments": '{"title": "Heat"}'},
        }
    ]
    assert message_as_json(Message("tool", "1995", call_id="call_0")) == {
        "role": "tool",
        "content": "1995",
        "tool_call_id": "call_0",
    }
    assert message_as_json(user("Hi")) == {"role": "user", "content": "Hi"}
    assert tool_as_json(LOOK)["function"]["parameters"]["required"] == ["title"]


def test_no_arguments_are_an_empty_object():
    assert parsed_arguments("", "look") == {}


def test_a_long_text_is_quoted_by_its_beginning():
    assert shortened("a\n b") == "a b"
    assert shortened("x" * 500) == "x" * 119 + "…"


def test_half_a_character_is_no_part_of_a_reply():
    body = answer({"content": "half \ud83d, whole \ud83d\ude00"})
    assert parsed_completion(body).text == "half ?, whole 😀"
    assert parsed_completion(called('{"title": "\\ud83d"}')).calls[0].arguments == {"title": "?"}
    assert whole_characters({"a": [1, "\ude00"]}) == {"a": [1, "?"]}


def test_where_json_breaks_is_said():
    with pytest.raises(ValueError, match="Expecting value at character 5"):
        parsed_json('{"a":')
