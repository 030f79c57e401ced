import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.seeds import seed_pairs, seed_spread, train_with_seeds
from rectutor.data import leave_one_out
from rectutor.models.bpr import BPR, BPRConfig


def runs():
    hits = {0: "1100", 1: "0000"}
    return pd.DataFrame(
        {"model": "A", "seed": list(hits), "HR@10": [0.5, 0.0], "hits": ["u1100", "u0000"]}
    )


def test_the_spread_over_seeds_stands_beside_the_error_over_users():
    row = seed_spread(runs()).iloc[0]
    assert (row["mean"], row["lowest"], row["highest"], row["seeds"]) == (0.25, 0.0, 0.5, 2)
    assert row["over seeds"] == pytest.approx(np.std([0.5, 0.0], ddof=1))
    assert row["over users"] == pytest.approx(np.std([1, 1, 0, 0], ddof=1) / 2)


def test_two_seeds_are_compared_as_if_they_were_two_models():
    row = seed_pairs(runs(), "A").iloc[0]
    assert row["pair"] == "seed 0 - seed 1"
    assert row["value"] == 0.5
    assert row["low"] <= 0.5 <= row["high"]
    half = 1.96 * np.std([1, 1, 0, 0], ddof=1) / 2  # the other seed has no spread
    assert row["unpaired high"] == pytest.approx(0.5 + half)


def test_every_seed_is_trained_and_every_user_kept():
    rows = [(u, 1 + (u + s) % 9, 100 * u + s) for u in range(8) for s in range(6)]
    table = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    split = leave_one_out(table)
    found = train_with_seeds(
        {"MF": lambda seed: BPR(BPRConfig(split.n_users, split.n_items, width=4), seed=seed)},
        split, seeds=(0, 1), epochs=1,
    )  # fmt: skip
    assert found["seed"].tolist() == [0, 1]
    assert {len(text) for text in found["hits"]} == {1 + 8}
    assert found["HR@10"].tolist() == [text.count("1") / 8 for text in found["hits"]]
