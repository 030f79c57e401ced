"""What questions tell of and what answers are worth, on questions small enough for paper."""

import numpy as np
import pytest

from rectutor.analysis.judged import judged_row, likes_in, next_item_scores
from rectutor.data.judgements import Judgements
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
