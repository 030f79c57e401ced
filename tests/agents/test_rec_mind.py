"""A planner that runs errands, and RecMind's tools and tasks, on five films."""

import numpy as np
import pytest

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.errands import Errands, Looked, filters_in, for_request, seen_in
from rectutor.agents.memory import Memory
from rectutor.agents.mind_tools import MindTools, note_of
from rectutor.agents.planning import Limits
from rectutor.agents.rec_mind import rec_mind, searched
from rectutor.agents.rec_mind_rules import RULES, requests_of
from rectutor.agents.session_tools import SessionTools
from rectutor.agents.tools import Toolbox
from rectutor.agents.trace import Observation, Step, messages_of
from rectutor.chat import Message, ToolCall, system
from rectutor.lm.chat.linking import Linked, Linker, Mark
from rectutor.prompts.p5 import FAMILIES
from tests.agents.small import ITEMS, QUERY, ByNumber

FILMS = ITEMS.assign(themes=[("heist",), ("killers",), ("flight",), ("gambling",), ("flight",)])
STARS = np.array([np.nan, 4.0, 3.0, 2.0, np.nan, 5.0])  # mean of those rated: 3.5
RATED = np.array([np.nan, 5.0, np.nan, 2.0, np.nan, np.nan])  # person 7: Heat 5, Up 2
VECTORS = np.array([[0, 0], [1, 0], [0.9, 0.1], [0, 1], [0.5, 0.5], [0, 1]], dtype=np.float32)
ONE, TWO = ToolCall("look", {"at": "one"}), ToolCall("look", {"at": "two"})


def by_length(texts):
    """Embed a text by whether it speaks of Heat."""
    return np.array([["Heat" in text, "Heat" not in text] for text in texts], dtype=np.float32)


@pytest.fixture
def toolbox(tmp_path):
    own = Catalogue(FILMS)
    memory = Memory(tmp_path / "memory.sqlite", "7", by_length)
    memory.add([note_of(own, 1, 5.0, "A fine heist."), note_of(own, 3, 2.0)], at=1)
    session = SessionTools(own, {"number": ByNumber()}, QUERY)
    return MindTools(session, STARS, VECTORS, memory, 2, RATED).toolbox(Linker(FILMS))


def run(toolbox, name, **arguments):
    return toolbox.run(ToolCall(name, arguments)).text


def errands():
    return Errands(lambda request, seen: [ONE, TWO], lambda request, seen: f"saw {len(seen)}")


def turn(model, steps, others=""):
    return model.chat([system(f"Help.{others}"), *messages_of("a request", steps)])


def test_an_errand_is_run_once_and_the_answer_comes_after_the_last():
    model, steps = errands(), []
    for call in (ONE, TWO):
        (proposed,) = turn(model, steps).calls
        assert proposed == call
        steps += [Step(call), Step(Observation("something"))]
    assert turn(model, steps).text == "saw 2"


def test_asked_for_something_else_it_takes_the_next_errand_or_repeats_the_last():
    model = errands()
    assert turn(model, [], f" not {ONE.name} {ONE.arguments}").calls == (TWO,)
    both = " ".join(f"{call.name} {call.arguments}" for call in (ONE, TWO))
    assert turn(model, [], both).calls == (TWO,)


def test_what_was_seen_is_each_call_with_what_it_brought():
    steps = [Step(ONE), Step(TWO), Step(Observation("a")), Step(Observation("b"))]
    assert seen_in(messages_of("r", steps)) == [Looked(ONE, "a"), Looked(TWO, "b")]
    assert seen_in([Message("tool", "nobody asked", call_id="x")]) == []


def test_streaming_gives_the_words_and_then_the_reply():
    *words, reply = errands().stream([Message("user", "a request")])
    assert (words, reply.calls) == ([], (ONE,))


def test_of_two_genres_the_first_is_asked_for():
    marks = (Mark("Genre", "War"), Mark("Genre", "Drama"), Mark("Years", "1990-"))
    assert filters_in(Linked("", marks)) == {"genre": "War", "years": "1990-"}


def test_a_request_is_answered_by_what_fits_all_names_before_what_fits_one(toolbox):
    session = SessionTools(Catalogue(FILMS), {"number": ByNumber()}, QUERY)
    box = Toolbox(session.tools).only(["recommend"])
    trace = rec_mind(for_request(Linker(FILMS)), box, "crime films from 2004")
    assert [call.arguments for call in trace.calls] == [
        {"genre": "Crime", "years": "2004"},
        {"genre": "Crime"},
    ]
    assert trace.answer.text == "[2] Collateral (2004)"
    nothing = rec_mind(for_request(Linker(FILMS)), box, "films from 1999")
    assert nothing.answer.items == (5, 4, 2)  # no film of 1999: the taste alone


def test_tokens_of_branches_that_were_left_are_counted(toolbox):
    request = requests_of("[2] Collateral (2004)", "", "")["rating"]
    plan = searched(RULES["rating"], toolbox, request, "tree")
    assert len(plan.explored) == 4
    assert len(plan.trace.calls) == 2
    assert plan.trace.usage == plan.usage
    chain = searched(RULES["rating"], toolbox, request, "chain")
    assert plan.usage.total > chain.usage.total


def test_a_plan_without_calls_left_says_so(toolbox):
    request = requests_of("[2] Collateral (2004)", "", "")["rating"]
    trace = rec_mind(RULES["rating"], toolbox, request, limits=Limits(2, 4, 1))
    assert trace.answer is None
    assert trace.agent == "RecMind, self-inspiring, rule"


def test_tools_say_how_a_film_and_a_person_rate(toolbox):
    said = run(toolbox, "stars_of", number=2)
    assert said == "[2] Collateral (2004) has 3.00 stars; all films 3.50; this person gives 3.50"
    assert "has 3.50 stars" in run(toolbox, "stars_of", number=4)  # nobody rated it
    assert "items have numbers from 1 to 5, got 9" in run(toolbox, "stars_of", number=9)


def test_the_memory_finds_the_closest_note_first(toolbox):
    first = run(toolbox, "remember", text="like Heat").splitlines()[0]
    assert first == "5 stars for [1] Heat (1995): A fine heist."


def test_liking_counts_the_films_that_share_something(toolbox):
    said = run(toolbox, "liking", number=2).splitlines()
    assert said == [
        "[2] Collateral (2004)",
        "genre Crime: 1 films, 5.00 stars",
        "person Michael Mann: 1 films, 5.00 stars",
        "decade 2000s: 1 films, 2.00 stars",
    ]


def test_rankings_hold_what_was_named_or_what_was_not_seen(toolbox):
    assert toolbox.run(ToolCall("best_next", {})).items == (5, 4, 2)
    assert toolbox.run(ToolCall("best_next", {"numbers": "[2][4]"})).items == (4, 2)
    assert toolbox.run(ToolCall("best_remembered", {})).items == (2, 4, 5)  # near Heat


def test_names_in_a_text_are_read_in_its_order(toolbox):
    said = run(toolbox, "names_in", text="Flight, and a crime film from the 1990s")
    assert said.splitlines() == ["Theme flight", "Genre Crime", "Years 1990-1999"]


def test_stars_start_from_film_and_person_and_go_halfway_to_what_is_remembered(toolbox):
    request = requests_of("[2] Collateral (2004)", "", "")["rating"]
    # film 3.0 + person 3.5 - all 3.5 = 3.0; notes 5 and 2 have mean 3.5
    assert rec_mind(RULES["rating"], toolbox, request).answer.text == "3.25"


def test_reasons_are_what_moves_this_person_most(toolbox):
    request = requests_of("[2] Collateral (2004)", "", "")["explanation"]
    assert rec_mind(RULES["explanation"], toolbox, request).answer.text == (
        "likes Crime, likes Michael Mann"  # 1.5 / 6 each; 2000s -1.5 / 6 comes after
    )


def test_a_review_gets_its_tone_from_close_ones_and_its_topic_from_the_first_name(toolbox):
    request = requests_of("", "", "What a heist, what a crime.")["review"]
    assert rec_mind(RULES["review"], toolbox, request).answer.text == "mixed, heist"


def test_two_rankings_are_joined(toolbox):
    request = requests_of("", "[5] Airplane! (1980)\n[2] Collateral (2004)", "")["direct"]
    assert rec_mind(RULES["direct"], toolbox, request).answer.items == (5, 2)  # a tie: first found
    request = requests_of("", "", "")["sequential"]
    assert set(rec_mind(RULES["sequential"], toolbox, request).answer.items) == {2, 4, 5}


def test_there_is_a_rule_for_each_family_and_a_wording():
    assert set(RULES) == set(FAMILIES) == set(requests_of("[1] Heat (1995)", "", ""))
