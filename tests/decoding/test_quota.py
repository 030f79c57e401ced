import numpy as np
import pytest

from rectutor.decoding.quota import with_quota

LOW = np.array([False, False, False, False, True, True])
SCORES = np.array([[-np.inf, 5.0, 4.0, 3.0, 2.0, 1.0]])


@pytest.mark.parametrize(
    ("quota", "expected"), [(0, [1, 2, 3]), (1, [1, 2, 4]), (2, [1, 4, 5]), (3, [1, 4, 5])]
)
def test_the_worst_of_the_others_give_way(quota, expected):
    assert with_quota(SCORES, LOW, 3, quota).tolist() == [expected]


def test_a_list_that_keeps_the_quota_by_itself_stays():
    scores = np.array([[-np.inf, 1.0, 2.0, 0.0, 5.0, 4.0]])
    assert with_quota(scores, LOW, 3, 2).tolist() == with_quota(scores, LOW, 3, 0).tolist()


def test_what_was_seen_is_never_listed_and_short_lists_are_padded():
    scores = np.array([[-np.inf, -np.inf, 4.0, -np.inf, -np.inf, 1.0]])
    assert with_quota(scores, LOW, 3, 2).tolist() == [[2, 5, 0]]


def test_every_list_of_many_keeps_its_quota_and_order():
    rng = np.random.default_rng(0)
    scores = np.c_[np.full(50, -np.inf), rng.normal(size=(50, 30))]
    is_chosen = np.r_[False, rng.random(30) < 0.3]
    lists = with_quota(scores, is_chosen, 10, 4)
    assert (is_chosen[lists].sum(axis=1) >= 4).all()
    taken = np.take_along_axis(scores, lists, axis=1)
    assert (np.diff(taken, axis=1) < 0).all()


def test_more_places_than_the_list_has_cannot_be_kept():
    with pytest.raises(ValueError, match="from 0 to k = 3 places, got 4"):
        with_quota(SCORES, LOW, 3, 4)
