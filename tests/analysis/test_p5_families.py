"""The comparison of one P5 for all families with one for each: its measures and its wordings."""

import numpy as np
import pytest

from rectutor.analysis.p5_families import (
    WAYS,
    asking,
    clauses_right,
    expected_stars,
    judge,
    wordings_of,
    words_shared,
)
from rectutor.models.p5_questions import STARS
from rectutor.prompts.p5 import FAMILIES, tasks
from tests.models.test_p5_families import asked, model


@pytest.mark.parametrize(
    ("written", "true", "share"),
    [
        ("likes war", "likes war", 1.0),
        ("likes war, likes war", "likes heist, likes war", 1.0),
        ("dislikes war", "likes war", 0.0),
        ("", "likes war", 0.0),
        ("likes a, likes b, likes c", "likes c", 1 / 3),
    ],
)
def test_a_clause_is_right_where_the_true_one_has_it(written, true, share):
    assert clauses_right(written, true) == pytest.approx(share)


@pytest.mark.parametrize(
    ("written", "true", "f1"),
    [
        ("likes war", "likes war", 1.0),
        ("likes likes likes", "likes war", 0.4),
        ("likes war, dislikes heist", "dislikes war, likes heist", 1.0),
        ("a", "b", 0.0),
    ],
)
def test_words_are_shared_as_often_as_both_have_them(written, true, f1):
    assert words_shared(written, true) == pytest.approx(f1)


def test_ways_train_on_what_they_say():
    for way in WAYS:
        wordings = wordings_of(way)
        families = {task.family for task in wordings}
        assert not any(task.is_held_out for task in wordings)
        if way.endswith("alone"):
            assert families == {way.split()[0]}
        else:
            assert families == set(FAMILIES)
    for family in FAMILIES:
        own = [t for t in wordings_of("five families, vectors") if t.family == family]
        assert sum(t.name.endswith("bare") for t in own) == len(own) / 2


def test_the_mean_of_stars_weighs_by_probability():
    own, some = model(), asked(3)
    p = own.probabilities(tasks("rating")[0], some, STARS)
    by_hand = [(row / row.sum() * np.arange(0.5, 5.5, 0.5)).sum() for row in p]
    assert expected_stars(own, tasks("rating")[0], some) == pytest.approx(by_hand)


def test_a_person_counts_once_in_each_measure():
    own, some = model(), asked(7)
    for family in ("rating", "explanation", "review", "direct"):
        values = judge(own, tasks(family)[0], some, None)
        assert values.shape == (7,) and np.isfinite(values).all()
        if family != "rating":
            assert ((values >= 0) & (values <= 1)).all()


def test_picking_counts_where_the_item_is_first():
    own, some = model(), asked(4)
    scores = own.score_candidates(tasks("direct")[0], some)
    place = int(scores[0].argmax())
    right = some._replace(item=some.candidates[:, place])
    assert judge(own, tasks("direct")[0], right, None).tolist() == [1.0] * 4
    wrong = some._replace(item=some.candidates[:, int(scores[0].argmin())])
    assert judge(own, tasks("direct")[0], wrong, None).tolist() == [0.0] * 4


def test_a_wording_is_asked_in_for_a_while_even_when_something_breaks():
    own = model()
    usual, other = own.asks_next, tasks("sequential", held_out=True)[0]
    with pytest.raises(RuntimeError), asking(own, other):
        assert own.asks_next is other
        raise RuntimeError
    assert own.asks_next is usual
