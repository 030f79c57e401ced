"""A box gives lists and counts them; clones learn their order."""

import numpy as np
import pytest
import torch

from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.training.extraction import (
    Answers,
    Box,
    ask_by_lot,
    ask_onwards,
    fit_clone,
    list_loss,
    overlap_per_person,
)

N = 30


class Ring:
    """After item i comes i + 1, then i + 2, ..., round the catalogue."""

    name = "ring"

    def score(self, queries, candidates=None):
        items = np.arange(N + 1)
        return -((items - queries.history[:, -1:] - 1) % N).astype(np.float32)


def test_a_box_gives_the_best_unseen_items_in_order():
    lists = Box(Ring(), k=3).ask(np.array([[5, 2], [0, 29]]))
    assert lists.tolist() == [[3, 4, 6], [30, 1, 2]]


def test_a_box_counts_lists_and_stops_before_its_budget_is_broken():
    box = Box(Ring(), k=3, budget=5)
    box.ask(np.array([[1], [2], [3]]))
    with pytest.raises(RuntimeError, match="gives 5 lists in all, 3 are given and 3 more"):
        box.ask(np.array([[1], [2], [3]]))
    assert box.n_given == 3


def test_a_box_that_draws_gives_items_of_the_best_few_only():
    box = Box(Ring(), k=3, n_drawn_from=6)
    lists = np.concatenate([box.ask(np.array([[10]])) for _ in range(50)])
    assert set(lists.ravel().tolist()) == {11, 12, 13, 14, 15, 16}
    assert all(len(set(row)) == 3 for row in lists.tolist())


def test_a_draw_from_fewer_than_a_list_holds_is_refused():
    with pytest.raises(ValueError, match="k or more, got 2 for lists of 3"):
        Box(Ring(), k=3, n_drawn_from=2)


def test_every_question_of_a_made_up_person_is_a_list_of_the_budget():
    box = Box(Ring(), k=3)
    given = ask_by_lot(box, N, n_people=4, length=5, rng=np.random.default_rng(0))
    assert given.history.shape == (4, 5)
    assert given.lists.shape == (4, 5, 3)
    assert box.n_given == 20
    assert all(len(set(row)) == 5 for row in given.history.tolist())


def test_going_on_means_to_choose_from_the_last_list():
    given = ask_onwards(Box(Ring(), k=3), N, n_people=6, length=5, rng=np.random.default_rng(0))
    for person in range(6):
        for t in range(4):
            assert given.history[person, t + 1] in given.lists[person, t]
    assert all(len(set(row)) == 5 for row in given.history.tolist())


def test_a_list_in_order_and_far_ahead_costs_nothing():
    ahead = torch.tensor([[3.0, 2.0, 1.0]])
    assert float(list_loss(ahead, torch.zeros(1, 3))) == 0.0
    # backwards: (0.5 + 1) for each of two neighbours, nothing against the drawn ones
    assert float(list_loss(ahead.flip(1), torch.zeros(1, 3))) == pytest.approx(1.5)
    # all alike: 0.5 for the order, 0.5 against the drawn ones
    assert float(list_loss(torch.zeros(1, 3), torch.zeros(1, 3))) == pytest.approx(1.0)


def test_agreement_is_the_shared_part_of_two_lists_and_padding_agrees_with_nothing():
    one = np.array([[1, 2, 3, 4], [1, 2, 0, 0]])
    other = np.array([[4, 3, 9, 8], [2, 1, 0, 0]])
    assert overlap_per_person(one, other).tolist() == [0.5, 0.5]


def test_a_clone_learns_the_ring_from_its_lists_alone():
    box = Box(Ring(), k=5)
    given = ask_onwards(box, N, n_people=40, length=8, rng=np.random.default_rng(0))
    clone = SASRec(SASRecConfig(N, max_length=8, width=32, dropout=0.0), seed=1)
    asked = Answers(given.history[:, -1:], given.lists[:, -1:])
    before = lists_of(clone, asked.history)
    losses = fit_clone(clone, given, n_steps=120, seed=0)
    after = lists_of(clone, asked.history)
    wanted = asked.lists[:, 0]
    assert np.mean(losses[-10:]) < 0.5 * losses[0]
    assert overlap_per_person(wanted, before).mean() < 0.4  # by lot: 5 of 30
    assert overlap_per_person(wanted, after).mean() > 0.6


def lists_of(model, history):
    return Box(model, k=5).ask(history)
