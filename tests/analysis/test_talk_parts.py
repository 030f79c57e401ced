"""What each part of an advisor is worth, and what it costs."""

import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.records import read_record
from rectutor.analysis.talk_parts import CODE, NAME, part_rows, ways
from rectutor.analysis.talks import goals_of
from rectutor.training.fingerprint import fingerprint
from tests.agents.small import catalogue

TARGETS = np.array([2, 4, 5])
SCORES = np.tile(np.arange(6.0), (3, 1))


def made():
    own = catalogue()
    return own, ways(own, goals_of(own, SCORES, TARGETS, seed=1))


def test_calls_are_rounds_times_the_calls_of_a_turn():
    own, all_ways = made()
    table = pd.DataFrame(part_rows(own, all_ways, SCORES, TARGETS, seed=0))
    assert len(table) == 2 * len(all_ways)
    assert table["calls"].tolist() == pytest.approx(
        (table["calls a turn"] * table["rounds"]).tolist()
    )
    assert table.set_index("advisor").loc["MACRS", "calls a turn"].tolist() == [4, 4]


def test_one_who_only_recommends_shows_films_in_the_first_round():
    own, all_ways = made()
    table = pd.DataFrame(part_rows(own, all_ways, SCORES, TARGETS, seed=0))
    rows = table[table["comments"]].set_index("advisor")
    assert rows.loc["only recommends", "rounds"] == 1.0  # five films: the first list holds all
    assert rows.loc["asks all it can, then recommends", "rounds"] > 1.0


def test_seekers_that_only_say_no_make_recommending_alone_the_slower_way():
    """What the lesson says of the record: goals pay where a refusal tells nothing."""
    table = read_record(NAME).table
    rounds = {comments: rows.set_index("advisor") for comments, rows in table.groupby("comments")}
    fast, slow = "ChatCRS without goals", "ChatCRS"
    assert rounds[True].loc[fast, "rounds, high"] < rounds[True].loc[slow, "rounds, low"]
    assert rounds[False].loc[fast, "rounds, low"] > rounds[False].loc[slow, "rounds, high"]
    assert rounds[False].loc[fast, "high"] < rounds[False].loc[slow, "low"]


def test_the_seekers_are_those_of_the_record_talks():
    parts = read_record(NAME).table
    talks = read_record("talks").table.set_index("advisor")
    mine = parts[parts["comments"]].set_index("advisor")
    assert mine.loc["MACRS", "rounds"] == talks.loc["MACRS", "rounds"]
    assert mine.loc["ChatCRS", "rounds"] == talks.loc["ChatCRS", "rounds"]


def test_the_record_was_made_from_this_code():
    assert read_record(NAME).fingerprint == fingerprint("films", CODE)
