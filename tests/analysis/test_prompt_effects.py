"""Flips, orders and shares, worked out by hand or planted."""

import numpy as np
import pytest

from rectutor.analysis.prompt_effects import (
    flip_rate,
    jaccard_of_top,
    kendall_tau,
    null_share,
    variance_shares,
)


def test_a_shift_flips_answers_but_nothing_about_the_median():
    one = np.array([-2.0, -1, 1, 2])
    assert flip_rate(one, one + 1.5) == 0.25
    assert flip_rate(one, one + 1.5, at_median=True) == 0.0
    assert flip_rate(one, -one, at_median=True) == 1.0


def test_kendall_tau_by_hand():
    # of 6 pairs one is turned round: (5 - 1) / 6
    assert kendall_tau(np.arange(4.0), np.array([0.0, 1, 3, 2])) == pytest.approx(4 / 6)
    assert kendall_tau(np.arange(3.0), -np.arange(3.0)) == -1
    # a tie on one side: 2 of 3 pairs agree; sqrt(3 * 2) pairs are untied
    assert kendall_tau(np.arange(3.0), np.array([0, 0, 1])) == pytest.approx(2 / np.sqrt(6))
    assert np.isnan(kendall_tau(np.arange(3.0), np.zeros(3)))
    assert kendall_tau(np.zeros((2, 3)) + np.arange(3), np.zeros((2, 3)) + np.arange(3)).shape == (
        2,
    )


def test_jaccard_of_the_highest_by_hand():
    one, other = np.array([5.0, 4, 3, 2]), np.array([5.0, 1, 2, 4])
    assert jaccard_of_top(one, other, 2) == pytest.approx(1 / 3)  # {0, 1} and {0, 3}
    assert jaccard_of_top(one, other, 4) == 1.0
    with pytest.raises(ValueError, match=r"k must be 1\.\.4, .* got 5"):
        jaccard_of_top(one, other, 5)


def test_planted_effects_come_back_as_shares():
    rng = np.random.default_rng(0)
    question = rng.normal(size=500)
    template = np.array([-3.0, 0, 3])[:, None, None]  # a shift alone
    taste = np.stack([np.zeros(500), rng.normal(size=500)])[None]  # labels change the order
    table = variance_shares(question + template + taste, {"template": 3, "labels": 2})
    rows = table.set_index("factor")
    assert table[["shift", "change"]].sum().tolist() == pytest.approx([1, 1])
    assert rows.loc["template", "shift"] == pytest.approx(1, abs=0.01)
    assert rows.loc["template", "change"] == pytest.approx(0, abs=1e-9)
    # questions 1 + 1/4, labels 1/4: one sixth
    assert rows.loc["labels", "change"] == pytest.approx(1 / 6, abs=0.03)
    assert rows.loc["rest"].tolist() == pytest.approx([0, 0], abs=1e-9)


def test_a_factor_without_effect_has_no_share():
    same = np.broadcast_to(np.arange(5.0), (2, 3, 5))
    table = variance_shares(same, {"a": 2, "b": 3}).set_index("factor")
    assert table.loc["question"].tolist() == [0, 1]
    assert table.loc[["a", "b"]].to_numpy().sum() == 0


def test_axes_that_are_not_the_factors_are_named():
    with pytest.raises(ValueError, match=r"scores must be \[3 template, Q\], got \[2, 4\]"):
        variance_shares(np.zeros((2, 4)), {"template": 3})


def test_the_null_share_is_that_of_reshuffles():
    rng = np.random.default_rng(0)
    shuffles = rng.normal(size=2000) + rng.normal(size=(24, 2000))
    # within a group of L: the mean of L is 1 + 1/L, what differs is (L - 1)/L of 1, of 2 in all
    assert null_share(shuffles, 24) == pytest.approx(23 / 24 / 2, abs=0.02)
    assert null_share(shuffles, 2) == pytest.approx(1 / 4, abs=0.02)
    with pytest.raises(ValueError, match=r"n_levels must be 2\.\.24, .* got 25"):
        null_share(shuffles, 25)
