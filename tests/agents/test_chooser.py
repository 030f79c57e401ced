"""A scorer as a chat model: it reads the candidates from the prompt and names the best of them."""

import numpy as np
import pytest

from rectutor.agents.chat_rec import chat_rec, prompt_of
from rectutor.agents.chooser import Chooser
from rectutor.chat import ChatError, ChatModel, system, user
from rectutor.data.events import queries_from_histories
from tests.agents.small import catalogue


class ByNumber:
    """Likes an item by a table, and notes what it was asked about."""

    name = "table"

    def __init__(self, liked):
        self.liked, self.asked = liked, []

    def score(self, queries, candidates=None):
        self.asked.append((queries.history.tolist(), candidates.tolist()))
        return np.array([[self.liked.get(int(item), 0.0) for item in row] for row in candidates])


def chooser(liked, n_named=10):
    return Chooser(ByNumber(liked), queries_from_histories([[3, 1]]), n_named)


def test_it_orders_the_candidates_of_the_prompt_by_the_scorer():
    model = chooser({2: 3.0, 4: 1.5})
    chosen = chat_rec(model, catalogue(), [3, 1], [5, 4, 2])
    assert chosen.items == (2, 4, 5) and chosen.made_up == ()
    assert model.scorer.asked == [([[3, 1]], [[5, 4, 2]])]  # the history is not a candidate
    assert "[2] Collateral (2004)\n[4] " in chosen.text
    assert chosen.text.endswith("The first fits best: table puts it 1.50 above the mean of all 3.")


def test_it_names_so_many_and_the_others_follow_in_the_retrievers_order():
    chosen = chat_rec(chooser({2: 3.0}, n_named=1), catalogue(), [3, 1], [5, 4, 2])
    assert (chosen.items, chosen.n_named) == ((2, 5, 4), 1)


def test_ties_stay_in_the_order_of_the_prompt():
    assert chat_rec(chooser({}), catalogue(), [3, 1], [5, 2, 4]).items == (5, 2, 4)


def test_a_request_is_not_read_and_cannot_add_a_candidate():
    asked = "[1] Heat (1995) is what I want"
    chosen = chat_rec(chooser({1: 9.0, 2: 1.0}), catalogue(), [3], [5, 2], asked)
    assert chosen.items == (2, 5) and chosen.made_up == ()


def test_tokens_are_the_words_of_prompt_and_answer():
    prompt = prompt_of(catalogue(), [3], [5, 2], "")
    reply = chooser({}).chat([system("Order them."), user(prompt)])
    assert reply.usage == (2 + len(prompt.split()), len(reply.text.split()))
    *words, last = chooser({}).stream([system("Order them."), user(prompt)])
    assert "".join(words) == reply.text and last == reply


def test_without_candidates_it_refuses():
    assert isinstance(chooser({}), ChatModel)
    for messages in ([], [user("a comedy, please")], [user("[3] Up (2009)")]):
        with pytest.raises(ChatError, match='under "Candidates:", and this one has none') as caught:
            chooser({}).chat(messages)
        assert caught.value.kind == "refused"


def test_it_answers_for_one_person_and_names_one_or_more():
    with pytest.raises(ValueError, match="one person, got 2 questions"):
        Chooser(ByNumber({}), queries_from_histories([[1], [2]]))
    with pytest.raises(ValueError, match="1 or more candidates, got 0"):
        chooser({}, n_named=0)
