"""DP-SGD on LoRA: gradients one by one, clipping, noise, and the accountant against a hand sum."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from rectutor.lm.lora import add_lora
from rectutor.training.private import (
    Privacy,
    clipped,
    draw_examples,
    epsilon_of,
    example_gradients,
    noisy_mean,
    put_gradient,
)

B, S, D = 3, 4, 6


class Two(nn.Module):
    """Two linear layers with a bend between them."""

    def __init__(self):
        super().__init__()
        self.q_proj, self.v_proj = nn.Linear(D, 5), nn.Linear(5, 2)

    def forward(self, x):
        return self.v_proj(torch.tanh(self.q_proj(x)))


@pytest.fixture
def model():
    torch.manual_seed(0)
    two = Two()
    add_lora(two, rank=2, alpha=6, seed=1)
    with torch.no_grad():  # `up` starts at zero, where `down` would have no gradient
        for part in (two.q_proj, two.v_proj):
            part.up.normal_()
    return two


@pytest.fixture
def x():
    return torch.randn(B, S, D, generator=torch.Generator().manual_seed(2))


def trained(model):
    return [p for p in model.parameters() if p.requires_grad]


def losses_of(model, x):
    return lambda: (model(x) ** 2).sum(dim=(1, 2))


def test_each_row_is_the_gradient_of_one_example_alone(model, x):
    gradients, losses = example_gradients(model, losses_of(model, x))
    assert gradients.shape == (B, sum(p.numel() for p in trained(model)))
    for row in range(B):
        alone = torch.autograd.grad(losses_of(model, x[[row]])().sum(), trained(model))
        flat = torch.cat([g.flatten() for g in alone])
        torch.testing.assert_close(gradients[row], flat, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(losses, losses_of(model, x)().detach())


def test_gradients_of_all_examples_add_up_to_that_of_the_batch(model, x):
    gradients, _ = example_gradients(model, losses_of(model, x))
    whole = torch.autograd.grad(losses_of(model, x)().sum(), trained(model))
    flat = torch.cat([g.flatten() for g in whole])
    torch.testing.assert_close(gradients.sum(dim=0), flat, rtol=1e-4, atol=1e-5)


def test_no_hook_stays_behind(model, x):
    example_gradients(model, losses_of(model, x))
    assert not model.q_proj._forward_hooks


def test_a_model_without_lora_is_refused():
    with pytest.raises(ValueError, match="no LoRA"):
        example_gradients(Two(), lambda: torch.zeros(1))


def test_other_weights_that_are_trained_are_named(model, x):
    model.q_proj.base.weight.requires_grad_(True)
    with pytest.raises(ValueError, match=r"1 other weights .* q_proj\.base\.weight"):
        example_gradients(model, losses_of(model, x))


def test_long_gradients_are_shortened_and_short_ones_left_alone():
    given = torch.tensor([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]])
    lengths = clipped(given, 1.0).norm(dim=1)
    torch.testing.assert_close(lengths, torch.tensor([1.0, 0.5, 0.0]))
    assert clipped(given, math.inf) is given


def test_without_noise_and_clip_a_step_is_that_of_plain_sgd(model, x):
    gradients, _ = example_gradients(model, losses_of(model, x))
    plain = torch.autograd.grad(losses_of(model, x)().mean(), trained(model))
    expected = [(p - 0.1 * g).detach() for p, g in zip(trained(model), plain, strict=True)]
    mean = noisy_mean(gradients, Privacy(math.inf, 0.0, 1.0), B, torch.Generator())
    put_gradient(model, mean)
    torch.optim.SGD(trained(model), lr=0.1).step()
    for now, wanted in zip(trained(model), expected, strict=True):
        torch.testing.assert_close(now.detach(), wanted, rtol=1e-4, atol=1e-5)


def test_one_example_more_moves_the_sum_by_one_clip_at_most():
    gradients = torch.randn(9, 50, generator=torch.Generator().manual_seed(0)) * 10
    privacy = Privacy(0.5, 0.0, 0.5)
    with_it, without = (
        noisy_mean(part, privacy, 4.0, torch.Generator()) for part in (gradients, gradients[:-1])
    )
    assert float((with_it - without).norm()) == pytest.approx(0.5 / 4)


def test_noise_has_the_agreed_spread_and_comes_also_when_nobody_was_drawn():
    nobody = torch.zeros(0, 40_000)
    drawn = noisy_mean(nobody, Privacy(2.0, 1.5, 0.1), 10.0, torch.Generator().manual_seed(0))
    assert float(drawn.std()) == pytest.approx(1.5 * 2.0 / 10, rel=0.02)


def test_noise_without_a_clip_is_refused():
    with pytest.raises(ValueError, match=r"noise is 0.7 clips, and clip is inf"):
        noisy_mean(torch.zeros(1, 2), Privacy(math.inf, 0.7, 0.1), 1.0, torch.Generator())


def test_everybody_is_drawn_on_their_own():
    rng = np.random.default_rng(0)
    sizes = [len(draw_examples(200, 0.1, rng)) for _ in range(500)]
    assert np.mean(sizes) == pytest.approx(20, abs=0.6)
    assert np.var(sizes) == pytest.approx(200 * 0.1 * 0.9, rel=0.2)  # of fixed batches it is 0


def hand_made_epsilon(noise, rate, n_steps, delta):
    """Sum over the binomial at whole orders, and turn the least into epsilon.

    Mironov et al. (2019), section 3.3: for whole orders a, (a - 1) RDP is the logarithm of the sum
    over k of C(a, k) (1 - q)^(a - k) q^k exp(k (k - 1) / (2 noise²)). To epsilon: Canonne et al.
    (2020), proposition 12.
    """
    best = math.inf
    for a in range(2, 48):
        terms = [
            math.comb(a, k)
            * (1 - rate) ** (a - k)
            * rate**k
            * math.exp(k * (k - 1) / (2 * noise**2))
            for k in range(a + 1)
        ]
        rdp = n_steps * math.log(sum(terms)) / (a - 1)
        best = min(best, rdp + math.log1p(-1 / a) - (math.log(delta) + math.log(a)) / (a - 1))
    return best


@pytest.mark.parametrize(("noise", "rate", "n_steps"), [(4.0, 0.1, 96), (1.5, 0.02, 400)])
def test_epsilon_is_that_of_a_sum_by_hand(noise, rate, n_steps):
    by_hand = hand_made_epsilon(noise, rate, n_steps, 1e-3)
    counted = epsilon_of(noise, rate, n_steps, 1e-3)
    assert counted <= by_hand + 1e-9  # it tries orders between the whole ones, too
    assert counted == pytest.approx(by_hand, rel=0.01)


def test_more_noise_and_fewer_steps_guarantee_more():
    table = [epsilon_of(noise, 0.1, 50, 1e-3) for noise in (0.5, 1.0, 2.0, 4.0)]
    assert table == sorted(table, reverse=True)
    assert epsilon_of(1.0, 0.1, 10, 1e-3) < epsilon_of(1.0, 0.1, 100, 1e-3)
    assert epsilon_of(1.0, 0.1, 0, 1e-3) == 0.0
    assert epsilon_of(0.0, 0.1, 10, 1e-3) == math.inf


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ((-1.0, 0.1, 10, 1e-3), "noise must be 0 or more clips, got -1.0"),
        ((1.0, 1.5, 10, 1e-3), "rate must be above 0 and at most 1, got 1.5"),
        ((1.0, 0.1, -3, 1e-3), "n_steps must be 0 or more, got -3"),
        ((1.0, 0.1, 10, 2.0), "delta must be above 0 and below 1, got 2.0"),
    ],
)
def test_what_cannot_be_counted_is_named(asked, said):
    with pytest.raises(ValueError, match=said):
        epsilon_of(*asked)


def test_at_the_ends_of_the_orders_it_is_still_a_bound():
    assert 0 < epsilon_of(6.0, 0.01, 8, 1e-3) < 0.1  # no warning, which would be an error
    assert epsilon_of(12.0, 0.001, 8, 1e-3) == 0.0  # the conversion alone would fall below 0
    assert epsilon_of(0.3, 0.5, 800, 1e-3) > 100
