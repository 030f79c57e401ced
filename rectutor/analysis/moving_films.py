"""Codes that a recommender moves, on films: do hits rise, and what do codes agree with then?

`python -m rectutor.analysis.moving_films` trains VQ-Rec on product codes of texts on the shipped
world `films`, with codes that stay and with codes that move, and with codes that move from where a
lot has put them. All with the same step size, larger than usual, so that choices have time to move.

One short training each, and intervals of each way alone: small differences say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.code_vectors import CODE as CODE_OF_VECTORS
from rectutor.analysis.code_vectors import CODEBOOK_SIZE, N_LEVELS, made_from, row_of
from rectutor.analysis.records import write_record
from rectutor.data.worlds import load
from rectutor.evaluation import evaluate
from rectutor.metrics.codes import adjusted_nmi
from rectutor.models.kmeans import kmeans
from rectutor.models.moving_codes import MovingCodes
from rectutor.models.product_codes import product_codes
from rectutor.models.random_codes import random_codes
from rectutor.models.sasrec import SASRecConfig
from rectutor.models.vqrec import VQRec
from rectutor.schema import Split
from rectutor.training import fit
from rectutor.training.assets import split_of, text_vectors
from rectutor.training.recipes import behaviour_vectors

__all__ = ["CODE", "NAME", "agreement", "moved_rows"]

NAME = "moving_films"
EPOCHS, LEARNING_RATE = 8, 1e-2
CODE = (
    *CODE_OF_VECTORS,
    "rectutor.analysis.moving_films",
    "rectutor.metrics.codes",
    "rectutor.models.moving_codes",
)


def agreement(codes: np.ndarray, groups: np.ndarray) -> float:
    """Return how much a code tells of a grouping [N], mean over levels; 0 is luck."""
    return float(np.mean([adjusted_nmi(level, groups) for level in codes.T]))


def moved_rows(
    split: Split, models: Mapping[str, VQRec], groups: Mapping[str, np.ndarray], epochs: int
) -> Iterator[dict[str, Any]]:
    """Train each model; yields hits, the share of codes that moved, and what codes agree with.

    Args:
        split: what is learned.
        models: by the name of their way.
        groups: [N] labels that codes are compared with.
        epochs: of each training.
    """
    for way, model in models.items():
        report = fit(
            model,
            split,
            epochs=epochs,
            patience=epochs,
            learning_rate=LEARNING_RATE,
            progress=False,
        )
        start = model.items.codes.numpy()
        own = model.codes() if isinstance(model, MovingCodes) else start
        row = row_of(way, "films", evaluate(model, split))
        row |= {"best epoch": report.best_epoch, "moved": (own != start).mean()}
        yield row | {what: agreement(own, labels) for what, labels in groups.items()}


def main() -> None:
    """Train all and write the record."""
    split = split_of("films")
    texts = text_vectors("films", split)[1:]
    about, config = texts - texts.mean(axis=0), SASRecConfig(split.n_items)
    made = product_codes(about, N_LEVELS, CODEBOOK_SIZE).codes
    lot = random_codes(about, N_LEVELS, CODEBOOK_SIZE).codes
    models = {
        "texts, stay": VQRec(made, config),
        "texts, move": MovingCodes(made, config),
        "by lot, move": MovingCodes(lot, config),
    }
    known = load("films").items.set_index("item_id").loc[split.item_ids[1:]]
    alike = kmeans(behaviour_vectors("films"), CODEBOOK_SIZE, np.random.default_rng(0)).nearest
    groups = {"genre": known["genres"].str[0].fillna("").to_numpy(str), "behaviour": alike}
    rows = []
    for row in moved_rows(split, models, groups, EPOCHS):
        rows.append(row)
        print(row, flush=True)
    command = "python -m rectutor.analysis.moving_films"
    table = pd.DataFrame(rows).round(4)
    stamp = made_from(("films",), CODE, ("text-encoder", "sasrec-films"))
    print(write_record(NAME, table, command, stamp))


if __name__ == "__main__":
    main()
