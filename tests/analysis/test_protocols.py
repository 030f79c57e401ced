import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.protocols import (
    Canary,
    Constant,
    drawn_by_popularity,
    protocol_table,
    ranks_by_tie_rule,
    with_target_in_history,
)
from rectutor.data import leave_one_out
from rectutor.evaluation import evaluate
from rectutor.models.markov import Markov


def people(n_users=30):
    """Thirty people on forty items; each goes up by one step from a place of their own."""
    rows = [
        (u, 1 + (u + s) % 40, 4.0 + (s % 3 == 0), 100 * u + s) for u in range(n_users)
        for s in range(12)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["user_id", "item_id", "rating", "timestamp"])


def fitted(model, split):
    model.count(split.train, split.n_items)
    return model


def test_the_canary_is_silent_until_the_answer_lies_in_the_history():
    split = leave_one_out(people())
    canary = fitted(Canary(), split)
    assert evaluate(canary, split).mean("HR@10") == 0.0
    leaky = split._replace(test=with_target_in_history(split.test))
    assert evaluate(canary, leaky).mean("HR@10") == 1.0


def test_the_planted_leak_is_the_target_at_the_end_of_its_own_history():
    split = leave_one_out(people())
    leaky = with_target_in_history(split.test)
    assert (leaky.queries.history[:, -1] == split.test.targets[:, 0]).all()
    assert (leaky.queries.timestamps[:, -1] == split.test.queries.now).all()
    assert (leaky.queries.history[:, :-1] == split.test.queries.history).all()


def test_a_constant_scorer_gets_nothing_or_everything_by_the_tie_rule():
    split = leave_one_out(people())
    scores = fitted(Constant(), split).score(split.test.queries)
    ranks = ranks_by_tie_rule(scores, split.test.targets[:, 0], np.random.default_rng(0))
    assert set(ranks["against the target"]) == {split.n_items}
    assert set(ranks["for the target"]) == {1}
    assert 1 < ranks["at random"].mean() < split.n_items


def test_candidates_can_be_scored_alone():
    split = leave_one_out(people())
    asked = split.test.queries
    inside, outside = asked.history[:, -1], split.test.targets[:, 0]
    candidates = np.stack([inside, outside], axis=1)
    assert fitted(Canary(), split).score(asked, candidates).tolist() == [[1.0, 0.0]] * len(inside)
    assert fitted(Constant(), split).score(asked, candidates).tolist() == [[0.0, 0.0]] * len(inside)


def test_ties_between_three_scores_by_hand():
    scores = np.array([[-np.inf, 0.5, 0.9, 0.5, 0.1]])
    ranks = ranks_by_tie_rule(scores, np.array([1]), np.random.default_rng(0))
    assert ranks["against the target"].tolist() == [3]
    assert ranks["for the target"].tolist() == [2]
    assert ranks["at random"][0] in (2, 3)


def test_popular_items_are_drawn_more_often():
    rng = np.random.default_rng(0)
    scores = np.tile([-np.inf, 0.5, 0.9, 0.1, 0.1, 0.1], (4000, 1))  # item 2 beats the target
    counts = np.array([0, 1, 50, 1, 1, 1])
    ranks = drawn_by_popularity(scores, np.ones(4000, dtype=int), counts, 1, rng)
    assert (ranks == 2).mean() == pytest.approx(50 / 53, abs=0.02)


def test_nothing_removed_is_drawn():
    scores = np.array([[-np.inf, 0.5, -np.inf, 0.1]])
    counts = np.array([0, 1, 1000, 1])
    assert drawn_by_popularity(scores, np.array([1]), counts, 1, np.random.default_rng(0))[0] == 1


def test_each_protocol_gives_one_row_and_the_courses_own_comes_first():
    table = protocol_table(lambda: Markov(window=1), people(), core=6)
    split = leave_one_out(people())
    own = evaluate(fitted(Markov(window=1), split), split).mean("HR@10")
    assert table.loc[0, "value"] == own
    assert table.loc[0, "protocol"] == "the course's own"
    assert len(table) == len(set(table["protocol"])) == 10
    by_name = table.set_index("protocol")["value"]
    assert by_name["ties for the target"] >= by_name["ties at random"] >= own
