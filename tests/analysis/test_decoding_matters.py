"""What is recorded of D3: counted by hand on small tables, and made from today's code."""

import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.decoding_matters import (
    CODE,
    ByUser,
    Tables,
    alike,
    by_length,
    choose_alpha,
    decoded,
    ghosts_by_place,
    tables_of,
)
from rectutor.analysis.records import read_record
from rectutor.decoding.title_scores import helper_table
from rectutor.schema import Cases
from rectutor.training.fingerprint import fingerprint
from tests.decoding.test_title_scores import CODES, LENGTHS, P, trie
from tests.lm.small import small_llama
from tests.models.test_bigrec import TITLES, asked

RECORDS = (
    "decoding_matters",
    "decoding_matters_pairs",
    "decoding_matters_ghosts",
    "decoding_matters_lengths",
)


def tables() -> Tables:
    helper = helper_table(trie(), np.log(np.array([[0.1, 0.3, 0.4, 0.2]])))
    history = np.array([[0, 2]])
    return Tables(np.array([7]), np.log(P), helper, LENGTHS, trie(), history, CODES[:, 0])


def test_pairs_that_begin_alike_are_counted_without_gaps():
    first = np.array([7, 7, 8, 8])
    assert alike(np.array([[1, 2, 3, 4], [1, 3, 0, 0]]), first) == pytest.approx(2 / 7)
    assert alike(np.array([[1, 0]]), first) == 0


def test_ghosts_are_counted_by_place():
    table = ghosts_by_place(tables(), np.array([[3, 0]]), n_places=4).set_index(["titles", "place"])
    assert table.loc["all", "ghosts"].tolist() == [0, 0, 1, 1]
    assert table.loc["all", "tokens"].tolist() == [4, 4, 2, 1]
    assert table.loc["listed", "tokens"].tolist() == [1, 1, 1, 1]
    assert table.loc[("listed", 2), "p"] == pytest.approx(0.6)


def test_lengths_are_counted_as_shares():
    table = by_length(np.array([2, 3, 4, 9]), {"lists": np.array([[4, 0], [4, 3]])})
    shares = table.set_index(["titles", "tokens"])["share"]
    assert shares["catalogue"].tolist() == [0.5, 0.25, 0, 0.25]
    assert shares["lists"].tolist() == pytest.approx([0, 1 / 3, 0, 2 / 3])


def test_alpha_is_chosen_on_validation_without_division_and_the_largest_of_equals():
    rows = [
        ("validation", "all titles", 0.0, 0.5, 0.2),
        ("validation", "all titles", 0.0, 0.9, 0.2),
        ("validation", "all titles", 1.0, 1.0, 0.9),
        ("validation", "beam of 10", 0.0, 1.0, 0.9),
        ("test", "all titles", 0.0, 1.0, 0.9),
    ]
    table = pd.DataFrame(rows, columns=["on", "search", "power", "alpha", "NDCG@10"])
    assert choose_alpha(table) == 0.9


def test_ways_are_decoded_from_one_table():
    own, queries = tables(), asked(np.array([[0, 2]]))._replace(user_index=np.array([7]))
    text, helper = decoded(own), decoded(own, alpha=0.0)
    assert text.score(queries)[0].argmax() == 1 and helper.score(queries)[0].argmax() == 3
    assert text.score(queries, np.array([[3, 1]]))[0].argmax() == 1
    assert decoded(own, power=1.0).score(queries)[0].argmax() == 3
    assert decoded(own, n_beams=4).recommend(queries, 3).tolist() == [[1, 3, 4]]  # 2 was seen
    assert decoded(own, n_beams=4).how == "beam of 4"


def test_tables_are_those_of_the_decoder_and_the_helper():
    model, queries = small_llama(), asked()
    scores = np.log(np.array([[1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 9, 9]]))
    helper = ByUser(np.array([0, 1]), scores, "helper")
    queries = queries._replace(user_index=np.array([0, 1]), history=np.array([[0, 2], [4, 5]]))
    made = tables_of(model, helper, list(TITLES), Cases(queries, np.array([[1], [1]])))
    sums = np.exp(made.helper.sum(axis=2))
    np.testing.assert_allclose(sums[0], np.array([2, 0, 4, 5, 6]) / 17, rtol=1e-4)
    np.testing.assert_allclose(sums[1], np.array([1, 1, 1, 0, 0]) / 3, rtol=1e-4)
    assert made.log_p.shape[:2] == (2, 5) and (made.log_p[:, :, 0] < 0).all()


@pytest.mark.parametrize("name", RECORDS)
def test_records_are_made_from_todays_code_and_data(name):
    assert read_record(name).fingerprint == fingerprint("films", CODE)


def test_division_by_length_costs_hits():
    table = read_record("decoding_matters").table
    rows = table.set_index(["on", "search", "power", "alpha"])["HR@10"]
    assert rows["test", "all titles", 1.0, 1.0] < rows["test", "all titles", 0.0, 1.0]
    assert set(table["users"]) == {300}
