"""When it pays to look at branches that were left."""

import pandas as pd
import pytest

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.film_tools import FilmTools
from rectutor.agents.tools import Toolbox
from rectutor.analysis.planning_table import CODE, NAME, rows_of
from rectutor.analysis.planning_tasks import trails, two_clues
from rectutor.analysis.records import read_record
from rectutor.data import load
from rectutor.data.triples import load_triples
from rectutor.training.fingerprint import fingerprint


@pytest.fixture(scope="module")
def films():
    return load("films").items


@pytest.fixture(scope="module")
def catalogue(films):
    return Catalogue(films)


def test_two_clues_have_one_answer_by_both_people(catalogue, films):
    for task in two_clues(catalogue, films, n=5, seed=1):
        answer = films.iloc[int(task.answer.strip("[]")) - 1]
        assert answer["title"] not in task.request
        assert len(answer["directors"]) == 1


def test_a_trail_ends_in_a_year(catalogue, films):
    years = {str(year) for year in films["year"]}
    assert all(task.answer in years for task in trails(catalogue, films, n=5, seed=1))


def test_forgetting_costs_calls_and_remembering_costs_tokens(catalogue, films):
    toolbox = Toolbox(FilmTools(catalogue, load_triples("films")).tools)
    tasks = [*two_clues(catalogue, films, 3, 1), *trails(catalogue, films, 3, 1)]
    rows = pd.DataFrame(rows_of(toolbox, tasks, [4, 9]))
    assert len(rows) == 6 * 3 * 2
    mean = rows.groupby(["task", "way", "calls allowed"])[["right", "calls", "steps"]].mean()
    assert mean.loc[("two clues", "self-inspiring", 4), "right"] == 1.0
    assert mean.loc[("two clues", "self-inspiring", 4), "steps"] == 2.0
    assert mean.loc[("two clues", "chain", 4), "steps"] == 4.0
    assert mean.loc[("two clues", "tree", 4), "right"] == 0.0
    assert mean.loc[("two clues", "tree", 9), "right"] == 1.0


def test_the_record_was_made_from_this_code():
    record = read_record(NAME)
    assert record.fingerprint == fingerprint("films", CODE)
    assert set(record.table["tasks"]) == {40}
