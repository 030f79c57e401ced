"""One chain, the best branch of a tree, or all branches known."""

import re

import pytest

from rectutor.agents.planning import WAYS, Limits, plan
from rectutor.chat import ChatError, ToolCall
from rectutor.lm.chat import ScriptedChat
from tests.agents.small import toolbox

REQUEST = "What did the director of Collateral make with the lead of Heat?"


def seen_in(messages):
    return "\n".join(message.text for message in messages if message.role == "tool")


def two_clues(messages, tools):
    """Look both films up, in the order that is not forbidden, then look for both people."""
    known, forbidden = seen_in(messages), messages[0].text
    if "Michael Mann" in known and "Al Pacino" in known:
        return "It is [1]."
    for clue, title in (("Tom Cruise", "Collateral"), ("Al Pacino", "Heat (1995)")):
        if clue not in known and title not in forbidden:
            return ToolCall("facts", {"name": title})
    return ToolCall("history", {})


def run(way, limits=None, model=two_clues, worth=lambda seen: not seen.is_refusal):
    return plan(ScriptedChat(model), toolbox(), REQUEST, way, worth, limits)


def test_a_chain_makes_one_call_a_step():
    planned = run("chain")
    titles = [state.call.arguments["name"] for state in planned.explored]
    assert titles == ["Collateral", "Heat (1995)"]
    assert planned.trace.answer.items == (1,)


def test_a_tree_forgets_the_branch_that_it_left():
    planned = run("tree")
    titles = [state.call.arguments.get("name") for state in planned.explored]
    assert titles == ["Collateral", "Heat (1995)", "Heat (1995)", None]  # looked up twice
    assert planned.trace.answer.items == (1,)
    assert [step.kind for step in planned.trace.steps] == [*["call", "observation"] * 2, "answer"]


def test_self_inspiring_uses_what_was_found_on_branches_that_were_left():
    planned = run("self-inspiring")
    titles = [state.call.arguments["name"] for state in planned.explored]
    assert titles == ["Collateral", "Heat (1995)"]
    assert planned.trace.answer.items == (1,)


def test_with_one_step_only_self_inspiring_knows_enough():
    """Both clues lie on different branches of the first step."""
    limits = Limits(n_branches=2, n_steps=1)
    known = {way: len(run(way, limits).trace.steps) for way in WAYS}
    assert known == {"chain": 2, "tree": 2, "self-inspiring": 4}


def test_the_best_branch_goes_on():
    def worth(seen):
        return len(seen.text)

    planned = run("tree", Limits(n_steps=1), worth=worth)
    longest = max(planned.explored, key=lambda state: len(state.seen.text))
    assert planned.trace.steps[0].what == longest.call
    assert longest.call.arguments["name"] == "Heat (1995)"


def test_siblings_are_asked_to_differ():
    model = ScriptedChat(two_clues)
    plan(model, toolbox(), REQUEST, "tree", lambda seen: 0.0, Limits(n_steps=1))
    assert "else than: facts {'name': 'Collateral'}." in model.asked[1][0].text
    assert "else than" not in model.asked[0][0].text


def test_calls_of_all_branches_count():
    planned = run("tree", Limits(n_branches=3, n_calls=4), lambda *_: ToolCall("history", {}))
    assert len(planned.explored) == 4
    assert (planned.trace.stop, planned.trace.why) == ("steps", "no answer within steps and calls")


def test_tokens_of_branches_that_were_left_are_counted():
    model = ScriptedChat(two_clues)
    planned = plan(model, toolbox(), REQUEST, "tree", lambda seen: 0.0)
    words = sum(len(re.findall(r"\S+", m.text)) for turn in model.asked for m in turn)
    assert planned.usage.prompt_tokens == words
    assert planned.usage.total > planned.trace.usage.total


def test_a_model_that_fails_ends_the_search():
    script = [ToolCall("history", {}), ChatError("busy", "wait")]
    planned = plan(ScriptedChat(script), toolbox(), REQUEST, "chain", lambda seen: 0.0)
    assert (planned.trace.stop, planned.trace.why) == ("model", "wait")
    assert len(planned.explored) == 1


def test_another_way_lists_the_ways():
    with pytest.raises(ValueError, match="one of chain, tree, self-inspiring, got 'graph'"):
        run("graph")
