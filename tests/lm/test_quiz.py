from collections import Counter

import numpy as np
import pytest

from rectutor.data import load
from rectutor.data.phrases import decade_of, genre_label
from rectutor.lm.corpus import corpus
from rectutor.lm.quiz import quiz
from rectutor.lm.sources import labels


def asked(world, seed=0, n_questions=200):
    return quiz(load(world).items, np.random.default_rng(seed), n_questions)


def truth_of(world):
    """Return {label: {kind: right answers}} by the table."""
    items = load(world).items
    creators = items["directors" if world == "films" else "authors"]
    return {
        label: {
            "creator": set(names),
            "decade": {f"The {decade_of(year)}"},
            "genre": {genre_label(genre).capitalize() for genre in genres},
        }
        for label, names, year, genres in zip(
            labels(items), creators, items["year"], items["genres"], strict=True
        )
    }


@pytest.mark.parametrize("world", ["films", "books"])
def test_exactly_one_choice_is_right_by_the_table(world):
    truth = truth_of(world)
    for row in asked(world).itertuples():
        label = max((name for name in truth if name in row.question), key=len)
        right = truth[label][row.kind]
        assert row.answer in right
        assert [choice for choice in row.choices if choice in right] == [row.answer], row


@pytest.mark.parametrize("world", ["films", "books"])
def test_each_choice_appears_once_and_no_question_twice(world):
    questions = asked(world)
    assert questions["choices"].map(lambda row: len(set(row)) == len(row) == 4).all()
    assert questions["question"].is_unique
    assert questions["kind"].value_counts().to_dict() == {
        "creator": 200, "decade": 200, "genre": 200
    }  # fmt: skip


def test_the_right_answer_stands_in_every_place_alike():
    questions = asked("films")
    places = [row.choices.index(row.answer) for row in questions.itertuples()]
    assert all(110 < places.count(place) < 190 for place in range(4))  # 150 expected of 600


@pytest.mark.parametrize("world", ["films", "books"])
@pytest.mark.parametrize("kind", ["creator", "decade", "genre"])
def test_knowing_how_common_an_answer_is_helps_little(world, kind):
    common = Counter(a for row in truth_of(world).values() for a in row[kind])
    questions = asked(world)
    questions = questions[questions["kind"] == kind]
    hits = [max(row.choices, key=common.get) == row.answer for row in questions.itertuples()]
    assert 0.15 < np.mean(hits) < 0.37  # 0.25, and three standard errors of 0.031


def test_no_question_stands_in_the_corpus():
    documents = "\n".join(corpus(0, 60).documents["text"])
    for world in ("films", "books"):
        found = [q for q in asked(world, n_questions=100)["question"] if q in documents]
        assert found == []


def test_the_quiz_depends_on_its_generator_only():
    assert asked("films", seed=3).equals(asked("films", seed=3))
    assert not asked("films", seed=3).equals(asked("films", seed=4))


def test_a_small_table_gives_fewer_questions_and_no_item_twice():
    few = load("films").items.head(30)
    questions = quiz(few, np.random.default_rng(0), n_questions=200)
    assert 20 <= (questions["kind"] == "creator").sum() <= 30
    assert questions.loc[questions["kind"] == "decade", "question"].is_unique


def test_no_questions_at_all_cannot_be_asked_for():
    with pytest.raises(ValueError, match="n_questions of 1 or more, got 0"):
        quiz(load("films").items, np.random.default_rng(0), n_questions=0)
