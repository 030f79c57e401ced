"""A model behind a server: one that behaves, one that lies, and a real one."""

import socket

import pytest

from rectutor.chat import ChatError, ChatModel, Message, Reply, ToolCall, Usage
from rectutor.lm.chat import server
from rectutor.lm.chat.checked import CheckedChat
from rectutor.lm.chat.server import ServerChat
from tests.lm.chat.hostile import Answer, events, says, serving
from tests.lm.chat.tools import ASKED, HEAT, LOOK

KEY = "sk-very-secret-0123456789"


def asking(address, **options):
    options = {"timeout": 5.0, "n_retries": 0, "api_key": KEY, **options}
    return ServerChat(address, "small", **options)


def error_of(*answers, **options):
    with serving(*answers) as (address, _), pytest.raises(ChatError) as raised:
        asking(address, **options).chat(ASKED, [LOOK])
    assert KEY not in str(raised.value) + raised.value.said
    assert raised.value.__cause__ is None  # a cause would print the server's words, key and all
    return raised.value


def test_what_is_asked_is_what_servers_read():
    with serving(says("Michael Mann.")) as (address, questions):
        model = asking(address)
        assert isinstance(model, ChatModel)
        seen = [
            *ASKED,
            Message("assistant", "", (HEAT,)),
            Message("tool", "Mann", call_id="call_0"),
        ]
        assert model.chat(seen, [LOOK]).text == "Michael Mann."
    ((headers, body),) = questions
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert [message["role"] for message in body["messages"]] == ["user", "assistant", "tool"]
    assert body["messages"][1]["tool_calls"][0]["function"]["arguments"] == '{"title": "Heat"}'
    assert body["tools"][0]["function"]["name"] == "look"
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("small", 0.0, 512)


def test_calls_that_stand_in_the_text_are_read():
    text = '<tool_call>{"name": "look", "arguments": {"title": "Heat"}}</tool_call>'
    with serving(says(text)) as (address, _):
        assert asking(address).chat(ASKED, [LOOK]).calls == (HEAT,)
        assert asking(address).chat(ASKED).text == text  # nobody offered a tool


@pytest.mark.parametrize(
    ("body", "says_"),
    [
        ("<html>Sign in to the café's network</html>", "got an HTML page"),
        ("", "got an empty body"),
        ('{"choices": [{"mess', "got broken JSON"),
        ('{"choices": []}', "one reply or more"),
        ('{"choices": null}', "one reply or more"),
        (f'{{"error": "bad key {KEY}"}}', "bad key <key>"),
    ],
)
def test_a_status_of_200_proves_nothing(body, says_):
    error = error_of(Answer(body))
    assert error.kind == "malformed"
    assert says_ in str(error)


@pytest.mark.parametrize(
    ("answer", "kind", "says_"),
    [
        (Answer(f"no: {KEY}", 401), "unauthorised", "set OPENAI_API_KEY"),
        (Answer("no", 403), "unauthorised", "set OPENAI_API_KEY"),
        (Answer("slow down", 429), "busy", "too busy"),
        (Answer("later", 503), "busy", "too busy"),
        (Answer(f"no model for {KEY}", 404), "refused", "no model for <key>"),
        (Answer("prompt too long", 400), "refused", "prompt too long"),
        (Answer("{}", wait=1.0), "timeout", "did not answer in time"),
    ],
)
def test_each_refusal_has_a_kind_and_no_key(answer, kind, says_):
    error = error_of(answer, timeout=0.3)
    assert error.kind == kind
    assert says_ in str(error)


def test_a_busy_server_is_asked_again_as_it_wishes_and_not_for_ever():
    busy = Answer("wait", 429, {"Retry-After": "0.05"})
    with serving(busy, says("Now.")) as (address, questions):
        assert asking(address, n_retries=1).chat(ASKED).text == "Now."
    assert len(questions) == 2
    with serving(busy) as (address, questions), pytest.raises(ChatError, match="too busy"):
        asking(address, n_retries=2).chat(ASKED)
    assert len(questions) == 3


def test_where_nobody_listens_the_address_is_named():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(
        ChatError, match=f"{address} cannot be reached .* start the server"
    ) as raised:
        asking(address).chat(ASKED)
    assert raised.value.kind == "unreachable"


def test_a_server_that_speaks_no_tls_cannot_be_reached_by_it():
    with serving(says("Hi")) as (address, _), pytest.raises(ChatError, match="cannot be reached"):
        asking(address.replace("http://", "https://")).chat(ASKED)


def test_a_broken_reply_is_mended_by_asking_once_more():
    with serving(Answer("<html>"), says("Michael Mann.")) as (address, questions):
        assert CheckedChat(asking(address)).chat(ASKED).text == "Michael Mann."
    assert "got an HTML page" in questions[1][1]["messages"][-1]["content"]


def test_a_stream_comes_in_pieces_and_as_a_whole():
    with serving(events({"role": "assistant"}, {"content": "Mi"}, {"content": "chael"})) as (at, _):
        assert list(asking(at).stream(ASKED)) == ["Mi", "chael", Reply("Michael")]


def test_a_stream_may_end_by_saying_why_it_ends():
    last = 'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\n'
    with serving(events({"content": "Mann"}, end=last)) as (address, _):
        assert list(asking(address).stream(ASKED)) == ["Mann", Reply("Mann")]


def test_a_refused_stream_has_a_kind():
    gone = Answer("no such model", 404)
    with serving(gone) as (at, _), pytest.raises(ChatError, match="no such model") as raised:
        next(asking(at).stream(ASKED))
    assert raised.value.kind == "refused"


def test_calls_of_a_stream_are_put_together():
    def part(index, **function):
        return {"tool_calls": [{"index": index, "id": f"c{index}", "function": function}]}

    parts = [part(0, name="look", arguments='{"ti'), part(0, arguments='tle": "Heat"}')]
    with serving(events(*parts, part(1, name="other"))) as (address, _):
        (reply,) = asking(address).stream(ASKED, [LOOK])
    assert reply.calls == (ToolCall("look", {"title": "Heat"}, "c0"), ToolCall("other", {}, "c1"))
    assert reply.usage == Usage(0, 0)


@pytest.mark.parametrize(
    ("answer", "says_"),
    [
        (events({"content": "Mi"}, end=""), "was cut off after 2 characters"),
        (events({"content": "Mi"}, end="data: {broken\n\n"), "the stream broke at '{broken'"),
        (events({"content": "Mi"}, end='data: {"choices": 3}\n\n'), "the stream broke at"),
        (events({"tool_calls": [{"function": {"name": "look", "arguments": '{"t'}}]}), "arguments"),
        (events({"tool_calls": [{"index": float("inf")}]}), "the stream broke at"),
        (events(end="data: " + "[" * 100_000 + "\n\n"), "the stream broke at"),
        (Answer("<html>"), "was cut off after 0 characters"),
    ],
)
def test_a_stream_that_breaks_off_is_no_reply(answer, says_):
    with serving(answer) as (address, _), pytest.raises(ChatError, match=says_) as raised:
        list(asking(address).stream(ASKED, [LOOK]))
    assert raised.value.kind == "malformed"


def test_a_connection_that_breaks_or_falls_silent_ends_a_stream_as_an_error_of_ours():
    said = events({"content": "Mi"}, end="")
    more = {"Content-Length": str(len(said.body) + 9)}  # than ever comes
    gone = Answer(said.body, headers=more)
    with (
        serving(gone) as (address, _),
        pytest.raises(ChatError, match=r"was cut off .*; ask again") as raised,
    ):
        list(asking(address).stream(ASKED))
    assert raised.value.kind == "malformed"
    silent = Answer(said.body, headers=more, stays=1.0)
    with (
        serving(silent) as (address, _),
        pytest.raises(ChatError, match="did not go on in time; ask again") as raised,
    ):
        list(asking(address, timeout=0.2).stream(ASKED))
    assert raised.value.kind == "timeout"


def test_a_character_may_come_in_two_halves():
    with serving(events({"content": "\ud83d"}, {"content": "\ude00"})) as (address, _):
        assert list(asking(address).stream(ASKED)) == ["?", "?", Reply("😀")]


def test_without_a_key_none_is_shown(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with serving(says("none of it")) as (address, questions):
        assert ServerChat(address, "small").chat(ASKED).text == "none of it"
    assert questions[0][0]["Authorization"] == "Bearer none"


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"ask http://x/v1, .*'rectutor\[endpoints\]'"):
        ServerChat("http://x/v1", "small")
