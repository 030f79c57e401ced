"""The exercises of lesson 06: the right answer passes, each usual mistake fails."""

import numpy as np

from rectutor.analysis.position_bias import mean_rank_scores, pick_rate_by_slot
from rectutor.analysis.prompt_effects import flip_rate
from rectutor.course.lesson06 import QUESTIONS, averaged_ranking, flips, pick_rates
from tests.course.learners import each_mistake_fails, for_each_learner


def test_averaged_ranks_by_hand_and_as_the_package_has_them():
    # 4: ranks 2 and 1, 9: 1 and 2, 7: 3 and 3; the tie goes to the smaller number
    assert averaged_ranking.reference([[9, 4, 7], [4, 9, 7]], [7, 9, 4]) == [4, 9, 7]
    # 2 is named once, first: ranks 1 and 3; 5 has 2 and 1
    assert averaged_ranking.reference([[2, 5], [5]], [2, 5, 8]) == [5, 2, 8]
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(6, 1, 5))
    orders = np.broadcast_to(np.arange(5), (6, 1, 5))
    rankings = [np.argsort(-row[0]).tolist() for row in scores]
    means = mean_rank_scores(scores, orders)[0]
    assert averaged_ranking.reference(rankings, list(range(5))) == sorted(
        range(5), key=lambda c: (-means[c].round(9), c)
    )


def test_pick_rates_agree_with_the_package():
    rng = np.random.default_rng(0)
    orders = rng.permuted(np.tile(np.arange(4), (9, 1)), axis=1)
    scores = rng.normal(size=(9, 4))
    rates = pick_rate_by_slot(scores[:, None], orders[:, None])
    assert pick_rates.reference(orders.tolist(), scores.argmax(axis=1).tolist()) == rates.tolist()


def test_flips_agree_with_the_package():
    one, other = np.random.default_rng(0).normal(size=(2, 9))
    assert flips.reference(one.tolist(), other.tolist()) == flip_rate(one, other, at_median=True)
    assert flips.reference([1, 2, 3, 4], [14, 13, 12, 11]) == 1.0


def ranked(rankings, candidates, missing=None, tie=1, start=1):
    C = len(candidates)
    absent = C if missing is None else missing
    total = {c: sum(r.index(c) + start if c in r else absent for r in rankings) for c in candidates}
    return sorted(candidates, key=lambda c: (total[c], tie * c))


def mean_of_named(rankings, candidates):
    ranks = {c: [r.index(c) + 1 for r in rankings if c in r] for c in candidates}
    return sorted(candidates, key=lambda c: (np.mean(ranks[c]) if ranks[c] else 99, c))


MISTAKES = {
    averaged_ranking: {
        "missing counts as nothing": lambda r, c: ranked(r, c, missing=0),
        "ties to the larger": lambda r, c: ranked(r, c, tie=-1),
        "worst first": lambda r, c: ranked(r, c)[::-1],
        "only the first reply": lambda r, c: ranked(r[:1], c),
        "mean where named": mean_of_named,
        "forgets who is never named": lambda r, c: [
            x for x in ranked(r, c) if any(x in y for y in r)
        ],
    },
    pick_rates: {
        "counts": lambda s, p: [x * len(s) for x in pick_rates.reference(s, p)],
        "from the end": lambda s, p: pick_rates.reference(s, p)[::-1],
        "shares of candidates": lambda s, p: [p.count(c) / len(s) for c in s[0]],
        "places from 1": lambda s, p: [0.0, *pick_rates.reference(s, p)],
    },
    flips: {
        "at zero": lambda a, b: float(np.mean((np.array(a) > 0) != (np.array(b) > 0))),
        "one median for both": lambda a, b: float(
            np.mean((np.array(a) > np.median(a)) != (np.array(b) > np.median(a)))
        ),
        "a count": lambda a, b: flips.reference(a, b) * len(a),
        "those that stay": lambda a, b: 1 - flips.reference(a, b),
    },
}

test_each_usual_mistake_fails = each_mistake_fails(MISTAKES)


@for_each_learner
def test_right_answers_pass(learner):
    assert averaged_ranking.check(ranked, learner)
    assert flips.check(lambda a, b: flip_rate(np.array(a), np.array(b), True), learner)
    assert pick_rates.check(
        lambda s, p: list(np.mean(np.array(s) == np.array(p)[:, None], axis=0)), learner
    )


def test_the_closing_questions_look_back():
    assert [lesson for lesson, _, _ in QUESTIONS] == ["06", "04", "02b"]
