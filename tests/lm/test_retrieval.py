"""Queries that find items, neighbours that share facts, and what luck gives."""

import numpy as np
import pytest

from rectutor.data.worlds import load
from rectutor.lm.retrieval import found, free_queries, nearest, shared, shared_by_chance

SQUARE = np.array([[1.0, 0.0], [0.8, 0.6], [0.6, 0.8], [0.0, 1.0]])


def test_a_tie_counts_against_the_query():
    items = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    assert found(np.array([[1.0, 0.0]]), items, np.array([1]), k=1) == 0.0
    assert found(np.array([[1.0, 0.0]]), items, np.array([1]), k=2) == 1.0


def test_neighbours_are_others_and_the_nearest_comes_first():
    assert nearest(SQUARE, 2).tolist() == [[1, 2], [2, 0], [1, 3], [2, 1]]


@pytest.mark.parametrize("k", [0, 4])
def test_more_neighbours_than_there_are_is_refused(k):
    with pytest.raises(ValueError, match=f"k of 1 to 3 for 4 rows, got {k}"):
        nearest(SQUARE, k)


def test_items_without_facts_are_not_asked_about_but_may_be_neighbours():
    facts = [("a",), ("a", "b"), ("b",), ()]
    # 0: 1 yes, 2 no; 1: 2 yes, 0 yes; 2: 1 yes, 3 no; 3 is not asked
    assert shared(nearest(SQUARE, 2), facts) == pytest.approx(4 / 6)


def test_chance_is_the_share_among_all_others():
    facts = [("a",), ("a", "b"), ("b",), ()]
    # of the three others, 0 shares with one, 1 with two, 2 with one
    assert shared_by_chance(facts) == pytest.approx((1 + 2 + 1) / 9)


def test_random_vectors_reach_what_chance_says():
    themes = load("films").items["themes"].tolist()
    vectors = np.random.default_rng(0).normal(size=(len(themes), 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert shared(nearest(vectors, 5), themes) == pytest.approx(shared_by_chance(themes), abs=0.02)


def test_every_free_query_means_one_film_and_does_not_name_it():
    queries, films = free_queries(), load("films").items
    assert len(queries) == 40
    for query in queries.itertuples():
        assert (films["title"] == query.title).sum() == 1
        assert query.title.lower() not in query.query.lower().split()
