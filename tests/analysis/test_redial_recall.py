"""Recall of the recommended film, on four conversations that fit on paper."""

import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.records import read_record
from rectutor.analysis.redial_recall import CODE, NAME, Mentions, recall_rows
from rectutor.data.redial import Dialogue, Mention, Utterance, turns
from rectutor.training.fingerprint import code_fingerprint


def talk(*messages):
    """Write a conversation: the seeker speaks first, then they take turns."""
    said = tuple(
        Utterance(place % 2 == 0, " ".join(f"@{film}" for film in films), films)
        for place, films in enumerate(messages)
    )
    known = {film: Mention("", True, None, None) for films in messages for film in films}
    return Dialogue("1", said, known)


LEARNED = Mentions([talk((1,), (2,)), talk((1,), (2, 3)), talk((4,), (3,))])


def test_films_are_counted_once_a_conversation():
    assert LEARNED.films.tolist() == [1, 2, 3, 4]
    assert LEARNED.popularity([]).tolist() == [2, 2, 2, 1]


def test_films_mentioned_together_are_near():
    scores = LEARNED.together([4])
    assert scores == pytest.approx([0, 0, 1 / np.sqrt(2), 1], abs=1e-5)
    assert LEARNED.together([99]).tolist() == [2, 2, 2, 1]  # nothing known: popularity


def test_recall_with_and_without_what_was_named_before():
    asked = list(turns([talk((1,), (1, 2))]))  # recommends again what the seeker named, and 2
    table = pd.DataFrame(recall_rows(LEARNED, asked))
    at_one = table[table["k"] == 1].set_index(["way", "repeats count"])["recall"]
    assert at_one["named again", True] == 0.5
    assert at_one["named again", False] == 0.0
    assert at_one["mentioned together", True] == 0.5  # film 1 is nearest to itself
    assert at_one["mentioned together", False] == 1.0


def test_ways_are_compared_with_popularity_on_the_same_turns():
    asked = list(turns([talk((2,), (2,), (4,), (3,))]))
    table = pd.DataFrame(recall_rows(LEARNED, asked))
    at_one = table[(table["k"] == 1) & table["repeats count"]].set_index("way")
    assert at_one["recall"].to_dict() == {
        "popularity": 0.0,  # film 1 in both turns; wanted are 2, then 3
        "named again": 0.5,  # 2, then 4
        "mentioned together": 0.5,  # 2 is nearest to itself; then 4 to itself
    }
    assert at_one["over popularity"].to_dict() == at_one["recall"].to_dict()
    assert at_one.loc["named again", ["over low", "over high"]].tolist() == [0.5, 0.5]


def test_turns_of_one_conversation_are_drawn_together():
    """Two turns of one talk say nothing of other talks; two talks of one turn each do."""
    both = [talk((2,), (2,), (4,), (3,))]  # named again is right, then wrong
    apart = [talk((2,), (2,))._replace(dialogue_id="a"), talk((4,), (3,))._replace(dialogue_id="b")]
    for talks, wanted in ((both, [0.5, 0.5]), (apart, [0.0, 1.0])):
        table = pd.DataFrame(recall_rows(LEARNED, list(turns(talks))))
        own = table[table["repeats count"] & (table["k"] == 1)].set_index("way").loc["named again"]
        assert own["recall"] == 0.5
        assert own[["low", "high"]].tolist() == wanted


def test_the_record_was_made_from_this_code():
    assert read_record(NAME).fingerprint == code_fingerprint(CODE)
