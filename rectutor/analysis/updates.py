"""How strong the updates are that LoRA has learned, direction by direction."""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch

from rectutor.lm.causal import CausalLM
from rectutor.lm.lora import LoRALinear, update_of

__all__ = ["singular_values", "strength"]


def singular_values(model: CausalLM) -> pd.DataFrame:
    """Return the singular values of every update: layer, place (1 is the largest), value."""
    rows = []
    for name, part in model.model.named_modules():
        if isinstance(part, LoRALinear):
            values = torch.linalg.svdvals(update_of(part))[: part.down.shape[0]]
            rows += [(name, place, value) for place, value in enumerate(values.tolist(), 1)]
    return pd.DataFrame(rows, columns=["layer", "place", "value"])


def strength(updates: pd.DataFrame) -> pd.DataFrame:
    """Sum up the singular values of all layers: how strong is the first direction, the second?

    Args:
        updates: `rank`, `n`, `layer`, `place`, `value`, from `singular_values`.

    Returns:
        `rank`, `n`, `place`, `value`: the root of the summed squares over layers.
    """
    squares = updates.assign(value=updates["value"] ** 2)
    total = squares.groupby(["rank", "n", "place"], as_index=False)["value"].sum()
    return total.assign(value=np.sqrt(total["value"]))
