"""What is recorded of BIGRec: rates worked out by hand, texts grounded as they were written."""

import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.bigrec import (
    CODE,
    Written,
    choose_gamma,
    rates_of,
    remembered,
    ways_of,
)
from rectutor.analysis.records import read_record
from rectutor.training.fingerprint import fingerprint
from tests.lm.small import small_llama
from tests.models.test_bigrec import TITLES, asked

RECORDS = ("bigrec", "bigrec_written", "bigrec_gamma")


def test_rates_count_what_is_no_title_what_was_seen_and_what_is_repeated():
    texts = ["the critic", "western", "Western!", "a western of long ago"]
    history = np.array([[0, 2], [0, 3], [0, 1], [4, 5]])
    rates = rates_of(texts, TITLES, history)
    assert (rates["exact"], rates["normalised"], rates["fuzzy"]) == (0.5, 0.25, 0.25)
    assert rates["seen"] == 0.25 and rates["distinct"] == 4  # of the second, item 1 is not told
    assert rates_of(["a"] * 4, TITLES, history)["distinct"] == 1


def test_gamma_is_chosen_on_validation_and_the_least_of_equals():
    sweep = pd.DataFrame(
        [
            (5.0, "validation", 0.2),
            (1.0, "validation", 0.2),
            (0.0, "validation", 0.1),
            (0.0, "test", 0.9),
        ],
        columns=["gamma", "on", "NDCG@10"],
    )
    assert choose_gamma(sweep) == 1.0


def test_a_text_is_embedded_once():
    asked_for = []

    def embed(texts):
        asked_for.extend(texts)
        return np.array([[len(text)] for text in texts])

    again = remembered(embed)
    assert again(["a", "bb", "a"]).tolist() == again(["a", "bb", "a"]).tolist() == [[1], [2], [1]]
    assert asked_for == ["a", "bb"]


def test_each_way_grounds_what_was_written_for_each_person():
    model, queries = small_llama(), asked()._replace(user_index=np.array([7, 3]))
    texts = {3: "a thriller", 7: "western"}
    ways = dict(ways_of(model, TITLES, texts))
    assert len(ways) == 4
    for name, way in ways.items():
        assert isinstance(way, Written) and way.write(queries) == ["western", "a thriller"]
        if "text encoder" not in name:
            assert way.score(queries).argmax(axis=1).tolist() == [1, 3], name
            some = way.score(queries, np.array([[2, 1], [3, 4]]))
            assert some.argmax(axis=1).tolist() == [1, 0], name


@pytest.mark.parametrize("name", RECORDS)
def test_records_are_made_from_todays_code_and_data(name):
    assert read_record(name).fingerprint == fingerprint("films", CODE)


def test_what_is_held_to_the_trie_is_never_made_up_and_hits_come_from_the_weights():
    rates = read_record("bigrec_written").table.set_index(["way", "weights"])
    assert (rates.loc["trie", ["exact", "normalised", "fuzzy"]] == 0).all().all()
    table = read_record("bigrec").table
    assert set(table["users"]) == {300}
    by = table.set_index(["weights", "way"])["HR@10"]
    assert by["tuned", "title trie"] > by["random weights", "title trie"]


def test_a_sweep_of_the_record_begins_where_no_weight_is():
    sweep = read_record("bigrec_gamma").table.set_index(["on", "gamma"])
    table = read_record("bigrec").table.set_index(["weights", "way"])
    plain = table.loc[("tuned", "l2, own states (mean)")]
    assert sweep.loc[("test", 0.0), "HR@10"] == plain["HR@10"]
