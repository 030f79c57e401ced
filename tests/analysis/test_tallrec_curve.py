"""The learning curve's parts, on questions small enough for paper."""

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from rectutor.analysis.tallrec_curve import (
    SIZES,
    arms,
    judged_row,
    likes_in,
    mean_over_seeds,
    next_item_scores,
    singular_values,
    strength,
)
from rectutor.data.judgements import Judgements
from rectutor.lm.lora import LoRALinear
from rectutor.training.taste import taste_of

ASKED = Judgements(
    np.array([0, 0, 1, 1]),
    np.array([[1, 2], [2, 3], [0, 4], [4, 5]]),
    np.array([[6, 7], [7, 8], [0, 9], [9, 1]]),
    np.array([3, 8, 5, 1]),
    np.array([True, False, True, False]),
)


def test_the_likes_in_questions_are_those_told_and_those_asked_each_once():
    users, items, likes = likes_in(ASKED)
    mine = {
        (u, i): y for u, i, y in zip(*map(np.ndarray.tolist, (users, items, likes)), strict=True)
    }
    assert len(mine) == len(users)  # nothing twice
    assert mine[0, 3] and mine[0, 2] and not mine[0, 8] and not mine[1, 9] and not mine[1, 1]
    assert (0, 0) not in mine and (1, 0) not in mine  # padding is no item


def test_a_row_of_measures_by_hand():
    row = judged_row(np.array([2.0, 1.0, 0.0, 0.0]), ASKED)
    assert row["within"] == pytest.approx((1 + 0.5) / 2)
    assert row["AUC"] == pytest.approx((2 + 0.5 + 0) / 4)
    odds = np.array([2.0, 1.0, 0.0, 0.0])
    losses = [np.log1p(np.exp(-2)), np.log1p(np.exp(1)), np.log(2), np.log(2)]
    assert row["log_loss"] == pytest.approx(np.mean(losses))
    assert np.isnan(judged_row(odds, ASKED, is_probable=False)["log_loss"])


def test_a_next_item_model_is_asked_with_the_whole_history_before():
    taste = taste_of("books", n_people=20)

    class Newest:
        """Scores an item by how long the history is, and refuses to see it there."""

        def score(self, queries, candidates):
            assert not (queries.history == candidates).any()
            assert (queries.now >= queries.timestamps.max(axis=1)).all()
            return (queries.history > 0).sum(axis=1, keepdims=True) + 0.0 * candidates

    scores = next_item_scores(Newest(), taste)
    user = taste.judged.user_index[0]
    first = taste.events.offsets[user]
    place = first + np.flatnonzero(taste.events.item_index[first:] == taste.judged.item_index[0])[0]
    assert scores[0] == place - first


def test_singular_values_are_those_of_the_update():
    layer = LoRALinear(nn.Linear(4, 3, bias=False), rank=2, alpha=2)
    with torch.no_grad():
        layer.down.copy_(torch.eye(4)[:2])
        layer.up.copy_(torch.tensor([[3.0, 0.0], [0.0, 0.5], [0.0, 0.0]]))

    class Holder:
        model = nn.Sequential(layer)

    table = singular_values(Holder())
    assert table["value"].tolist() == pytest.approx([3.0, 0.5])
    assert table["place"].tolist() == [1, 2]


def test_directions_are_summed_over_layers_by_their_squares():
    table = pd.DataFrame(
        {"rank": 8, "n": 16, "layer": ["a", "a", "b", "b"], "place": [1, 2, 1, 2]}
        | {"value": [3.0, 1.0, 4.0, 0.0]}
    )
    assert strength(table)["value"].tolist() == pytest.approx([5.0, 1.0])


def test_seeds_are_averaged_and_nothing_else():
    runs = pd.DataFrame(
        {"model": ["LoRA", "LoRA", "MF"], "rank": [8, 8, 0], "n": 16, "seed": [0, 1, 0]}
        | {"value": [0.5, 0.6, 0.7], "low": [0.4, 0.5, 0.6], "high": [0.6, 0.7, 0.8]}
    )
    mean = mean_over_seeds(runs)
    assert mean["model"].tolist() == ["LoRA", "MF"]
    assert mean["value"].tolist() == pytest.approx([0.55, 0.7])
    assert "seed" not in mean


def test_every_size_is_tuned_with_its_seeds_and_all_questions_once():
    listed = list(arms(9999))
    usual = [arm for arm in listed if arm.name == "LoRA" and arm.rank == 8]
    assert {n: sum(arm.n == n for arm in usual) for n in SIZES} == SIZES
    assert [arm.n for arm in usual][-1] == 9999
    assert {arm.name for arm in listed} > {"LoRA, loss on all tokens", "LoRA on random weights"}
