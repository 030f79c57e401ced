"""The exercises of lesson 05b: the right answer passes, each usual mistake fails."""

import numpy as np
import pytest

from rectutor.analysis.p5_families import words_shared as rouge
from rectutor.course.lesson05b import QUESTIONS, mean_stars, rouge_1, take_turns
from tests.course.learners import each_mistake_fails, each_reference_passes


def test_words_are_shared_as_in_the_package():
    for written, true in rouge_1.cases(np.random.default_rng(0)):
        assert rouge_1.reference(written, true) == pytest.approx(rouge(written, true))


def test_every_batch_has_one_turn_and_nobody_waits_for_the_end():
    turns = take_turns.reference({"a": 6, "b": 3, "c": 1})
    assert [turns.count(name) for name in "abc"] == [6, 3, 1]
    assert turns[:3] == ["a", "b", "c"] and turns[-1] in "ab"


MISTAKES = {
    take_turns: {
        "one family after the other": lambda s: [name for name, n in s.items() for _ in range(n)],
        "round and round": lambda s: [
            name for step in range(max(s.values())) for name, n in s.items() if step < n
        ],
        "the largest first": lambda s: sorted(take_turns.reference(s), key=lambda name: -s[name]),
        "the last batch is lost": lambda s: take_turns.reference(s)[:-1],
        "each family once": lambda s: list(s),
    },
    mean_stars: {
        "not divided": lambda p: sum(stars * weight for stars, weight in p.items()),
        "the likeliest": lambda p: max(p, key=lambda stars: p[stars]),
        "a plain mean": lambda p: sum(p) / len(p),
        "divided by how many": lambda p: sum(s * w for s, w in p.items()) / len(p),
    },
    rouge_1: {
        "recall": lambda a, b: 2 * rouge_1.reference(a, b) / (1 + len(b.split())),
        "kinds of words": lambda a, b: (
            2 * len({*a.split()} & {*b.split()}) / (len({*a.split()}) + len({*b.split()}))
        ),
        "not clipped": lambda a, b: (
            2 * sum(w in b.split() for w in a.split()) / (len(a.split()) + len(b.split()))
        ),
        "place by place": lambda a, b: (
            2
            * sum(x == y for x, y in zip(a.split(), b.split(), strict=False))
            / (len(a.split()) + len(b.split()))
        ),
        "once, not twice": lambda a, b: rouge_1.reference(a, b) / 2,
    },
}

test_each_usual_mistake_fails = each_mistake_fails(MISTAKES)
test_right_answers_pass = each_reference_passes(MISTAKES)


def test_the_closing_questions_look_back():
    assert [lesson for lesson, _, _ in QUESTIONS] == ["05b", "05", "01"]
