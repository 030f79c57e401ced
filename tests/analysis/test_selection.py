import numpy as np
import pytest

from rectutor.analysis.selection import best_of, random_hits


def test_the_best_of_many_random_models_is_a_random_model_to_fresh_users():
    n_candidates = np.full(600, 100)
    table = best_of(lambda rng: random_hits(n_candidates, 50, 10, rng), [50, 300]).set_index(
        "users"
    )
    assert table.loc[50, "reported"] > 0.17
    assert table["fresh"].tolist() == pytest.approx([0.1, 0.1], abs=0.01)
    assert table.loc[300, "optimism"] < table.loc[50, "optimism"]


def test_a_model_that_is_best_for_everybody_is_reported_as_it_is():
    per_user = np.array([np.zeros(10), np.ones(10)])
    row = best_of(lambda rng: per_user, [4], n_repeats=5).iloc[0]
    assert (row["reported"], row["fresh"], row["average"], row["optimism"]) == (1.0, 1.0, 0.5, 0.0)


@pytest.mark.parametrize("n", [0, 3])
def test_somebody_must_be_chosen_on_and_somebody_fresh(n):
    with pytest.raises(ValueError, match=f"n_choose from 1 to 2 of 3 users, got {n}"):
        best_of(lambda rng: np.zeros((2, 3)), [n])


def test_random_scorers_hit_as_often_as_the_list_is_long():
    hits = random_hits(np.array([20, 200]), 20_000, 10, np.random.default_rng(0))
    assert hits.mean(axis=0).tolist() == pytest.approx([0.5, 0.05], abs=0.01)
