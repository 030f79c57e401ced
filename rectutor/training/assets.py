"""Checkpoints that ship with the project: how they are made, kept and loaded.

`python -m rectutor.training.assets [NAME ...]` makes them again; `make assets`, or no name, makes
those that are missing or stale. Each lies in `rectutor/assets/NAME/`: weights, config, card,
checksums. An asset whose data or code has changed
since is stale, and loading it is an error, not a silent wrong number.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rectutor.evaluation import evaluate
from rectutor.files import ASSETS, ASSETS_REMEDY
from rectutor.models.bert4rec import BERT4Rec, BERT4RecConfig
from rectutor.models.gru4rec import GRU4Rec, GRU4RecConfig
from rectutor.models.item_clusters import cluster_ids, succession
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.models.two_tower import TwoTower, TwoTowerConfig
from rectutor.models.unisrec import UniSRec, UniSRecConfig
from rectutor.training.checkpoint import load_tensors, save_tensors
from rectutor.training.crab_recipe import CRAB_FILMS, CRABRecipe
from rectutor.training.loop import fit
from rectutor.training.recipes import (
    SASREC_FILMS,
    P5Recipe,
    Recipe,
    split_of,
    text_vectors,
)
from rectutor.training.rpg_recipe import RPG_FILMS, RPGRecipe
from rectutor.training.shipped import check_shipped, is_stale, left_to_make, write_facts
from rectutor.training.tiger_recipe import TIGER_FILMS, TIGERRecipe

__all__ = ["RECIPES", "fit_or_load", "make_asset", "split_of", "stale", "text_vectors"]

_TEXT_CODE = ("rectutor.data.describe", "rectutor.models.text_model")
_P5_CODE = (
    "rectutor.data.prefixes",
    "rectutor.lm.tiny_t5",
    "rectutor.models.counting",
    "rectutor.models.item_clusters",
    "rectutor.models.item_ids",
    "rectutor.models.name_beam",
    "rectutor.models.p5",
    "rectutor.models.p5_sentences",
    "rectutor.models.p5_words",
    "rectutor.models.word_t5",
    "rectutor.prompts.p5_wordings",
)

RECIPES: dict[str, Recipe | P5Recipe | TIGERRecipe | RPGRecipe | CRABRecipe] = {
    "sasrec-films": SASREC_FILMS,
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
    "p5-films": P5Recipe(
        lambda split: cluster_ids("succession", succession(split.train, split.n_items)),
        _P5_CODE,
        knobs={"epochs": 8, "patience": 8},
    ),
    "tiger-films": TIGER_FILMS,  # behind the SASRec whose vectors become its ids
    "rpg-films": RPG_FILMS,
    "crab-films": CRAB_FILMS,  # behind the TIGER that it goes on from
}


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
    check_shipped(folder, f"asset {name!r}", "other data or code", recipe.fingerprint)
    tensors, notes = load_tensors(folder / "model.safetensors", ASSETS_REMEDY)
    model = recipe.restored(tensors, notes)
    model.load_state_dict(tensors)
    return model.eval()


def stale(name: str) -> bool:
    """Tell whether an asset was made from other data, code or knobs than today's."""
    return is_stale(ASSETS / name, RECIPES[name].fingerprint)


def make_asset(name: str, into: Path = ASSETS) -> Path:
    """Train one asset and write its folder: weights, config, card, checksums."""
    recipe = RECIPES[name]
    split = split_of(recipe.world)
    model = recipe.untrained(split)
    report = fit(model, split, progress=sys.stderr.isatty(), **recipe.knobs)
    test = evaluate(model, split)
    folder = into / name
    save_tensors(folder / "model.safetensors", model.state_dict(), recipe.notes(split, model))
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
    write_facts(folder, facts, _card(name, model.name, facts))
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
    """Make the named assets, or those that are missing or stale."""
    for name in left_to_make(names, RECIPES, stale):
        print(make_asset(name))


if __name__ == "__main__":
    main(sys.argv[1:])
