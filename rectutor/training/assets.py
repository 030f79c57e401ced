"""Checkpoints that ship with the project: how they are made, kept and loaded.

`python -m rectutor.training.assets [NAME ...]` (or `make assets`) makes them again. Each lies in
`rectutor/assets/NAME/`: weights, config, card, checksums. An asset whose data or code has changed
since is stale, and loading it is an error, not a silent wrong number.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from rectutor.data.core import k_core
from rectutor.data.describe import FIELDS, by_index, describe
from rectutor.data.splits import leave_one_out
from rectutor.data.worlds import load
from rectutor.evaluation import evaluate
from rectutor.files import ASSETS, ASSETS_REMEDY, check_sums, sha256, write_atomically, write_sums
from rectutor.lm.encoder import item_vectors
from rectutor.lm.loading import text_encoder
from rectutor.models.bert4rec import BERT4Rec, BERT4RecConfig
from rectutor.models.gru4rec import GRU4Rec, GRU4RecConfig
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.models.two_tower import TwoTower, TwoTowerConfig
from rectutor.models.unisrec import UniSRec, UniSRecConfig
from rectutor.schema import Split
from rectutor.training.checkpoint import load_tensors, save_tensors
from rectutor.training.fingerprint import fingerprint
from rectutor.training.loop import fit

__all__ = ["RECIPES", "Recipe", "fit_or_load", "make_asset", "split_of", "stale", "text_vectors"]

_CODE = (
    "rectutor.data.batches",
    "rectutor.data.core",
    "rectutor.data.events",
    "rectutor.data.splits",
    "rectutor.layers",
    "rectutor.models.sequence",
    "rectutor.training.loop",
)
_TEXT_CODE = ("rectutor.data.describe", "rectutor.models.text_model")
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
        return f"{fingerprint(self.world, (*_CODE, *self.modules))} {text}"

    def untrained(self, split: Split) -> Any:
        """Build the model for the items of a split."""
        vectors = text_vectors(self.world, split) if self.reads_text else _NO_TEXT
        return self.build(split.n_items, vectors)


RECIPES = {
    "sasrec-films": Recipe(
        lambda n, _: SASRec(SASRecConfig(n)), ("rectutor.models.sasrec",), knobs={"epochs": 60}
    ),
    "sasrec-bce-films": Recipe(
        lambda n, _: SASRec(SASRecConfig(n, loss="bce")),
        ("rectutor.models.sasrec",),
        knobs={"epochs": 200, "patience": 10},
    ),
    "gru4rec-films": Recipe(
        lambda n, _: GRU4Rec(GRU4RecConfig(n)), ("rectutor.models.gru4rec",), knobs={"epochs": 60}
    ),
    "bert4rec-films": Recipe(
        lambda n, _: BERT4Rec(BERT4RecConfig(n, dropout=0.1, mask_share=0.4)),
        ("rectutor.models.bert4rec",),
        knobs={"epochs": 120, "patience": 15, "batch_size": 16},
    ),
    "two-tower-films": Recipe(
        lambda _, vectors: TwoTower(vectors, TwoTowerConfig()),
        (*_TEXT_CODE, "rectutor.models.two_tower"),
        reads_text=True,
        knobs={"epochs": 60},
    ),
    "unisrec-films": Recipe(
        lambda _, vectors: UniSRec(vectors, UniSRecConfig()),
        (*_TEXT_CODE, "rectutor.models.unisrec"),
        reads_text=True,
        knobs={"epochs": 60},
    ),
}


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


def fit_or_load(name: str, retrain: bool = False) -> Any:
    """Load a shipped model, or train it here and now.

    Args:
        name: one of `RECIPES`.
        retrain: train instead of loading; nothing is written.

    Raises:
        ValueError: no such asset, or it is damaged or stale.
    """
    if name not in RECIPES:
        raise ValueError(f"asset must be one of {sorted(RECIPES)}, got {name!r}")
    recipe = RECIPES[name]
    if retrain:
        split = split_of(recipe.world)
        model = recipe.untrained(split)
        fit(model, split, **recipe.knobs)
        return model
    folder = ASSETS / name
    if not folder.exists():
        raise ValueError(f"asset {name!r} is not at {folder}; {ASSETS_REMEDY}")
    check_sums(folder, ASSETS_REMEDY)
    if stale(name):
        raise ValueError(
            f"asset {name!r} was made from other data or code than today's; {ASSETS_REMEDY}"
        )
    tensors, notes = load_tensors(folder / "model.safetensors", ASSETS_REMEDY)
    vectors = np.zeros(tuple(tensors.get("item_vectors", torch.empty(2, 1)).shape))
    model = recipe.build(notes["n_items"], vectors)
    model.load_state_dict(tensors)
    return model.eval()


def stale(name: str) -> bool:
    """Tell whether an asset was made from other data, code or knobs than today's."""
    config = json.loads((ASSETS / name / "config.json").read_text(encoding="utf-8"))
    return bool(config["fingerprint"] != RECIPES[name].fingerprint)


def make_asset(name: str, into: Path = ASSETS) -> Path:
    """Train one asset and write its folder: weights, config, card, checksums."""
    recipe = RECIPES[name]
    split = split_of(recipe.world)
    model = recipe.untrained(split)
    report = fit(model, split, progress=sys.stderr.isatty(), **recipe.knobs)
    test = evaluate(model, split)
    folder = into / name
    save_tensors(folder / "model.safetensors", model.state_dict(), {"n_items": split.n_items})
    facts = {
        "fingerprint": recipe.fingerprint,
        "world": recipe.world,
        "knobs": recipe.knobs,
        "best_epoch": report.best_epoch,
        "epochs": len(report.losses),
        "stopped_by": report.stopped_by,
        "cpu_seconds": round(report.seconds),
        "test": {column: round(test.mean(column), 4) for column in ("HR@10", "NDCG@10")},
        "config": asdict(getattr(model, "config")),  # noqa: B009
    }
    with write_atomically(folder / "config.json") as draft:
        draft.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    with write_atomically(folder / "README.md") as draft:
        draft.write_text(_card(name, model.name, facts), encoding="utf-8")
    write_sums(folder)
    return folder


def _card(name: str, model: str, facts: dict[str, Any]) -> str:
    """Write the model card."""
    return f"""# {name}

{model}, trained on the shipped world `{facts["world"]}` (real films, simulated people), leave one
out. Made by `python -m rectutor.training.assets {name}` in {facts["cpu_seconds"]} processor seconds
on one thread: {facts["epochs"]} epochs, the weights are those of epoch {facts["best_epoch"]}
(best NDCG@10 on validation; stopped by {facts["stopped_by"]}). Seed 0.

Test, full ranking: HR@10 {facts["test"]["HR@10"]:.3f}, NDCG@10 {facts["test"]["NDCG@10"]:.3f}.

For teaching. It knows simulated people only, so it says nothing about anybody's real taste.
Another processor trains slightly other weights; compare metrics with a tolerance.
"""


def main(names: list[str]) -> None:
    """Make the named assets, or all of them."""
    for name in names or sorted(RECIPES):
        print(make_asset(name))


if __name__ == "__main__":
    main(sys.argv[1:])
