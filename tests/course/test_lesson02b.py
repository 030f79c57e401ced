import math

import numpy as np
import pytest
import torch

from rectutor.course.lesson02b import (
    chance_of_a_hard_negative,
    loss_of_one_target,
    steps_of_training,
)
from rectutor.models.sasrec import SASRec, SASRecConfig

LEARNERS = ["", "Ada", "Grace", "Alan"]


def test_both_losses_on_paper():
    half = math.log(2)  # -log sigmoid(0)
    assert loss_of_one_target.reference(0.0, [0.0, 0.0], 10, "bce") == pytest.approx(3 * half)
    # two negatives that stand for five items each: the target is one of 1 + 10
    loss = loss_of_one_target.reference(0.0, [0.0, 0.0], 10, "sampled_softmax")
    assert loss == pytest.approx(math.log(11))


@pytest.mark.parametrize("loss", ["bce", "sampled_softmax"])
def test_the_references_equal_the_package(loss):
    model = SASRec(SASRecConfig(n_items=9, width=4, dropout=0.0, loss=loss, n_negatives=3))
    history, targets = torch.tensor([[2]]), torch.tensor([[5]])
    negatives = torch.tensor([[[1, 7, 9]]])
    with torch.no_grad():
        scores = (model.items.weight @ model.encode(history)[0, 0]).double().numpy()
        theirs = float(model.loss(history, targets, negatives))
    ours = loss_of_one_target.reference(scores[5], scores[[1, 7, 9]].tolist(), 9, loss)
    assert ours == pytest.approx(theirs, abs=1e-5)


def right(target, negatives, n_items, loss):
    scores = np.asarray(negatives)
    if loss == "bce":
        return np.logaddexp(0, -target) + np.logaddexp(0, scores).sum()
    scores = scores + np.log(n_items / len(scores))
    return np.logaddexp.reduce([target, *scores]) - target


def mean_of_questions(target, negatives, n_items, loss):
    value = right(target, negatives, n_items, loss)
    return value / (1 + len(negatives)) if loss == "bce" else value


def sign_turned(target, negatives, n_items, loss):
    if loss == "bce":
        return np.logaddexp(0, target) + np.logaddexp(0, -np.asarray(negatives)).sum()
    return right(target, negatives, n_items, loss)


def no_correction(target, negatives, n_items, loss):
    return right(target, negatives, len(negatives), loss)


def corrected_by_the_ratio_itself(target, negatives, n_items, loss):
    if loss == "bce":
        return right(target, negatives, n_items, loss)
    shift = n_items / len(negatives)
    return np.logaddexp.reduce([target, *(s + shift for s in negatives)]) - target


def overflows(target, negatives, n_items, loss):
    with np.errstate(all="ignore"):
        scores = np.asarray(negatives)
        if loss == "bce":
            return -np.log(1 / (1 + np.exp(-target))) - np.log(1 - 1 / (1 + np.exp(-scores))).sum()
        return right(target, negatives, n_items, loss)


MISTAKES = {
    f.__name__.replace("_", " "): f
    for f in (
        mean_of_questions, sign_turned, no_correction, corrected_by_the_ratio_itself, overflows,
    )
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
@pytest.mark.parametrize("learner", LEARNERS)
def test_each_usual_mistake_in_the_losses_fails(mistake, learner):
    assert loss_of_one_target.check(mistake, learner).state == "wrong"


@pytest.mark.parametrize("learner", LEARNERS)
def test_right_losses_pass(learner):
    assert loss_of_one_target.check(right, learner)


def test_chances_on_paper():
    assert chance_of_a_hard_negative.reference(2, 1, 4) == pytest.approx(1 - 9 / 16)


CHANCE_MISTAKES = {
    "adds the chances up": lambda n, hard, items: n * hard / items,
    "one draw": lambda n, hard, items: hard / items,
    "the chance of none": lambda n, hard, items: (1 - hard / items) ** n,
    "all draws hard": lambda n, hard, items: (hard / items) ** n,
}


@pytest.mark.parametrize("mistake", CHANCE_MISTAKES.values(), ids=CHANCE_MISTAKES)
@pytest.mark.parametrize("learner", LEARNERS)
def test_each_usual_mistake_in_chances_fails(mistake, learner):
    assert chance_of_a_hard_negative.check(mistake, learner).state == "wrong"


def test_steps_on_paper():
    assert steps_of_training.reference(65, 32, 10) == 30


STEP_MISTAKES = {
    "drops the last batch": lambda n, size, epochs: epochs * (n // size),
    "lets batches run over": lambda n, size, epochs: math.ceil(n * epochs / size),
    "counts windows": lambda n, size, epochs: n * epochs,
    "always one more": lambda n, size, epochs: epochs * (n // size + 1),
}


@pytest.mark.parametrize("mistake", STEP_MISTAKES.values(), ids=STEP_MISTAKES)
@pytest.mark.parametrize("learner", LEARNERS)
def test_each_usual_mistake_in_steps_fails(mistake, learner):
    assert steps_of_training.check(mistake, learner).state == "wrong"
