"""Ids for two tasks, on small worlds and on the record."""

import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.joint_ids import (
    NAME,
    joint_rows,
    made_from,
    queries_of,
    search_hits,
    tables_of,
)
from rectutor.analysis.records import read_record
from rectutor.models.search_tiger import Searches, SearchTIGER
from tests.models.test_search_tiger import CODES, SEARCHES, SIZES

TEXTS = [
    "A widower flies his wooden house across jungles",
    "Too few words",
    "driver takes killer nightly home",
]


def test_queries_are_four_words_in_their_order_and_differ():
    first, none, few = queries_of(TEXTS, 3, np.random.default_rng(0))
    assert len(set(first)) == 3
    words = TEXTS[0].split()
    for query in first:
        places = [words.index(word) for word in query.split()]
        assert len(places) == 4
        assert places == sorted(places)
    assert none == []
    assert len(few) == 3  # there are five


def test_every_table_tells_items_apart():
    rng = np.random.default_rng(0)
    tables = tables_of(rng.normal(size=(200, 8)), rng.normal(size=(200, 5)))
    assert set(tables) == {"behaviour", "text", "both", "by lot"}
    for codes in tables.values():
        assert codes.shape == (200, 2)
        assert len(np.unique(codes, axis=0)) == 200


def test_hits_of_search_are_ranks_among_all():
    model = SearchTIGER(CODES, SEARCHES, SIZES).eval()
    assert search_hits(model, SEARCHES, 12).tolist() == [1.0] * 12
    assert search_hits(model, SEARCHES, 1).sum() <= 12


def test_both_tasks_are_measured_for_each_table(tiny_split):
    asked = Searches(SEARCHES.vectors[:5], SEARCHES.items[:5])
    rows = joint_rows(
        tiny_split, {"a": CODES}, SEARCHES, asked, 2, width=16, n_heads=2, max_length=8
    )
    table = pd.DataFrame(rows)
    assert table.loc[0, "queries"] == 5
    for task in ("recommendation", "search"):
        row = table.iloc[0]
        assert row[f"{task} low"] <= row[task] <= row[f"{task} high"]


def test_ids_from_both_are_far_from_the_worst_at_either_task():
    """What the lesson says of the record."""
    table = read_record(NAME).table.set_index("ids from")
    for task in ("recommendation", "search"):
        assert table.loc["both", task] > table.loc["by lot", task]


def test_the_record_was_made_from_this_code():
    assert read_record(NAME).fingerprint == made_from()


@pytest.mark.parametrize("n", [0, 1])
def test_as_many_queries_come_as_were_asked_for(n):
    assert [len(own) for own in queries_of(TEXTS[:1], n, np.random.default_rng(0))] == [n]
