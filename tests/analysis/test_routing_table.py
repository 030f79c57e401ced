"""What a router saves and where it errs, about invented jobs and in the record."""

import pandas as pd
import pytest

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.film_tools import FilmTools
from rectutor.agents.routing import JOBS, as_items, reworded
from rectutor.agents.tools import Toolbox
from rectutor.agents.trace import Answer, Step, Trace
from rectutor.analysis.records import read_record
from rectutor.analysis.routing_questions import (
    Question,
    film_questions,
    job_questions,
    named_call,
    reader,
)
from rectutor.analysis.routing_table import CODE, NAME, rows_of, ways_of
from rectutor.chat import ToolCall
from rectutor.data import load
from rectutor.data.jobs import invented_jobs
from rectutor.data.requests import SCHEMAS
from rectutor.data.triples import derive
from rectutor.lm.chat.linking import Linker
from rectutor.lm.chat.scripted import ScriptedChat
from rectutor.training.fingerprint import fingerprint

ONE, TWO = ToolCall("facts", {"name": "Heat"}), ToolCall("history", {})


@pytest.fixture(scope="module")
def jobs():
    return as_items(invented_jobs(), JOBS)


def test_a_question_is_right_by_its_calls_or_by_its_answer():
    trace = Trace("a", "r", (Step(ONE), Step(TWO), Step(ONE), Step(Answer("[7]"))))
    simple = Question("simple", "r", ScriptedChat([]), calls=(TWO, ONE))
    assert simple.is_right(trace)
    assert not simple._replace(calls=(TWO,)).is_right(trace)  # one too many was made
    hard = Question("two clues", "r", ScriptedChat([]), answer="[7]")
    assert hard.is_right(trace)
    assert not hard.is_right(trace.until(3))


def test_a_simple_question_about_films_is_planned_with_the_calls_that_are_read():
    items = load("films").items
    tiny = ScriptedChat(lambda messages, tools: TWO)
    asked = film_questions(items, Catalogue(items), tiny, SCHEMAS, n=2, seed=0)
    assert [own.kind for own in asked] == 2 * ["simple"] + 2 * ["two clues"] + 2 * ["one trail"]
    assert asked[0].calls and not asked[0].answer
    assert asked[2].answer and not asked[2].calls
    assert asked[0].planner.wanted("anything", []) == [TWO]


def test_names_are_read_as_one_call_in_the_words_of_jobs(jobs):
    call = named_call(Linker(jobs), JOBS, "list senior jobs in Japan that need diving")
    wanted = {"level": "Senior", "place": "Japan", "skill": "diving"}
    assert call == ToolCall("jobs_with", wanted)


def test_the_same_agent_answers_about_jobs(jobs):
    catalogue, linker = Catalogue(jobs), Linker(jobs)
    triples = derive(jobs)
    triples = triples.assign(relation=triples["relation"].replace(dict(JOBS.words)))
    toolbox = reworded(Toolbox(FilmTools(catalogue, triples).tools), JOBS)
    questions = job_questions(jobs, catalogue, linker, JOBS, n=5, seed=1)
    assert [own.kind for own in questions] == 5 * ["simple"] + 5 * ["two clues"]
    for own in questions[5:]:
        assert catalogue.titles[int(own.answer.strip("[]"))] not in own.request
    model = reader(lambda request: [named_call(linker, JOBS, request)])
    rows = rows_of("jobs", ways_of(model, toolbox, linker), questions, linker)
    table = pd.DataFrame(rows).set_index(["way", "questions"])
    assert table.loc[("routed", "all"), "right"] == 1.0
    assert table.loc[("always one turn", "two clues"), "right"] == 0.0
    assert table.loc[("always a plan", "simple"), "calls"] == 2.0
    assert table.loc[("routed", "simple"), "calls"] == 1.0
    assert table.loc[("routed", "two clues"), "taken for hard"] == 1.0
    assert table["n"].tolist() == 3 * [5, 5, 10]


def test_the_record_was_made_from_this_code():
    assert read_record(NAME).fingerprint == fingerprint("films", CODE)


def test_the_router_saves_calls_and_is_blind_to_a_trail():
    """What the lesson says of the record."""
    films = read_record(NAME).table.query("domain == 'films'").set_index(["way", "questions"])
    assert films.loc[("routed", "simple"), "right"] == 1.0
    assert films.loc[("routed", "two clues"), "right"] == 1.0
    assert films.loc[("routed", "one trail"), "right"] == 0.0
    assert films.loc[("routed", "all"), "calls"] < films.loc[("always a plan", "all"), "calls"]
    assert films.loc[("always a plan", "one trail"), "low"] > 0.5
