"""Simulated users who choose, remember and forget."""

import numpy as np
import pytest

from rectutor.agents.rec_agent import SimulatedUser, feedback_loop

FEATURES = np.array([[0, 0], [1, 0], [1, 0], [0, 1], [1, 1], [0, 0]], dtype=float)


def user(history=(1, 3), **options):
    return SimulatedUser(FEATURES, np.array(history), np.random.default_rng(0), **options)


def test_taste_is_the_faded_share_of_what_is_remembered():
    assert user(half_life=1e9).taste() == pytest.approx([0.5, 0.5])
    assert user(half_life=1.0).taste() == pytest.approx([1 / 3, 2 / 3])  # weights 1/2 and 1


def test_utility_is_the_mean_taste_over_an_items_features():
    own = user((1, 1, 1, 3), half_life=1e9)  # taste 3/4, 1/4
    assert own.utility(np.array([2, 3, 4, 5])) == pytest.approx([0.75, 0.25, 0.5, 0.0])


def test_choices_are_a_softmax_of_utility():
    own = user((1, 1, 1, 3), half_life=1e9, sharpness=2.0)
    page, n = np.array([2, 3]), 4000
    chosen = 0
    for _ in range(n):
        chosen += own.choose(page) == 2
        own.memory.pop()
    assert chosen / n == pytest.approx(1 / (1 + np.exp(-2 * 0.5)), abs=0.03)


def test_what_was_chosen_is_remembered():
    own = user()
    item = own.choose(np.array([2]))
    assert own.memory == [1, 3, item]


def test_without_sharpness_a_choice_is_a_lot():
    own = user(sharpness=0.0)
    chosen = [own.choose(np.array([2, 3])) for _ in range(1000)]
    assert 0.45 < np.mean(np.array(chosen) == 2) < 0.55


def test_a_loop_offers_on_what_was_chosen_before():
    seen = []

    def offer(memory):
        seen.append(memory.tolist())
        return np.array([2]) if len(memory) < 3 else np.array([4])

    rounds = feedback_loop(user(half_life=1e9), offer, n_rounds=2)
    assert seen == [[1, 3], [1, 3, 2]]
    assert [own.chosen for own in rounds] == [2, 4]
    assert rounds[0].utility == pytest.approx(0.5)
    assert rounds[1].utility == pytest.approx(0.5)  # (2/3 + 1/3) / 2


def test_bad_settings_are_named():
    with pytest.raises(ValueError, match="one item of history or more, got none"):
        user(())
    with pytest.raises(ValueError, match=r"half_life=0 and sharpness=4\.0"):
        user(half_life=0)
    with pytest.raises(ValueError, match=r"sharpness=-1"):
        user(sharpness=-1)
