"""The exercises of lesson 12c: the right answer passes, each usual mistake fails."""

import numpy as np
import pytest

from rectutor.analysis.group_audit import gap
from rectutor.course.lesson12c import QUESTIONS, keep_places, over_due, share_of_lots
from rectutor.decoding.quota import with_quota
from tests.course.learners import each_mistake_fails, each_reference_passes


def test_the_gap_of_the_first_exercise_is_that_of_the_audit():
    for values, is_in, lots in share_of_lots.cases(np.random.default_rng(0)):
        found = abs(gap(np.array(values), np.array(is_in)).mean)
        gaps = np.array([abs(gap(np.array(values), np.array(lot), n=1).mean) for lot in lots])
        assert share_of_lots.reference(values, is_in, lots) == pytest.approx(
            (gaps >= found - 1e-12).mean()
        )


def test_places_are_kept_as_the_package_keeps_them():
    for ranked, is_mine, k, quota in keep_places.cases(np.random.default_rng(0)):
        scores = np.full((1, len(ranked) + 1), -np.inf)
        scores[0, np.array(ranked) + 1] = -np.arange(len(ranked))
        theirs = with_quota(scores, np.array([False, *is_mine]), k, quota)[0] - 1
        assert keep_places.reference(ranked, is_mine, k, quota) == theirs.tolist()


def lots_counted(count):
    def answer(values, is_in, lots):
        def mean_gap(mine):
            return gap(np.array(values), np.array(mine), n=1).mean

        return count(mean_gap(is_in), [mean_gap(lot) for lot in lots])

    return answer


def due_of(share):
    def answer(shown, chosen, is_good, is_mine, due):
        mine = np.array(is_mine)
        weights = {"amplified": chosen, "per film": np.ones(len(shown)), "per good film": is_good}
        return share(np.array(shown), np.array(weights[due], dtype=float), mine)

    return answer


MISTAKES = {
    share_of_lots: {
        "one sign only": lots_counted(lambda own, all_: sum(g >= own for g in all_) / len(all_)),
        "larger, not as large": lots_counted(
            lambda own, all_: sum(abs(g) > abs(own) + 1e-9 for g in all_) / len(all_)
        ),
        "smaller ones": lots_counted(
            lambda own, all_: sum(abs(g) <= abs(own) for g in all_) / len(all_)
        ),
        "a number of lots": lots_counted(
            lambda own, all_: sum(abs(g) >= abs(own) - 1e-12 for g in all_)
        ),
    },
    over_due: {
        "always the choices": lambda *case: over_due.reference(*case[:4], "amplified"),
        "always the films": lambda *case: over_due.reference(*case[:4], "per film"),
        "the other way round": lambda *case: 1 / over_due.reference(*case),
        "counts in place of shares": due_of(lambda x, w, mine: x[mine].sum() / w[mine].sum()),
        "against the others": due_of(
            lambda x, w, mine: x[mine].sum() / x[~mine].sum() / (w[mine].sum() / w[~mine].sum())
        ),
    },
    keep_places: {
        "the k best": lambda ranked, is_mine, k, quota: ranked[:k],
        "exactly the quota": lambda ranked, is_mine, k, quota: [
            x
            for x in ranked
            if x in [y for y in ranked if is_mine[y]][:quota]
            or x in [y for y in ranked if not is_mine[y]][: k - quota]
        ],
        "the kept ones come first": lambda ranked, is_mine, k, quota: (
            [x for x in ranked if is_mine[x]][:quota]
            + [x for x in ranked if x not in [y for y in ranked if is_mine[y]][:quota]]
        )[:k],
        "the list grows": lambda ranked, is_mine, k, quota: (
            ranked[:k] + [x for x in ranked[k:] if is_mine[x]][:quota]
        ),
    },
}

test_each_usual_mistake_fails = each_mistake_fails(MISTAKES)
test_right_answers_pass = each_reference_passes(MISTAKES)


def test_the_closing_questions_look_back():
    assert [lesson for lesson, _, _ in QUESTIONS] == ["12c", "12", "06"]
