"""RecMind beside P5 and counting: what the answers are judged by, and what the record says."""

import numpy as np
import pandas as pd
import pytest

from rectutor.agents.planning import Planned, State
from rectutor.agents.trace import Answer, Observation, Step, Trace
from rectutor.analysis.rec_mind_people import centred, film_means
from rectutor.analysis.rec_mind_tasks import (
    CODE,
    NAME,
    P5_NAME,
    PLAIN,
    ROUGE,
    answer_in,
    baseline_answers,
    rows_of,
    scored,
)
from rectutor.analysis.records import read_record
from rectutor.chat import ToolCall, Usage
from rectutor.models.p5_questions import Asked
from rectutor.schema import Cases, Events, Queries, Split
from rectutor.training.fingerprint import fingerprint

NONE = np.zeros((2, 0), dtype=int)
ASKED = Asked(
    np.array([0, 1]), np.array([[0, 1], [2, 3]]), np.array([2, 4]), np.array([8, 6]),
    np.array([[1, 2], [4, 1]]), np.ones(2, bool), NONE, NONE, NONE, NONE,
)  # fmt: skip


def test_an_item_in_the_middle_is_close_to_nobody_once_the_mean_is_taken_away():
    vectors = np.array([[0.0, 0.0], [0.8, 0.6], [0.8, -0.6], [1.0, 0.0], [0.6, 0.0]])
    assert vectors[3] @ vectors[1] > vectors[1] @ vectors[2]  # the middle one comes before the rest
    moved = centred(vectors)
    assert moved[0].tolist() == [0.0, 0.0]
    assert np.linalg.norm(moved[1:], axis=1) == pytest.approx(1.0)
    assert moved[1] @ moved[2] < moved[3] @ moved[1] < 0.5
    assert centred(vectors[:2]).tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_answers_are_judged_as_p5_is():
    (values,) = scored("rating", ["4.5", "3.0"], ASKED, []).values()
    assert values.tolist() == [0.25, 0.0]  # true are 4 and 3
    (values,) = scored("sequential", ["[9] [2]", "nothing"], ASKED, []).values()
    assert values.tolist() == [1.0, 0.0]
    (values,) = scored("direct", ["[9] [2]", "[4]"], ASKED, []).values()
    assert values.tolist() == [0.0, 1.0]
    texts = scored("explanation", ["likes war, likes x", "dislikes y"], ASKED, ["likes war"] * 2)
    assert texts["reasons right"].tolist() == [0.5, 0.0]
    assert texts[ROUGE].tolist() == [pytest.approx(2 * 2 / 6), 0.0]
    texts = scored("review", ["good, war", "good, x"], ASKED, ["good, war"] * 2)
    assert texts["summary right"].tolist() == [1.0, 0.0]


def test_rows_say_how_far_everybody_is_from_p5_and_from_the_baseline():
    found = {
        "RecMind, chain": {"m": np.array([1.0, 1.0])},
        P5_NAME: {"m": np.array([1.0, 0.0])},
        PLAIN: {"m": np.array([0.0, 0.0])},
    }
    trace = Trace("a", "r", (Step(Answer("said")),))
    state = State(ToolCall("look", {}), Observation("something"))
    plan = Planned(trace, (state, state, state), Usage(10, 2))
    table = pd.DataFrame(rows_of("direct", found, {"RecMind, chain": [plan, plan]}))
    rows = table.set_index("who")
    assert rows.loc["RecMind, chain", ["value", "calls", "tokens"]].tolist() == [1.0, 3.0, 12.0]
    assert rows.loc["RecMind, chain", ["minus P5", "minus plain baseline"]].tolist() == [0.5, 1.0]
    assert rows.loc[PLAIN, "calls"] == 0
    assert answer_in(plan) == "said"
    assert answer_in(plan._replace(trace=Trace("a", "r"))) == ""


def test_means_of_films_leave_out_what_nobody_rated():
    assert np.array_equal(film_means(small()), [np.nan, 4.0, 3.0, np.nan, np.nan], equal_nan=True)


def small():
    """Two people, four films; item 1 has 5 and 3 stars, item 2 has 3."""
    events = Events(
        np.array([0, 0, 1]), np.array([1, 2, 1]), np.array([5.0, 3.0, 3.0], dtype=np.float32),
        np.zeros(3, int), np.array([0, 2, 3]),
    )  # fmt: skip
    known = np.array([[1, 3], [2, 3]])
    queries = Queries(np.arange(2), known, known * 1.0, known, np.zeros(2, int))
    test = Cases(queries, np.array([[2], [4]]))
    return Split("small", events, test, test, np.arange(2), np.arange(5))


class Fixed:
    """Scores items by their numbers."""

    name = "fixed"

    def score(self, queries, candidates=None):
        return np.arange(5.0)[None].repeat(len(queries.history), 0)


def test_the_baseline_counts():
    said = baseline_answers(small(), Fixed(), ASKED)
    # mean 11/3; item 2 is -2/3 of one rating, drawn to -1/9; person 0 then 4/3 and -5/9 of two
    of_film = -(2 / 3) / 6
    left = (5 - 11 / 3 - 2 / 3 / 7) + (3 - 11 / 3 - of_film)
    assert float(said["rating"][0]) == pytest.approx(11 / 3 + of_film + left / 7, abs=1e-4)
    assert said["direct"] == ["[2]", "[4]"]
    assert said["sequential"][0].startswith("[4][2]")  # 1 and 3 were seen
    assert len(set(said["review"])) == len(set(said["explanation"])) == 1


def test_the_record_was_made_from_this_code():
    assert read_record(NAME).fingerprint == fingerprint("films", CODE)


def test_it_explains_better_than_p5_and_chooses_worse_than_the_recommender_alone():
    """What the lesson says of the record."""
    table = read_record(NAME).table.set_index(["task", "measure", "who"])
    row = table.loc[("explanation", "reasons right", "RecMind, self-inspiring")]
    assert row["minus P5, low"] > 0
    for task, measure in (("direct", "HR@1 of 20"), ("sequential", "HR@10")):
        row = table.loc[(task, measure, "RecMind, self-inspiring")]
        assert row["minus plain baseline, high"] < 0
    row = table.loc[("review", "summary right", "RecMind, self-inspiring")]
    assert row["minus P5, high"] < 0
    same = table.reset_index().query("who.str.startswith('RecMind')")
    assert (same.groupby(["task", "measure"])["value"].nunique() == 1).all()
