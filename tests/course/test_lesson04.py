"""The exercises of lesson 04: the right answer passes, each usual mistake fails."""

import math

import numpy as np
import pytest
import torch

from rectutor.course.lesson04 import QUESTIONS, contrastive_loss, recency_mean, zero_shot
from rectutor.lm.encoder import info_nce
from rectutor.models.two_tower import recency_shares
from tests.course.learners import each_mistake_fails, for_each_learner


def test_the_recency_mean_agrees_with_paper_and_with_the_package():
    assert recency_mean.reference([[1.0, 0.0], [0.0, 1.0]], 0.5) == pytest.approx([1 / 3, 2 / 3])
    shares = recency_shares(torch.tensor([[1, 2, 3]]), 0.3)[0, -1].numpy()
    vectors = np.random.default_rng(0).normal(size=(3, 4))
    assert recency_mean.reference(vectors.tolist(), 0.3) == pytest.approx(shares @ vectors)


def test_the_contrastive_loss_agrees_with_paper_and_with_the_package():
    expected = (math.log(1 + math.exp(-2.0)) + math.log(1 + math.exp(-4.0))) / 2
    assert contrastive_loss.reference([[0.8, 0.4], [0.1, 0.9]], 0.2) == pytest.approx(expected)
    same = [[1.0, 0.3], [0.3, 1.0]]  # symmetric, so that both directions are alike
    one = torch.tensor([[1.0, 0.0], [0.3, math.sqrt(1 - 0.09)]])
    assert contrastive_loss.reference(same, 0.5) == pytest.approx(
        float(info_nce(one, one, 0.5)), abs=1e-6
    )


def test_zero_shot_by_hand():
    texts = {7: [1.0, 0.0], 3: [0.0, 2.0], 5: [3.0, 1.0], 9: [0.1, 0.1]}
    # the history is (1, 0): cosines 0 for 3, 0.95 for 5, 0.71 for 9
    assert zero_shot.reference(texts, [7], 0.5, 2) == [5, 9]


def cosine(a, b):
    return float(np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b)))


def ranked(texts, history, k, wish, score=cosine, keeps_seen=False):
    items = sorted(i for i in texts if keeps_seen or i not in history)
    return sorted(items, key=lambda i: -score(texts[i], wish))[:k]


def wish_of(texts, history, decay, backwards=False):
    order = history[::-1] if backwards else history
    return recency_mean.reference([texts[i] for i in order], decay)


def loss(rows, temperature, own=lambda n: n, sign=-1.0, over=len):
    total = 0.0
    for n, row in enumerate(rows):
        logits = np.array(row) / temperature
        log_p = logits - logits.max() - np.log(np.exp(logits - logits.max()).sum())
        total += sign * log_p[own(n)]
    return total / over(rows)


MISTAKES = {
    zero_shot: {
        "ranks what was seen": lambda t, h, d, k: ranked(
            t, h, k, wish_of(t, h, d), keeps_seen=True
        ),
        "weighs the oldest most": lambda t, h, d, k: ranked(
            t, h, k, wish_of(t, h, d, backwards=True)
        ),
        "forgets the lengths": lambda t, h, d, k: ranked(t, h, k, wish_of(t, h, d), score=np.dot),
        "worst first": lambda t, h, d, k: ranked(t, h, len(t), wish_of(t, h, d))[::-1][:k],
        "plain mean": lambda t, h, d, k: ranked(t, h, k, wish_of(t, h, 1.0)),
        "only the newest": lambda t, h, d, k: ranked(t, h, k, t[h[-1]]),
    },
    recency_mean: {
        "oldest most": lambda v, d: recency_mean.reference(v[::-1], d),
        "not divided": lambda v, d: [
            sum(d ** (len(v) - 1 - n) * x[j] for n, x in enumerate(v)) for j in range(len(v[0]))
        ],
        "divided by the number": lambda v, d: [
            sum(d ** (len(v) - 1 - n) * x[j] for n, x in enumerate(v)) / len(v)
            for j in range(len(v[0]))
        ],
        "newest has weight decay": lambda v, d: [
            sum(d ** (len(v) - n) * x[j] for n, x in enumerate(v)) for j in range(len(v[0]))
        ],
    },
    contrastive_loss: {
        "always the first column": lambda c, t: loss(c, t, own=lambda n: 0),
        "no temperature": lambda c, t: loss(c, 1.0),
        "multiplied by the temperature": lambda c, t: loss(c, 1 / t),
        "the other sign": lambda c, t: loss(c, t, sign=1.0),
        "a sum": lambda c, t: loss(c, t, over=lambda rows: 1),
        "columns for rows": lambda c, t: loss(np.array(c).T, t),
        "overflows": lambda c, t: (
            sum(math.log(sum(math.exp(x / t) for x in row)) - row[n] / t for n, row in enumerate(c))
            / len(c)
        ),
    },
}

test_each_usual_mistake_fails = each_mistake_fails(MISTAKES)


@for_each_learner
def test_a_right_answer_in_numpy_passes(learner):
    def answer(texts, history, decay, k):
        weights = decay ** np.arange(len(history))[::-1]
        wish = weights @ np.array([texts[i] for i in history])
        return ranked(texts, history, k, wish)

    assert zero_shot.check(answer, learner)


@for_each_learner
def test_the_packages_own_loss_passes(learner):
    assert contrastive_loss.check(loss, learner)
    assert recency_mean.check(recency_mean.reference, learner)


def test_the_closing_questions_look_back():
    assert [lesson for lesson, _, _ in QUESTIONS] == ["04", "03", "01"]
