"""How the shipped TIGER is made, and what decides its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from rectutor.models.tiger import TIGER, TIGERConfig
from rectutor.schema import Split
from rectutor.training.fingerprint import fingerprint
from rectutor.training.recipes import (
    CODE_OF_TRAINING,
    CODE_OF_VECTORS,
    behaviour_vectors,
    sums_of_vectors,
    text_vectors,
)
from rectutor.training.semantic_ids import side_by_side, unique_ids

__all__ = ["TIGER_FILMS", "TIGERRecipe", "fingerprint_of_ids"]

_CODE = (
    *CODE_OF_VECTORS,
    "rectutor.decoding.beam",
    "rectutor.models.code_decoder",
    "rectutor.models.code_recommender",
    "rectutor.models.kmeans",
    "rectutor.models.residual_codes",
    "rectutor.models.tiger",
    "rectutor.models.unique_codes",
    "rectutor.training.semantic_ids",
    "rectutor.trie",
)


def fingerprint_of_ids(*worlds: str) -> str:
    """Hash all that decides the weights of a model of semantic ids, but for its knobs.

    That is the interactions of each world, the code of training, of ids and of the model, and the
    two models whose vectors become ids.

    Args:
        worlds: such as "films".
    """
    code = [fingerprint(world, (*CODE_OF_TRAINING, *_CODE)) for world in worlds]
    return " ".join([*code, sums_of_vectors()])


@dataclass(frozen=True)
class TIGERRecipe:
    """How a TIGER is made whose codes know text and behaviour; they are stored with its weights."""

    config: TIGERConfig = field(default_factory=TIGERConfig)
    world: str = "films"
    knobs: dict[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Hash the world, the code, the knobs and the two models whose vectors are quantised."""
        return f"{fingerprint_of_ids(self.world)} {sorted(self.knobs.items())} {self.config!r}"

    def untrained(self, split: Split) -> TIGER:
        """Write the items of a split in codes, and build the model."""
        text, behaviour = text_vectors(self.world, split)[1:], behaviour_vectors(self.world)
        return TIGER(unique_ids(side_by_side(text, behaviour)), self.config)

    def notes(self, split: Split, model: Any) -> dict[str, Any]:
        """Return what has to be stored beside the tensors: nothing."""
        return {}

    def restored(self, tensors: Mapping[str, Tensor], notes: Mapping[str, Any]) -> TIGER:
        """Build the model from its stored codes; its tensors are still to be loaded."""
        return TIGER(tensors["codes"][1:].numpy(), self.config)


TIGER_FILMS = TIGERRecipe(knobs={"epochs": 60, "patience": 10})
