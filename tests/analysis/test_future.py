import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.future import KINDS, ask_in_blocks, future_table, share_later
from rectutor.data import leave_one_out, number_events
from rectutor.models.markov import Markov

DAY = 1000


def fashion(n_users=40):
    """Everybody goes 1, 2, 3, then from half-time on 4 to 5, before that 4 to 6.

    Users come one after the other, so the later half can only be known from the future.
    """
    rows = []
    for user in range(n_users):
        last = 6 if user < n_users // 2 else 5
        items = [1, 2, 3, 4, last, 7, 8]
        rows += [(user, item, user * DAY + step) for step, item in enumerate(items)]
    return pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])


def test_half_of_all_training_lies_in_the_future_when_users_come_one_by_one():
    assert share_later(leave_one_out(fashion())) == pytest.approx(0.5, abs=0.02)


def test_only_the_past_is_what_it_says():
    table = fashion()
    split, events = leave_one_out(table), number_events(table)[0]
    answers = ask_in_blocks(lambda: Markov(window=1), split, events, n_blocks=4)
    assert set(answers["kind"]) == set(KINDS)
    assert answers["block"].value_counts().tolist() == [30, 30, 30]  # 3 blocks, 10 users, 3 kinds
    past = answers[answers["kind"] == "only the past"]
    assert past.groupby("block")["events"].first().tolist() == [70, 140, 210]  # 10, 20, 30 users


class Newest:
    """Puts the items with the highest number on top, whatever it was trained on."""

    name = "Newest"

    def count(self, train, n_items):
        self.n_items = n_items

    def score(self, queries, candidates=None):
        scores = np.tile(np.arange(self.n_items + 1, dtype=np.float32), (len(queries.now), 1))
        scores[:, 0] = -np.inf
        return scores


def test_items_that_nobody_had_yet_are_counted_in_the_lists():
    # user u watches 25 films of their own, from 25 u + 1 on: all films of later users are unborn
    rows = [(u, 25 * u + s + 1, 100 * u + s) for u in range(4) for s in range(25)]
    table = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    split, events = leave_one_out(table), number_events(table)[0]
    answers = ask_in_blocks(Newest, split, events, n_blocks=4)
    part = answers[answers["kind"] == "leave one out"].set_index("user_index")["unborn"]
    assert part.to_dict() == {1: 1.0, 2: 1.0, 3: 0.0}


def test_the_table_compares_each_kind_with_the_past_on_the_same_users():
    answers = pd.DataFrame(
        {"user_index": [0, 1] * 3, "kind": np.repeat(KINDS, 2), "block": 1,
         "HR@10": [1.0, 1.0, 1.0, 0.0, 0.0, 0.0], "NDCG@10": 0.0, "unborn": [0.5] * 2 + [0.0] * 4,
         "events": 10}
    )  # fmt: skip
    table = future_table(answers).set_index("kind")
    assert table["value"].to_dict() == {KINDS[0]: 1.0, KINDS[1]: 0.5, KINDS[2]: 0.0}
    assert table.loc[KINDS[0], ["difference", "difference low"]].tolist() == [1.0, 1.0]
    assert table.loc[KINDS[0], "unborn"] == 0.5
    assert future_table(answers, "NDCG@10")["value"].tolist() == [0.0, 0.0, 0.0]


def test_one_block_is_no_division():
    table = fashion(8)
    with pytest.raises(ValueError, match="n_blocks of 2 or more, got 1"):
        ask_in_blocks(Markov, leave_one_out(table), number_events(table)[0], n_blocks=1)
