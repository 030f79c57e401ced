"""The models that count, on data small enough for paper."""

import numpy as np
import pytest

from rectutor.data.events import queries_from_histories
from rectutor.models import counting
from rectutor.models.ease import EASE
from rectutor.models.item_knn import ItemKNN
from rectutor.models.markov import Markov
from rectutor.models.popularity import Popularity
from rectutor.models.random_scores import RandomScores
from rectutor.schema import Events, Scorer

# user 0: 1 2 3    user 1: 1 2    user 2: 3 1
TRAIN = Events(
    np.array([0, 0, 0, 1, 1, 2, 2]),
    np.array([1, 2, 3, 1, 2, 3, 1]),
    np.ones(7, np.float32),
    np.arange(7),
    np.array([0, 3, 5, 7]),
)


def fitted(model, n_items: int = 4):
    model.count(TRAIN, n_items)
    return model


def test_popularity_counts_events():
    scores = fitted(Popularity()).score(queries_from_histories([[1], [2]]))
    assert scores.tolist() == [[-np.inf, 3, 2, 2, 0]] * 2


def test_item_knn_is_the_damped_cosine_of_user_sets():
    scores = fitted(ItemKNN(shrink=1.0)).score(queries_from_histories([[2]]))
    # item 1 has users {0, 1, 2}, item 2 {0, 1}, item 3 {0, 2}
    expected = [2 / (np.sqrt(3 * 2) + 1), 0, 1 / (np.sqrt(2 * 2) + 1), 0]
    np.testing.assert_allclose(scores[0, 1:], expected, rtol=1e-6)


def test_item_knn_keeps_only_the_nearest_neighbours():
    scores = fitted(ItemKNN(n_neighbours=1, shrink=0.0)).score(queries_from_histories([[2]]))
    assert (scores[0, 1:] > 0).tolist() == [True, False, False, False]


def test_item_knn_listens_to_the_newest_items_only():
    model = fitted(ItemKNN(n_last=1))
    long, short = (model.score(queries_from_histories([h])) for h in ([1, 3, 2], [2]))
    assert np.array_equal(long, short)


def test_ease_predicts_each_item_from_the_others_as_ridge_regression_does():
    model = fitted(EASE(penalty=2.0), n_items=3)
    x = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 1]], float)  # users by items
    for item in range(3):
        others = [j for j in range(3) if j != item]
        part = x[:, others]
        ridge = np.linalg.solve(part.T @ part + 2.0 * np.eye(2), part.T @ x[:, item])
        np.testing.assert_allclose(model.weights[1:, 1:][others, item], ridge, rtol=1e-5)
    assert model.weights.diagonal().tolist() == [0, 0, 0, 0]


def test_markov_counts_what_followed():
    scores = fitted(Markov(window=1, damping=0.0)).score(queries_from_histories([[1]]))
    assert scores[0, 1:].tolist() == [0, 2, 0, 0]  # 1 was followed by 2 twice, by nothing else


def test_markov_lets_distant_steps_count_less():
    scores = fitted(Markov(window=2, damping=0.0)).score(queries_from_histories([[1]]))
    assert scores[0, 1:].tolist() == [0, 2, 0.5, 0]  # 3 stood two steps after 1, once


def test_markov_damps_items_that_speak_often():
    scores = fitted(Markov(window=1, damping=1.0)).score(queries_from_histories([[1]]))
    assert scores[0, 2] == pytest.approx(2 / 3)  # two of three events of item 1


def test_random_scores_depend_on_user_and_item_but_not_on_the_batch():
    model = fitted(RandomScores(seed=1))
    both = queries_from_histories([[1], [2]])
    alone = model.score(both.take(np.array([1])))
    together = model.score(both)
    assert np.array_equal(alone[0], together[1])
    assert not np.array_equal(together[0], together[1])
    assert not np.array_equal(together, fitted(RandomScores(seed=2)).score(both))


def test_random_scores_are_even():
    model = RandomScores()
    model.count(TRAIN, 1000)
    scores = model.score(queries_from_histories([[1]] * 1))[0, 1:]
    assert abs(scores.mean() - 0.5) < 0.03
    assert abs(np.mean(scores < 0.1) - 0.1) < 0.03


@pytest.mark.parametrize("model", [RandomScores(), Popularity(), ItemKNN(), EASE(), Markov()])
def test_candidates_are_scored_as_in_the_whole_catalogue(model):
    fitted(model)
    assert isinstance(model, Scorer)
    queries = queries_from_histories([[1, 2], [3]])
    candidates = np.array([[4, 2], [1, 3]])
    whole = model.score(queries)
    assert np.array_equal(
        model.score(queries, candidates), np.take_along_axis(whole, candidates, 1)
    )
    assert np.all(whole[:, 0] == -np.inf)


@pytest.mark.parametrize("model", [ItemKNN(), EASE(), Markov()])
def test_tables_that_do_not_fit_are_refused_before_they_are_made(model):
    name = type(model).__name__
    with pytest.raises(MemoryError, match=rf"{name} needs about .* GiB for 90000 items"):
        model.count(TRAIN, 90_000)


def test_the_estimate_names_its_size():
    with pytest.raises(MemoryError, match=r"about 37.3 GiB for 99999 items.*limit is 4 GiB"):
        counting.refuse_if_too_large(99_999, n_tables=1, asked_by="x")  # 1e10 numbers of 4 bytes


def test_cooccurrence_adds_up_over_blocks_of_users(monkeypatch: pytest.MonkeyPatch):
    whole = counting.cooccurrence(TRAIN, 4)
    monkeypatch.setattr(counting, "_USERS_AT_ONCE", 2)
    assert np.array_equal(counting.cooccurrence(TRAIN, 4), whole)
    assert whole[1].tolist() == [0, 3, 2, 2, 0]
