"""Measures of calls, worked out by hand; baselines; and what the record says."""

import numpy as np
import pytest

from rectutor.analysis.agent_baselines import by_chance, by_head, by_keywords, keyword_tool
from rectutor.analysis.agent_requests import (
    NO_CALL,
    askers,
    call_f1,
    confusion,
    measured,
    same_tools,
)
from rectutor.analysis.records import read_record
from rectutor.chat import ToolCall
from rectutor.data.requests import SCHEMAS, Request
from rectutor.data.worlds import load
from rectutor.lm.chat.checked import check_call
from rectutor.lm.chat.evidence import LABELS, Head
from rectutor.lm.chat.linking import Linked, Linker, Mark
from rectutor.lm.chat.writer import CallWriter
from rectutor.lm.loading import language_model, text_encoder
from rectutor.training.shipped_agent import today

HISTORY, HEAT = ToolCall("history", {}), ToolCall("facts", {"name": "Heat"})
UP = ToolCall("facts", {"name": "Up"})
LINKED = Linked("why heat, and what have i seen", (Mark("Film", "Heat", 4, 8),))


def asked(*calls):
    return Request("", calls, (), (), ())


def test_f1_of_calls_by_hand():
    assert call_f1([HISTORY, UP], [HISTORY, HEAT]) == 0.5  # one of two, both ways
    assert call_f1([HEAT, HEAT], [HEAT]) == pytest.approx(2 / 3)  # said twice, meant once
    assert call_f1([], [HEAT]) == 0.0
    assert same_tools([UP], [HEAT]) and not same_tools([UP, UP], [HEAT])


def test_measures_are_means_over_requests():
    found = measured([(HISTORY,), (UP,), ()], [asked(HISTORY), asked(HEAT), asked(HEAT)])
    assert found["exact"] == pytest.approx(1 / 3)
    assert found["call F1"] == pytest.approx(1 / 3)
    assert found["tools"] == pytest.approx(2 / 3)
    assert found["exact low"] <= found["exact"] <= found["exact high"]


def test_the_confusion_pairs_what_agrees_first():
    said = [(HISTORY, UP), (UP,), (UP, HISTORY)]
    meant = [asked(HEAT, HISTORY), asked(HISTORY, HEAT), asked(HEAT)]
    table = confusion(said, meant)
    rows = {(row.meant, row.called): row.n for row in table.itertuples()}
    assert rows == {
        ("facts", "facts"): 3,
        ("history", "history"): 1,
        ("history", NO_CALL): 1,
        (NO_CALL, "history"): 1,
    }


@pytest.mark.parametrize(
    ("text", "kind", "tool"),
    [
        ("look for x", "Words", "search"),
        ("why x", "Film", "evidence"),
        ("more like x", "Film", "similar"),
        ("who made x", "Film", "facts"),
        ("recommend x films", "Genre", "recommend"),
        ("list x films", "Genre", "films_with"),
        ("who is x", "Person", "facts"),
        ("x", "Film", None),
    ],
)
def test_keywords_choose(text, kind, tool):
    place = text.index("x")
    assert keyword_tool(Linked(text, (Mark(kind, "X", place, place + 1),))) == tool


def test_keywords_read_until_one_decides():
    assert by_keywords(LINKED, SCHEMAS) == (ToolCall("evidence", {"title": "Heat"}), HISTORY)
    assert by_keywords(Linked("hello", ()), SCHEMAS) == ()


def test_chance_is_random_and_always_legal():
    rng = np.random.default_rng(0)
    drawn = [by_chance(LINKED, SCHEMAS, rng) for _ in range(200)]
    for calls in drawn:
        for call in calls:
            check_call(call, SCHEMAS)
    assert {call.name for calls in drawn for call in calls} == {own.name for own in SCHEMAS}


def test_the_head_alone_decides_and_takes_every_mark():
    bias = np.zeros(len(LABELS), np.float32)
    bias[LABELS.index("recommend")] = 5.0
    head = Head(np.zeros((len(LABELS), 192), np.float32), bias)
    writer = CallWriter(language_model(), text_encoder(), head, 0.5)
    linked = Linker(load("films").items).link("comedies from the 1990s")
    wanted = ToolCall("recommend", {"genre": "Comedy", "years": "1990-1999"})
    assert by_head(writer, [linked], SCHEMAS) == [(wanted,)]
    assert set(askers(writer)) == set(read_record("agent_requests").table["who"])


def test_the_record_is_of_todays_agent_and_holds_what_is_claimed():
    record = read_record("agent_requests")
    assert record.fingerprint == today(), f"run `{record.command}`"
    table = record.table.set_index(["set", "who"])
    assert (table["n"] >= 300).all()
    agent = table.xs("tiny agent", level="who")["exact"]
    assert agent["seen"] >= 0.9 and agent["combinations"] >= 0.9
    for twist in agent.index:
        for other in ("keywords", "chance"):
            assert table.loc[(twist, "tiny agent"), "exact"] > table.loc[(twist, other), "exact"]


def test_the_confusion_counts_every_clause():
    table = read_record("agent_confusion").table
    meant = table[table["meant"] != NO_CALL]["n"].sum()
    assert 300 <= meant <= 600
