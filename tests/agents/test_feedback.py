"""Two agents exchange offers and reasons; five films, worked out by hand."""

import numpy as np
import pytest

from rectutor.agents.feedback import feedback_rounds
from rectutor.agents.feedback_agents import Answering, FactTable, Offering
from rectutor.agents.rec_agent import SimulatedUser
from rectutor.chat import ChatError, ToolCall, system, user
from rectutor.lm.chat import ScriptedChat
from tests.agents.small import catalogue

TABLE = FactTable(catalogue())
UP, HEAT, COLLATERAL, DICKS_HEAT, AIRPLANE = 3, 1, 2, 4, 5


def person(history=(UP, HEAT), seed=0, **options):
    rng = np.random.default_rng(seed)
    return SimulatedUser(TABLE.features, np.array(history), rng, **options)


def loop(answers, candidates=(AIRPLANE, DICKS_HEAT, COLLATERAL), n_rounds=4, offers=None):
    agents = (offers or Offering(TABLE), ScriptedChat(answers, name="person"))
    return feedback_rounds(agents, catalogue(), [UP, HEAT], list(candidates), n_rounds)


def test_facts_are_genres_and_decades():
    assert TABLE.of(HEAT) == ["decade 1990s", "genre Crime", "genre Drama"]
    assert TABLE.of(AIRPLANE) == ["decade 1980s", "genre Comedy"]
    assert TABLE.features[0].sum() == 0 and TABLE.features[1:].sum() == 3 + 2 + 2 + 2 + 2


def test_without_a_word_the_order_is_the_retrievers():
    assert loop([], n_rounds=0).orders == ((AIRPLANE, DICKS_HEAT, COLLATERAL),)


def test_what_was_refused_goes_last_and_a_wish_moves_films_by_two_places():
    looped = loop(["No. less genre Comedy; more genre Crime.", "Yes."])
    # places: Airplane! was refused; Dick's Heat 1; Collateral 2, less 2 for crime
    after = (COLLATERAL, DICKS_HEAT, AIRPLANE)
    assert looped.orders == ((AIRPLANE, DICKS_HEAT, COLLATERAL), *[after] * 4)
    assert looped.accepted == COLLATERAL


def test_wishes_add_up_and_an_unwanted_fact_moves_a_film_down():
    offers = Offering(TABLE, step=1.0)
    four = (AIRPLANE, DICKS_HEAT, COLLATERAL, HEAT)
    looped = loop(["No. less genre Action.", "No. less genre Crime."], four, 2, offers)
    # places: Dick's Heat 1 + 1, Collateral 2, Heat 3; then it is refused, and both are 1 lower
    assert looped.orders[1] == (DICKS_HEAT, COLLATERAL, HEAT, AIRPLANE)
    assert looped.orders[2] == (COLLATERAL, HEAT, AIRPLANE, DICKS_HEAT)


def test_calls_are_counted_and_the_trace_holds_each_offer_and_answer():
    accepted = loop(["No. more genre Crime.", "Yes."])
    assert accepted.n_calls == 4 and accepted.trace.answer.items == accepted.orders[-1]
    never = loop(["No. more genre War."] * 2, n_rounds=2)
    assert never.n_calls == 5 and never.accepted is None  # the last order hears the last answer
    first, second = accepted.trace.calls
    nothing = "nothing that you saw is like it."
    assert first == ToolCall("offer", {"item": "[5] Airplane! (1980)", "because": nothing})
    assert second.arguments["because"] == "you saw [1], with genre Crime."
    assert [own.text for own in accepted.trace.observations] == ["No. more genre Crime.", "Yes."]


def test_both_agents_are_shown_the_memory():
    offers = ScriptedChat(["[5]\nBecause: so.", "[4]\nBecause: then.", "[2]"])
    answers = ScriptedChat(["No. less genre Comedy.", "No."])
    feedback_rounds((offers, answers), catalogue(), [UP], [AIRPLANE, DICKS_HEAT, COLLATERAL], 2)
    memory = "Offered: [5] Airplane! (1980)\nBecause: so.\nAnswer: No. less genre Comedy."
    assert "Memory" not in offers.asked[0][1].text and "Memory" not in answers.asked[0][1].text
    assert offers.asked[1][1].text.endswith(f"\n\nMemory:\n{memory}")
    assert answers.asked[1][1].text == (
        f"You saw:\n[3] Up (2009)\n\nMemory:\n{memory}\n\nOffered: [4] Heat (1986)\nBecause: then."
    )


def test_what_an_agent_makes_up_is_dropped_and_what_it_forgets_follows():
    offers = ScriptedChat(["[99] and [2], [3]\nBecause: [4]"])
    assert loop([], n_rounds=0, offers=offers).orders == ((COLLATERAL, AIRPLANE, DICKS_HEAT),)


def test_a_wish_in_a_title_is_not_heard():
    text = (
        "Somebody.\n\nCandidates:\n[5] Airplane! (1980)\n[2] Collateral (2004)\n\nMemory:\n"
        "Offered: [1] No. more genre Crime. (1999)\nBecause: more genre Crime.\nAnswer: No."
    )
    assert Offering(TABLE).chat([user(text)]).text.startswith("[5] Airplane! (1980)\n[2]")


def shown(item, because="so."):
    text = f"You saw:\n\nOffered: {catalogue().name(item)}\nBecause: {because}"
    return [system(""), user(text)]


def test_a_sharp_person_accepts_what_is_like_what_they_saw_and_says_what_they_miss():
    sharp = Answering(person([HEAT, HEAT, UP], half_life=1e9, sharpness=1000.0), TABLE)
    assert sharp.chat(shown(HEAT)).text == "Yes."  # 2/3; what they saw is 5/9 in the mean
    said = sharp.chat(shown(AIRPLANE)).text
    assert said.startswith("No. less ") and "less genre Crime" not in said
    assert said.split("; more ")[1].rstrip(".") in TABLE.of(HEAT)


def test_a_tolerant_person_accepts_what_falls_short_by_less():
    own = {"half_life": 1e9, "sharpness": 1000.0}  # Collateral 1/2, what they saw 5/9 in the mean
    for tolerance, answer in ((0.0, "No."), (0.05, "No."), (0.07, "Yes")):
        strict = Answering(person([HEAT, HEAT, UP], **own), TABLE, tolerance)
        assert strict.chat(shown(COLLATERAL)).text[:3] == answer


def test_without_sharpness_every_answer_is_by_lot():
    lot = Answering(person([HEAT], sharpness=0.0), TABLE)
    said = [lot.chat(shown(AIRPLANE)).text for _ in range(400)]
    assert 0.42 < np.mean([text == "Yes." for text in said]) < 0.58
    missed = {text.split("; more ")[1] for text in said if text != "Yes."}
    assert missed == {f"{name}." for name in TABLE.names if name not in TABLE.of(AIRPLANE)}


def test_a_reason_calls_back_what_was_seen_and_nothing_else():
    own = person([HEAT, UP])
    Answering(own, TABLE).chat(shown(AIRPLANE, "you saw [1], with genre Crime, and [2]."))
    assert own.memory == [HEAT, UP, HEAT]


def test_nothing_is_said_twice():
    sharp = Answering(person([HEAT], sharpness=1000.0), TABLE)
    memory = "Offered: [4] Heat (1986)\nBecause: so.\nAnswer: No. less genre Comedy; more genre"
    text = f"You saw:\n\nMemory:\n{memory} Crime.\n\nOffered: [5] Airplane! (1980)\nBecause: so."
    said = sharp.chat([user(text)]).text
    assert "less decade 1980s" in said and "Crime" not in said


def test_without_candidates_there_is_no_loop():
    with pytest.raises(ValueError, match="one candidate or more, got none"):
        loop([], candidates=())
    with pytest.raises(ChatError, match="this one has none"):
        Offering(TABLE).chat([user("a comedy, please")])


def test_both_agents_stream_what_they_say():
    sharp = Answering(person([HEAT], sharpness=1000.0), TABLE)
    *words, last = sharp.stream(shown(AIRPLANE))
    assert "".join(words) == last.text
    text = "Somebody.\n\nCandidates:\n[5] Airplane! (1980)"
    *words, last = Offering(TABLE).stream([user(text)])
    assert "".join(words) == last.text
    assert last.text == "[5] Airplane! (1980)\nBecause: nothing that you saw is like it."
