"""Queries: what an engine looks at, what is counted, and today's records."""

import numpy as np
import pytest

from rectutor.analysis.queries import CODE, Told, engines, facts_of, found_by
from rectutor.analysis.records import read_record
from rectutor.data.worlds import load
from rectutor.models.bigrec import BIGRec
from rectutor.training.fingerprint import fingerprint
from rectutor.training.recipes import split_of
from tests.lm.small import small_llama
from tests.models.test_bigrec import TITLES, asked

FACTS = ["Leone Western", "Godard Drama", "Leone Thriller", "Demy Musical", "Godard Comedy"]


def test_facts_find_films_that_share_no_word_of_the_title():
    search = engines(list(TITLES), FACTS)
    assert search["titles"].search(["leone"], 5)[0].tolist() == [0] * 5
    assert sorted(search["titles and facts"].search(["leone"], 5)[0].tolist()) == [0, 0, 0, 1, 3]


def test_queries_are_counted():
    search = engines(list(TITLES), FACTS)
    found = found_by(
        [["western", "critics"], ["western", "the critic"]], list(TITLES), search["titles"]
    )
    assert (found["titles"], found["distinct"]) == (0.75, 3)
    assert found["items"] == 1  # of 1, 0, 1 and 2


def test_facts_stand_beside_their_own_film():
    split, films = split_of("films"), load("films").items
    facts = facts_of(split)
    row = films.set_index("item_id").loc[split.item_ids[5]]
    for name in ("directors", "genres", "themes"):
        assert all(word in facts[4] for word in row[name])
    assert len(facts) == split.n_items


def test_what_was_written_for_a_person_is_searched_for_that_person():
    texts = {7: ["western"], 3: ["a musical"]}
    search = engines(list(TITLES), FACTS)["titles"]
    rec = Told(BIGRec(small_llama(), TITLES), search, texts)
    queries = asked(np.array([[0, 2], [0, 2]]))._replace(user_index=np.array([3, 7]))
    assert rec.queries(queries) == [["a musical"], ["western"]]
    assert rec.recommend(queries, 1).tolist() == [[4], [1]] and rec.n_queries == 1


@pytest.mark.parametrize("name", ["queries", "queries_pairs", "queries_found"])
def test_records_are_made_from_todays_code_and_data(name):
    assert read_record(name).fingerprint == fingerprint("films", CODE)


def test_rows_of_the_record_are_of_the_same_people():
    table = read_record("queries").table
    assert set(table["users"]) == {120} and set(table["queries"]) == {0, 1, 5, 10}
