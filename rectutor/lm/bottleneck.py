"""Bottleneck adapters: small layers between frozen ones, each added to what passes through.

Houlsby et al., "Parameter-Efficient Transfer Learning for NLP", ICML 2019, section 2.1: behind the
attention and behind the feed-forward part of every block, in front of the residual sum, states go
through a narrow layer and back. `up` starts at zero, so tuning starts from exactly the model that
was given.

**Departures.** There are no biases, layer norms stay frozen, and the narrow states pass through
SiLU, as everywhere else in a Llama.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["Bottleneck", "add_bottlenecks"]

_BEHIND = ("o_proj", "down_proj")  # the last layers of attention and feed-forward parts


class Bottleneck(nn.Module):
    """A frozen layer, and a narrow detour behind it: y + up · silu(down · y).

    Args:
        base: the layer; it is kept, not copied, and frozen.
        size: m, states of the narrow layer, at least 1.
        generator: draws `down`; torch's own when None.
    """

    def __init__(
        self, base: nn.Linear, size: int, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        down = torch.empty(size, base.out_features)
        nn.init.kaiming_uniform_(down, a=math.sqrt(5), generator=generator)
        self.base = base.requires_grad_(False)
        self.down = nn.Parameter(down.to(base.weight))  # [m, D]
        self.up = nn.Parameter(base.weight.new_zeros(base.out_features, size))

    @property
    def weight(self) -> Tensor:
        """The frozen weights [out, in]: some models ask a layer for their type."""
        return self.base.weight

    def forward(self, x: Tensor) -> Tensor:
        """Return [..., D] for inputs [..., in]."""
        y = self.base(x)
        return y + F.linear(F.silu(F.linear(y, self.down)), self.up)


def add_bottlenecks(model: nn.Module, size: int = 8, seed: int = 0) -> list[str]:
    """Put an adapter behind attention and feed-forward of each block; all else is frozen.

    Args:
        model: a decoder of Llama's kind; changed in place.
        size: m; each block gets 4 m D weights.
        seed: of the `down` matrices.

    Returns:
        The names of the layers that have an adapter behind them.

    Raises:
        ValueError: `size` is below 1, the model has no such layers, or has adapters already.
    """
    if size < 1:
        raise ValueError(f"size must be 1 or more, got {size}; 8 to 64 is usual")
    if any(isinstance(part, Bottleneck) for part in model.modules()):
        raise ValueError("the model has bottleneck adapters already; load it again")
    found = {
        name: part
        for name, part in model.named_modules()
        if isinstance(part, nn.Linear) and name.rpartition(".")[2] in _BEHIND
    }
    if not found:
        raise ValueError(
            f"{type(model).__name__} has no layer called {' or '.join(_BEHIND)}; take a decoder "
            "of Llama's kind"
        )
    model.requires_grad_(False)
    generator = torch.Generator().manual_seed(seed)
    for name, base in found.items():
        parent, _, own = name.rpartition(".")
        setattr(model.get_submodule(parent), own, Bottleneck(base, size, generator))
    return list(found)
