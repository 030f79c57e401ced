"""Intervals as wide as theory says, and a band of luck that only a better prompt leaves."""

import numpy as np
import pytest

from rectutor.analysis.luck import auc_intervals, luck_band, resampled_aucs
from rectutor.metrics.judgement import auc


def planted(n: int = 200, seed: int = 0):
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 2 == 0
    return labels, labels + rng.normal(size=n), np.arange(n)


def test_the_first_row_of_resampled_aucs_is_the_auc():
    labels, score, users = planted()
    aucs = resampled_aucs(np.stack([score, -score]), labels, users, n=50)
    assert aucs.shape == (51, 2)
    assert aucs[0] == pytest.approx([auc(score, labels), 1 - auc(score, labels)])
    assert aucs[:, 0] + aucs[:, 1] == pytest.approx(np.ones(51))  # the same draws for both


def test_the_interval_is_as_wide_as_theory_says():
    labels, score, users = planted(400)
    table = auc_intervals(resampled_aucs(score[None], labels, users))
    width = float((table["high"] - table["low"])[0])
    a = float(table["value"][0])
    q1, q2 = a / (2 - a), 2 * a * a / (1 + a)  # Hanley and McNeil (1982)
    se = np.sqrt((a * (1 - a) + 199 * (q1 - a * a) + 199 * (q2 - a * a)) / (200 * 200))
    assert width == pytest.approx(2 * 1.96 * se, rel=0.15)


def test_users_are_drawn_whole():
    labels, score, _ = planted(40)
    table = auc_intervals(resampled_aucs(score[None], labels, np.arange(40) // 20))
    assert np.isfinite(table.to_numpy()).all()


def test_answers_that_are_all_alike_are_refused():
    with pytest.raises(ValueError, match="needs likes and dislikes, got 3 of 3"):
        resampled_aucs(np.zeros((1, 3)), np.ones(3, bool), np.arange(3))


def test_equal_prompts_stay_inside_the_band_of_luck_and_a_better_one_leaves_it():
    labels, _, users = planted(400)
    inside = 0
    for seed in range(20):
        noise = np.random.default_rng(seed).normal(size=(24, 400))
        equal = luck_band(resampled_aucs(noise, labels, users, n=200))
        inside += equal.low[-1] < equal.best[-1] < equal.high[-1]
    assert inside >= 16  # 19 of 20 are expected
    assert (np.diff(equal.high) >= 0).all() and equal.high[-1] > equal.high[0]
    noise[7] += 2 * labels
    better = luck_band(resampled_aucs(noise, labels, users))
    assert better.best[-1] > better.high[-1] and better.which[-1] == 7
    assert better.which[6] != 7


def test_one_prompt_copied_has_no_more_luck_than_one():
    labels, score, users = planted(400)
    band = luck_band(resampled_aucs(np.repeat(score[None], 5, axis=0), labels, users))
    assert band.high == pytest.approx(np.full(5, band.high[0]))
