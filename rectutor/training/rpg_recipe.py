"""How the RPG that ships is made: its long ids know text and behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from torch import Tensor

from rectutor.models.product_codes import product_codes
from rectutor.models.rpg import RPG, RPGConfig
from rectutor.schema import Split
from rectutor.training.fingerprint import fingerprint
from rectutor.training.recipes import (
    CODE_OF_TRAINING,
    CODE_OF_VECTORS,
    behaviour_vectors,
    sums_of_vectors,
    text_vectors,
)
from rectutor.training.semantic_ids import side_by_side

__all__ = ["CODE_OF_LONG_IDS", "RPG_FILMS", "RPGRecipe", "long_ids"]

CODE_OF_LONG_IDS = (
    *CODE_OF_TRAINING,
    *CODE_OF_VECTORS,
    "rectutor.decoding.graph",
    "rectutor.models.kmeans",
    "rectutor.models.product_codes",
    "rectutor.models.rpg",
    "rectutor.training.semantic_ids",
)
N_CODES, CODEBOOK_SIZE = 16, 64  # M, K


def long_ids(*kinds: np.ndarray, n_codes: int = N_CODES, seed: int = 0) -> np.ndarray:
    """Write a catalogue in sub-codes without an order, by product quantisation.

    Args:
        kinds: [N, D_1], [N, D_2], ... vectors, put side by side so that each kind weighs alike.
        n_codes: M.
        seed: of k-means.

    Returns:
        [N, M] int64, 0..63, or below N where there are fewer items. Two items may share an id; with
        M = 16 no two films do.
    """
    vectors = side_by_side(*kinds)
    return product_codes(vectors, n_codes, min(CODEBOOK_SIZE, len(vectors)), seed).codes


@dataclass(frozen=True)
class RPGRecipe:
    """How an RPG over text and behaviour is made; its codes are stored with its weights."""

    config: RPGConfig = field(default_factory=RPGConfig)
    world: str = "films"
    knobs: dict[str, Any] = field(default_factory=dict)  # for `fit`

    @property
    def fingerprint(self) -> str:
        """Hash the world, the code, the knobs and the two models whose vectors are quantised."""
        code = fingerprint(self.world, CODE_OF_LONG_IDS)
        return f"{code} {sorted(self.knobs.items())} {self.config!r} {sums_of_vectors()}"

    def untrained(self, split: Split) -> RPG:
        """Write the items of a split in codes, and build the model."""
        text, behaviour = text_vectors(self.world, split)[1:], behaviour_vectors(self.world)
        return RPG(long_ids(text, behaviour), self.config)

    def notes(self, split: Split, model: Any) -> dict[str, Any]:
        """Return what has to be stored beside the tensors to build the model again: nothing."""
        return {}

    def restored(self, tensors: Mapping[str, Tensor], notes: Mapping[str, Any]) -> RPG:
        """Build the model from its stored codes; its weights are still to be loaded."""
        return RPG(tensors["codes"][1:].numpy(), self.config)


RPG_FILMS = RPGRecipe(knobs={"epochs": 40})
