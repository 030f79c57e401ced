import math

import numpy as np
import pytest

from rectutor.course.checks import Exercise
from rectutor.course.lesson03 import (
    QUESTIONS,
    expected_hit_rate,
    leaking_rows,
    pessimistic_rank,
)
from rectutor.metrics import expected_sampled_hit_rate, ranks_of_targets

LEARNERS = ["", "Ada", "Grace", "Alan"]


def test_the_expected_hit_rate_agrees_with_paper_and_with_the_package():
    # rank 3 of 5, two drawn: hit at k = 1 only if both are the two below: 1 of 6 draws
    assert expected_hit_rate.reference([3], 5, 2, 1) == pytest.approx(1 / 6)
    ranks = [1, 4, 50, 99]
    ours = expected_sampled_hit_rate(np.array(ranks), 100, 20, 5).mean()
    assert expected_hit_rate.reference(ranks, 100, 20, 5) == pytest.approx(ours)


def binomial(ranks, n_candidates, m, k):
    found = []
    for rank in ranks:
        p = (rank - 1) / (n_candidates - 1)
        ways = (math.comb(m, x) * p**x * (1 - p) ** (m - x) for x in range(min(k - 1, m) + 1))
        found.append(sum(ways))
    return sum(found) / len(found)


def shares(ranks, n_candidates, m, k):
    """Scale the rank: the share above times m."""
    return float(np.mean([1 + (r - 1) / (n_candidates - 1) * m <= k for r in ranks]))


def full(ranks, n_candidates, m, k):
    return float(np.mean(np.array(ranks) <= k))


def one_too_few(ranks, n_candidates, m, k):
    return expected_hit_rate.reference(ranks, n_candidates, m, max(1, k - 1))


def target_may_be_drawn(ranks, n_candidates, m, k):
    return expected_hit_rate.reference(ranks, n_candidates + 1, m, k)


def summed(ranks, n_candidates, m, k):
    return expected_hit_rate.reference(ranks, n_candidates, m, k) * len(ranks)


def negative_choice(ranks, n_candidates, m, k):
    def ways(r):
        return sum(math.comb(r - 1, x) * math.comb(n_candidates - r, m - x) for x in range(k))

    return sum(ways(r) for r in ranks) / math.comb(n_candidates - 1, m) / len(ranks)


HIT_RATE_MISTAKES = {
    "draws with replacement": binomial,
    "scales the rank": shares,
    "ignores the sample": full,
    "leaves out x = k - 1": one_too_few,
    "lets the target be drawn against itself": target_may_be_drawn,
    "forgets the mean over users": summed,
    "asks comb for a negative number": negative_choice,
}


@pytest.mark.parametrize("mistake", HIT_RATE_MISTAKES.values(), ids=HIT_RATE_MISTAKES)
@pytest.mark.parametrize("learner", LEARNERS)
def test_each_usual_mistake_in_the_expected_hit_rate_fails(mistake, learner):
    assert expected_hit_rate.check(mistake, learner).state == "wrong"


@pytest.mark.parametrize("learner", LEARNERS)
def test_the_first_case_can_tell_an_expectation_from_a_share_of_hits(learner):
    case = expected_hit_rate.case(learner)
    right = expected_hit_rate.reference(*case)
    assert 0.15 < right < 0.85
    for mistake in (binomial, shares, full, one_too_few, target_may_be_drawn):
        assert abs(mistake(*case) - right) > 1e-4, mistake.__name__


@pytest.mark.parametrize("learner", LEARNERS)
def test_the_packages_own_expectation_passes(learner):
    def answer(ranks, n_candidates, m, k):
        return expected_sampled_hit_rate(np.array(ranks), n_candidates, m, k).mean()

    assert expected_hit_rate.check(answer, learner)


RANK_MISTAKES = {
    "ties for the target": lambda scores, target: 1 + sum(s > scores[target] for s in scores),
    "counts from 0": lambda scores, target: sum(s >= scores[target] for s in scores) - 1,
    "counts itself twice": lambda scores, target: 1 + sum(s >= scores[target] for s in scores),
    "position in a sorted list": lambda scores, target: (
        1 + sorted(scores, reverse=True).index(scores[target])
    ),
    "lower is better": lambda scores, target: sum(s <= scores[target] for s in scores),
}


@pytest.mark.parametrize("mistake", RANK_MISTAKES.values(), ids=RANK_MISTAKES)
@pytest.mark.parametrize("learner", LEARNERS)
def test_each_usual_mistake_in_the_rank_fails(mistake, learner):
    assert pessimistic_rank.check(mistake, learner).state == "wrong"


@pytest.mark.parametrize("learner", LEARNERS)
def test_the_packages_own_rank_passes(learner):
    def answer(scores, target):
        return int(ranks_of_targets(np.array([scores]), np.array([target]))[0])

    assert pessimistic_rank.check(answer, learner)


def only_the_target(histories, times, targets, now):
    return [r for r, history in enumerate(histories) if targets[r] in history]


def only_time(histories, times, targets, now):
    return [r for r, moments in enumerate(times) if max(moments) >= now[r]]


def strictly_later(histories, times, targets, now):
    late = [r for r, moments in enumerate(times) if max(moments) > now[r]]
    return sorted({*late, *only_the_target(histories, times, targets, now)})


def every_row(histories, times, targets, now):
    return list(range(len(histories)))


def padding_is_early(histories, times, targets, now):
    early = [r for r, moments in enumerate(times) if 0 in moments]
    return sorted({*early, *leaking_rows.reference(histories, times, targets, now)})


LEAK_MISTAKES = {
    "only the target": only_the_target,
    "only the time": only_time,
    "allows the very moment": strictly_later,
    "accuses everybody": every_row,
    "takes padding for an event": padding_is_early,
    "accuses nobody": lambda histories, times, targets, now: [],
}


@pytest.mark.parametrize("mistake", LEAK_MISTAKES.values(), ids=LEAK_MISTAKES)
@pytest.mark.parametrize("learner", LEARNERS)
def test_each_usual_mistake_in_spotting_the_leak_fails(mistake, learner):
    assert leaking_rows.check(mistake, learner).state == "wrong"


@pytest.mark.parametrize("learner", LEARNERS)
def test_three_leaks_are_planted_for_every_learner_and_none_in_the_clean_copy(learner):
    rows = len(leaking_rows.reference(*leaking_rows.case(learner)))
    assert rows == 3
    clean = leaking_rows._cases(learner)[1]
    assert leaking_rows.reference(*clean) == []


def test_the_closed_book_asks_about_this_lesson_the_one_before_and_a_much_earlier_one():
    assert [lesson for lesson, _, _ in QUESTIONS] == ["03", "02", "00"]
    assert all(question.endswith("?") and answer for _, question, answer in QUESTIONS)


def test_the_last_hint_holds_nearly_the_answer():
    for exercise, part in [
        (expected_hit_rate, "comb(N - 1, m)"),
        (pessimistic_rank, "score >= scores[target]"),
        (leaking_rows, "t >= "),
    ]:
        assert isinstance(exercise, Exercise)
        assert part in exercise.hints[2]
