"""TIGER on real people, under codes of text, of text and behaviour, and by lot, beside two SASRecs.

`python -m rectutor.analysis.tiger_real FOLDER` measures this on ml-latest-small and records it;
FOLDER holds `ml-latest-small/`. Lesson 10 shows the record.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.data import load
from rectutor.data.core import k_core
from rectutor.data.describe import by_index, describe
from rectutor.data.splits import leave_one_out
from rectutor.evaluation import evaluate
from rectutor.lm.encoder import item_vectors
from rectutor.lm.loading import text_encoder
from rectutor.metrics.bootstrap import mean_interval
from rectutor.models.random_codes import random_codes
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.models.tiger import TIGER, TIGERConfig
from rectutor.schema import Split
from rectutor.training import fit
from rectutor.training.fingerprint import code_fingerprint
from rectutor.training.recipes import CODE_OF_TRAINING
from rectutor.training.semantic_ids import roomy_codebook, side_by_side, unique_ids

__all__ = ["NAME", "beside_sasrec"]

NAME = "tiger_ml_latest_small"
SECONDS = 180.0
_CODE = (
    "rectutor.models.residual_codes",
    "rectutor.models.sasrec",
    "rectutor.models.tiger",
    "rectutor.models.unique_codes",
    "rectutor.training.semantic_ids",
)
_COLUMNS = [
    *("model", "best_epoch", "stopped_by", "seconds"),
    *("value", "low", "high", "NDCG@10", "Gini", "coverage"),
]


def beside_sasrec(
    split: Split, text: np.ndarray, max_seconds: float = SECONDS, epochs: int = 60, **sizes: Any
) -> pd.DataFrame:
    """Train two SASRecs, and a TIGER for each way to write the items in two codes.

    Behaviour is what the SASRec with the full softmax has learned of each item.

    Args:
        split: what is learned and asked.
        text: [N, D] vectors of what is told of the items.
        max_seconds: of the processor, for each.
        epochs: at most, for each; training stops when validation has not risen for ten.
        sizes: of `TIGERConfig`, instead of its own.

    Returns:
        A row for each: model, best_epoch, stopped_by, seconds (of its own training), HR@10 on the
        test as value, low, high (95 % over people), NDCG@10, Gini, coverage.
    """
    strong = SASRec(SASRecConfig(split.n_items))
    limits = {"epochs": epochs, "max_seconds": max_seconds}
    rows = [_row(strong.name, strong, split, limits)]
    weak = SASRec(SASRecConfig(split.n_items, loss="bce"))
    rows.append(_row(weak.name, weak, split, limits))
    behaviour = strong.items.weight.detach().numpy()[1:]
    K = min(roomy_codebook(split.n_items), split.n_items)
    tables = {
        "by lot": random_codes(text, 2, K).codes,
        "of text": unique_ids(text),
        "of text and behaviour": unique_ids(side_by_side(text, behaviour)),
    }
    for said, codes in tables.items():
        tiger = TIGER(codes, TIGERConfig(**sizes))
        rows.append(_row(f"{tiger.name}, codes {said}", tiger, split, limits))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _row(name: str, model: Any, split: Split, limits: Mapping[str, Any]) -> tuple[Any, ...]:
    report = fit(model, split, patience=10, progress=sys.stderr.isatty(), **limits)
    judged = evaluate(model, split)
    found = mean_interval(judged.per_user("HR@10"), seed=0)
    print(f"{name}: HR@10 {found.mean:.3f}, {report.seconds:.0f} s", flush=True)
    spent = (report.best_epoch, report.stopped_by, round(report.seconds))
    return (name, *spent, *found, judged.mean("NDCG@10"), judged.gini, judged.coverage)


def main(folder: str) -> None:
    """Measure on ml-latest-small, five-core, the last film of each person held out."""
    data = load("ml-latest-small", folder=Path(folder) / "ml-latest-small")
    split = leave_one_out(k_core(data.interactions, k=5))
    texts = by_index(describe(data.items), data.items, split.item_ids)
    table = beside_sasrec(split, item_vectors(text_encoder(), texts)[1:])
    command = "python -m rectutor.analysis.tiger_real FOLDER"
    made_from = f"ml-latest-small {code_fingerprint((*CODE_OF_TRAINING, *_CODE))}"
    print(write_record(NAME, table, command, made_from))


if __name__ == "__main__":
    main(*sys.argv[1:])
