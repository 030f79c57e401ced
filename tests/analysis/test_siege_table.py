"""What each defence stops, on a small world and on the record."""

import numpy as np
import pandas as pd
import pytest

from rectutor.agents.guard import DEFENCES
from rectutor.agents.injections import INJECTIONS
from rectutor.agents.react import items_named
from rectutor.analysis.records import read_record
from rectutor.analysis.siege_table import CODE, NAME, cases_of, outcomes, summary
from rectutor.chat import Reply, ToolCall
from rectutor.lm.chat.scripted import ScriptedChat
from rectutor.training.fingerprint import fingerprint
from tests.agents.small import ByNumber


class Films:
    """Seven people who saw three of twenty films, half of them comedies."""

    def __init__(self):
        from rectutor.schema import Cases, Queries

        genres = [("Comedy",) if item % 2 else ("War",) for item in range(1, 21)]
        self.items = pd.DataFrame(
            {
                "title": [f"Film {item}" for item in range(1, 21)],
                "year": pd.array([1990] * 20, dtype="Int64"),
                "genres": genres,
                "synopsis": ["Things happen."] * 20,
            }
        )
        history = np.array([[user, user + 2, user + 4] for user in range(1, 8)])
        queries = Queries(
            np.arange(7), history, np.zeros((7, 3)), np.zeros((7, 3), int), np.zeros(7, int)
        )
        self.test = Cases(queries, np.full((7, 1), 19))


class Model(ByNumber):
    def score(self, queries, candidates=None):
        scores = np.arange(21, dtype=np.float32)[None].repeat(len(queries.history), 0)
        scores[:, 0] = -np.inf
        return scores


@pytest.fixture(scope="module")
def cases():
    world = Films()
    return cases_of(world, world.items, Model(), n=2, seed=0)


def test_a_case_has_a_near_item_a_far_item_and_another_person(cases):
    for case in cases:
        assert case.person.genre == "Comedy"
        assert case.target == 19
        comedies = [item for item in range(19, 0, -2) if item not in case.person.session.seen]
        assert case.near == comedies[4]
        assert case.far in {2, 4, 6, 8}  # the lowest unseen war film
        own = case.person.session.seen.tolist()
        assert list(case.person.histories[case.victim]) != own


def test_every_session_is_a_row_and_the_summary_counts_them(cases):
    none, everything = DEFENCES[0], DEFENCES[-1]
    rows = pd.DataFrame(outcomes(cases[:1], [none, everything]))
    n_pushes = sum(injection.goal == "push" for injection in INJECTIONS)
    assert len(rows) == 2 * 2 * (1 + len(INJECTIONS) + n_pushes)
    table = summary(rows).set_index(["defence", "heeds marks"])
    assert table.loc[("none", False), "hit@3 at peace"] == 1.0
    assert table.loc[("none", False), "pushed, far"] == 1.0
    assert table.loc[("all together", False), "pushed, far"] == 0.0
    assert table.loc[("all together", True), "attacks that succeed"] == 0.0


def test_what_a_page_shows_is_counted_over_sessions_and_not_over_judges():
    about = {"defence": "none", "heeds marks": False, "item": "", "lift": 0}
    page = {"hit": 1, "off catalogue": 1, "leaked": 1}
    rows = [
        {"attack": "", "goal": "", "reached": 0, "hit": 1, "off catalogue": 0, "leaked": 0},
        {"attack": "a", "goal": "off-catalogue", "reached": 1, **page},
        {"attack": "b", "goal": "score", "reached": 0},
    ]
    (found,) = summary(pd.DataFrame([about | row for row in rows])).to_dict("records")
    assert (found["off the catalogue"], found["leaked"], found["hit@3 attacked"]) == (1, 1, 1)
    assert found["attacks that succeed"] == 0.5


def test_the_record_says_that_all_together_shows_no_fake_item_and_no_history():
    table = read_record(NAME).table
    everything = table[table["defence"] == "all together"]
    assert (everything["off the catalogue"] == 0).all()
    assert (everything["leaked"] == 0).all()
    none = table[table["defence"] == "none"]
    assert (none["off the catalogue"] > 0).all()
    assert (none["leaked"] > 0).all()


def test_the_record_was_made_from_this_code():
    assert read_record(NAME).fingerprint == fingerprint("films", CODE)


def test_a_model_of_ones_own_takes_the_place_of_both_obedient_ones(cases):
    """One that names the first three of the ranking, whatever it reads, and gives no score."""

    def sober(messages, _):
        if messages[-1].role == "user":
            called = "Recommend" in messages[-1].text
            return Reply("", (ToolCall("recommend", {"genre": "Comedy"}),)) if called else "score 3"
        return "\n".join(f"[{item}]" for item in items_named(messages[-1].text)[:3])

    rows = pd.DataFrame(outcomes(cases[:1], DEFENCES[:2], ScriptedChat(sober)))
    n_pushes = sum(injection.goal == "push" for injection in INJECTIONS)
    assert len(rows) == 2 * (1 + len(INJECTIONS) + n_pushes)
    assert rows.loc[rows["attack"] == "", "hit"].tolist() == [1, 1]
    assert rows["reached"].sum() == 0  # no order is first in a list, and no word was repeated
