"""A small T5 of the sizes that were asked for."""

import pytest
import torch

from rectutor.lm.tiny_t5 import tiny_t5
from rectutor.schema import seeded


def test_it_has_the_sizes_and_shares_its_token_vectors():
    model = tiny_t5(50, 16, n_heads=2, n_layers=1)
    assert model.shared.weight.shape == (50, 16)
    assert model.lm_head.weight is model.shared.weight
    assert (len(model.encoder.block), len(model.decoder.block)) == (1, 1)


def test_the_same_seed_gives_the_same_weights():
    weights = []
    for seed in (0, 0, 1):
        with seeded(seed):
            weights.append(tiny_t5(50, 16, n_heads=2).shared.weight.detach())
    assert torch.equal(weights[0], weights[1]) and not torch.equal(weights[0], weights[2])


def test_a_width_that_heads_do_not_divide_is_refused():
    with pytest.raises(ValueError, match="got 10 and 4"):
        tiny_t5(50, 10)
