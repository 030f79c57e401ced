"""LoRA: what tuning adds to a weight matrix, as a product of two thin matrices.

Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022, section 4.1. A linear
layer y = W x becomes y = W x + (alpha / rank) · up · down · x. W stays as it was; only `down`,
[rank, in], and `up`, [out, rank], are trained. `up` starts at zero, so tuning starts from exactly
the model that was given. In the paper `down` is called A and `up` is called B.

Departures: the paper draws A from a Gaussian; here, as in its authors' code and in peft, it is
uniform in ±1/√in (`kaiming_uniform_` with a = √5). Nothing is dropped out in front of `down`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rectutor.lm.questions import check_texts

__all__ = [
    "LoRALinear",
    "add_lora",
    "load_lora_tensors",
    "lora_tensors",
    "merge_lora",
    "n_trainable",
    "update_of",
]

_PARTS = ("down", "up", "scaling")  # of an adapter: what is saved, and what a file must hold


class LoRALinear(nn.Module):
    """A linear layer that is frozen, and the small update that is learned beside it.

    Args:
        base: the layer to adapt; it is kept, not copied, and frozen.
        rank: r, from 1 to the smaller side of the layer: the rank that the update can have.
        alpha: the update is multiplied by alpha / rank, so that another rank needs no other step
            size.
        generator: draws `down`; torch's own when None.

    Raises:
        ValueError: `rank` is out of range.
    """

    scaling: Tensor

    def __init__(
        self, base: nn.Linear, rank: int, alpha: float, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        most = min(base.in_features, base.out_features)
        if not 1 <= rank <= most:
            raise ValueError(
                f"rank must be from 1 to {most} for a layer of {base.in_features} inputs and "
                f"{base.out_features} outputs, got {rank}; 4 to 16 is usual"
            )
        down = torch.empty(rank, base.in_features)  # drawn on the CPU, the same for every device
        nn.init.kaiming_uniform_(down, a=math.sqrt(5), generator=generator)
        self.base = base.requires_grad_(False)
        self.down = nn.Parameter(down.to(base.weight))  # [rank, in]
        self.up = nn.Parameter(base.weight.new_zeros(base.out_features, rank))
        # A buffer, so that an update cannot be loaded with another alpha than it was learned with.
        self.register_buffer("scaling", base.weight.new_tensor(alpha / rank))

    @property
    def weight(self) -> Tensor:
        """The frozen weights [out, in]: some models ask a layer for their type."""
        return self.base.weight

    def forward(self, x: Tensor) -> Tensor:
        """Return [..., out] for inputs [..., in]."""
        narrow = F.linear(x, self.down) * self.scaling  # [..., rank], the cheap place to scale
        return self.base(x) + F.linear(narrow, self.up)


def add_lora(
    model: nn.Module,
    rank: int = 8,
    alpha: float = 16,
    targets: Sequence[str] = ("q_proj", "v_proj"),
    layers: Collection[int] | None = None,
    seed: int = 0,
) -> list[str]:
    """Put a LoRALinear in the place of chosen linear layers; everything else is frozen.

    Args:
        model: any model of transformers; changed in place.
        rank: r, of every update.
        alpha: see `LoRALinear`.
        targets: last parts of the names of layers, such as "q_proj".
        layers: numbers of the blocks to adapt, 0 is the first; all of them when None.
        seed: of the `down` matrices.

    Returns:
        The names of the adapted layers, in the model's order.

    Raises:
        ValueError: no layer has such a name or stands in such a block (lists those that there
            are), the model carries LoRA already, a layer shares its weights with the token
            vectors, or `rank` is out of range.
    """
    if present := _adapters(model):
        raise ValueError(
            f"the model carries LoRA already, on {len(present)} layers, the first is "
            f"{next(iter(present))}; call merge_lora(model) first, or load the model again"
        )
    bases = _chosen(model, targets, layers)
    generator = torch.Generator().manual_seed(seed)
    adapters = {name: LoRALinear(base, rank, alpha, generator) for name, base in bases.items()}
    model.requires_grad_(False)
    for name, adapter in adapters.items():
        _put(model, name, adapter)
    return list(adapters)


def merge_lora(model: nn.Module) -> list[str]:
    """Add every update to the weights it belongs to: a plain model again, as quick as before.

    All weights stay frozen; `model.requires_grad_(True)` thaws them.

    Returns:
        The names of the layers that carried an update.

    Raises:
        ValueError: the model carries no LoRA.
    """
    present = _needed(model)
    for name, adapter in present.items():
        with torch.no_grad():
            adapter.base.weight += update_of(adapter)
        _put(model, name, adapter.base)
    return list(present)


def update_of(module: LoRALinear) -> Tensor:
    """Return what tuning has added to the weights: ΔW [out, in], of rank r at most."""
    return (module.scaling * module.up @ module.down).detach()


def n_trainable(model: nn.Module) -> int:
    """Count the parameters that training would change; shared ones count once."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def lora_tensors(model: nn.Module) -> dict[str, Tensor]:
    """Return copies of the adapters' tensors alone, by name: all that tuning has made.

    Each adapted layer has three, `NAME.down`, `NAME.up` and `NAME.scaling`.

    Raises:
        ValueError: the model carries no LoRA.
    """
    return {name: tensor.detach().clone() for name, tensor in _parts(model).items()}


def load_lora_tensors(model: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Give a model the tensors that `lora_tensors` took from another one.

    Args:
        model: carries LoRA on the same layers, with the same rank; changed in place, or left as
            it was when there is an error.
        tensors: by name.

    Raises:
        ValueError: the model carries no LoRA, a tensor is missing, has another shape, or belongs
            to no layer of the model.
    """
    own = _parts(model)
    if missing := [name for name in own if name not in tensors]:
        raise ValueError(
            f"{len(missing)} of {len(own)} LoRA tensors are missing, the first is {missing[0]}; "
            "call add_lora with the targets and layers of the model that they come from"
        )
    if unknown := [name for name in tensors if name not in own]:
        raise ValueError(
            f"{len(unknown)} tensors belong to no adapted layer, the first is {unknown[0]}; "
            "call add_lora with the targets and layers of the model that they come from"
        )
    for name, tensor in own.items():
        if tensors[name].shape != tensor.shape:
            raise ValueError(
                f"{name} must have shape {tuple(tensor.shape)}, got "
                f"{tuple(tensors[name].shape)}; call add_lora with the same rank, on a model of "
                "the same sizes"
            )
    with torch.no_grad():
        for name, tensor in own.items():
            tensor.copy_(tensors[name])


def _adapters(model: nn.Module) -> dict[str, LoRALinear]:
    """Return the adapted layers by name."""
    return {name: part for name, part in model.named_modules() if isinstance(part, LoRALinear)}


def _needed(model: nn.Module) -> dict[str, LoRALinear]:
    """Return the adapted layers, of which there must be some."""
    if present := _adapters(model):
        return present
    raise ValueError("the model carries no LoRA; call add_lora(model) first")


def _parts(model: nn.Module) -> dict[str, Tensor]:
    """Return the adapters' own tensors, not copied."""
    present = _needed(model)
    places = [(name, part) for name in present for part in _PARTS]
    return {f"{name}.{part}": getattr(present[name], part) for name, part in places}


def _put(model: nn.Module, name: str, module: nn.Module) -> None:
    """Set the submodule that a dotted name leads to."""
    parent, _, own = name.rpartition(".")
    setattr(model.get_submodule(parent), own, module)


def _own_name(name: str) -> str:
    """Return the last part of a dotted name."""
    return name.rpartition(".")[2]


def _block_of(name: str) -> int | None:
    """Return the number of the block that a layer stands in; None outside of all blocks.

    Example:
        >>> _block_of("model.layers.3.self_attn.q_proj"), _block_of("lm_head")
        (3, None)
    """
    return next((int(part) for part in name.split(".") if part.isdigit()), None)


def _chosen(
    model: nn.Module, targets: Sequence[str], layers: Collection[int] | None
) -> dict[str, nn.Linear]:
    """Return the linear layers that are meant; a target or block without any is an error."""
    check_texts(targets, "targets")
    linear = {name: part for name, part in model.named_modules() if isinstance(part, nn.Linear)}
    known = list(dict.fromkeys(map(_own_name, linear)))
    unknown = [target for target in targets if target not in known]
    if unknown or not targets:
        raise ValueError(
            f"targets must be names of linear layers, {', '.join(known) or 'but there are none'}; "
            f"got {unknown or 'no target'}"
        )
    named = {name: part for name, part in linear.items() if _own_name(name) in targets}
    blocks = {_block_of(name) for name in named}
    if layers is not None and not (layers and blocks.issuperset(layers)):
        raise ValueError(
            f"layers must be among {sorted(b for b in blocks if b is not None)}, the blocks that "
            f"hold {' or '.join(targets)}, got {list(layers)}"
        )
    chosen = {n: part for n, part in named.items() if layers is None or _block_of(n) in layers}
    _check_unshared(model, chosen)
    return chosen


def _check_unshared(model: nn.Module, chosen: Mapping[str, nn.Linear]) -> None:
    """Refuse a layer whose weights are the token vectors: merging would change both."""
    tables = [part.weight for part in model.modules() if isinstance(part, nn.Embedding)]
    for name, part in chosen.items():
        if any(part.weight is table for table in tables):
            raise ValueError(
                f"{name} shares its weights with the token vectors, which merging would change "
                "too; leave it out of targets"
            )
