"""How far one distribution of counts is from another."""

import numpy as np
import pytest

from rectutor.metrics.divergence import kl_divergence, kl_floor


def test_equal_shares_are_not_apart():
    assert kl_divergence(np.array([5, 5]), np.array([5, 5])) == 0.0
    assert kl_divergence(np.array([1e6, 3e6]), np.array([1, 3]), 1e-9) == pytest.approx(0, abs=1e-6)


def test_it_is_the_sum_over_bins():
    expected = 0.5 * np.log(0.5 / 0.25) + 0.5 * np.log(0.5 / 0.75)
    assert kl_divergence(np.array([2, 2]), np.array([1, 3]), 1e-12) == pytest.approx(expected)


def test_an_empty_bin_is_far_and_not_infinitely_far():
    far = kl_divergence(np.array([5, 5]), np.array([10, 0]))
    assert 0.5 < far < 2
    assert kl_divergence(np.array([5, 5]), np.array([10, 0]), pseudo=0.01) > far


def test_it_has_a_direction():
    a, b = np.array([9, 1]), np.array([5, 5])
    assert kl_divergence(a, b) != pytest.approx(kl_divergence(b, a), abs=1e-3)


def test_bad_counts_are_named():
    with pytest.raises(ValueError, match=r"got \(2,\) real and \(3,\) simulated"):
        kl_divergence(np.ones(2), np.ones(3))
    with pytest.raises(ValueError, match="above 0, got 0"):
        kl_divergence(np.ones(2), np.ones(2), pseudo=0)
    with pytest.raises(ValueError, match="0 or more, got -1"):
        kl_divergence(np.array([-1, 2]), np.ones(2))
    with pytest.raises(ValueError, match="one real event or more, got 0"):
        kl_floor(np.zeros(3), 10, np.random.default_rng(0))
    assert np.isnan(kl_divergence(np.zeros(0), np.zeros(0)))


def test_the_floor_falls_with_events_and_rises_with_bins():
    few, many = (kl_floor(np.full(10, 100), n, np.random.default_rng(0)) for n in (50, 5000))
    assert few > 10 * many
    wide = kl_floor(np.full(100, 10), 50, np.random.default_rng(0))
    assert wide > few


def test_a_perfect_simulator_stays_below_the_floor_most_of_the_time():
    rng = np.random.default_rng(1)
    real = np.array([500, 300, 150, 50])
    floor = kl_floor(real, 200, rng, n_draws=2000)
    below = [kl_divergence(real, rng.multinomial(200, real / 1000)) < floor for _ in range(600)]
    assert 0.90 < np.mean(below) < 0.99
