"""What was dialled into a scripted ranker is what the measurements find."""

import numpy as np
import pytest

from rectutor.analysis.position_bias import (
    ListCase,
    draw_orders,
    hits,
    list_cases,
    listwise_scores,
    mean_rank_scores,
    order_blindness,
    pick_rate_by_slot,
)
from rectutor.lm.biased import Faults, biased_ranker
from rectutor.training.assets import split_of

C = 5
TITLES = [f"film {place}" for place in range(40)]


def affinity(past: str, title: str) -> float:
    """Film n leads to film n + 1, a little less to films further on."""
    gap = (int(title.split()[1]) - int(past.split()[1])) % 40
    return 1.0 / gap if gap else 0.0


def cases(n: int = 12) -> list[ListCase]:
    """Film n + 1 follows film n; it stands anywhere on the list."""
    rng = np.random.default_rng(0)
    made = []
    for row in range(n):
        others = rng.choice(np.arange(4, 26, 2), size=C - 1, replace=False)
        films = [(row + 1 + gap) % 40 for gap in (0, *others)]
        order = rng.permutation(C)
        names = [TITLES[films[place]] for place in order]
        history = [TITLES[films[1] - 1], TITLES[row]]  # the older title has its follower too
        made.append(ListCase(history, names, int(np.flatnonzero(order == 0)[0])))
    return made


def measured(position: float, n_orders: int = 60):
    orders = draw_orders(n_orders, 12, C, seed=1)
    return listwise_scores(biased_ranker(affinity, Faults(position)), cases(), orders), orders


def test_orders_are_permutations_drawn_anew_for_each_list():
    orders = draw_orders(3, 2, 4, seed=0)
    assert np.sort(orders, axis=-1).tolist() == [[[0, 1, 2, 3]] * 2] * 3
    assert len({tuple(row) for row in orders.reshape(-1, 4)}) > 1


def test_without_bias_every_place_is_picked_alike():
    rates = pick_rate_by_slot(*measured(0.0))
    assert rates.sum() == pytest.approx(1)
    assert np.abs(rates - 1 / C).max() < 4 * np.sqrt(0.2 * 0.8 / 720)


def test_pick_rates_fall_with_the_place_and_the_more_so_the_stronger_the_bias():
    weak, strong = (pick_rate_by_slot(*measured(position))[0] for position in (1.0, 3.0))
    assert 1 / C < weak < strong
    assert pick_rate_by_slot(*measured(50.0)).tolist() == [1, 0, 0, 0, 0]
    assert pick_rate_by_slot(*measured(-50.0)).tolist() == [0, 0, 0, 0, 1]


def test_of_equal_scores_the_higher_place_is_picked():
    orders = draw_orders(4, 3, C)
    assert pick_rate_by_slot(np.zeros((4, 3, C)), orders).tolist() == [1, 0, 0, 0, 0]


def test_averaging_over_orders_takes_the_bias_out():
    scores, orders = measured(1.5)
    targets = np.array([case.target for case in cases()])
    hits = [
        (own.argmax(axis=-1) == targets).mean()
        for own in (scores[0], mean_rank_scores(scores, orders))
    ]
    assert hits[0] < 0.7 and hits[1] == 1.0


def test_a_bias_louder_than_any_preference_is_not_cured_by_averaging_ranks():
    scores, orders = measured(8.0)  # one place is 2, no preference is above 1
    assert (np.take_along_axis(scores, orders, axis=-1).argmax(axis=-1) == 0).all()
    targets = np.array([case.target for case in cases()])
    hits = (mean_rank_scores(scores, orders).argmax(axis=-1) == targets).mean()
    assert hits < 0.7


def test_mean_ranks_by_hand():
    scores = np.array([[[3.0, 2.0, 1.0]], [[0.0, 0.0, 5.0]]])
    orders = np.array([[[0, 1, 2]], [[1, 0, 2]]])
    # ranks 0 1 2 in the first; in the second 2 first, then 1 above 0 since it is shown higher
    assert mean_rank_scores(scores, orders).tolist() == [[-1.0, -1.0, -1.0]]


def test_a_blind_ranker_is_found_blind_and_a_seeing_one_is_not(monkeypatch):
    monkeypatch.setattr("rectutor.analysis.position_bias._TOP", 1)
    orders = draw_orders(1, 12, C)
    blind, seeing = (
        order_blindness(biased_ranker(affinity, Faults(0.0, is_blind)), cases(), orders)
        for is_blind in (True, False)
    )
    assert (blind.kendall_tau, blind.same_first, blind.jaccard) == (1.0, 1.0, 1.0)
    assert seeing.kendall_tau < 0.9 and seeing.same_first == 0
    assert seeing.jaccard == 0.0  # of the one ranked first
    assert len(seeing.per_person) == 12


def test_orders_for_other_lists_are_refused():
    with pytest.raises(ValueError, match=r"orders are for 3 lists of 5 .* got 12 lists of \[5\]"):
        listwise_scores(biased_ranker(affinity), cases(), draw_orders(1, 3, C))


def test_hits_by_hand():
    scores = np.array([[3.0, 2, 1], [1, 1, 0], [0, 5, 9]])
    three = [ListCase((), ("a", "b", "c"), target) for target in (1, 0, 0)]
    assert hits(scores, three, 1).tolist() == [0, 0, 0]  # the tie counts against the second
    assert hits(scores, three, 2).tolist() == [1, 1, 0]


def test_lists_hold_the_held_out_item_and_nothing_seen():
    split = split_of("films")
    titles = [str(item) for item in range(split.n_items + 1)]
    drawn = list_cases(split, titles, 30, 20, seed=3)
    held = {str(item) for item in split.test.targets[:, 0]}
    for case in drawn:
        assert len(set(case.candidates)) == 20 and case.candidates[case.target] in held
        assert not set(case.history) & set(case.candidates)
    assert len({case.target for case in drawn}) > 5
    assert drawn == list_cases(split, titles, 30, 20, seed=3)


def test_more_people_than_there_are_is_named():
    split = split_of("films")
    with pytest.raises(ValueError, match=rf"n must be 1\.\.{len(split.test.targets)}, .* got 0"):
        list_cases(split, [""], 0)
