"""Six agents answer one request each, on five films."""

import numpy as np
import pandas as pd
import pytest

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.dialogue import naming
from rectutor.agents.film_tools import FilmTools
from rectutor.agents.filters import Filters
from rectutor.analysis.line_up import Asked, Shop, by_names, line_up, plain_ranking
from rectutor.analysis.records import read_record
from rectutor.analysis.six_agents import CODE, NAME, NEW_WORDS, READS, asked, rows_of
from rectutor.chat import ToolCall
from rectutor.data.triples import derive
from rectutor.lm.chat.linking import Linker
from rectutor.lm.chat.scripted import ScriptedChat
from rectutor.schema import Cases, Split
from rectutor.training.fingerprint import fingerprint
from tests.agents.small import ITEMS, QUERY, ByNumber

FILMS = ITEMS.assign(themes=[("heist",), ("killers",), ("flight",), ("gambling",), ("flight",)])


class Judge(ByNumber):
    """Scores the candidates it is given by their numbers."""

    def score(self, queries, candidates=None):
        scores = super().score(queries)
        return scores if candidates is None else np.take_along_axis(scores, candidates, axis=1)


CRIME = Asked(0, QUERY, "crime films please", 2, Filters(genre="Crime"))


@pytest.fixture
def shop():
    own = Catalogue(FILMS)
    tiny = ScriptedChat(
        lambda messages, tools: (
            "I found it."
            if messages[-1].role == "tool"
            else ToolCall("recommend", {"genre": "Comedy"})
        )
    )
    films = FilmTools(own, derive(ITEMS))
    split = Split("small", None, None, Cases(QUERY, np.array([[2]])), None, None)
    return Shop(split, FILMS, own, Linker(FILMS), films, ByNumber(), Judge(), tiny)


def test_the_plain_score_reads_no_words_and_lists_nothing_that_was_seen(shop):
    trace = plain_ranking(shop, CRIME)  # person 7 saw 3 and 1
    assert trace.answer.items == (5, 4, 2)
    assert plain_ranking(shop, CRIME, among=[1, 2]).answer.items == (2, 5, 4)


def test_what_an_agent_names_comes_first_and_the_plain_score_fills_up(shop):
    agents = line_up(shop)
    assert agents["ReAct"](CRIME).answer.items == (5, 4, 2)  # it was told to ask for comedies
    assert agents["RecMind"](CRIME).answer.items == (2, 5, 4)  # it reads "crime"
    assert by_names(shop, CRIME).answer.items == (2, 5, 4)
    assert agents["ToolRec"](CRIME).answer.items[0] == 5


def test_every_agent_ends_with_an_answer_and_says_what_it_was_asked(shop):
    for name, agent in line_up(shop).items():
        trace = agent(CRIME)
        assert trace.request == CRIME.request, name
        assert sorted(trace.answer.items) == [2, 4, 5], name
        assert trace.answer.text, name


def test_chat_rec_tells_its_judge_the_candidates_and_pays_for_the_words(shop):
    trace = line_up(shop)["Chat-Rec"](CRIME)
    assert trace.calls == [ToolCall("recommend", {})]
    assert trace.usage.prompt_tokens > 20
    assert trace.answer.text.startswith("[5] Airplane! (1980)")


def test_macrs_hears_the_names_and_asks_in_calls(shop, monkeypatch):
    monkeypatch.setattr("rectutor.analysis.line_up.K", 0)  # a list of none is never short enough
    trace = line_up(shop)["MACRS"](CRIME)
    assert 1 <= len(trace.calls) <= 2
    assert {call.name for call in trace.calls} == {"ask"}
    assert all(not seen.items for seen in trace.observations)


def test_a_request_describes_the_film_and_does_not_name_it(shop):
    (one,) = asked(shop.split, FILMS, shop.catalogue, 5, seed=0)
    assert one.target == 2
    assert one.target in shop.catalogue.having(one.filters)
    assert one.filters.genre == "Crime"
    assert not naming(shop.catalogue, 2).search(one.request)


def test_a_film_that_would_be_named_is_not_asked_for(shop):
    called = shop.catalogue
    called.titles[2] = "crime"  # every request says the genre
    assert asked(shop.split, FILMS, called, 5, seed=0) == []


def test_rows_count_hits_calls_and_turns_and_compare_with_the_first(shop):
    people = [CRIME, CRIME._replace(target=3)]  # the second was seen, and is never listed
    agents = {"plain score": line_up(shop)["plain score"], "RecMind": line_up(shop)["RecMind"]}
    table = pd.DataFrame(rows_of(agents, people)).set_index("agent")
    assert table.loc["plain score", ["HR@10", "calls", "turns", "tokens"]].tolist() == [
        0.5,
        1,
        0,
        0,
    ]
    assert table.loc["RecMind", ["HR@10", "calls", "turns"]].tolist() == [0.5, 2, 3]
    assert table.loc["RecMind", "ahead of plain"] == 0.0
    assert table.loc["RecMind", "tokens"] > 0


def test_it_is_said_of_every_agent_what_it_reads(shop):
    assert set(line_up(shop)) <= set(READS)


@pytest.mark.parametrize("name", [NAME, NEW_WORDS])
def test_the_record_was_made_from_this_code(name):
    assert read_record(name).fingerprint == fingerprint("films", CODE)


def test_words_pay_and_planning_does_not():
    """What the record says of those who hear the names."""
    table = read_record(NAME).table.set_index("agent")
    deaf, hearing = table.loc["plain score"], table.loc["one filtered call"]
    assert hearing["low"] > deaf["high"]
    assert table.loc["RecMind", "HR@10"] == hearing["HR@10"]
    assert table.loc["RecMind", "calls"] > hearing["calls"]
    assert set(table["people"]) == {200}
