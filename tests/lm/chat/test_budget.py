"""Nothing is spent that was not allowed."""

import pytest

from rectutor.chat import ChatError, ChatModel, Reply, ToolCall, Usage, user
from rectutor.lm.chat.budget import Budget, BudgetedChat
from rectutor.lm.chat.scripted import ScriptedChat
from tests.lm.chat.tools import ASKED

PRICES = {"price_of_prompt": 10.0, "price_of_reply": 100.0}


def chatty():
    return ScriptedChat([Reply("word", usage=Usage(100, 50))] * 10)


def test_calls_are_counted_and_the_next_is_refused_before_it_is_made():
    inner = chatty()
    model = BudgetedChat(inner, Budget(n_calls=2))
    assert isinstance(model, ChatModel)
    model.chat(ASKED)
    assert isinstance(list(model.stream(ASKED))[-1], Reply)
    assert (model.n_calls, model.usage) == (2, Usage(200, 100))
    with pytest.raises(ChatError, match="all 2 calls of this run are used") as raised:
        model.chat(ASKED)
    assert raised.value.kind == "budget"
    assert len(inner.asked) == 2


def test_tokens_are_counted_with_what_the_next_call_needs():
    model = BudgetedChat(chatty(), Budget(n_tokens=310), tokens_of=lambda _: 100, reply_tokens=50)
    model.chat(ASKED)  # 150 of 310; the next fits, the third does not
    model.chat(ASKED)
    with pytest.raises(ChatError, match="needs about 150 tokens, and 300 of 310 are used"):
        model.chat(ASKED)
    assert model.n_calls == 2


def test_money_is_what_tokens_cost():
    budget = Budget(money=0.01, **PRICES)
    assert budget.cost(Usage(100, 50)) == pytest.approx(0.001 + 0.005)
    model = BudgetedChat(chatty(), budget, tokens_of=lambda _: 100, reply_tokens=50)
    model.chat(ASKED)
    assert model.spent == pytest.approx(0.006)
    with pytest.raises(ChatError, match=r"costs about 0\.0060, and 0\.0060 of 0\.0100 is spent"):
        model.chat(ASKED)


def test_a_guess_is_a_token_for_four_characters():
    model = BudgetedChat(chatty(), Budget(n_tokens=9))
    model.chat([user("x" * 36)])
    with pytest.raises(ChatError, match="needs about 9 tokens, and 150 of 9 are used"):
        model.chat([user("x" * 36)])


def test_a_model_that_does_not_count_is_charged_by_guess():
    silent = ScriptedChat([Reply("x" * 40)] * 9)
    model = BudgetedChat(silent, Budget(n_tokens=25))
    model.chat([user("x" * 12)])
    assert model.usage == Usage(3, 10)
    list(model.stream([user("x" * 8)]))
    assert model.usage == Usage(5, 20)
    with pytest.raises(ChatError, match="needs about 1 tokens, and 25 of 25 are used"):
        model.chat([user("x" * 4)])
    called = BudgetedChat(ScriptedChat([Reply("", (ToolCall("look", {}),))]))
    called.chat([user("x" * 4)])
    assert called.usage == Usage(1, 1)  # "look {}" has seven characters


@pytest.mark.parametrize(("kind", "used"), [("malformed", Usage(3, 7)), ("busy", Usage())])
def test_an_answer_that_cannot_be_read_was_paid_for_and_none_was_not(kind, used):
    lines = [ChatError(kind, "oh")] * 2
    model = BudgetedChat(ScriptedChat(lines), reply_tokens=7)
    with pytest.raises(ChatError, match="oh"):
        model.chat([user("x" * 12)])
    assert (model.n_calls, model.usage) == (1, used)
    with pytest.raises(ChatError, match="oh"):
        list(model.stream([user("x" * 12)]))
    assert model.usage == used.plus(used)


def test_a_stream_that_nobody_reads_to_its_end_was_paid_for():
    model = BudgetedChat(chatty(), reply_tokens=7)
    next(iter(model.stream([user("x" * 12)])))
    assert model.usage == Usage(3, 7)
