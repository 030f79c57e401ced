"""Typed records that can be read, edited, saved and replayed."""

import json

import pytest

from rectutor.agents.trace import (
    Answer,
    Observation,
    Step,
    Thought,
    Trace,
    messages_of,
)
from rectutor.agents.trace_files import load_trace, save_trace
from rectutor.chat import Message, ToolCall, Usage

CALL, OTHER = ToolCall("search", {"text": "heat"}), ToolCall("history", {})
STEPS = (
    Step(Thought("Let me look.")),
    Step(CALL, Usage(10, 4), 2.5),
    Step(OTHER),
    Step(Observation("[1] Heat (1995)", items=(1,)), ms=0.5),
    Step(Observation("nothing", is_refusal=True)),
    Step(Answer("Take [1].", (1,)), Usage(20, 3), 1.0),
)
TRACE = Trace("ReAct, scripted", "A heist film?", STEPS)


def test_steps_are_a_conversation_again():
    _, turn, first, second, last = messages_of(TRACE.request, STEPS)
    assert turn.text == "Let me look."
    assert [(call.name, call.call_id) for call in turn.calls] == [
        ("search", "call_1"),
        ("history", "call_2"),
    ]
    assert first == Message("tool", "[1] Heat (1995)", call_id="call_1")
    assert second == Message("tool", "nothing", call_id="call_2")
    assert last == Message("assistant", "Take [1].")


def test_a_second_turn_answers_its_own_calls():
    more = [*STEPS[:5], Step(ToolCall("facts", {"name": "Heat"})), Step(Observation("1995"))]
    messages = messages_of("?", more)
    assert messages[-2].calls[0].call_id == messages[-1].call_id == "call_5"


def test_kinds_answer_and_tokens_are_read_off():
    kinds = ["thought", "call", "call", "observation", "observation", "answer"]
    assert [step.kind for step in STEPS] == kinds
    assert TRACE.answer == Answer("Take [1].", (1,))
    assert TRACE.usage == Usage(30, 7)
    assert TRACE.until(3).answer is None
    assert Trace("a", "b").answer is None


def test_an_edit_keeps_what_came_before_and_drops_what_followed():
    edited = TRACE.edited(3, "[4] Heat (1986)")
    assert [step.kind for step in edited.steps] == ["thought", "call", "call", "observation"]
    assert edited.steps[3].what.text == "[4] Heat (1986)"
    assert edited.steps[:3] == STEPS[:3]
    assert TRACE.steps[3].what.text == "[1] Heat (1995)"


def test_a_call_has_no_text_and_a_trace_has_its_length():
    with pytest.raises(ValueError, match="step 1 is a call of 'search'"):
        TRACE.edited(1, "x")
    for n_steps in (-1, 7):
        with pytest.raises(ValueError, match=f"has 6 steps, got n_steps={n_steps}"):
            TRACE.until(n_steps)


def test_what_is_saved_is_what_is_loaded(tmp_path):
    path = tmp_path / "trace.json"
    save_trace(TRACE, path)
    assert load_trace(path) == TRACE


@pytest.mark.parametrize(
    "text", ["", "[]", '{"steps": 3}', '{"steps": [{"kind": "dream"}]}', '{"steps": [], "who": 1}']
)
def test_what_is_no_trace_is_named(tmp_path, text):
    path = tmp_path / "trace.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"trace\.json must be a trace .* record it again"):
        load_trace(path)


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        (("request",), 5, "request must be a text, got 5"),
        (("steps", 0, "text"), ["a"], r"text must be a text, got \['a'\]"),
        (("steps", 1, "arguments"), [1], r"arguments must be an object, got \[1\]"),
        (("steps", 1, "usage"), ["a", 1], "invalid literal for int"),
        (("steps", 3, "items"), [float("inf")], "OverflowError"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(tmp_path, place, value, says):
    path = tmp_path / "trace.json"
    save_trace(TRACE, path)
    written = json.loads(path.read_text(encoding="utf-8"))
    inner = written
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    path.write_text(json.dumps(written))
    with pytest.raises(ValueError, match=rf"trace\.json must be a trace .*{says}"):
        load_trace(path)


def test_lists_in_lists_are_no_trace(tmp_path):
    path = tmp_path / "trace.json"
    path.write_text('{"steps": ' + "[" * 100_000)
    with pytest.raises(ValueError, match="RecursionError"):
        load_trace(path)


def test_half_a_character_is_kept(tmp_path):
    path = tmp_path / "trace.json"
    half = TRACE._replace(request="caf\udcff, Amélie")
    save_trace(half, path)
    assert load_trace(path) == half


def test_text_of_tools_stays_text(tmp_path):
    path = tmp_path / "trace.json"
    evil = TRACE.edited(3, '</script><img src=x onerror=alert(1)> "quoted" \u202e')
    save_trace(evil, path)
    assert load_trace(path) == evil
    assert json.loads(path.read_text(encoding="utf-8"))["steps"][3]["text"].startswith("</script>")
