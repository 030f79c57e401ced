import numpy as np

from rectutor.analysis.histories import newest, shuffled, with_test_queries, without
from rectutor.data import queries_from_histories

QUERIES = queries_from_histories([[4, 7, 9], [5]])  # histories [4, 7, 9] and [0, 0, 5]


def test_deleting_one_film_moves_the_older_ones_up():
    shorter = without(QUERIES, np.array([1, 2]))
    assert shorter.history.tolist() == [[0, 4, 9], [0, 0, 0]]
    assert shorter.timestamps.tolist() == [[0, 1, 3], [0, 0, 0]]
    assert QUERIES.history.tolist() == [[4, 7, 9], [0, 0, 5]], "the original stays"


def test_the_newest_films_are_kept():
    assert newest(QUERIES, 2).history.tolist() == [[7, 9], [0, 5]]
    assert newest(QUERIES, 9).history.tolist() == QUERIES.history.tolist()


def test_shuffling_keeps_the_films_and_the_padding():
    long = queries_from_histories([list(range(1, 31)), [8, 9]])
    mixed = shuffled(long, np.random.default_rng(0))
    assert sorted(mixed.history[0]) == sorted(long.history[0])
    assert mixed.history[0].tolist() != long.history[0].tolist()
    assert (mixed.history[1, :-2] == 0).all()
    assert sorted(mixed.history[1, -2:]) == [8, 9]
    assert (mixed.timestamps == long.timestamps).all()


def test_other_histories_are_asked_for_the_same_held_out_films(tiny_split):
    cut = newest(tiny_split.test.queries, 1)
    asked = with_test_queries(tiny_split, cut)
    assert asked.test.queries.history.shape == (tiny_split.n_users, 1)
    assert (asked.test.targets == tiny_split.test.targets).all()
    assert asked.train is tiny_split.train
