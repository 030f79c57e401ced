"""Advisors talk to simulated seekers, on five films."""

import numpy as np
import pandas as pd

from rectutor.agents.dialogue import Said
from rectutor.agents.macrs import MACRS
from rectutor.analysis.records import read_record
from rectutor.analysis.talks import (
    CODE,
    NAME,
    advisors,
    goals_of,
    talk_rows,
    talks_of,
    unseen_scores,
)
from rectutor.schema import Cases
from rectutor.training.fingerprint import fingerprint
from tests.agents.small import QUERY, ByNumber, catalogue

SCORES = np.tile(np.arange(6.0), (3, 1))
TARGETS = np.array([1, 2, 5])


def test_what_was_seen_comes_last():
    scores = unseen_scores(ByNumber(), Cases(QUERY, np.array([[2]])))
    assert np.isneginf(scores[0, [0, 1, 3]]).all()
    assert scores[0, [2, 4, 5]].tolist() == [2, 4, 5]


def test_every_advisor_meets_the_same_seekers():
    own = catalogue()
    first, second = (
        talks_of(lambda scores: MACRS(own, scores), own, SCORES, TARGETS, seed=0) for _ in range(2)
    )
    assert first == second
    assert all(isinstance(talk.opening, Said) for talk in first)
    other = talks_of(lambda scores: MACRS(own, scores), own, SCORES, TARGETS, seed=1)
    assert [talk.opening for talk in other] != [talk.opening for talk in first]


def test_six_advisors_are_scored():
    own = catalogue()
    makes = advisors(own, goals_of(own, SCORES, TARGETS, seed=1))
    assert len(makes) == 6
    table = pd.DataFrame(talk_rows(own, makes, SCORES, TARGETS, seed=0)).set_index("advisor")
    assert table.loc["MACRS", "success"] == 1.0
    assert (table["made up"] == 0).all()
    assert (table["in two rounds"] <= table["success"]).all()
    assert set(table["people"]) == {3}


def test_knowledge_finds_more_films_than_lists_alone():
    """What the lesson says of the record."""
    table = read_record(NAME).table.set_index("advisor")
    blind = table.loc["ChatCRS without knowledge and goals"]
    assert table.loc["ChatCRS", "low"] > blind["high"]
    assert (table["made up"] == 0).all()


def test_the_record_was_made_from_this_code():
    assert read_record(NAME).fingerprint == fingerprint("films", CODE)
