"""Judges of likes that read nothing."""

import numpy as np
import pytest

from rectutor.metrics.judgement import auc
from rectutor.models.like_counts import LikeCounts
from rectutor.models.like_mf import LikeMF


def logit(p: float) -> float:
    return float(np.log(p / (1 - p)))


def test_the_log_odds_of_item_and_person_are_added_by_hand():
    counts = LikeCounts(n_imagined=2)
    users, items = np.array([0, 0, 1, 1]), np.array([1, 2, 1, 2])
    counts.learn(users, items, np.array([True, True, True, False]))
    # everybody 3/4; item 1 (2 + 1.5) / 4, item 2 (1 + 1.5) / 4; person 0 as item 1, person 1 as 2
    high, low, base = logit(3.5 / 4), logit(2.5 / 4), logit(3 / 4)
    found = counts.log_odds(np.array([0, 1]), np.array([1, 2]))
    assert found == pytest.approx([base + 2 * (high - base), base + 2 * (low - base)])


def test_who_was_never_counted_adds_nothing():
    counts = LikeCounts()
    counts.learn(np.array([0, 1]), np.array([1, 1]), np.array([True, False]))
    assert counts.log_odds(np.array([99]), np.array([50])) == pytest.approx([0.0])


def test_counts_need_both_answers_and_something_imagined():
    with pytest.raises(ValueError, match="got 2 likes among 2 ratings"):
        LikeCounts().learn(np.array([0, 1]), np.array([1, 1]), np.array([True, True]))
    with pytest.raises(ValueError, match=r"above 0, got 0"):
        LikeCounts(0)


def two_camps(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw ratings of people who like either odd or even items: no item is liked by most."""
    users, items = rng.integers(0, 40, 1200), rng.integers(1, 21, 1200)
    return users, items, users % 2 == items % 2


def test_a_factorisation_learns_taste_that_counts_cannot_see():
    users, items, likes = two_camps(np.random.default_rng(0))
    new_users, new_items, new_likes = two_camps(np.random.default_rng(1))
    mf, counts = LikeMF(40, 20, width=4), LikeCounts()
    mf.learn(users, items, likes)
    counts.learn(users, items, likes)
    assert auc(mf.log_odds(new_users, new_items), new_likes) > 0.95
    assert auc(counts.log_odds(new_users, new_items), new_likes) < 0.6


def test_the_loss_that_is_returned_falls_with_a_smaller_penalty():
    ratings = two_camps(np.random.default_rng(0))
    assert LikeMF(40, 20, penalty=0.01).learn(*ratings) < LikeMF(40, 20, penalty=1.0).learn(
        *ratings
    )


def test_the_same_seed_gives_the_same_factorisation():
    users, items, likes = two_camps(np.random.default_rng(0))
    one, same, other = (LikeMF(40, 20, seed=seed) for seed in (0, 0, 1))
    for mf in (one, same, other):
        mf.learn(users[:100], items[:100], likes[:100])
    first = one.log_odds(users[:5], items[:5])
    assert first == pytest.approx(same.log_odds(users[:5], items[:5]))
    assert first != pytest.approx(other.log_odds(users[:5], items[:5]))
