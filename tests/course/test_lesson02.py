import numpy as np
import pytest
import torch

from rectutor.course.lesson02 import input_and_target, masked_attention, position_rows
from rectutor.layers import Block, attention_mask
from rectutor.schema import PAD

LEARNERS = ["", "Ada", "Grace", "Alan"]


def test_the_reference_of_attention_equals_one_head_of_the_package():
    torch.manual_seed(0)
    block = Block(width=3, n_heads=1, inner=3, dropout=0.0)
    history = torch.tensor([[PAD, PAD, 7, 4]])
    x = torch.randn(1, 4, 3)
    query, key, value = (part[0, 0].detach().numpy() for part in block._heads(x))
    weights = block.attention(x, attention_mask(history))[0, 0].detach().numpy()
    ours = masked_attention.reference(query, key, value, history[0].numpy())
    np.testing.assert_allclose(ours, weights @ value, atol=1e-6)


def test_attention_on_paper():
    # one dimension, two films, no scaling to speak of: logits of row 1 are 0 and log 3
    query, key = np.array([[5.0], [1.0]]), np.array([[0.0], [np.log(3)]])
    value = np.array([[8.0], [4.0]])
    result = masked_attention.reference(query, key, value, np.array([6, 9]))
    np.testing.assert_allclose(result, [[8.0], [8 / 4 + 4 * 3 / 4]])


def softmax(logits):
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def may(history, causal=True, pads=True, self_too=True):
    T = len(history)
    allowed = np.ones((T, T), bool)
    if causal:
        allowed = np.tril(allowed)
    if pads:
        allowed = allowed & (history != 0)
    return allowed | np.eye(T, dtype=bool) if self_too else allowed


def attend(scale=True, **rules):
    def answer(query, key, value, history):
        logits = query @ key.T / (np.sqrt(query.shape[1]) if scale else 1)
        return softmax(np.where(may(history, **rules), logits, -np.inf)) @ value

    return answer


def masked_after_the_softmax(query, key, value, history):
    return (softmax(query @ key.T / np.sqrt(query.shape[1])) * may(history)) @ value


def overflows(query, key, value, history):
    with np.errstate(all="ignore"):
        logits = np.where(may(history), query @ key.T / np.sqrt(query.shape[1]), -np.inf)
        weights = np.exp(logits)
        return weights / weights.sum(axis=1, keepdims=True) @ value


def nothing_to_see(query, key, value, history):
    with np.errstate(all="ignore"):
        return attend(self_too=False)(query, key, value, history)


ATTENTION_MISTAKES = {
    "no scaling": attend(scale=False),
    "sees the future": attend(causal=False),
    "looks at padding": attend(pads=False),
    "masks after the softmax": masked_after_the_softmax,
    "exp overflows": overflows,
    "a padded row sees nothing": nothing_to_see,
}


@pytest.mark.parametrize("mistake", ATTENTION_MISTAKES.values(), ids=ATTENTION_MISTAKES)
@pytest.mark.parametrize("learner", LEARNERS)
def test_each_usual_mistake_in_attention_fails(mistake, learner):
    assert masked_attention.check(mistake, learner).state == "wrong"


@pytest.mark.parametrize("learner", LEARNERS)
def test_right_attention_passes(learner):
    assert masked_attention.check(attend(), learner)


def test_a_training_row_on_paper():
    assert input_and_target.reference([7, 8, 9], 4) == [[0, 0, 7, 8], [0, 0, 8, 9]]
    assert input_and_target.reference([5, 6, 7, 8], 2) == [[6, 7], [7, 8]]


def pad_left(items, n):
    return [0] * (n - len(items)) + items


ROW_MISTAKES = {
    "target equals input": lambda i, n: [pad_left(i[-n:], n)] * 2,
    "keeps the oldest": lambda i, n: [
        pad_left(i[: n + 1][:-1], n),
        pad_left(i[: n + 1][1:], n),
    ],
    "pads on the right": lambda i, n: [
        (i[-n - 1 :][:-1] + [0] * n)[:n],
        (i[-n - 1 :][1:] + [0] * n)[:n],
    ],
    "one film too few": lambda i, n: [pad_left(i[-n:][:-1], n), pad_left(i[-n:][1:], n)],
}


@pytest.mark.parametrize("mistake", ROW_MISTAKES.values(), ids=ROW_MISTAKES)
@pytest.mark.parametrize("learner", LEARNERS)
def test_each_usual_mistake_in_a_training_row_fails(mistake, learner):
    assert input_and_target.check(mistake, learner).state == "wrong"


def test_rows_of_positions_on_paper():
    assert position_rows.reference(3, 5) == [2, 3, 4]
    assert position_rows.reference(9, 5) == [0, 1, 2, 3, 4]


POSITION_MISTAKES = {
    "counts from the oldest": lambda n, size: list(range(min(n, size))),
    "newest first": lambda n, size: list(range(size - 1, size - 1 - min(n, size), -1)),
    "forgets that the table ends": lambda n, size: list(range(size - n, size)),
    "one row off": lambda n, size: list(range(size - min(n, size) + 1, size + 1)),
}


@pytest.mark.parametrize("mistake", POSITION_MISTAKES.values(), ids=POSITION_MISTAKES)
@pytest.mark.parametrize("learner", LEARNERS)
def test_each_usual_mistake_in_positions_fails(mistake, learner):
    assert position_rows.check(mistake, learner).state == "wrong"
