"""One step of AdamW: the rate, the gradient that is cut, and what came before."""

import pytest
import torch

from rectutor.training.step import set_rate, take_step


def test_every_group_gets_the_rate():
    one, other = (torch.nn.Parameter(torch.zeros(1)) for _ in range(2))
    optimiser = torch.optim.SGD([{"params": [one], "lr": 1.0}, {"params": [other], "lr": 2.0}])
    set_rate(optimiser, 0.25)
    assert [group["lr"] for group in optimiser.param_groups] == [0.25, 0.25]


def test_a_long_gradient_is_cut_to_norm_1_and_a_short_one_is_not():
    weights = torch.nn.Parameter(torch.zeros(2))
    optimiser = torch.optim.SGD([weights], lr=1.0)
    take_step(optimiser, (weights * torch.tensor([30.0, 40.0])).sum(), [weights])
    assert weights.tolist() == pytest.approx([-0.6, -0.8], abs=1e-5)
    take_step(optimiser, (weights * torch.tensor([0.3, 0.4])).sum(), [weights])
    assert weights.tolist() == pytest.approx([-0.9, -1.2], abs=1e-5)


def test_gradients_of_an_earlier_step_are_thrown_away():
    weights = torch.nn.Parameter(torch.zeros(1))
    weights.grad = torch.tensor([1.0])
    take_step(torch.optim.SGD([weights], lr=1.0), weights.sum() * 0.5, [weights])
    assert weights.tolist() == [-0.5]
