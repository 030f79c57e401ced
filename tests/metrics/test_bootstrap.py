import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rectutor.metrics import bootstrap
from rectutor.metrics.bootstrap import mean_interval, paired_difference


def test_the_interval_of_a_coin_is_that_of_the_binomial():
    values = np.repeat([0.0, 1.0], 200)
    result = mean_interval(values, seed=0)
    spread = 1.96 * math.sqrt(0.25 / 400)
    assert result.mean == 0.5
    assert result.low == pytest.approx(0.5 - spread, abs=0.006)
    assert result.high == pytest.approx(0.5 + spread, abs=0.006)


def test_values_of_one_group_are_drawn_together():
    """A hundred coins, each written down four times, are a hundred coins."""
    coins = np.tile([0.0, 1.0], 50)
    values, groups = np.repeat(coins, 4), np.repeat(np.arange(100), 4)
    spread = 1.96 * math.sqrt(0.25 / 100)
    result = mean_interval(values, seed=0, groups=groups)
    assert result.mean == 0.5
    assert result.low == pytest.approx(0.5 - spread, abs=0.015)
    assert result.high == pytest.approx(0.5 + spread, abs=0.015)
    away = paired_difference(values, np.zeros(400), seed=0, groups=groups)
    assert (away.low, away.high) == (result.low, result.high)


def test_groups_of_unequal_size_weigh_by_their_values():
    values, groups = np.array([1.0, 1.0, 1.0, 0.0]), np.array(["a", "a", "a", "b"])
    result = mean_interval(values, seed=0, groups=groups)
    assert result == (0.75, 0.0, 1.0)  # both, a twice, or b twice


def test_every_value_needs_a_group():
    with pytest.raises(ValueError, match="a group for every value, got 2 for 3"):
        mean_interval(np.zeros(3), seed=0, groups=np.zeros(2))
    assert math.isnan(mean_interval(np.zeros(0), seed=0, groups=np.zeros(0)).low)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another():
    values = np.random.default_rng(0).random(50)
    assert mean_interval(values, seed=1) == mean_interval(values, seed=1)
    assert mean_interval(values, seed=1) != mean_interval(values, seed=2)


def test_small_chunks_change_nothing(monkeypatch):
    values = np.random.default_rng(0).random(50)
    whole = mean_interval(values, seed=1, n=100)
    monkeypatch.setattr(bootstrap, "_CHUNK", 350)
    assert mean_interval(values, seed=1, n=100) == whole


@given(arrays(np.float64, st.integers(1, 20), elements=st.floats(0, 1)), st.integers(0, 99))
def test_the_interval_stays_within_the_values(values, seed):
    result = mean_interval(values, seed, n=50)
    assert values.min() - 1e-12 <= result.low <= result.high <= values.max() + 1e-12


def test_pairing_sees_a_small_difference_that_two_intervals_hide():
    rng = np.random.default_rng(0)
    ease = rng.random(300)  # some users are easy for both models
    a, b = ease + 0.02 + 0.01 * rng.random(300), ease
    assert mean_interval(a, seed=0).low < mean_interval(b, seed=0).high
    result = paired_difference(a, b, seed=0)
    assert result.low > 0.02
    assert result.is_real
    assert result.share_ahead == 1.0


def test_two_equal_models_are_ahead_half_of_the_time():
    values = np.array([0.0, 1.0, 1.0])
    result = paired_difference(values, values, seed=0)
    assert result == (0.0, 0.0, 0.0, 0.5)
    assert not result.is_real


def test_swapping_the_models_turns_the_difference_around():
    a, b = np.array([1.0, 0.0, 1.0, 1.0]), np.array([0.0, 0.0, 1.0, 0.0])
    ahead, behind = paired_difference(a, b, seed=0), paired_difference(b, a, seed=0)
    assert ahead.mean == 0.5
    assert behind[:3] == (-0.5, -ahead.high, -ahead.low)
    assert behind.share_ahead == pytest.approx(1 - ahead.share_ahead)


def test_nobody_has_no_mean():
    assert all(math.isnan(value) for value in mean_interval(np.zeros(0), seed=0))
    assert all(math.isnan(v) for v in paired_difference(np.zeros(0), np.zeros(0), seed=0))


def test_what_cannot_be_resampled_is_named():
    with pytest.raises(ValueError, match="row 2 is nan"):
        mean_interval(np.array([0, 1, np.nan]), seed=0)
    with pytest.raises(ValueError, match="got 3 and 2 values"):
        paired_difference(np.zeros(3), np.zeros(2), seed=0)
    with pytest.raises(ValueError, match="n of 1 or more resamples, got 0"):
        mean_interval(np.zeros(3), seed=0, n=0)
    with pytest.raises(ValueError, match="level must be between 0 and 1, got 95"):
        mean_interval(np.zeros(3), seed=0, level=95)
