"""Attention, masks and losses: what may look where, and whether the short cuts are exact."""

import pytest
import torch
from torch.nn import functional as F

from rectutor import layers
from rectutor.layers import Block, Drop, attention_mask, full_cross_entropy
from rectutor.schema import seeded


def block(width: int = 8, n_heads: int = 2) -> Block:
    with seeded(1):
        return Block(width, n_heads, inner=16, dropout=0.0).eval()


def test_a_position_sees_itself_and_the_real_past_only():
    may_attend = attention_mask(torch.tensor([[0, 5, 7]]))[0, 0]
    assert may_attend.tolist() == [
        [True, False, False],  # padding sees itself, so that no row is empty
        [False, True, False],
        [False, True, True],
    ]


def test_without_causality_every_real_position_is_seen():
    may_attend = attention_mask(torch.tensor([[0, 5, 7]]), is_causal=False)[0, 0]
    assert may_attend[1:].tolist() == [[False, True, True], [False, True, True]]


def test_the_future_never_changes_the_past():
    history = torch.tensor([[3, 4, 5, 6]])
    x = torch.randn(1, 4, 8, generator=torch.Generator().manual_seed(0))
    changed = x.clone()
    changed[:, 3] += 1.0
    before, after = (block()(each, attention_mask(history)) for each in (x, changed))
    assert torch.equal(before[:, :3], after[:, :3])
    assert not torch.allclose(before[:, 3], after[:, 3])


def test_the_last_position_alone_equals_the_last_of_all():
    history = torch.tensor([[0, 4, 5, 6], [1, 2, 3, 4]])
    x = torch.randn(2, 4, 8, generator=torch.Generator().manual_seed(0))
    may_attend = attention_mask(history)
    whole = block()(x, may_attend)
    alone = block()(x, may_attend, last_only=True)
    assert alone.shape == (2, 1, 8)
    torch.testing.assert_close(alone, whole[:, -1:])


def test_attention_weights_sum_to_one_and_give_the_blocks_own_mixture():
    history = torch.tensor([[0, 4, 5, 6]])
    x = torch.randn(1, 4, 8, generator=torch.Generator().manual_seed(0))
    one = block()
    weights = one.attention(x, attention_mask(history))  # [1, H, 4, 4]
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(1, 2, 4))
    query, key, value = one._heads(x)
    fused = F.scaled_dot_product_attention(query, key, value, attention_mask(history))
    torch.testing.assert_close(weights @ value, fused)


def test_heads_that_do_not_divide_the_width_are_refused_with_the_choices():
    with pytest.raises(ValueError, match=r"width=8 and n_heads=3; choose one of \[1, 2, 4, 8\]"):
        block(width=8, n_heads=3)


def test_drop_thins_in_training_only_and_keeps_the_mean():
    x = torch.ones(1000, 10)
    drop = Drop(0.25)
    with seeded(0):
        thinned = drop(x)
    assert abs((thinned == 0).float().mean().item() - 0.25) < 0.02
    assert abs(thinned.mean().item() - 1.0) < 0.03
    assert drop.eval()(x) is x


def test_an_impossible_dropout_is_refused():
    with pytest.raises(ValueError, match=r"dropout must be at least 0 and below 1, got 1\.5"):
        Drop(1.5)


@pytest.mark.parametrize("chunk_bytes", [1, 200, 2**22])
def test_chunked_cross_entropy_equals_the_plain_one_in_value_and_gradients(
    chunk_bytes: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(layers, "_CHUNK_BYTES", chunk_bytes)
    draw = torch.Generator().manual_seed(0)
    ours = [torch.randn(*s, generator=draw, requires_grad=True) for s in ((7, 4), (5, 4), (5,))]
    theirs = [part.detach().clone().requires_grad_() for part in ours]
    targets = torch.tensor([0, 1, 2, 3, 4, 0, 0])
    loss = full_cross_entropy(*ours, targets)
    expected = F.cross_entropy(theirs[0] @ theirs[1].T + theirs[2], targets)
    torch.testing.assert_close(loss, expected)
    (2 * loss).backward()
    (2 * expected).backward()
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one.grad, other.grad)
