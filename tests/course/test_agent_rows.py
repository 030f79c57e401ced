"""Which agents stand in the leaderboard, and on what they stand."""

import numpy as np

from rectutor.agents.reranking import Reranking
from rectutor.course.agent_rows import BY_RULE, agents
from rectutor.data.worlds import load
from rectutor.models.tallrec import Reranker
from rectutor.training.assets import fit_or_load, split_of


def listed(items, judge=None, has_tiny=False, stars=1):
    split = split_of("films")
    split = split._replace(train=split.train._replace(rating=stars * split.train.rating))
    return dict(agents(split, items, lambda: fit_or_load("sasrec-films"), judge, has_tiny))


def test_who_stands_there_depends_on_the_data():
    items = load("films").items
    assert list(listed(items)) == list(BY_RULE) == ["RecMind", "ToolRec", "Feedback loop"]
    assert set(listed(items, judge=lambda: None)) - set(BY_RULE) == {"Chat-Rec (TALLRec)"}
    assert set(listed(items, has_tiny=True)) - set(BY_RULE) == {"ReAct (tiny)"}
    assert list(listed(items, stars=0)) == ["ToolRec", "Feedback loop"]
    assert list(listed(items[["item_id", "title", "year"]])) == ["RecMind"]
    assert not listed(items[["item_id", "title"]], judge=lambda: None, has_tiny=True)


def test_the_tiny_model_hands_on_the_retrievers_order_and_takes_two_turns():
    few = split_of("films").test.queries.take(slice(0, 4))
    row = listed(load("films").items, has_tiny=True)["ReAct (tiny)"]()
    sasrec = fit_or_load("sasrec-films")
    assert isinstance(row, Reranking) and row.how == "reranks 20 of SASRec (CE)"
    found = Reranker(sasrec, sasrec, 20).candidates(few)
    assert np.array_equal(row.recommend(few, 20), found)
    assert row.calls(few.user_index) == "2.0 model, 1.0 tool"


def test_rules_order_the_same_candidates_in_orders_of_their_own():
    few = split_of("films").test.queries.take(slice(0, 8))
    sasrec = fit_or_load("sasrec-films")
    found = Reranker(sasrec, sasrec, 20).candidates(few)
    rows = [make().recommend(few, 20) for make in listed(load("films").items).values()]
    for lists in rows:
        assert np.array_equal(np.sort(lists), np.sort(found)) and not np.array_equal(lists, found)
    assert len({lists.tobytes() for lists in rows}) == len(BY_RULE)


def test_numbers_mean_the_same_films_to_agents_and_to_the_retriever():
    """A shuffled table of items gives the same orders: item numbers are the split's."""
    few = split_of("films").test.queries.take(slice(0, 4))
    items = load("films").items
    shuffled = items.sample(frac=1.0, random_state=0)
    one, other = (listed(own)["ToolRec"]().recommend(few, 10) for own in (items, shuffled))
    assert np.array_equal(one, other)
