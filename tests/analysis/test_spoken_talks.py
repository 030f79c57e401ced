"""What is heard of talks in words, on five films; and what the lesson says of the record."""

import numpy as np
import pandas as pd
import pytest

from rectutor.agents.dialogue import Act, Round, Said, Talk
from rectutor.agents.ears import deaf
from rectutor.agents.heard import Heard
from rectutor.agents.macrs import MACRS
from rectutor.analysis.records import read_record
from rectutor.analysis.spoken_talks import CODE, NAME, ears_of, hearing, spoken_rows, spoken_talk
from rectutor.data.worlds import load
from rectutor.training.fingerprint import fingerprint
from tests.agents.small import catalogue

OWN = catalogue()
CRIME, DRAMA, COMEDY = ("genre", "Crime"), ("genre", "Drama"), ("genre", "Comedy")
KEYS = ["ear", "wordings"]


def test_right_wrong_and_more_are_counted():
    def ear(text, asked):
        return {"a crime drama": (CRIME, COMEDY), "by Mann": (DRAMA,)}.get(text, (COMEDY,))

    talk = Talk(
        "a",
        Said("a crime drama", (CRIME, DRAMA)),
        (
            Round(Act("ask", "?", field="person"), Said("by Mann", (("person", "Michael Mann"),))),
            Round(Act("recommend", "?", items=(1,)), Said("that is it", found=True)),
        ),
    )
    advisor = Heard(MACRS(OWN, np.zeros(6)), ear)
    # film 1 is a crime film and a drama: of three facts told one is heard, Comedy is wrong
    assert hearing(advisor, talk, 1, OWN) == {"said": 3, "right": 1, "wrong": 1, "more": 1}


def test_the_same_seed_tells_the_same_facts_in_other_words():
    own = Heard(MACRS(OWN, np.arange(6.0), k=1), None)
    talks = [spoken_talk(own, OWN, 2, part, (0, 7)) for part in ("train", "test")]
    facts = [[talk.opening.facts, *(r.said.facts for r in talk.rounds)] for talk in talks]
    assert facts[0] == facts[1]
    assert talks[0].opening.text != talks[1].opening.text


def test_controls_hear_all_and_nothing():
    ears = {"all": None, "nothing": deaf}
    found = spoken_rows(OWN, ears, np.tile(np.arange(6.0), (4, 1)), np.array([1, 2, 3, 5]), 0)
    table = pd.DataFrame(found).set_index(KEYS)
    assert len(table) == 4 and set(table["people"]) == {4}
    for part in ("train", "test"):
        assert table.loc[("all", part), "heard"] == 1 and table.loc[("nothing", part), "heard"] == 0
    assert (table[["misled", "wrong", "more"]] == 0).all(axis=None)
    assert table.loc[("all", "train"), "success"] == 1


def test_six_ears_are_compared():
    ears = ears_of(load("films").items)
    assert len(ears) == 6 and ears["what was meant"] is None
    for name in ("keywords", "keywords with rules of denial", "tiny agent"):
        assert ears[name]("i am looking for a war film", "") == (("genre", "War"),), name
    assert ears["keywords, else the nearest genre"]("a war film", "") == (("genre", "War"),)


def test_hearing_what_was_meant_gives_the_talks_of_the_other_record():
    macrs = read_record("talks").table.set_index("advisor").loc["MACRS"]
    own = read_record(NAME).table.set_index(KEYS)
    for part in ("train", "test"):
        for column in ("success", "in two rounds", "rounds"):
            assert own.loc[("what was meant", part), column] == pytest.approx(macrs[column])


def test_what_the_lesson_says_of_the_record():
    """Rules end with their wordings; who is misled fails; and a guess is worse than a gap."""
    table = read_record(NAME).table.set_index(KEYS)
    rules = "keywords with rules of denial"
    assert table.loc[(rules, "train"), "success"] == 1
    assert table.loc[(rules, "test"), "success high"] < 1
    assert table.loc[(rules, "test"), "heard high"] < table.loc[(rules, "train"), "heard low"]
    can_hear = table.drop("deaf", level="ear")
    assert (can_hear["success"] + can_hear["misled"]).tolist() == pytest.approx([1.0] * 10)
    guess = table.loc[("keywords, else the nearest genre", "test")]
    assert guess["success high"] < table.loc[("keywords", "test"), "success low"]
    assert guess["heard"] > table.loc[("keywords", "test"), "heard"]


def test_the_record_was_made_from_this_code():
    assert read_record(NAME).fingerprint == fingerprint("films", CODE)
