"""DP-SGD on LoRA: no example moves the weights further than an agreed length, and noise hides it.

Abadi et al., "Deep Learning with Differential Privacy", CCS 2016, algorithm 1; on LoRA alone, as in
Yu et al., "Differentially Private Fine-tuning of Language Models", ICLR 2022. In each step every
example is drawn with probability `rate` on its own, its gradient is shortened to `clip` where it is
longer, Gaussian noise of standard deviation `noise` x `clip` is added to the sum, and the sum is
divided by the expected number of examples.

A gradient for each example costs hardly more than that of the batch. A LoRA layer adds
s · up · down · x to what it returns; if g is the gradient of the loss at what it returns, that of
`up` is g (s · down · x)ᵀ and that of `down` is (s · upᵀ g) xᵀ, summed over an example's tokens.

**Departures.** What is done with the noisy gradient is Adam, which costs no privacy, since it sees
nothing else. Noise comes from torch's ordinary generator, not from one that is safe for secrets.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rectutor.lm.lora import LoRALinear

__all__ = [
    "Privacy",
    "clipped",
    "draw_examples",
    "epsilon_of",
    "example_gradients",
    "noisy_mean",
    "put_gradient",
]


_MORE_ORDERS = (80, 128, 256, 512, 1024)  # the best ones where epsilon is far below 1


class Privacy(NamedTuple):
    """The knobs of DP-SGD."""

    clip: float  # longest gradient of an example, above 0; math.inf shortens none
    noise: float  # standard deviation of the noise, in clips; 0 adds none
    rate: float  # probability that an example takes part in a step, above 0, at most 1


def example_gradients(model: nn.Module, losses: Callable[[], Tensor]) -> tuple[Tensor, Tensor]:
    """Return one gradient for each example, of all LoRA weights of a model.

    Args:
        model: carries LoRA, the only weights that are trained. Its layers get [B, S, in].
        losses: calls the model once, and returns one loss for each of the B examples.

    Returns:
        Gradients [B, P], in the order of `model.parameters()` that are trained, and losses [B].

    Raises:
        ValueError: the model carries no LoRA, or trains other weights, too.
    """
    layers = _lora_layers(model)
    inputs: list[Tensor] = []
    outputs: list[Tensor] = []

    def keep(_: nn.Module, given: tuple[Tensor, ...], returned: Tensor) -> None:
        inputs.append(given[0].detach())
        outputs.append(returned)

    hooks = [layer.register_forward_hook(keep) for layer in layers]
    try:
        each = losses()  # [B]
    finally:
        for hook in hooks:
            hook.remove()
    slopes = torch.autograd.grad(each.sum(), outputs)
    parts = [
        part
        for layer, x, g in zip(layers, inputs, slopes, strict=True)
        for part in _two_factors(layer, x, g)
    ]
    return torch.cat(parts, dim=1), each.detach()


def clipped(gradients: Tensor, clip: float) -> Tensor:
    """Shorten each gradient [B, P] to the length `clip` where it is longer.

    Example:
        >>> clipped(torch.tensor([[3.0, 4.0], [0.3, 0.4]]), clip=1.0).tolist()
        [[0.6000000238418579, 0.800000011920929], [0.30000001192092896, 0.4000000059604645]]
    """
    if math.isinf(clip):
        return gradients
    lengths = gradients.norm(dim=1, keepdim=True)  # [B, 1]
    return gradients * (clip / lengths.clamp(min=clip))


def noisy_mean(
    gradients: Tensor, privacy: Privacy, n_expected: float, generator: torch.Generator
) -> Tensor:
    """Clip gradients [B, P], add them up with noise, divide by the expected number: [P].

    The divisor is the number expected, not the number that came, which is itself a secret.

    Args:
        gradients: one row for each example that takes part; there may be none.
        privacy: how long they may be, and how much noise is added.
        n_expected: rate x n, above 0.
        generator: of the noise.

    Raises:
        ValueError: there is noise, and no clip that it could be measured in.
    """
    total = clipped(gradients, privacy.clip).sum(dim=0)
    if privacy.noise > 0:
        if math.isinf(privacy.clip):
            raise ValueError(
                f"noise is {privacy.noise} clips, and clip is inf, so it would be endless; "
                "choose a clip, such as the median length of the gradients"
            )
        drawn = torch.randn(total.shape, generator=generator)
        total = total + privacy.noise * privacy.clip * drawn.to(total)
    return total / n_expected


def put_gradient(model: nn.Module, gradient: Tensor) -> None:
    """Lay a gradient [P] into `.grad` of the trained weights, in their order."""
    start = 0
    for parameter in model.parameters():
        if parameter.requires_grad:
            stop = start + parameter.numel()
            parameter.grad = gradient[start:stop].view_as(parameter).clone()
            start = stop


def draw_examples(n: int, rate: float, rng: np.random.Generator) -> np.ndarray:
    """Draw each of n examples with probability `rate`, on its own (Poisson sampling).

    Returns:
        The numbers of those that were drawn, in order; how many there are is up to chance.
    """
    return np.flatnonzero(rng.random(n) < rate)


def epsilon_of(noise: float, rate: float, n_steps: int, delta: float) -> float:
    """Return the epsilon that so many noisy steps guarantee: lower is more private.

    By Opacus's accountant of Rényi differential privacy (Mironov et al., "Rényi Differential
    Privacy of the Sampled Gaussian Mechanism", 2019): two sets of examples, one with an example
    more, are told apart at most so well, whoever looks at the weights.

    Args:
        noise: standard deviation of the noise, in clips.
        rate: probability that an example takes part in a step.
        n_steps: 0 or more.
        delta: the probability with which the guarantee may fail; well below 1 / n.

    Returns:
        Epsilon, inf without noise, 0 without a step.

    Raises:
        ValueError: a number is out of range.
    """
    _check_accounting(noise, rate, n_steps, delta)
    if n_steps == 0:
        return 0.0
    if noise == 0:
        return math.inf
    from opacus.accountants import RDPAccountant

    accountant = RDPAccountant()
    accountant.history = [(noise, rate, n_steps)]
    orders = [*RDPAccountant.DEFAULT_ALPHAS, *_MORE_ORDERS]
    with warnings.catch_warnings():  # at either end of the orders: a bound, if not the tightest
        warnings.filterwarnings("ignore", message="Optimal order is the")
        return max(0.0, float(accountant.get_epsilon(delta=delta, alphas=orders)))


def _check_accounting(noise: float, rate: float, n_steps: int, delta: float) -> None:
    """Refuse numbers that no accountant could make sense of."""
    if noise < 0:
        raise ValueError(f"noise must be 0 or more clips, got {noise}; 0.5 to 2 is usual")
    if not 0 < rate <= 1:
        raise ValueError(f"rate must be above 0 and at most 1, got {rate}; it is batch size / n")
    if n_steps < 0:
        raise ValueError(f"n_steps must be 0 or more, got {n_steps}")
    if not 0 < delta < 1:
        raise ValueError(f"delta must be above 0 and below 1, got {delta}; 1e-5 is usual")


def _lora_layers(model: nn.Module) -> list[LoRALinear]:
    """Return the layers with LoRA, in the model's order; nothing else may be trained."""
    layers = [part for part in model.modules() if isinstance(part, LoRALinear)]
    if not layers:
        raise ValueError("the model carries no LoRA; call add_lora(model) first")
    own = {id(p) for layer in layers for p in (layer.down, layer.up)}
    others = [n for n, p in model.named_parameters() if p.requires_grad and id(p) not in own]
    if others:
        raise ValueError(
            f"only LoRA can be trained in private, and {len(others)} other weights are not frozen, "
            f"the first is {others[0]}; freeze them"
        )
    return layers


def _two_factors(layer: LoRALinear, x: Tensor, g: Tensor) -> tuple[Tensor, Tensor]:
    """Return each example's gradient of `down` and `up`, flat, from x [B, S, in], g [B, S, out]."""
    narrow = x @ layer.down.detach().T * layer.scaling  # [B, S, r]
    back = g @ layer.up.detach() * layer.scaling  # [B, S, r]
    return (back.mT @ x).flatten(1), (g.mT @ narrow).flatten(1)
