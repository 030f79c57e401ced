"""Bottleneck adapters: where they stand, what they cost, and that they begin with nothing."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from rectutor.lm.bottleneck import Bottleneck, add_bottlenecks
from rectutor.lm.lora import n_trainable
from rectutor.lm.tiny import TinyConfig, tiny_decoder

SIZES = TinyConfig(40, 32, width=16, n_layers=3, n_heads=2, inner=24)
TOKENS = torch.tensor([[1, 5, 9, 3]])


def test_tuning_starts_from_exactly_the_model_that_was_given():
    model = tiny_decoder(SIZES)
    before = model(TOKENS).logits
    names = add_bottlenecks(model, 4)
    assert torch.equal(model(TOKENS).logits, before)
    assert [name.split(".")[2] for name in names] == ["0", "0", "1", "1", "2", "2"]


def test_only_the_narrow_layers_are_trained():
    model = tiny_decoder(SIZES)
    add_bottlenecks(model, 4)
    assert n_trainable(model) == 3 * 4 * 16 * 4  # blocks, 4 m D
    trained = {n.rsplit(".", 1)[1] for n, p in model.named_parameters() if p.requires_grad}
    assert trained == {"down", "up"}


def test_it_adds_a_detour_to_what_passes_through():
    base = nn.Linear(3, 5)
    part = Bottleneck(base, 2, torch.Generator().manual_seed(0))
    with torch.no_grad():
        part.up.copy_(torch.arange(10.0).view(5, 2))
    x = torch.randn(4, 3)
    y = base(x)
    by_hand = y + F.silu(y @ part.down.T) @ part.up.T
    assert torch.allclose(part(x), by_hand) and not torch.allclose(part(x), y)


def test_one_step_changes_what_the_model_says():
    model = tiny_decoder(SIZES)
    add_bottlenecks(model, 4)
    optimiser = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=1.0)
    before = model(TOKENS).logits.detach()
    model(TOKENS, labels=TOKENS).loss.backward()
    optimiser.step()
    assert not torch.allclose(model(TOKENS).logits, before)


def test_the_seed_decides_the_first_weights():
    one, same, other = (tiny_decoder(SIZES) for _ in range(3))
    for model, seed in ((one, 1), (same, 1), (other, 2)):
        add_bottlenecks(model, 4, seed=seed)
    name = "model.layers.0.mlp.down_proj.down"
    assert torch.equal(one.get_parameter(name), same.get_parameter(name))
    assert not torch.equal(one.get_parameter(name), other.get_parameter(name))


def test_what_cannot_be_done_is_refused():
    with pytest.raises(ValueError, match="size must be 1 or more, got 0"):
        add_bottlenecks(tiny_decoder(SIZES), 0)
    model = tiny_decoder(SIZES)
    add_bottlenecks(model)
    with pytest.raises(ValueError, match="already"):
        add_bottlenecks(model)
    with pytest.raises(ValueError, match="Sequential has no layer called o_proj or down_proj"):
        add_bottlenecks(nn.Sequential(nn.Linear(2, 2)))
