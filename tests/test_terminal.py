"""A conversation with the film agent in a terminal."""

import io

import pytest

from rectutor.agents.trace import Answer, Observation, Step, Thought
from rectutor.agents.trace_files import load_trace
from rectutor.chat import Reply, ToolCall, Usage
from rectutor.cli import main
from rectutor.lm.chat import RecordedChat, ScriptedChat
from rectutor.terminal import film_toolbox, shown, talk
from tests.agents.small import toolbox

SEARCH = ToolCall("search", {"text": "heat"})


def test_each_line_is_a_request_and_every_step_is_shown():
    said = []
    model = ScriptedChat([Reply("Let me see.", (SEARCH,)), "Take [4].", "Goodbye."])
    traces = talk(model, toolbox(), ["a heist\n", "thanks\n", "\n", "never read"], said.append)
    assert [trace.answer.text for trace in traces] == ["Take [4].", "Goodbye."]
    assert said[0] == "thinks  Let me see."
    assert said[1] == "calls   search(text='heat')"
    assert said[2] == "sees    [4] Heat (1986)\n        [1] Heat (1995)"
    assert said[3].startswith("says    Take [4].  (")


def test_what_stopped_a_run_is_said():
    said = []
    talk(ScriptedChat([]), toolbox(), ["a heist"], said.append)
    assert said[-1].startswith("stopped: the script has 0 replies")


def test_no_control_character_reaches_the_terminal():
    evil = "\x1b[2J\x07gone\u202e\n\x1b]0;title\x07"
    for what in (Thought(evil), Observation(evil), Answer(evil)):
        line = shown(Step(what, Usage(1, 1)))
        assert not {"\x1b", "\x07", "\u202e"} & set(line)
    assert "\x1b" not in shown(Step(ToolCall("search", {"text": evil})))


def test_a_session_knows_its_own_person_only():
    box = film_toolbox(1)
    own, other = box.run(ToolCall("history", {})), film_toolbox(2).run(ToolCall("history", {}))
    assert own.items != other.items
    assert len(own.items) == 10
    names = {"search", "films_with", "facts", "similar", "history", "recommend", "evidence"}
    assert set(box.tools) == names
    methods = box.tools["recommend"].schema.parameters["properties"]["method"]["enum"]
    ranked = {one: box.run(ToolCall("recommend", {"method": one})).items for one in methods}
    assert set(ranked) == {"SASRec", "TIGER", "item-CF"}
    assert len(set(ranked.values())) == 3 and not set(own.items) & set(ranked["TIGER"])
    with pytest.raises(ValueError, match="person must be one of 1 to 2400, got 9999"):
        film_toolbox(9999)


def test_the_command_answers_and_saves_its_trace(tmp_path, capsys, monkeypatch):
    box = film_toolbox(1)
    recording = tmp_path / "run.jsonl"
    model = RecordedChat(recording, ScriptedChat([SEARCH, "Take [128]."]))
    talk(model, box, ["a heist"], lambda line: None)
    monkeypatch.setattr("sys.stdin", io.StringIO("a heist\n"))
    saved = tmp_path / "trace.json"
    assert main(["chat", "--model", f"replay:{recording}", "--save", str(saved)]) == 0
    out = capsys.readouterr().out
    assert "calls   search(text='heat')" in out
    assert f"the last trace is in {saved}" in out
    assert load_trace(saved).answer.items == (128,)


def test_the_tiny_model_finds_a_film(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("a comedy from the nineties, please\n"))
    assert main(["chat"]) == 0
    out = capsys.readouterr().out
    assert "calls   " in out
    assert "says    I found [" in out


def test_a_model_that_is_none_lists_the_kinds(capsys):
    assert main(["chat", "--model", "gpt"]) == 2
    assert "one of tiny" in capsys.readouterr().err
