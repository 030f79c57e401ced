"""How shipped models are made, and how they are put together again from what was stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from torch import Tensor

from rectutor.data.core import k_core
from rectutor.data.describe import FIELDS, by_index, describe
from rectutor.data.splits import leave_one_out
from rectutor.data.worlds import load
from rectutor.files import ASSETS, ASSETS_REMEDY, sha256
from rectutor.lm.encoder import item_vectors
from rectutor.lm.loading import text_encoder
from rectutor.models.item_ids import ItemIds
from rectutor.models.p5 import P5, P5Config
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.schema import Split
from rectutor.training.checkpoint import load_tensors
from rectutor.training.fingerprint import fingerprint
from rectutor.training.shipped import check_shipped

__all__ = [
    "CODE_OF_TRAINING",
    "CODE_OF_VECTORS",
    "SASREC_FILMS",
    "P5Recipe",
    "Recipe",
    "behaviour_vectors",
    "split_of",
    "sums_of_vectors",
    "text_vectors",
]

CODE_OF_TRAINING = (
    "rectutor.data.batches",
    "rectutor.data.core",
    "rectutor.data.events",
    "rectutor.data.splits",
    "rectutor.layers",
    "rectutor.models.sequence",
    "rectutor.training.loop",
)
CODE_OF_VECTORS = ("rectutor.data.describe", "rectutor.lm.encoder")  # of `text_vectors`
_NO_TEXT = np.zeros((3, 1), dtype=np.float32)


@dataclass(frozen=True)
class Recipe:
    """How one asset is made."""

    build: Callable[[int, np.ndarray], Any]  # from N and the text vectors [N + 1, E]
    modules: tuple[str, ...]  # the model's own code, part of the fingerprint
    reads_text: bool = False
    world: str = "films"
    knobs: dict[str, Any] = field(default_factory=dict)  # for `fit`

    @property
    def fingerprint(self) -> str:
        """Hash the world, the code and the knobs that decide the weights."""
        config = getattr(self.build(2, _NO_TEXT), "config", None)
        text = f"{sorted(self.knobs.items())} {config!r}"
        if self.reads_text:
            text += f" {sha256(ASSETS / 'text-encoder' / 'model.safetensors')[:16]}"
        return f"{fingerprint(self.world, (*CODE_OF_TRAINING, *self.modules))} {text}"

    def untrained(self, split: Split) -> Any:
        """Build the model for the items of a split."""
        vectors = text_vectors(self.world, split) if self.reads_text else _NO_TEXT
        return self.build(split.n_items, vectors)

    def notes(self, split: Split, model: Any) -> dict[str, Any]:
        """Return what has to be stored beside the tensors to build the model again."""
        return {"n_items": split.n_items}

    def restored(self, tensors: Mapping[str, Tensor], notes: Mapping[str, Any]) -> Any:
        """Build the model from stored notes; its tensors are still to be loaded."""
        stored = tensors.get("item_vectors")
        return self.build(notes["n_items"], _NO_TEXT if stored is None else np.zeros(stored.shape))


@dataclass(frozen=True)
class P5Recipe:
    """How a P5 is made: its names are stored with it, since cutting clusters is a computation."""

    names: Callable[[Split], ItemIds]
    modules: tuple[str, ...]
    world: str = "films"
    knobs: dict[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Hash the world, the code and the knobs that decide the weights."""
        code = fingerprint(self.world, (*CODE_OF_TRAINING, *self.modules))
        return f"{code} {sorted(self.knobs.items())} {P5Config(2)!r}"

    def untrained(self, split: Split) -> P5:
        """Name the items of a split, and build the model."""
        return P5(P5Config(split.n_users), self.names(split))

    def notes(self, split: Split, model: Any) -> dict[str, Any]:
        """Return what has to be stored beside the tensors to build the model again."""
        ids = model.ids
        names = {"scheme": ids.name, "codes": ids.codes.tolist(), "pieces": ids.pieces}
        return {"n_users": split.n_users, "names": names}

    def restored(self, tensors: Mapping[str, Tensor], notes: Mapping[str, Any]) -> P5:
        """Build the model from stored notes; its tensors are still to be loaded."""
        names = notes["names"]
        ids = ItemIds(names["scheme"], np.array(names["codes"]), tuple(names["pieces"]))
        return P5(P5Config(notes["n_users"]), ids)


SASREC_FILMS = Recipe(
    lambda n, _: SASRec(SASRecConfig(n)), ("rectutor.models.sasrec",), knobs={"epochs": 60}
)


def behaviour_vectors(world: str = "films") -> np.ndarray:
    """Return what the shipped SASRec has learned of each item of its world, [N, D] float32.

    Raises:
        ValueError: no SASRec ships for that world, or it is damaged or stale.
    """
    if world != "films":
        raise ValueError(f'a SASRec ships for the world "films" alone, got {world!r}')
    name = "sasrec-films"
    what, made_from = f"asset {name!r}", "other data or code"
    check_shipped(ASSETS / name, what, made_from, SASREC_FILMS.fingerprint)
    tensors, _ = load_tensors(ASSETS / name / "model.safetensors", ASSETS_REMEDY)
    vectors: np.ndarray = tensors["items.weight"].numpy()[1:]
    return vectors


def sums_of_vectors() -> str:
    """Name the weights of the two models whose vectors become ids, for a fingerprint."""
    read = [ASSETS / name / "model.safetensors" for name in ("text-encoder", "sasrec-films")]
    return " ".join(sha256(path)[:16] for path in read)


def split_of(world: str) -> Split:
    """Return the split that every asset and every table of a shipped world uses."""
    return leave_one_out(k_core(load(world).interactions, k=5))


def text_vectors(world: str, split: Split, fields: Sequence[str] = FIELDS) -> np.ndarray:
    """Embed what is known of each item of a shipped world with the shipped encoder.

    Args:
        world: such as "films".
        split: of that world; decides the order of the items.
        fields: what is told, see `describe`.

    Returns:
        [N + 1, E] float32, row 0 zeros.
    """
    items = load(world).items
    return item_vectors(text_encoder(), by_index(describe(items, fields), items, split.item_ids))
