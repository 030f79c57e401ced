"""How the rebalanced TIGER is made: a trained TIGER, its most exposed first codes split, tuned.

See `rectutor.models.crab` for the method and for what is our reading of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from torch import Tensor

from rectutor.evaluation import evaluate
from rectutor.files import ASSETS, ASSETS_REMEDY, sha256
from rectutor.metrics.exposure import exposure_counts
from rectutor.models.crab import CRAB, SplitCodes, code_exposure, most_exposed, split_codes
from rectutor.models.tiger import TIGER
from rectutor.schema import Split
from rectutor.training.checkpoint import load_tensors
from rectutor.training.fingerprint import code_fingerprint
from rectutor.training.recipes import behaviour_vectors, text_vectors
from rectutor.training.semantic_ids import side_by_side
from rectutor.training.shipped import check_shipped
from rectutor.training.tiger_recipe import TIGER_FILMS

__all__ = ["CRAB_FILMS", "CRABRecipe", "rebalanced"]

_CODE = ("rectutor.metrics.exposure", "rectutor.models.crab", "rectutor.training.crab_recipe")
_TIGER = "tiger-films"


def rebalanced(
    model: TIGER,
    split: Split,
    vectors: np.ndarray,
    share: float = 0.05,
    penalty: float = 1.0,
    seed: int = 0,
) -> CRAB:
    """Split the first codes that a trained TIGER shows most, and return what is still to be tuned.

    Lists for validation decide which codes those are; the test is never looked at.

    Args:
        model: trained on `split`; it is not changed.
        split: whose people get lists.
        vectors: [N, D] of the items, as the ids were made from.
        share: of the first codes that are split, 0..1.
        penalty: that holds the halves of a code together, 0 or more.
        seed: of k-means.

    Raises:
        ValueError: the share is not in 0..1, or the penalty is negative.
    """
    ids = model.codes[1:].numpy()
    shown = exposure_counts(evaluate(model, split, on="validation").top, split.n_items)
    hot = most_exposed(code_exposure(shown, ids), share)
    counts = np.bincount(split.train.item_index, minlength=split.n_items + 1)
    return CRAB(model, split_codes(ids, vectors, hot, seed), counts, penalty)


@dataclass(frozen=True)
class CRABRecipe:
    """How a rebalanced TIGER is made from the one that ships."""

    share: float = 0.05  # of the first codes that are split
    penalty: float = 1.0
    world: str = "films"
    knobs: dict[str, Any] = field(default_factory=dict)  # for `fit`

    @property
    def fingerprint(self) -> str:
        """Hash what decides the TIGER, its very weights, the code of the split and the knobs."""
        weights = sha256(ASSETS / _TIGER / "model.safetensors")[:16]
        own = f"share={self.share} penalty={self.penalty} {sorted(self.knobs.items())}"
        return f"{TIGER_FILMS.fingerprint} {weights} {code_fingerprint(_CODE)} {own}"

    def untrained(self, split: Split) -> CRAB:
        """Load the TIGER that ships, and split its codes.

        Raises:
            ValueError: that TIGER is missing, damaged or stale.
        """
        what, made_from = f"asset {_TIGER!r}", "other data or code"
        check_shipped(ASSETS / _TIGER, what, made_from, TIGER_FILMS.fingerprint)
        tensors, notes = load_tensors(ASSETS / _TIGER / "model.safetensors", ASSETS_REMEDY)
        model = TIGER_FILMS.restored(tensors, notes)
        model.load_state_dict(tensors)
        vectors = side_by_side(text_vectors(self.world, split)[1:], behaviour_vectors(self.world))
        return rebalanced(model.eval(), split, vectors, self.share, self.penalty)

    def notes(self, split: Split, model: Any) -> dict[str, Any]:
        """Return what has to be stored beside the tensors: which code each first code was."""
        return {"parents": model.parents.tolist()}

    def restored(self, tensors: Mapping[str, Tensor], notes: Mapping[str, Any]) -> CRAB:
        """Build the model from its stored codes; its tensors are still to be loaded."""
        codes = tensors["codes"][1:].numpy()
        made = SplitCodes(codes, np.array(notes["parents"]))
        nobody = np.zeros(len(codes) + 1)
        return CRAB(TIGER(codes, TIGER_FILMS.config), made, nobody, self.penalty)


CRAB_FILMS = CRABRecipe(knobs={"epochs": 8, "patience": 8, "learning_rate": 5e-4})
