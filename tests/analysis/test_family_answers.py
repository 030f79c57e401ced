"""Questions and answers as text: what is shown is what the model said."""

import numpy as np
import pytest

from rectutor.analysis.family_answers import said_to, told_of, true_answers
from rectutor.analysis.p5_families import expected_stars
from rectutor.data.events import queries_from_histories
from rectutor.models.p5_questions import Asked
from rectutor.prompts.p5 import FAMILIES, tasks
from rectutor.prompts.pod import bare_tasks
from tests.models.test_p5_families import asked, model
from tests.models.test_p5_questions import TITLES

QUERIES = queries_from_histories([[5, 6, 7]] * 2)


def answers(family: str, some: Asked | None = None, own=None):
    wordings = [tasks(family)[0], *tasks(family, held_out=True)]
    wordings += [task for task in bare_tasks() if task.family == family]
    return said_to(own or model(), wordings, some or asked(2), QUERIES)


@pytest.mark.parametrize("family", FAMILIES)
def test_each_person_gets_an_answer_to_each_wording(family):
    rows = answers(family)
    assert [len(row) for row in rows] == [3, 3]
    assert all(question and isinstance(right, bool) for row in rows for question, _, right in row)


def test_questions_are_written_with_titles():
    (question, _, _), *_ = answers("sequential")[0]
    assert question == "person 108 chose Film 5, Film 6, Film 7. What comes next?"
    told = told_of(model(), asked(), 0)
    assert told["candidates"] == "Film 4, The Big Sleep, Film 8 … (4 in all)"
    assert told["review"] == "I love heists." and told["stars"] == "4.5"


def test_what_is_true_is_what_the_person_did_and_wrote():
    true = true_answers(model(), asked(1))
    assert true == {
        "rating": ["4.5"], "sequential": ["The Big Sleep"], "direct": ["The Big Sleep"],
        "explanation": ["likes heist, dislikes war"], "review": ["good, heist"],
    }  # fmt: skip


def test_a_rating_is_right_within_half_a_star():
    own, some = model(), asked(2)
    stars = expected_stars(own, tasks("rating")[0], some)[0]
    near = some._replace(half_stars=np.full(2, round(2 * stars)))
    assert answers("rating", near, own)[0][0][2]
    far = some._replace(half_stars=np.full(2, 10 if stars < 3 else 1))
    assert not answers("rating", far, own)[0][0][2]


def test_the_pick_is_the_candidate_of_the_highest_score():
    own, some = model(), asked(2)
    best = int(own.score_candidates(tasks("direct")[0], some)[0].argmax())
    _, said, right = answers("direct", some, own)[0][0]
    item = some.candidates[0, best]
    assert said == TITLES[item - 1] and right == (item == 2)


def test_asking_leaves_the_usual_wording_of_what_comes_next():
    own = model()
    answers("sequential", own=own)
    assert own.asks_next is tasks("sequential")[0]
