"""The exercises of lesson 12b: the right answer passes, each usual mistake fails."""

import math

import numpy as np
import pytest
import torch

from rectutor.course.lesson12b import QUESTIONS, agreement, bits_of_exposure, private_mean
from rectutor.metrics.memorisation import exposure
from rectutor.training.extraction import overlap_per_person
from rectutor.training.private import clipped
from tests.course.learners import each_mistake_fails, each_reference_passes


def test_exposure_is_that_of_the_package():
    for scores, secret in bits_of_exposure.cases(np.random.default_rng(0)):
        own = bits_of_exposure.reference(scores, secret)
        assert own == pytest.approx(exposure(np.array([scores]), secret)[0])


def test_the_private_mean_is_that_of_the_package():
    for gradients, clip, noise, expected in private_mean.cases(np.random.default_rng(0)):
        rows = torch.tensor(gradients).reshape(-1, 4)
        total = clipped(rows, clip).sum(dim=0) + clip * torch.tensor(noise)
        own = private_mean.reference(gradients, clip, noise, expected)
        np.testing.assert_allclose(own, (total / expected).numpy(), atol=1e-5)


def test_agreement_is_that_of_the_package():
    for one, other in agreement.cases(np.random.default_rng(0)):
        shares = overlap_per_person(np.array(one), np.array(other))
        assert agreement.reference(one, other) == pytest.approx(shares.mean())


def best_of_ties(scores, secret):
    rank = 1 + sum(score > scores[secret] for score in scores)
    return math.log2(len(scores)) - math.log2(rank)


def from_below(scores, secret):
    rank = sum(score <= scores[secret] for score in scores)
    return math.log2(len(scores)) - math.log2(rank)


def natural(scores, secret):
    return math.log(2) * bits_of_exposure.reference(scores, secret)


def clips_the_sum(gradients, clip, noise, expected):
    total = np.sum(gradients, axis=0) if gradients else np.zeros(len(noise))
    share = min(1.0, clip / max(float(np.linalg.norm(total)), 1e-9))
    return ((share * total + clip * np.array(noise)) / expected).tolist()


def lengthens_too(gradients, clip, noise, expected):
    total = clip * np.array(noise)
    for gradient in gradients:
        total = total + clip * np.array(gradient) / np.linalg.norm(gradient)
    return (total / expected).tolist()


def noise_not_in_clips(gradients, clip, noise, expected):
    own = np.array(private_mean.reference(gradients, clip, [0.0] * len(noise), expected))
    return (own + np.array(noise) / expected).tolist()


def divides_by_who_came(gradients, clip, noise, expected):
    return private_mean.reference(gradients, clip, noise, max(len(gradients), 1))


def counts_places(one, other):
    return float((np.array(one) == np.array(other)).mean())


def of_the_union(one, other):
    pairs = [(set(a), set(b)) for a, b in zip(one, other, strict=True)]
    return sum(len(a & b) / len(a | b) for a, b in pairs) / len(pairs)


def any_shared(one, other):
    return sum(bool(set(a) & set(b)) for a, b in zip(one, other, strict=True)) / len(one)


MISTAKES = {
    bits_of_exposure: {
        "ties count for the memory": best_of_ties,
        "ranked from below": from_below,
        "natural logarithms": natural,
    },
    private_mean: {
        "the sum is clipped": clips_the_sum,
        "short ones are lengthened": lengthens_too,
        "noise does not count in clips": noise_not_in_clips,
        "divided by who came": divides_by_who_came,
    },
    agreement: {
        "order counts": counts_places,
        "divided by the union": of_the_union,
        "any shared item": any_shared,
    },
}

test_each_usual_mistake_fails = each_mistake_fails(MISTAKES)
test_right_answers_pass = each_reference_passes(MISTAKES)


def test_the_closing_questions_look_back():
    assert [lesson for lesson, _, _ in QUESTIONS] == ["12b", "12", "03"]
