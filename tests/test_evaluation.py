"""`evaluate` and `leaderboard`, checked against ranks worked out by hand."""

import numpy as np
import pytest

from rectutor.evaluation import compare, evaluate, leaderboard
from rectutor.models.markov import Markov
from rectutor.schema import Queries
from rectutor.training import fit
from tests.models.worlds import cycle_world


class Fixed:
    """Scores every user alike, by given numbers."""

    def __init__(self, name: str, scores: list[float]) -> None:
        self.name, self.scores = name, np.array([-np.inf, *scores], dtype=np.float32)

    def score(self, queries: Queries, candidates=None):
        scores = np.tile(self.scores, (len(queries.user_index), 1))
        return scores if candidates is None else np.take_along_axis(scores, candidates, 1)


class Lists:
    """Recommends items 1..k to everybody."""

    name = "lists"

    def recommend(self, queries: Queries, k: int):
        return np.tile(np.arange(1, k + 1), (len(queries.user_index), 1))


SPLIT = cycle_world(n_users=3, n_items=6, length=4)


def test_the_rank_counts_unseen_items_only():
    result = evaluate(Fixed("down", [6, 5, 4, 3, 2, 1]), SPLIT, k=2)
    for row, (history, target) in enumerate(
        zip(SPLIT.test.queries.history, SPLIT.test.targets[:, 0], strict=True)
    ):
        better = [i for i in range(1, target) if i not in history]
        assert result.ranks[row, 0] == 1 + len(better)
        unseen = [i for i in range(1, 7) if i not in history]
        assert result.top[row].tolist() == unseen[:2]


def test_a_held_out_item_that_was_seen_before_can_still_be_ranked():
    again = SPLIT._replace(test=SPLIT.test._replace(targets=SPLIT.test.queries.history[:, -1:]))
    result = evaluate(Fixed("down", [6, 5, 4, 3, 2, 1]), again)
    assert (result.ranks >= 1).all()


def test_a_model_that_scores_everything_alike_ranks_last_among_the_unseen():
    result = evaluate(Fixed("flat", [0] * 6), SPLIT)
    assert result.ranks[:, 0].tolist() == [3, 3, 3]  # 6 items, 3 of them seen


def test_lists_are_judged_as_lists_and_outside_them_is_a_miss():
    result = evaluate(Lists(), SPLIT, k=2)
    hits = [int(target <= 2) for target in SPLIT.test.targets[:, 0]]
    assert result.per_user("HR@2").tolist() == hits
    assert result.how == "lists of 2"
    with pytest.raises(ValueError, match=r"HR@5 needs lists of 5 items, lists was asked for 2"):
        result.per_user("HR@5")


def test_validation_and_test_ask_different_questions():
    flat = Fixed("flat", [0] * 6)
    on = evaluate(flat, SPLIT, on="validation")
    assert on.ranks[:, 0].tolist() == [4, 4, 4]
    with pytest.raises(ValueError, match='on must be "validation" or "test", got \'dev\''):
        evaluate(flat, SPLIT, on="dev")


def test_some_users_can_be_asked_alone():
    result = evaluate(Fixed("flat", [0] * 6), SPLIT, users=np.array([2]))
    assert result.user_index.tolist() == [2]
    with pytest.raises(ValueError, match="none of the 1 users has a case"):
        evaluate(Fixed("flat", [0] * 6), SPLIT, users=np.array([99]))


def test_batches_do_not_change_the_answer():
    model = Fixed("down", [6, 5, 4, 3, 2, 1])
    whole, single = evaluate(model, SPLIT), evaluate(model, SPLIT, batch_size=1)
    assert np.array_equal(whole.ranks, single.ranks)
    assert np.array_equal(whole.top, single.top)


def test_a_column_must_be_a_metric_with_a_cutoff():
    result = evaluate(Fixed("flat", [0] * 6), SPLIT)
    for column in ("NDCG", "hits@10", "HR@0", "HR@x"):
        with pytest.raises(ValueError, match=f"such as \"NDCG@10\", got '{column}'"):
            result.per_user(column)


def test_the_leaderboard_is_sorted_and_holds_its_intervals():
    split = cycle_world(n_users=40, n_items=30)
    markov = Markov()
    fit(markov, split)
    table = leaderboard([evaluate(Fixed("flat", [0] * 30), split), evaluate(markov, split)])
    assert table["model"].tolist() == ["Markov", "flat"]
    assert (table["HR@10 low"] <= table["HR@10"]).all()
    assert (table["HR@10"] <= table["HR@10 high"]).all()
    assert table["users"].tolist() == [40, 40]
    assert table["Gini"].between(0, 1).all() and table["coverage"].between(0, 1).all()


def test_two_models_are_compared_on_the_users_they_share():
    split = cycle_world(n_users=40, n_items=30)
    markov = Markov()
    fit(markov, split)
    few = evaluate(Fixed("flat", [0] * 30), split, users=np.arange(10))
    found = compare(evaluate(markov, split), few, "HR@10")
    assert found.mean == evaluate(markov, split, users=np.arange(10)).mean("HR@10")
    assert found.is_real
    with pytest.raises(ValueError, match="Markov and flat were asked about different users"):
        compare(evaluate(markov, split, users=np.arange(10, 20)), few, "HR@10")
