"""Traces of a reader of five films; every card can be worked out."""

import json

import pytest
from traitlets import TraitError

from rectutor.agents.react import react
from rectutor.agents.trace import Trace
from rectutor.chat import Reply, ToolCall, Usage
from rectutor.lm.chat import ScriptedChat
from rectutor.widgets import TraceViewer
from rectutor.widgets.trace_state import LONGEST, Edit, TraceState
from tests.agents.small import toolbox

REQUEST = "A heist film?"
READY = Edit(2, "[2] Collateral (2004)")


def reads_first(messages, tools):
    """Search once, then name the first film of what came back."""
    last = messages[-1]
    if last.role != "tool":
        return Reply("Let me look.", (ToolCall("search", {"text": "heat"}),), Usage(20, 5))
    first = last.text.splitlines()[0] if last.text else "nothing"
    return Reply(f"Take {first}.", usage=Usage(40, 8))


def answers_at_once(messages, tools):
    return Reply("Take [1].", usage=Usage(9, 2))


MODELS = (ScriptedChat(reads_first, "reader"), ScriptedChat(answers_at_once, "guesser"))


def timeless(trace: Trace) -> Trace:
    """Leave out how long steps took, which differs from run to run."""
    return trace._replace(steps=tuple(step._replace(ms=0.0) for step in trace.steps))


def replay(place: int, trace: Trace) -> Trace:
    return timeless(react(MODELS[place], toolbox(), trace.request, given=trace))


def traces(request: str = REQUEST) -> tuple[Trace, ...]:
    return tuple(timeless(react(model, toolbox(), request)) for model in MODELS)


def view(hostile=None) -> TraceViewer:
    if hostile is None:
        return TraceViewer(traces(), replay, [READY])
    edits = [Edit(2, text) for text in hostile]
    return TraceViewer(traces(hostile[0]), replay, edits)


def state(**options) -> TraceState:
    return TraceState(traces(), replay, **options)


def test_a_trace_is_said_in_steps_calls_tokens_and_its_answer():
    assert state().sentence() == (
        "ReAct, reader: 4 steps, 1 call of tools, 73 tokens, answered with [4]."
    )
    assert "0 calls of tools, 11 tokens, answered with [1]" in state(one=1).sentence()


def test_two_traces_differ_from_a_step_on():
    own = state(beside=1)
    assert own.differs == 0
    assert own.sentence().endswith("They differ from step 1.")
    assert state(beside=0).sentence().endswith("They do not differ.")
    assert state().differs is None


def test_an_edit_is_replayed_by_the_same_model_and_tools():
    own = state(edit=READY.knob())
    assert own.right.answer.items == (2,)
    assert own.differs == 2
    assert own.changes()
    assert own.sentence().endswith(
        "With step 3 edited and all after it made again: another answer, "
        "4 steps, 1 call of tools, 73 tokens, answered with [2]."
    )


def test_an_edit_that_says_the_same_leads_to_the_same():
    same = Edit(2, state().left.steps[2].what.text)
    own = state(edit=same.knob())
    assert not own.changes()
    assert "the same answer" in own.sentence()
    assert own.differs is None


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        ("no json", r"must be \[step, text\] as JSON, got 'no json'"),
        ("[1]", r"must be \[step, text\] as JSON, got '\[1\]'"),
        ('["a", "b"]', r"needs a step of 0\.\.3"),
        ('[9, "b"]', r"needs a step of 0\.\.3 .* got '\[9, \"b\"\]'"),
        ('[1, "b"]', "and step 1 is a call"),
        (json.dumps([2, "x" * (LONGEST + 1)]), f"at most {LONGEST} characters"),
    ],
)
def test_what_is_no_edit_of_an_observation_is_refused(edit, says):
    with pytest.raises(ValueError, match=says):
        state(edit=edit)
    own = view()
    with pytest.raises((ValueError, TraitError), match=says):
        own.edit = edit
    assert own.edit == ""


def test_ready_edits_are_on_the_page_and_typed_ones_are_answered():
    own = view()
    ready = own.page["frames"][f"0|-1|{READY.knob()}"]
    assert ready["goal"]
    assert ready["replayed"][-1]["label"] == "Take [2] Collateral (2004)."
    own.edit = Edit(2, "[5] Airplane! (1980)").knob()
    assert own.found["key"] == f"0|-1|{own.edit}"
    assert own.found["replayed"][-1]["label"] == "Take [5] Airplane! (1980)."
    assert own.found["sentence"] == repr(own)


def test_another_trace_forgets_the_edit():
    own = view()
    own.edit = READY.knob()
    own.one = 1
    assert own.edit == ""
    assert repr(own).startswith("ReAct, guesser")


def test_a_trace_without_an_answer_says_why():
    failed = react(ScriptedChat([], "silent"), toolbox(), "?")
    own = TraceState((failed,), replay)
    assert "no answer (the script has 0 replies" in own.sentence()


def test_texts_of_tools_are_shown_as_text():
    evil = '<img src=x onerror="alert(1)">\n</script>\x1b[31m\u202e'
    own = view()
    own.edit = Edit(2, evil).knob()
    text = own.found["replayed"][2]["text"]
    assert text == '<img src=x onerror="alert(1)">\n</script>[31m'


def test_the_twin_has_a_row_for_each_step_shown():
    own = view()
    assert len(own.twin().table) == 4
    own.edit = READY.knob()
    assert own.twin().table["agent"].unique().tolist() == ["ReAct, reader", "replayed"]
    own.edit, own.beside = "", 0
    assert "ReAct, reader, again" in set(own.twin().table["agent"])
    own.beside = 1
    table = own.twin().table
    assert table["kind"].tolist() == ["thought", "call", "observation", "answer", "answer"]
    assert table["tokens"].sum() == 73 + 11


def test_a_viewer_needs_a_trace():
    with pytest.raises(ValueError, match="one trace or more, got none"):
        TraceViewer([], replay)
