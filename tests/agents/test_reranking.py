"""An agent orders a retriever's candidates: it loses none and adds none."""

import numpy as np
import pytest

from rectutor.agents.reranking import Ordered, Reranking, in_order
from rectutor.evaluation import evaluate
from rectutor.models.tallrec import Reranker
from rectutor.schema import PAD, Recommender
from tests.models.worlds import cycle_world


class Distinct:
    """Scores items by a fixed shuffle, so that there are no ties."""

    name = "shuffle"

    def score(self, queries, candidates=None):
        scores = np.random.default_rng(0).permutation(31).astype(float)
        scores[PAD] = -np.inf
        return np.tile(scores, (len(queries.history), 1))


def world():
    return cycle_world(n_users=40, n_items=30), Distinct()


def saying(items, n_model=1, n_tool=0):
    return lambda query, candidates: Ordered(tuple(items(candidates)), n_model, n_tool)


def test_an_agent_that_says_nothing_changes_nothing():
    split, model = world()
    silent = Reranking("silent", model, saying(lambda found: ()), n=12)
    assert isinstance(silent, Recommender)
    both = [evaluate(one, split, k=10) for one in (silent, model)]
    assert np.array_equal(both[0].top, both[1].top)
    assert both[0].per_user("HR@10").tolist() == both[1].per_user("HR@10").tolist()


@pytest.mark.parametrize("seed", range(3))
def test_an_agent_never_loses_a_candidate_and_never_adds_one(seed):
    split, model = world()
    rng = np.random.default_rng(seed)
    wild = Reranking("wild", model, saying(lambda found: rng.integers(0, 40, size=15)), n=12)
    queries = split.test.queries
    lists = wild.recommend(queries, 12)
    candidates = Reranker(model, model, 12).candidates(queries)
    assert np.array_equal(np.sort(lists), np.sort(candidates))
    assert not np.array_equal(lists, candidates)


def test_the_ceiling_is_the_retrievers_hit_rate_over_all_candidates():
    split, model = world()
    targets = dict(zip(split.test.queries.user_index, split.test.targets[:, 0], strict=True))
    knows = Reranking(
        "knows", model, lambda query, found: Ordered((int(targets[query.user_index[0]]),), 1, 0), 12
    )
    best = evaluate(knows, split, k=1).mean("HR@1")
    assert 0 < best < 1
    assert best == evaluate(model, split, k=12).mean("HR@12")


def test_an_agent_is_asked_about_one_person_and_unseen_films():
    split, model = world()
    asked = []

    def notes(query, candidates):
        asked.append((query.user_index.tolist(), set(candidates) & {PAD, *query.history[0]}))
        return Ordered((), 1, 0)

    Reranking("notes", model, notes, n=29).recommend(split.test.queries.take(slice(0, 3)), 10)
    assert asked == [([user], set()) for user in split.test.queries.user_index[:3].tolist()]


def test_calls_are_the_mean_over_the_people_asked_for():
    split, model = world()
    costs = {0: (1, 0), 1: (2, 1), 2: (3, 3)}
    own = Reranking("own", model, lambda query, _: Ordered((), *costs[int(query.user_index[0])]))
    own.recommend(split.test.queries.take(slice(0, 3)), 5)
    assert own.calls(np.array([0, 1])) == "1.5 model, 0.5 tool"
    assert own.calls(np.array([0])) == "1.0 model"
    own.recommend(split.test.queries.take(slice(0, 3)), 5)  # asked again: not counted twice
    assert own.calls(np.array([0, 1, 2])) == "2.0 model, 1.3 tool"
    with pytest.raises(KeyError, match="7"):
        own.calls(np.array([7]))


def test_a_person_who_saw_everything_is_not_asked_about():
    split, model = world()
    everything = split.test.queries.take(slice(0, 1))._replace(history=np.arange(1, 31)[None])
    never = Reranking("never", model, lambda *_: pytest.fail("asked"), n=5)
    assert never.recommend(everything, 3).tolist() == [[PAD] * 3]
    assert never.calls(everything.user_index) == "0.0 model"


def test_a_list_is_padded_beyond_the_candidates():
    split, model = world()
    short = Reranking("short", model, saying(lambda found: found[::-1]), n=3)
    (row,) = short.recommend(split.test.queries.take(slice(0, 1)), 5)
    assert (row[:3] > 0).all() and (row[3:] == PAD).all()


def test_what_was_named_comes_first():
    assert in_order((9, 2, 2, 3), (1, 2, 3)) == (2, 3, 1)
    with pytest.raises(ValueError, match="1 or more candidates, got 0"):
        Reranking("none", Distinct(), saying(lambda found: ()), n=0)
