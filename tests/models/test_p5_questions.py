"""Questions of the five families as tokens: what is asked is what stands there."""

import numpy as np
import pytest

from rectutor.data.batches import seen_keys
from rectutor.models.item_ids import random_ids
from rectutor.models.p5_questions import (
    NO_ANSWER,
    STARS,
    Asked,
    Questions,
    with_candidates,
    with_untruths,
)
from rectutor.models.p5_words import UNKNOWN, Vocabulary, words_of
from rectutor.prompts.p5 import TASKS, tasks
from rectutor.prompts.pod import bare_tasks
from tests.models.test_item_ids import events_of

TITLES = ["Up", "The Big Sleep", *(f"Film {n}" for n in range(3, 13))]
TEXTS = {
    "review": "I love heists.",
    "explanation": "likes heist, dislikes war",
    "feature": "heist",
    "summary": "good, heist",
}
WORDS = {
    word
    for text in [
        *TITLES,
        *TEXTS.values(),
        *STARS,
        "yes no",
        *(t.source.text for t in (*TASKS, *bare_tasks())),
    ]
    for word in words_of(text)
}
V = Vocabulary(random_ids(12), 200, [*WORDS, UNKNOWN])
Q = Questions(V, TITLES, max_length=3, n_candidates=4)


def asked(n=1, **changes) -> Asked:
    own = {
        "user": np.full(n, 107), "history": np.tile([0, 5, 6, 7], (n, 1)), "item": np.full(n, 2),
        "half_stars": np.full(n, 9), "candidates": np.tile([4, 2, 8, 9], (n, 1)),
        "is_true": np.ones(n, dtype=bool),
    }  # fmt: skip
    own |= {name: np.tile(V.texts([text]), (n, 1)) for name, text in TEXTS.items()}
    return Asked(**(own | changes))


def told(name):
    """Return a wording's question and answer as text."""
    task = next(task for task in TASKS if task.name == name)
    source, _ = Q.source(task, asked())
    answer = Q.answer(task, asked())
    return V.said(source[0].tolist()), V.said(answer[0].tolist())


ITEM, PERSON = V.ids.text(2), "(person) (person)"
NAMES = " ".join(V.ids.text(item) for item in (4, 2, 8, 9))


@pytest.mark.parametrize(
    ("name", "question", "answer"),
    [
        ("rating-stars", f"How many stars will {PERSON} give {ITEM}?", "4.5"),
        ("rating-check", f"Will {PERSON} give {ITEM} a rating of 4.5?", "yes"),
        ("explanation-of-stars", f"{PERSON} gave The Big Sleep a rating of 4.5. Explain why.",
         TEXTS["explanation"]),
        ("explanation-feature",
         f"Speaking of heist : what does {PERSON} think of The Big Sleep, and why?",
         TEXTS["explanation"]),
        ("review-headline", f"Find a headline for this review of {ITEM} : I love heists.",
         "good, heist"),
        ("direct-pick-best",
         f"Find the best item for {PERSON} among {NAMES}.",
         ITEM),
    ],
)  # fmt: skip
def test_wordings_are_filled(name, question, answer):
    assert told(name) == (question, answer)


def test_every_wording_can_be_asked_and_answered():
    for task in (*TASKS, *bare_tasks()):
        source, numbers = Q.source(task, asked(3))
        answer = Q.answer(task, asked(3))
        assert source.shape == numbers.shape and source.min() > 0
        assert numbers.max() < Q.n_words and (answer[:, -1] == V.end).all()


def test_items_have_numbers_of_their_own():
    task = next(task for task in TASKS if task.name == "sequential-pick")
    source, numbers = Q.source(task, asked())
    each = V.ids.codes.shape[1]
    of_items = numbers[source <= V.ids.n_tokens]
    assert of_items.tolist() == np.repeat([3, 2, 1, 6, 7, 8, 9], each).tolist()
    assert numbers[source >= V.first_word].tolist() == [0] * int((source >= V.first_word).sum())


def test_padding_is_in_front_and_no_wider_than_needed():
    reviews = np.zeros((2, 9), dtype=int)
    reviews[0, :2], reviews[1, :4] = V.word("heist"), V.word("heist")
    source, numbers = Q.source(tasks("review")[0], asked(2, review=reviews))
    assert (source[0] == 0).sum() == 2 and (source[0, :2] == 0).all() and source[1].min() > 0
    assert (numbers[source == 0] == 0).all()


def test_a_short_answer_ends_and_the_rest_does_not_count():
    texts = V.texts(["likes heist", "likes heist, dislikes war"])
    answer = Q.answer(tasks("explanation")[0], asked(2, explanation=texts))
    assert answer[0].tolist()[2:] == [V.end, NO_ANSWER, NO_ANSWER, NO_ANSWER]
    assert answer[1, -1] == V.end and (answer[1] != NO_ANSWER).all()


SEEN = seen_keys(events_of([1, 2, 3]), 12)


def test_candidates_hold_the_item_once_and_nothing_that_was_chosen():
    many = asked(400, user=np.zeros(400, dtype=int))
    drawn = with_candidates(many, 4, SEEN, 12, np.random.default_rng(0)).candidates
    assert ((drawn == 2).sum(axis=1) == 1).all()
    assert set(np.unique(drawn)) == {2, *range(4, 13)}
    assert np.bincount((drawn == 2).argmax(axis=1)).min() > 60


def test_half_of_what_is_asked_about_is_untrue():
    many = asked(1000, user=np.zeros(1000, dtype=int))
    changed = with_untruths(many, "sequential", SEEN, 12, np.random.default_rng(0))
    assert 0.45 < changed.is_true.mean() < 0.55
    assert (changed.item[changed.is_true] == 2).all()
    assert set(changed.item[~changed.is_true]) == set(range(4, 13))
    assert (changed.half_stars == 9).all()


def test_untrue_ratings_are_other_ratings():
    changed = with_untruths(asked(1000), "rating", SEEN, 12, np.random.default_rng(0))
    assert (changed.half_stars[changed.is_true] == 9).all() and (changed.item == 2).all()
    assert set(changed.half_stars[~changed.is_true]) == {1, 2, 3, 4, 5, 6, 7, 8, 10}
    said = Q.answer(next(t for t in TASKS if t.name == "rating-check"), changed)[:, 0]
    assert (said == np.where(changed.is_true, V.word("yes"), V.word("no"))).all()
