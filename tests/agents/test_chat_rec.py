"""A retriever narrows, a chat model chooses, and what it names is checked."""

import pytest

from rectutor.agents.chat_rec import chat_rec, expanded, prompt_of
from rectutor.chat import ChatError, Reply, Usage
from rectutor.lm.chat import ScriptedChat
from tests.agents.small import catalogue


def choose(text, candidates=(5, 4, 2)):
    model = ScriptedChat([Reply(text, usage=Usage(7, 2))])
    return chat_rec(model, catalogue(), [3, 1], list(candidates), "something dark")


def test_the_prompt_holds_history_candidates_and_request():
    assert prompt_of(catalogue(), [3, 1], [5, 2], "something dark") == (
        "This person saw, the newest last:\n[3] Up (2009)\n[1] Heat (1995)\n\n"
        "Candidates:\n[5] Airplane! (1980)\n[2] Collateral (2004)\n\n"
        "This person says: something dark"
    )
    assert "nothing yet" in prompt_of(catalogue(), [], [5], "")
    assert "says" not in prompt_of(catalogue(), [], [5], "")


def test_named_candidates_come_first_and_the_others_follow():
    chosen = choose("[2] fits best, then [5].")
    assert chosen.items == (2, 5, 4)
    assert (chosen.n_named, chosen.made_up, chosen.usage) == (2, (), Usage(7, 2))


def test_what_is_no_candidate_is_dropped_and_counted():
    chosen = choose("[3], [99], [4]!")
    assert chosen.items == (4, 5, 2)
    assert (chosen.n_named, chosen.made_up) == (1, (3, 99))


def test_a_model_that_names_nothing_changes_nothing():
    assert choose("I like all of them.").items == (5, 4, 2)


def test_without_candidates_or_reply_there_is_no_list():
    with pytest.raises(ValueError, match="one candidate or more, got none"):
        choose("", candidates=())
    with pytest.raises(ChatError, match="wait"):
        chat_rec(ScriptedChat([ChatError("busy", "wait")]), catalogue(), [], [1])


def test_paraphrases_find_what_one_wording_misses():
    own = catalogue()
    assert expanded(own.search, ["gangster"], 3) == ()
    assert expanded(own.search, ["gangster", "thief", "killer"], 3) == (1, 2)
    both = expanded(own.search, ["thief detective", "detective in the house"], 3)
    assert both[0] == 1
