"""The exercises of lesson 09: the right answer passes, each usual mistake fails."""

import math

import numpy as np
import pytest

from rectutor.course.lesson09 import QUESTIONS, add_suffixes, perplexity, write_codes
from rectutor.metrics.codes import usage_perplexity
from rectutor.models.residual_codes import encode
from rectutor.models.unique_codes import with_suffix
from tests.course.learners import each_mistake_fails, each_reference_passes


def test_codes_are_those_of_the_package():
    for vector, codebooks in write_codes.cases(np.random.default_rng(0)):
        theirs = encode(np.array([vector]), np.array(codebooks))[0]
        assert write_codes.reference(vector, codebooks) == theirs.tolist()


def test_perplexity_is_that_of_the_package():
    for (counts,) in perplexity.cases(np.random.default_rng(0)):
        codes = np.repeat(np.arange(len(counts)), counts)[:, None]
        theirs = usage_perplexity(codes, len(counts))[0]
        assert perplexity.reference(counts) == pytest.approx(theirs)


def test_suffixes_are_those_of_the_package():
    for (ids,) in add_suffixes.cases(np.random.default_rng(0)):
        assert add_suffixes.reference(ids) == [*map(tuple, with_suffix(np.array(ids)).tolist())]


def nearest(vector, entries):
    gaps = [math.dist(vector, entry) for entry in entries]
    return gaps.index(min(gaps))


def with_last_of_equals(vector, codebooks):
    left, codes = np.array(vector), []
    for entries in map(np.array, codebooks):
        gaps = ((left - entries) ** 2).sum(axis=1)
        codes.append(int(np.flatnonzero(gaps == gaps.min())[-1]))
        left = left - entries[codes[-1]]
    return codes


def by_largest_product(vector, codebooks):
    left, codes = np.array(vector), []
    for entries in map(np.array, codebooks):
        codes.append(int((entries @ left).argmax()))
        left = left - entries[codes[-1]]
    return codes


MISTAKES = {
    write_codes: {
        "nothing is taken off": lambda v, books: [nearest(v, entries) for entries in books],
        "the last of equals": with_last_of_equals,
        "the largest product": by_largest_product,
        "only one level": lambda v, books: write_codes.reference(v, books[:1]),
    },
    perplexity: {
        "codes in use": lambda counts: float(sum(n > 0 for n in counts)),
        "the entropy itself": lambda counts: math.log(perplexity.reference(counts)),
        "bits": lambda counts: math.exp(math.log2(perplexity.reference(counts))),
        "shares of codes": lambda counts: perplexity.reference([n + 1 for n in counts]),
    },
    add_suffixes: {
        "from one": lambda ids: [(*one[:-1], one[-1] + 1) for one in add_suffixes.reference(ids)],
        "how many share it": lambda ids: [(*one, ids.count(one)) for one in ids],
        "only colliding ones": lambda ids: [
            one if ids.count(one[:-1]) > 1 else one[:-1] for one in add_suffixes.reference(ids)
        ],
        "sorted": lambda ids: sorted(add_suffixes.reference(ids)),
    },
}

test_each_usual_mistake_fails = each_mistake_fails(MISTAKES)
test_right_answers_pass = each_reference_passes(MISTAKES)


def test_the_closing_questions_look_back():
    assert [lesson for lesson, _, _ in QUESTIONS] == ["09", "05", "03"]
