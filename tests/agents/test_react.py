"""Think, act, look, until there is an answer or a cap."""

import time

import pytest

from rectutor.agents.react import INSTRUCTIONS, Caps, items_named, react
from rectutor.agents.tools import Found, Toolbox, tool
from rectutor.agents.trace import Answer
from rectutor.chat import ChatError, Reply, ToolCall, Usage
from rectutor.lm.chat import ScriptedChat
from tests.agents.small import toolbox

SEARCH = ToolCall("search", {"text": "heat"})


def kinds(trace):
    return [step.kind for step in trace.steps]


def test_a_run_is_thought_call_observation_answer():
    model = ScriptedChat([Reply("Look first.", (SEARCH,), Usage(5, 2)), "Take [1] or [4]."])
    trace = react(model, toolbox(), "A heist film?")
    assert kinds(trace) == ["thought", "call", "observation", "answer"]
    assert trace.steps[2].what.text == "[4] Heat (1986)\n[1] Heat (1995)"
    assert trace.steps[2].what.items == (4, 1)
    assert trace.answer == Answer("Take [1] or [4].", (1, 4))
    assert (trace.stop, trace.agent) == ("answered", "ReAct, scripted")
    assert trace.usage.prompt_tokens >= 5
    assert model.asked[0][0].text == INSTRUCTIONS
    assert model.asked[1][-1].text == "[4] Heat (1986)\n[1] Heat (1995)"


def test_several_calls_of_one_turn_are_all_run():
    model = ScriptedChat([Reply("", (SEARCH, ToolCall("history", {}))), "Done."])
    trace = react(model, toolbox(), "?")
    assert kinds(trace) == ["call", "call", "observation", "observation", "answer"]
    assert [step.what.items for step in trace.steps[2:4]] == [(4, 1), (1, 3)]


def test_a_refusal_is_seen_by_the_model():
    model = ScriptedChat([ToolCall("delete", {}), "I cannot."])
    trace = react(model, toolbox(), "?")
    assert trace.steps[1].what.is_refusal
    assert "must name one of" in model.asked[1][-1].text


def test_an_endless_loop_meets_its_caps():
    model = ScriptedChat(lambda messages, tools: SEARCH)
    trace = react(model, toolbox(), "?", caps=Caps(n_steps=9, n_calls=2))
    assert trace.stop == "steps"
    assert "no answer after 10 steps" in trace.why
    refused = [step.what for step in trace.steps if step.kind == "observation"][2]
    assert refused.is_refusal
    assert "all 2 calls of this run are used" in refused.text


def test_time_is_a_cap_too():
    def slowly(messages, tools):
        time.sleep(0.02)
        return SEARCH

    trace = react(ScriptedChat(slowly), toolbox(), "?", caps=Caps(n_steps=999, seconds=0.01))
    assert trace.stop == "seconds"
    assert "no answer after 0.01 s" in trace.why


def test_a_model_that_gives_no_reply_ends_the_run_with_what_there_is():
    model = ScriptedChat([SEARCH, ChatError("timeout", "too late")])
    trace = react(model, toolbox(), "?")
    assert (trace.stop, trace.why, trace.answer) == ("model", "too late", None)
    assert kinds(trace) == ["call", "observation"]


def test_an_edited_trace_goes_on_from_its_edit():
    def reader(messages, tools):
        last = messages[-1]
        return f"I read: {last.text.splitlines()[0]}" if last.role == "tool" else SEARCH

    model = ScriptedChat(reader)
    trace = react(model, toolbox(), "?")
    assert trace.answer.items == (4,)
    edited = trace.edited(1, "[2] Collateral (2004)")
    again = react(model, toolbox(), "?", given=edited)
    assert again.answer.items == (2,)
    assert again.steps[:2] == edited.steps
    same = react(model, toolbox(), "?", given=trace.until(2))
    assert same.answer == trace.answer


def test_calls_that_nobody_answered_are_run_before_the_model_is_asked():
    model = ScriptedChat([SEARCH, "Done."])
    trace = react(model, toolbox(), "?")
    again = react(ScriptedChat(["Done."]), toolbox(), "?", given=trace.until(1))
    assert [step.what for step in again.steps] == [step.what for step in trace.steps]


def test_a_finished_trace_stays_as_it_is():
    trace = react(ScriptedChat(["Done."]), toolbox(), "?")
    assert react(ScriptedChat([]), toolbox(), "?", given=trace).steps == trace.steps


def test_a_tool_that_breaks_ends_nothing():
    def broken() -> Found:
        """Break."""
        raise KeyError("no such row")

    trace = react(ScriptedChat([ToolCall("broken", {}), "Sorry."]), Toolbox([tool(broken)]), "?")
    assert trace.steps[1].what.text == "not done: no such row"
    assert trace.answer.text == "Sorry."


@pytest.mark.parametrize(
    ("text", "items"),
    [("", ()), ("[1][2] [1]", (1, 2)), ("[x] [-1] [12345678901]", ()), ("2 [ 3]", ())],
)
def test_items_are_named_in_square_brackets(text, items):
    assert items_named(text) == items
