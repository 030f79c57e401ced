"""Do simulated users choose like the people they stand for?"""

import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.records import read_record
from rectutor.analysis.simulated_choices import (
    CODE,
    NAME,
    chosen_from,
    features_of,
    groupings,
    pages_of,
    rows_of,
)
from rectutor.schema import Cases, Queries
from rectutor.training.fingerprint import fingerprint

ITEMS = pd.DataFrame(
    {
        "genres": [("War",), ("Comedy", "War"), ("Comedy",), ()],
        "year": pd.array([1990, 1995, 2001, 2005], dtype="Int64"),
    }
)
HISTORY = np.array([[0, 1], [3, 4]])
CASES = Cases(
    Queries(np.arange(2), HISTORY, np.zeros((2, 2)), np.zeros((2, 2), int), np.zeros(2, int)),
    np.array([[2], [1]]),
)


class ByNumber:
    name = "by number"

    def score(self, queries, candidates=None):
        return np.arange(5, dtype=float)[None].repeat(len(queries.history), 0)


def test_features_are_genres_and_decades():
    assert features_of(ITEMS).tolist() == [
        [0, 0, 0, 0],
        [0, 1, 1, 0],
        [1, 1, 1, 0],
        [1, 0, 0, 1],
        [0, 0, 0, 1],
    ]


def test_items_fall_into_bins_by_their_first_genre_and_their_rank_of_popularity():
    bins = groupings(ITEMS, np.array([0, 9, 1, 5, 7]))
    assert bins["genre"].tolist() == [0, 2, 1, 1, 0]
    assert bins["decade"].tolist() == [0, 0, 0, 1, 1]
    assert bins["popularity in 5"].tolist() == [0, 3, 0, 1, 2]


def test_pages_leave_out_padding_and_what_was_seen():
    pages = pages_of(ByNumber(), CASES, np.random.default_rng(0))
    assert pages["SASRec's 20"][:, :2].tolist() == [[4, 3], [2, 1]]
    assert {*pages["a lot"][0, :3]} == {2, 3, 4}


def test_every_case_chooses_from_its_own_page():
    chosen = chosen_from(np.array([[2, 3], [1, 2]]), CASES, features_of(ITEMS), 100.0, seed=0)
    assert chosen.tolist() == [2, 2]  # person 1 saw war of the nineties, person 2 a comedy


def test_choices_are_compared_for_each_page_and_grouping():
    class World:
        test = CASES

    bins = {"genre": groupings(ITEMS, np.arange(5))["genre"]}
    rows = pd.DataFrame(rows_of(World(), ByNumber(), features_of(ITEMS), bins, seed=0))
    assert len(rows) == 3 * 3 * 1
    assert (rows["KL"] >= 0).all()


def test_a_blind_user_is_nearer_in_genres_and_finds_fewer_films():
    """What the lesson says of the record."""
    table = read_record(NAME).table
    genres = table[(table["page"] == "SASRec's 20") & (table["grouping"] == "genre")]
    blind, sharp = (genres[genres["sharpness"] == s].iloc[0] for s in (0.0, 16.0))
    assert blind["KL"] < sharp["KL"]
    assert blind["same film"] < sharp["same film"]


def test_the_record_was_made_from_this_code():
    assert read_record(NAME).fingerprint == fingerprint("films", CODE)


def test_simulated_users_need_a_history():
    empty = CASES._replace(queries=CASES.queries._replace(history=np.zeros((2, 2), int)))
    with pytest.raises(ValueError, match="one item of history or more"):
        chosen_from(np.array([[1], [2]]), empty, features_of(ITEMS), 1.0, seed=0)
