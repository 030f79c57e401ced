"""The exercises of lesson 07: the right answer passes, each usual mistake fails."""

import numpy as np
import pytest
import torch
from torch import nn

from rectutor.course.lesson07 import QUESTIONS, answer_loss, auc_of_pairs, lora_forward
from rectutor.lm.lora import LoRALinear
from rectutor.metrics.judgement import auc
from tests.course.learners import each_mistake_fails, for_each_learner


def test_the_forward_pass_agrees_with_paper_and_with_the_package():
    # base @ x = 2 + 3; down @ x = 4; up * 4 = 8; alpha / r = 3
    assert lora_forward.reference([1.0, 1.0], [[2.0, 3.0]], [[1.0, 3.0]], [[2.0]], 3.0) == [29.0]
    layer = LoRALinear(nn.Linear(4, 3, bias=False), rank=2, alpha=5)
    nn.init.normal_(layer.up)
    x = torch.randn(4)
    parts = (layer.base.weight, layer.down, layer.up)
    ours = lora_forward.reference(x.tolist(), *(p.tolist() for p in parts), 5.0)
    assert ours == pytest.approx(layer(x).tolist(), abs=1e-5)


def test_the_auc_of_pairs_agrees_with_the_package():
    rng = np.random.default_rng(0)
    scores, likes = rng.integers(0, 4, 20).astype(float), rng.random(20) < 0.4
    assert auc_of_pairs.reference(scores.tolist(), likes.tolist()) == pytest.approx(
        auc(scores, likes)
    )


def test_the_answer_loss_by_hand():
    assert answer_loss.reference([[-9.0, -1.0], [-9.0, -2.0, -3.0]], [1, 1]) == pytest.approx(2.0)


def thin(x, down, up):
    return np.array(up) @ (np.array(down) @ x)


def pairs(scores, likes, won):
    yes = [s for s, y in zip(scores, likes, strict=True) if y]
    no = [s for s, y in zip(scores, likes, strict=True) if not y]
    return sum(won(a, b) for a in yes for b in no) / (len(yes) * len(no))


MISTAKES = {
    lora_forward: {
        "no scaling": lambda x, b, d, u, a: np.array(b) @ x + thin(x, d, u),
        "alpha alone": lambda x, b, d, u, a: np.array(b) @ x + a * thin(x, d, u),
        "divided by alpha": lambda x, b, d, u, a: np.array(b) @ x + len(d) / a * thin(x, d, u),
        "divided by the width": lambda x, b, d, u, a: np.array(b) @ x + a / len(x) * thin(x, d, u),
        "without the base": lambda x, b, d, u, a: a / len(d) * thin(x, d, u),
        "scales the base": lambda x, b, d, u, a: a / len(d) * (np.array(b) @ x + thin(x, d, u)),
    },
    auc_of_pairs: {
        "a tie is lost": lambda s, y: pairs(s, y, lambda a, b: a > b),
        "a tie is won": lambda s, y: pairs(s, y, lambda a, b: a >= b),
        "the other way round": lambda s, y: pairs(s, y, lambda a, b: (a < b) + 0.5 * (a == b)),
        "the share of likes above the mean": lambda s, y: float(
            np.mean([a > np.mean(s) for a, like in zip(s, y, strict=True) if like])
        ),
    },
    answer_loss: {
        "prompts too": lambda p, n: -float(np.mean(np.concatenate(p))),
        "a mean of means": lambda p, n: (
            -float(np.mean([np.mean(r[k:]) for r, k in zip(p, n, strict=True)]))
        ),
        "a sum": lambda p, n: -sum(sum(r[k:]) for r, k in zip(p, n, strict=True)),
        "the other sign": lambda p, n: -answer_loss.reference(p, n),
        "the prompts alone": lambda p, n: (
            -sum(sum(r[:k]) for r, k in zip(p, n, strict=True)) / max(1, sum(n))
        ),
    },
}

test_each_usual_mistake_fails = each_mistake_fails(MISTAKES)


@for_each_learner
def test_right_answers_in_numpy_pass(learner):
    def forward(x, base, down, up, alpha):
        return (np.array(base) @ x + alpha / len(down) * thin(x, down, up)).tolist()

    assert lora_forward.check(forward, learner)
    assert auc_of_pairs.check(auc_of_pairs.reference, learner)
    assert answer_loss.check(answer_loss.reference, learner)


def test_the_closing_questions_look_back():
    assert [lesson for lesson, _, _ in QUESTIONS] == ["07", "07", "04"]
