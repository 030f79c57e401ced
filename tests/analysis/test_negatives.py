import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.negatives import (
    NAME,
    candidates_per_user,
    count_models,
    full_and_sampled,
    pairs,
    repeat_correction,
)
from rectutor.analysis.records import read_record
from rectutor.data import k_core, leave_one_out, load
from rectutor.evaluation import evaluate
from rectutor.metrics import expected_sampled_hit_rate, hit_rate
from rectutor.models.markov import Markov
from rectutor.schema import Cases, Queries

USERS = 400


def cases(histories, targets):
    history = np.array(histories)
    B = len(history)
    queries = Queries(np.arange(B), history, history * 0.0, history * 0, np.zeros(B, dtype=int))
    return Cases(queries, np.array(targets)[:, None])


def test_each_user_has_the_items_not_yet_seen_as_candidates():
    asked = cases([[0, 0, 3], [1, 2, 3]], [4, 5])
    assert candidates_per_user(asked, n_items=10).tolist() == [9, 7]


def sharp_and_smooth():
    """One model is right for a fifth of the users and lost for the rest; one is never far off."""
    sharp = np.where(np.arange(USERS) % 5 == 0, 1, 1000)
    smooth = np.where(np.arange(USERS) % 10 == 0, 1, 60)
    return {"sharp": sharp, "smooth": smooth}


def test_a_model_that_is_rarely_far_off_wins_under_sampling_and_loses_in_full():
    table = full_and_sampled(sharp_and_smooth(), np.full(USERS, 1000), m=99, k=10)
    table = table.set_index("model")
    assert table.loc["sharp", "full"] == pytest.approx(0.2)
    assert table.loc["smooth", "full"] == pytest.approx(0.1)
    assert table.loc["sharp", "sampled"] == pytest.approx(0.2)  # rank 1000 is last in any sample
    assert table.loc["sharp", "inflation"] == pytest.approx(1.0)
    assert table.loc["smooth", "sampled"] > 0.9
    assert table.loc["smooth", "full low"] < 0.1 < table.loc["smooth", "full high"]


def test_the_pair_that_changes_places_is_called_a_flip():
    found = pairs(sharp_and_smooth(), np.full(USERS, 1000), m=99, k=10).iloc[0]
    assert found["pair"] == "sharp - smooth"
    assert found["full"] == pytest.approx(0.1)
    assert found["verdict"] == "flips"


def test_a_pair_that_keeps_its_order_is_not_a_flip_and_equals_are_within_noise():
    ranks = {"best": np.ones(USERS, dtype=int), "worst": np.full(USERS, 900)}
    ranks["same"] = ranks["best"]
    table = pairs(ranks, np.full(USERS, 1000), m=99, k=10).set_index("pair")["verdict"]
    assert table["best - worst"] == "same order"
    assert table["best - same"] == "within noise"


def test_the_correction_repairs_the_level_and_less_bias_costs_scatter():
    ranks = {"even": np.random.default_rng(0).integers(1, 501, size=USERS)}
    table = repeat_correction(ranks, np.full(USERS, 500), m=49, k=10, gammas=(0.1, 0.001))
    table = table.set_index("estimator")
    truth = hit_rate(ranks["even"], 10)
    raw = expected_sampled_hit_rate(ranks["even"], 500, 49, 10).mean()
    assert table["truth"].tolist() == pytest.approx([truth] * 3)
    assert table.loc["as sampled", "value"] == pytest.approx(raw, abs=0.005)
    assert abs(table.loc["corrected, gamma 0.1", "bias"]) < 0.01
    assert table.loc["as sampled", "bias"] > 0.1
    assert table.loc["corrected, gamma 0.001", "noise"] > table.loc["corrected, gamma 0.1", "noise"]
    assert (table["low"] <= table["value"]).all() and (table["value"] <= table["high"]).all()


def test_the_models_of_the_lesson_are_ranked_on_the_same_users():
    rows = [(u, i, t) for u in range(6) for t, i in enumerate([1 + u % 3, 4, 5, 6 + u % 2])]
    table = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    ranks = count_models(leave_one_out(table))
    assert list(ranks) == [
        "Random", "Popularity", "Item-kNN", "EASE", "Markov (last film)", "Markov",
    ]  # fmt: skip
    assert {len(own) for own in ranks.values()} == {6}


def test_the_record_of_real_people_can_be_measured_again(real_data):
    data = load("ml-latest-small", folder=real_data / "ml-latest-small")
    split = leave_one_out(k_core(data.interactions, k=5))
    model = Markov()
    model.count(split.train, split.n_items)
    ranks = evaluate(model, split).ranks[:, 0]
    n_candidates = candidates_per_user(split.test, split.n_items)
    recorded = read_record(NAME).table.set_index(["model", "m"])["value"]
    sampled = expected_sampled_hit_rate(ranks, n_candidates, 99, 10).mean()
    assert recorded["Markov", 99] == pytest.approx(sampled, abs=0.01)
    assert recorded["Markov", split.n_items - 1] == pytest.approx(hit_rate(ranks, 10), abs=0.01)
