"""One step of AdamW as every training of language here takes it."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

__all__ = ["set_rate", "take_step"]

_LONGEST_STEP = 1.0  # norm of the gradient of all weights together


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """Set the step size of all groups."""
    for group in optimiser.param_groups:
        group["lr"] = rate


def take_step(
    optimiser: torch.optim.Optimizer, loss: Tensor, parameters: Iterable[nn.Parameter]
) -> None:
    """Go down the gradient of a loss, cut to norm 1.

    Args:
        optimiser: of these parameters; its gradients of earlier steps are thrown away.
        loss: a scalar.
        parameters: those that are trained.
    """
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(parameters, _LONGEST_STEP)
    optimiser.step()
