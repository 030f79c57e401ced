"""The exercises of lesson 09b: the right answer passes, each usual mistake fails."""

from collections import Counter

import numpy as np
import torch

from rectutor.course.lesson09b import QUESTIONS, give_out, item_vectors, name_codes
from rectutor.models.residual_codes import CodeTable, encode
from rectutor.models.unique_codes import nearest_tuples, next_nearest
from rectutor.models.vqrec import CodeSums
from tests.course.learners import each_mistake_fails, each_reference_passes


def test_ids_are_given_out_as_in_the_package():
    rng = np.random.default_rng(0)
    books = np.zeros((2, 3, 2))
    books[[0, 1], :, [0, 1]] = rng.normal(size=(2, 3))  # blocks, so the nearest code is found
    items = rng.normal(size=(8, 2))
    tuples, gaps = nearest_tuples(items, books, 9)
    wishes = [[*map(tuple, own)] for own in tuples.tolist()]
    theirs = next_nearest(items, CodeTable(books, encode(items, books)))
    assert give_out.reference(wishes, gaps.tolist()) == [*map(tuple, theirs.tolist())]


def test_vectors_are_those_of_the_package():
    for codes, vectors in item_vectors.cases(np.random.default_rng(0)):
        table = CodeSums(np.array(codes), len(vectors[0][0]))
        table.entries.data = torch.tensor(vectors)[:, : table.entries.shape[1]].contiguous()
        assert item_vectors.reference(codes, vectors) == table.weight[1:].tolist()


def test_codes_are_named_by_what_is_known_of_them():
    named = name_codes.reference([0, 0, 0, 1, 2, 2], ["war", "war", "drama", None, "a", "b"])
    assert named == {0: "war", 2: "a"}


def one_after_another(wishes, gaps):
    got = []
    for own in wishes:
        got.append(next((one for one in own if one not in got), ()))
    return got


def first_wish_or_nothing(wishes, gaps):
    got = right(wishes, gaps)
    return [one if own[0] == one else () for own, one in zip(wishes, got, strict=True)]


def right(wishes, gaps):
    return give_out.reference(wishes, gaps)


MISTAKES = {
    give_out: {
        "one item after another": one_after_another,
        "only the first wish": first_wish_or_nothing,
        "the farthest wins": lambda w, g: right(w, [[-gap for gap in own] for own in g]),
        "everybody gets the first wish": lambda w, g: [own[0] for own in w],
    },
    item_vectors: {
        "one level only": lambda codes, v: [v[0][own[0]] for own in codes],
        "levels the other way round": lambda codes, v: item_vectors.reference(codes, v[::-1]),
        "the mean": lambda codes, v: [
            [number / len(v) for number in own] for own in item_vectors.reference(codes, v)
        ],
    },
    name_codes: {
        "unknown counts": lambda codes, tags: name_codes.reference(
            codes, ["" if tag is None else tag for tag in tags]
        ),
        "the commonest of all": lambda codes, tags: dict.fromkeys(
            set(codes), Counter(tag for tag in tags if tag).most_common(1)[0][0]
        ),
        "the last that was seen": lambda codes, tags: {
            code: tag for code, tag in zip(codes, tags, strict=True) if tag
        },
    },
}

test_each_usual_mistake_fails = each_mistake_fails(MISTAKES)
test_right_answers_pass = each_reference_passes(MISTAKES)


def test_the_closing_questions_look_back():
    assert [lesson for lesson, _, _ in QUESTIONS] == ["09b", "09", "07"]
