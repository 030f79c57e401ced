import numpy as np
import pytest

from rectutor.course.checks import Exercise
from rectutor.course.lesson00 import attend, softmax, top_film

LEARNERS = ["", "Ada", "Grace", "Alan"]


def plain_softmax(scores, temperature):
    with np.errstate(over="ignore", invalid="ignore"):
        weights = np.exp(np.array(scores) / temperature)
        return weights / weights.sum()


def weigh(scores, values):
    weights = np.exp(scores)
    return weights / weights.sum() @ values


def masked_late(query, keys, values, may_look):
    scores = keys @ query / np.sqrt(len(query))
    weights = np.exp(scores) / np.exp(scores).sum()
    return (weights * may_look) @ values


MISTAKES = {
    "the last title in the alphabet": (top_film, lambda scores: max(scores)),
    "the first film": (top_film, lambda scores: next(iter(scores))),
    "the lowest score": (top_film, lambda scores: min(scores, key=scores.get)),
    "the score, not the title": (top_film, lambda scores: max(scores.values())),
    "only scores above 0": (
        top_film,
        lambda scores: max([t for t, s in scores.items() if s > 0] or [""], key=scores.get),
    ),
    "exp runs over": (softmax, plain_softmax),
    "temperature forgotten": (softmax, lambda s, t: softmax.reference(s, 1.0)),
    "temperature multiplied": (softmax, lambda s, t: softmax.reference(s, 1 / t)),
    "no exp": (softmax, lambda s, t: np.array(s) / sum(s)),
    "not divided by the root of D": (
        attend,
        lambda q, k, v, may: weigh(np.where(may, k @ q, -np.inf), v),
    ),
    "looks everywhere": (attend, lambda q, k, v, may: weigh(k @ q / np.sqrt(len(q)), v)),
    "forbids after the softmax": (attend, masked_late),
    "forbids with 0": (
        attend,
        lambda q, k, v, may: weigh(np.where(may, k @ q / np.sqrt(len(q)), 0), v),
    ),
    "plain mean": (attend, lambda q, k, v, may: v[may].mean(axis=0)),
}


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES.values(), ids=MISTAKES)
@pytest.mark.parametrize("learner", LEARNERS)
def test_each_usual_mistake_fails_for_every_learner(exercise, mistake, learner):
    assert exercise.check(mistake, learner).state == "wrong"


@pytest.mark.parametrize("exercise", [top_film, softmax, attend], ids=lambda e: e.name)
@pytest.mark.parametrize("learner", LEARNERS)
def test_a_right_answer_passes_for_every_learner(exercise, learner):
    assert exercise.check(exercise.reference, learner)


def test_the_softmax_of_two_scores_worked_on_paper():
    # exp(log 3) : exp(0) = 3 : 1
    assert softmax.reference([np.log(3), 0.0], 1.0).tolist() == pytest.approx([0.75, 0.25])
    assert softmax.reference([2 * np.log(3), 0.0], 2.0).tolist() == pytest.approx([0.75, 0.25])


def test_attention_with_equal_keys_is_the_mean_of_what_may_be_looked_at():
    values = np.array([[1.0, 0.0], [3.0, 2.0], [90.0, 90.0]])
    may_look = np.array([True, True, False])
    assert attend.reference(np.ones(4), np.ones((3, 4)), values, may_look).tolist() == [2.0, 1.0]


@pytest.mark.parametrize("exercise", [top_film, softmax, attend], ids=lambda e: e.name)
def test_the_last_hint_is_nearly_the_answer(exercise):
    assert isinstance(exercise, Exercise)
    assert "eturn `" in exercise.hints[2]
