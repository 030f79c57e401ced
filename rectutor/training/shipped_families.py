"""The P5 of five families that ships: how it is made, kept and loaded.

`python -m rectutor.training.shipped_families NAME` makes it again; without its name (or `make
assets`), only where it is missing or stale. It is trained as POD does: with learned vectors in
front of every wording, and as often on the vectors alone.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from rectutor.evaluation import evaluate
from rectutor.files import ASSETS, ASSETS_REMEDY
from rectutor.models.item_clusters import cluster_ids, succession
from rectutor.models.item_ids import ItemIds
from rectutor.models.p5_families import P5Families, P5FamiliesConfig
from rectutor.prompts.p5 import tasks
from rectutor.prompts.pod import distilling_tasks, with_vectors
from rectutor.training.checkpoint import load_tensors, save_tensors
from rectutor.training.families import train_families
from rectutor.training.family_cases import family_cases, family_model
from rectutor.training.fingerprint import fingerprint
from rectutor.training.recipes import split_of
from rectutor.training.shipped import check_shipped, is_stale, left_to_make, write_facts

__all__ = [
    "CODE",
    "EPOCHS",
    "NAME",
    "cpu_seconds",
    "families_p5",
    "make_families",
    "stale",
    "untrained",
]

NAME, WORLD, EPOCHS = "p5-families-films", "films", 2
_ASKS_NEXT = with_vectors(tasks("sequential")[0])  # as it was trained: never without vectors
CODE = (
    "rectutor.data.opinions",
    "rectutor.lm.tiny_t5",
    "rectutor.models.item_clusters",
    "rectutor.models.item_ids",
    "rectutor.models.name_beam",
    "rectutor.models.p5_families",
    "rectutor.models.p5_questions",
    "rectutor.models.p5_words",
    "rectutor.models.word_t5",
    "rectutor.prompts.p5_wordings",
    "rectutor.prompts.pod",
    "rectutor.training.families",
    "rectutor.training.family_cases",
)


def families_p5(retrain: bool = False) -> P5Families:
    """Load the shipped model, or train it here and now.

    Args:
        retrain: train instead of loading, some twenty minutes; nothing is written.

    Raises:
        ValueError: it is not there, damaged or stale.
    """
    if retrain:
        return _trained()[0]
    folder = ASSETS / NAME
    check_shipped(folder, f"asset {NAME!r}", "other data or code", _fingerprint())
    tensors, notes = load_tensors(folder / "model.safetensors", ASSETS_REMEDY)
    names = notes["names"]
    ids = ItemIds(names["scheme"], np.array(names["codes"]), tuple(names["pieces"]))
    config = P5FamiliesConfig(**notes["config"])
    model = P5Families(config, ids, notes["titles"], notes["words"])
    model.load_state_dict(tensors)
    model.asks_next = _ASKS_NEXT
    return model.eval()


def cpu_seconds() -> int:
    """Return how long the shipped model was trained, in processor seconds."""
    facts = json.loads((ASSETS / NAME / "config.json").read_text(encoding="utf-8"))
    return int(facts["cpu_seconds"])


def stale() -> bool:
    """Tell whether the shipped model was made from other data or code than today's."""
    return is_stale(ASSETS / NAME, _fingerprint())


def untrained(seed: int = 0, **sizes: Any) -> P5Families:
    """Build the model before it has learned; items are named by what they succeed.

    Args:
        seed: of the weights.
        sizes: of `P5FamiliesConfig`, instead of its own.
    """
    split = split_of(WORLD)
    ids = cluster_ids("succession", succession(split.train, split.n_items))
    return family_model(WORLD, split, ids, seed, **sizes)


def make_families(into: Path = ASSETS, epochs: int = EPOCHS, **sizes: Any) -> Path:
    """Train, and write a folder: weights, config, card, checksums.

    Args:
        into: where the folder goes.
        epochs: of `train_families`.
        sizes: of `P5FamiliesConfig`, instead of its own.
    """
    model, report = _trained(epochs, **sizes)
    split, ids = split_of(WORLD), model.vocabulary.ids
    test = evaluate(model, split)
    names = {"scheme": ids.name, "codes": ids.codes.tolist(), "pieces": ids.pieces}
    notes = {
        "config": asdict(model.config),
        "names": names,
        "titles": model.titles,
        "words": model.vocabulary.words,
    }
    folder = into / NAME
    save_tensors(folder / "model.safetensors", model.state_dict(), notes)
    facts = {
        "fingerprint": _fingerprint(),
        "world": WORLD,
        "epochs": epochs,
        "losses": {name: [round(x, 3) for x in own] for name, own in report.losses.items()},
        "cpu_seconds": round(report.seconds),
        "test": {column: round(test.mean(column), 4) for column in ("HR@10", "NDCG@10")},
        "config": asdict(model.config),
    }
    write_facts(folder, facts, _card(facts))
    return folder


def _trained(epochs: int = EPOCHS, **sizes: Any) -> tuple[P5Families, Any]:
    model = untrained(**sizes)
    model.asks_next = _ASKS_NEXT
    cases = family_cases(WORLD, split_of(WORLD), model)
    progress = sys.stderr.isatty()
    return model, train_families(model, cases, distilling_tasks(), epochs=epochs, progress=progress)


def _fingerprint() -> str:
    return f"{fingerprint(WORLD, CODE)} {P5FamiliesConfig(2)!r}"


def _card(facts: dict[str, Any]) -> str:
    """Write the model card."""
    return f"""# {NAME}

P5 on five families of tasks (rating, sequential, explanation, review, direct), trained on the
world `{facts["world"]}` (real films, simulated people and reviews from a grammar), leave one out.
Made by `python -m rectutor.training.shipped_families` in {facts["cpu_seconds"]} processor
seconds on one thread: {facts["epochs"]} passes through the events in each family, the last weights,
seed 0. Every second question has no words, only vectors that stand for its family.

Test of the sequential family, full ranking: HR@10 {facts["test"]["HR@10"]:.3f}, NDCG@10
{facts["test"]["NDCG@10"]:.3f}. Lesson 05b measures the others.

For teaching. It knows simulated people only, so it says nothing about anybody's real taste.
Another processor trains slightly other weights; compare metrics with a tolerance.
"""


if __name__ == "__main__":
    for _ in left_to_make(sys.argv[1:], [NAME], lambda _: stale()):
        print(make_families())
