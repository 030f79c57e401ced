"""Own places: counts of a person's own visits, worked out by hand."""

import numpy as np
import pytest

from rectutor.data.events import queries_from_histories
from rectutor.models.own_places import OwnPlaces
from rectutor.schema import Countable, Scorer

QUERIES = queries_from_histories([[1, 2, 1, 3, 1], [4]])


def counted(**how):
    model = OwnPlaces(**how)
    model.count(None, 5)
    return model


def test_visits_are_counted_place_by_place():
    model = counted()
    assert isinstance(model, Scorer) and isinstance(model, Countable)
    scores = model.score(QUERIES)
    assert scores[0].tolist() == [-np.inf, 3, 1, 1, 0, 0]
    assert scores[1].tolist() == [-np.inf, 0, 0, 0, 1, 0]


def test_steps_from_here_come_first_and_other_visits_decide_between_equals():
    history = [[1, 2, 1, 3, 1, 2, 4, 1]]
    scores = counted(n_steps=1).score(queries_from_histories(history))[0]
    assert np.argsort(-scores, kind="stable")[:4].tolist() == [2, 3, 1, 4]
    np.testing.assert_allclose(scores[1:], [0.004, 2.002, 1.001, 0.001, 0], atol=1e-6)


def test_padding_and_a_first_visit_are_followed_by_nothing():
    scores = counted(n_steps=1).score(QUERIES)[1]
    np.testing.assert_allclose(scores[1:], [0, 0, 0, 0.001, 0], atol=1e-6)


def test_the_same_two_steps_come_first_and_then_the_same_step():
    history = [[3, 1, 2, 4, 1, 5, 4, 1, 5, 3, 1]]  # from 3 to 1: to 2 once; from 1: to 5 twice
    questions = queries_from_histories(history)
    assert counted(n_steps=1).score(questions)[0].argmax() == 5
    scores = counted(n_steps=2).score(questions)[0]
    assert np.argsort(-scores, kind="stable")[:3].tolist() == [2, 5, 1]
    expected = [4e-6, 1.001001, 2e-6, 2e-6, 0.002002]
    np.testing.assert_allclose(scores[1:], expected, atol=1e-9)


def test_two_steps_of_a_history_of_one_place_are_none():
    scores = counted(n_steps=2).score(queries_from_histories([[4]]))
    np.testing.assert_allclose(scores[0, 1:], [0, 0, 0, 1e-6, 0], atol=1e-12)


def test_three_steps_are_refused():
    with pytest.raises(ValueError, match=r"n_steps must be 0\.\.2, got 3"):
        OwnPlaces(3)


def test_candidates_are_scored_as_in_the_whole_catalogue():
    assert counted().score(QUERIES, np.array([[3, 1], [4, 2]])).tolist() == [[1, 3], [1, 0]]
