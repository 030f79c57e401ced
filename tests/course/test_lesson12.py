"""The exercises of lesson 12: the right answer passes, each usual mistake fails."""

import math

import numpy as np
import pytest

from rectutor.course.lesson12 import QUESTIONS, amplification, cheapest_setting, gini_after
from rectutor.decoding.rescoring import less_popular
from rectutor.metrics.exposure import gini
from tests.course.learners import each_mistake_fails, each_reference_passes


def test_gini_after_is_that_of_the_package():
    for scores, seen, counts, k, weight in gini_after.cases(np.random.default_rng(0)):
        adjusted = less_popular(np.array(scores), np.array(counts), weight)
        for row, watched in zip(adjusted, seen, strict=True):
            row[list(watched)] = -np.inf
        top = np.argsort(-adjusted, axis=1, kind="stable")[:, :k]
        theirs = gini(np.bincount(top.ravel(), minlength=len(counts)))
        assert gini_after.reference(scores, seen, counts, k, weight) == pytest.approx(theirs)


def test_each_audience_has_items_that_are_never_shown():
    for seed in range(5):
        for scores, seen, counts, k, weight in gini_after.cases(np.random.default_rng(seed)):
            assert changed(scores, seen, counts, k, weight, zeros=False) != pytest.approx(
                gini_after.reference(scores, seen, counts, k, weight)
            )


def test_in_the_last_sweep_nothing_is_free_of_charge():
    *some, (last,) = cheapest_setting.cases(np.random.default_rng(0))
    assert cheapest_setting.reference(last) == 0
    assert all(cheapest_setting.reference(settings) > 0 for (settings,) in some)


def changed(scores, seen, counts, k, weight, zeros=True, masks=True, sign=1.0):
    """Give a wrong answer in one respect."""
    shown = [0] * len(counts)
    for own, watched in zip(scores, seen, strict=True):
        new = [s - sign * weight * math.log(1 + c) for s, c in zip(own, counts, strict=True)]
        items = [i for i in range(len(new)) if not (masks and i in watched)]
        for item in sorted(items, key=lambda i: (-new[i], i))[:k]:
            shown[item] += 1
    return gini(np.array(shown if zeros else [x for x in shown if x]))


def by_shown(shown, chosen, n_top):
    return amplification.reference(shown, [*shown], n_top)


def turned(scores, seen, counts, k, weight):
    return 1 - gini_after.reference(scores, seen, counts, k, weight)


MISTAKES = {
    gini_after: {
        "items without places are left out": lambda *case: changed(*case, zeros=False),
        "seen items are shown again": lambda *case: changed(*case, masks=False),
        "popularity is added": lambda *case: changed(*case, sign=-1.0),
        "popularity stays": lambda *case: changed(*case, sign=0.0),
        "evenness": turned,
    },
    amplification: {
        "the most shown items": by_shown,
        "the other way round": lambda *case: 1 / amplification.reference(*case),
        "share of the places alone": lambda shown, chosen, n_top: (
            sum(sorted(shown, reverse=True)[:n_top]) / sum(shown)
        ),
        "counts in place of shares": lambda shown, chosen, n_top: (
            amplification.reference(shown, chosen, n_top) * sum(shown) / sum(chosen)
        ),
    },
    cheapest_setting: {
        "the lowest Gini at any price": lambda rows: min(rows, key=lambda row: row[1])[0],
        "the largest weight that is free": lambda rows: max(
            (weight for weight, _, high in rows if high >= 0), default=0.0
        ),
        "the smallest loss": lambda rows: max(rows, key=lambda row: row[2])[0],
        "Gini in place of the weight": lambda rows: min(
            (one for _, one, high in rows if high >= 0), default=0.0
        ),
    },
}

test_each_usual_mistake_fails = each_mistake_fails(MISTAKES)
test_right_answers_pass = each_reference_passes(MISTAKES)


def test_the_closing_questions_look_back():
    assert [lesson for lesson, _, _ in QUESTIONS] == ["12", "11", "03"]
