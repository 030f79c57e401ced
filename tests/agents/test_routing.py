"""How complex a request is, where it goes, and the same agent over another table."""

import pandas as pd
import pytest

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.film_tools import FilmTools
from rectutor.agents.routing import (
    FILMS,
    JOBS,
    Complexity,
    Domain,
    as_items,
    complexity,
    reworded,
    routed,
)
from rectutor.agents.tools import Toolbox
from rectutor.agents.trace import Answer, Step, Thought, Trace
from rectutor.chat import ToolCall
from rectutor.data.jobs import LEVELS, SKILLS, invented_jobs
from rectutor.data.triples import derive
from rectutor.lm.chat.linking import Linker
from tests.agents.small import ITEMS

LINKER = Linker(ITEMS.assign(themes=[("heist",), (), (), (), ()]))
TWO = 'Who made the first film of the director of "Heat" with the lead of "Collateral"?'
PHRASES = [
    ("list crime films", (1, 0)),
    ('tell me about "Heat" and films like "Up"', (2, 1)),
    (TWO, (1, 2)),
]


def answers(name):
    return lambda request: Trace(name, request, (Step(Answer(f"{name} says so")),))


@pytest.mark.parametrize(("text", "wanted"), PHRASES)
def test_complexity_counts_clauses_and_the_names_in_one_of_them(text, wanted):
    assert complexity(LINKER.link(text)) == wanted


def test_either_count_makes_a_request_hard():
    assert Complexity(3, 1).is_above(Complexity(2, 1))
    assert Complexity(1, 2).is_above(Complexity(2, 1))
    assert not Complexity(2, 1).is_above(Complexity(2, 1))


@pytest.mark.parametrize(("text", "way"), [(TWO, "planner"), ("list crime films", "tool")])
def test_a_request_takes_the_shorter_way_that_it_allows(text, way):
    trace = routed(text, LINKER, answers("tool"), answers("planner"))
    assert trace.agent == f"routed to {way}"
    assert trace.answer.text == f"{way} says so"
    thought = trace.steps[0].what
    assert isinstance(thought, Thought)
    assert f"names in one: {complexity(LINKER.link(text)).n_names}" in thought.text


def test_what_counts_as_simple_can_be_set():
    trace = routed("list crime films", LINKER, answers("tool"), answers("plan"), Complexity(0, 0))
    assert trace.agent == "routed to plan"


@pytest.fixture(scope="module")
def jobs():
    return as_items(invented_jobs(), JOBS)


def test_jobs_are_invented_alike_each_time_and_all_differ():
    table = invented_jobs()
    pd.testing.assert_frame_equal(table, invented_jobs())
    assert table["title"].is_unique
    assert {own for row in table["levels"] for own in row} == set(LEVELS)
    assert {own for row in table["skills"] for own in row} == set(SKILLS)
    assert not table.equals(invented_jobs(seed=1))


def test_a_table_of_jobs_is_read_as_one_of_films(jobs):
    catalogue = Catalogue(jobs)
    senior = catalogue.values("genre")
    assert set(senior) == set(LEVELS)
    first = jobs.iloc[0]
    assert catalogue.facts_of(1)[0] == ("genre", first["genres"][0])
    assert ("person", first["directors"][0]) in catalogue.facts_of(1)
    assert as_items(ITEMS, FILMS)["themes"].tolist() == [()] * 5  # films lack them here


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match=r"a table of jobs needs .*; 'skills' is missing"):
        as_items(invented_jobs().drop(columns="skills"), JOBS)


def test_the_same_tools_say_the_words_of_jobs(jobs):
    films = Toolbox(FilmTools(Catalogue(jobs), derive(jobs)).tools)
    toolbox = reworded(films, JOBS)
    schema = toolbox.tools["jobs_with"].schema
    assert schema.description == "List jobs that have all of these."
    assert list(schema.parameters["properties"]) == ["level", "skill", "employer", "place", "years"]
    asked = {"level": "Senior", "skill": "diving"}
    same = films.run(ToolCall("films_with", {"genre": "Senior", "theme": "diving"}))
    assert toolbox.run(ToolCall("jobs_with", asked)) == same
    nothing = toolbox.run(ToolCall("jobs_with", {"level": "King"}))
    assert nothing.text == "no job has all of this"
    assert toolbox.run(ToolCall("films_with", {})).is_refusal


def test_data_keep_their_words():
    films = ITEMS.assign(title=["a film", *ITEMS["title"][1:]])
    domain = Domain("jobs", {}, {"film": "job", "films_with": "jobs_with"})
    toolbox = reworded(Toolbox(FilmTools(Catalogue(films), derive(films)).tools), domain)
    found = toolbox.run(ToolCall("jobs_with", {"person": "Al Pacino"}))
    assert found.text == "[1] a film (1995)"
