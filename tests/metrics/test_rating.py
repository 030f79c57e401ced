import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rectutor.metrics.rating import mae, rmse

half_stars = st.sampled_from([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0])
pairs_of_ratings = st.integers(1, 30).flatmap(
    lambda n: st.tuples(
        arrays(np.float64, n, elements=st.floats(-10, 10)),
        arrays(np.float64, n, elements=half_stars),
    )
)


def test_three_ratings_are_worked_out_on_paper():
    predicted, actual = np.array([3.0, 4.5, 1.0]), np.array([4.0, 4.5, 3.0])  # errors -1, 0, -2
    assert rmse(predicted, actual) == pytest.approx(math.sqrt((1 + 0 + 4) / 3))
    assert mae(predicted, actual) == pytest.approx((1 + 0 + 2) / 3)


def test_the_two_can_put_the_same_models_in_another_order():
    actual = np.array([4.0, 4.0, 4.0, 4.0])
    once_far = np.array([4.0, 4.0, 4.0, 1.0])  # errors 0, 0, 0, 3
    always_near = np.array([3.0, 3.0, 3.0, 3.0])  # errors 1, 1, 1, 1
    assert (mae(once_far, actual), mae(always_near, actual)) == (3 / 4, 1)
    assert (rmse(once_far, actual), rmse(always_near, actual)) == (3 / 2, 1)


@given(pairs_of_ratings)
def test_rmse_is_never_below_mae_nor_above_the_largest_error(ratings):
    predicted, actual = ratings
    largest = np.abs(predicted - actual).max()
    assert 0 <= mae(predicted, actual) <= rmse(predicted, actual) + 1e-12
    assert rmse(predicted, actual) <= largest + 1e-12


@given(pairs_of_ratings, st.floats(-5, 5))
def test_no_single_guess_beats_the_mean_under_rmse_or_the_median_under_mae(ratings, guess):
    _, actual = ratings

    def always(value):
        return np.full(len(actual), value)

    assert rmse(always(actual.mean()), actual) <= rmse(always(guess), actual) + 1e-12
    assert mae(always(np.median(actual)), actual) <= mae(always(guess), actual) + 1e-12


@given(pairs_of_ratings, st.randoms(use_true_random=False))
def test_the_order_of_the_ratings_changes_nothing(ratings, random):
    predicted, actual = ratings
    order = random.sample(range(len(actual)), len(actual))
    assert rmse(predicted[order], actual[order]) == pytest.approx(rmse(predicted, actual))
    assert mae(predicted[order], actual[order]) == pytest.approx(mae(predicted, actual))


def test_the_errors_agree_with_the_distances_of_scipy():
    distance = pytest.importorskip("scipy.spatial.distance", reason="scipy not installed")
    rng = np.random.default_rng(2)
    predicted, actual = rng.normal(3, 1, 500), rng.integers(1, 6, 500)
    assert rmse(predicted, actual) == pytest.approx(
        distance.euclidean(predicted, actual) / math.sqrt(500)
    )
    assert mae(predicted, actual) == pytest.approx(distance.cityblock(predicted, actual) / 500)


def test_whole_numbers_do_not_wrap_around():
    predicted, actual = np.array([1], dtype=np.uint8), np.array([5], dtype=np.uint8)
    assert rmse(predicted, actual) == mae(predicted, actual) == 4.0


def test_no_ratings_have_no_error():
    assert math.isnan(rmse(np.zeros(0), np.zeros(0)))
    assert math.isnan(mae(np.zeros(0), np.zeros(0)))


@pytest.mark.parametrize("metric", [rmse, mae])
def test_ratings_that_do_not_pair_up_are_refused(metric):
    with pytest.raises(ValueError, match=r"one of each per rating, got shapes \(3,\) and \(2,\)"):
        metric(np.zeros(3), np.zeros(2))
    with pytest.raises(ValueError, match=r"got shapes \(3,\) and \(3, 1\)"):
        metric(np.zeros(3), np.zeros((3, 1)))
    with pytest.raises(ValueError, match=r"got shapes \(2, 2\) and \(2, 2\)"):
        metric(np.zeros((2, 2)), np.zeros((2, 2)))


@pytest.mark.parametrize("metric", [rmse, mae])
def test_a_rating_that_is_no_number_is_named_by_its_row_and_side(metric):
    with pytest.raises(
        ValueError, match="row 2: an error needs two finite ratings, predicted is nan"
    ):
        metric(np.array([1, 2, np.nan]), np.zeros(3))
    with pytest.raises(
        ValueError, match="row 1: an error needs two finite ratings, actual is -inf"
    ):
        metric(np.zeros(3), np.array([0, -np.inf, 0]))
