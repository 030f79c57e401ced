import math

import numpy as np
import pytest

from rectutor.course.checks import Exercise
from rectutor.course.lesson01 import hold_out_last, judge_one_person, ndcg_of_one_rank
from rectutor.data import leave_one_out, load
from rectutor.evaluation import evaluate
from rectutor.metrics import ndcg
from rectutor.models.item_knn import ItemKNN
from rectutor.training import fit

LEARNERS = ["", "Ada", "Grace", "Alan"]
EXERCISES = [hold_out_last, judge_one_person, ndcg_of_one_rank]


def test_the_reference_agrees_with_paper_and_with_the_package():
    assert ndcg_of_one_rank.reference(3, 10) == 0.5  # 1 / log2(4)
    assert ndcg_of_one_rank.reference(11, 10) == 0.0
    for rank in (1, 2, 5, 6):
        assert ndcg_of_one_rank.reference(rank, 5) == pytest.approx(ndcg(np.array([rank]), k=5))


def test_the_last_two_in_time_are_held_out_whatever_their_order():
    assert hold_out_last.reference([7, 5, 9], [30, 10, 20]) == (9, 7)
    assert hold_out_last.reference([8, 3, 1], [20, 20, 10]) == (3, 8)  # tied: smaller id first


def test_holding_out_agrees_with_the_package_on_the_tiny_world():
    rows, split = load("tiny").interactions, leave_one_out(load("tiny").interactions)
    for user, (user_id, own) in enumerate(rows.groupby("user_id")):
        answer = hold_out_last.reference(own["item_id"].tolist(), own["timestamp"].tolist())
        targets = (split.validation.targets[user, 0], split.test.targets[user, 0])
        assert answer == tuple(split.item_ids[list(targets)]), user_id


def test_one_person_is_judged_as_worked_on_paper():
    scores = [9.0, 0.5, 0.4, 0.4, 0.9]  # item 4 is seen, item 3 ties with the target
    assert judge_one_person.reference(scores, [4], 2, 3) == (1.0, 0.5, 1 / 3)
    assert judge_one_person.reference(scores, [4], 2, 2) == (0.0, 0.0, 0.0)


def test_judging_one_person_agrees_with_the_package_on_the_tiny_world():
    split, model = leave_one_out(load("tiny").interactions), ItemKNN()
    fit(model, split)
    judged, scores = evaluate(model, split), model.score(split.test.queries)
    for user, (history, targets) in enumerate(
        zip(split.test.queries.history, split.test.targets, strict=True)
    ):
        answer = judge_one_person.reference(
            scores[user].tolist(), history.tolist(), int(targets[0]), 3
        )
        expected = [judged.per_user(f"{metric}@3")[user] for metric in ("HR", "NDCG", "MRR")]
        assert answer == pytest.approx(expected), user


def judged(scores, history, target, k, *, ties=True, masks=True, pads=True, discount=None, at=0):
    """Answer `judge_one_person` with one thing done differently."""
    gone = {target, *(history if masks else ()), *((0,) if pads else ())}
    others = [s for item, s in enumerate(scores) if item not in gone]
    rank = 1 + sum(s >= scores[target] if ties else s > scores[target] for s in others)
    if rank > k + at:
        return 0.0, 0.0, 0.0
    return 1.0, (discount or (lambda r: 1 / math.log2(r + 1)))(rank), 1 / rank


MISTAKES = {
    "forgets that the list ends": (ndcg_of_one_rank, lambda rank, k: 1 / math.log2(rank + 1)),
    "leaves out the last place": (
        ndcg_of_one_rank,
        lambda rank, k: 1 / math.log2(rank + 1) if rank < k else 0.0,
    ),
    "counts ranks from 0": (
        ndcg_of_one_rank,
        lambda rank, k: 1 / math.log2(rank + 2) if rank <= k else 0.0,
    ),
    "natural logarithm": (
        ndcg_of_one_rank,
        lambda rank, k: 1 / math.log(rank + 1) if rank <= k else 0.0,
    ),
    "reciprocal rank": (ndcg_of_one_rank, lambda rank, k: 1 / rank if rank <= k else 0.0),
    "hit rate": (ndcg_of_one_rank, lambda rank, k: float(rank <= k)),
    "last in the list": (hold_out_last, lambda items, times: (items[-2], items[-1])),
    "first in time": (
        hold_out_last,
        lambda items, times: tuple(i for _, i in sorted(zip(times, items, strict=True))[:2]),
    ),
    "test before validation": (
        hold_out_last,
        lambda items, times: hold_out_last.reference(items, times)[::-1],
    ),
    "ties by place in the list": (
        hold_out_last,
        lambda items, times: tuple(
            items[place] for place in sorted(range(len(items)), key=times.__getitem__)[-2:]
        ),
    ),
    "ties for the target": (judge_one_person, lambda *case: judged(*case, ties=False)),
    "seen films compete": (judge_one_person, lambda *case: judged(*case, masks=False)),
    "padding competes": (judge_one_person, lambda *case: judged(*case, pads=False)),
    "one place too many": (judge_one_person, lambda *case: judged(*case, at=1)),
    "one place too few": (judge_one_person, lambda *case: judged(*case, at=-1)),
    "discount without the 1": (
        judge_one_person,
        lambda *case: judged(*case, discount=lambda r: 1 / max(math.log2(r), 1)),
    ),
}


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES.values(), ids=MISTAKES)
@pytest.mark.parametrize("learner", LEARNERS)
def test_each_usual_mistake_fails_for_every_learner(exercise, mistake, learner):
    assert exercise.check(mistake, learner).state == "wrong"


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
@pytest.mark.parametrize("learner", LEARNERS)
def test_a_right_answer_passes_for_every_learner(exercise, learner):
    assert exercise.check(exercise.reference, learner)


def test_another_way_to_write_it_is_right_too():
    assert ndcg_of_one_rank.check(lambda rank, k: 0 if rank > k else 1 / np.log2(1 + rank))


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
def test_the_last_hint_is_nearly_the_answer(exercise):
    assert isinstance(exercise, Exercise)
    assert "`" in exercise.hints[2]
    assert exercise.check(None).state == "not answered yet"
