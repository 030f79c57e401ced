"""TIGER under different tables of codes, each reading every event as often.

`python -m rectutor.analysis.tiger_codes` trains them on the shipped world `films` and records how
well each recommends, beside the same beams of an untrained model.

As many epochs for all do not mean as much knowledge for all: codes of behaviour come from a SASRec
that has read the same events before. Codes are made once; the seeds are those of weights and
training.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.evaluation import evaluate
from rectutor.metrics.bootstrap import mean_interval
from rectutor.models.code_recommender import Exact
from rectutor.models.random_codes import random_codes
from rectutor.models.residual_codes import residual_kmeans
from rectutor.models.tiger import TIGER, TIGERConfig
from rectutor.models.unique_codes import with_suffix
from rectutor.schema import Split
from rectutor.training import fit
from rectutor.training.assets import split_of, text_vectors
from rectutor.training.recipes import behaviour_vectors
from rectutor.training.semantic_ids import side_by_side, unique_ids
from rectutor.training.tiger_recipe import fingerprint_of_ids

__all__ = ["NAME", "against_codes", "tables_of"]

NAME, BEST = "tiger_codes", "text and behaviour, 2 x 64"
EPOCHS = 20
SEEDS = (0, 1)
_COLUMNS = [
    *("codes", "seed", "levels", "weights", "epochs", "best_epoch", "seconds"),
    *("value", "low", "high", "NDCG@10", "Gini", "coverage", "exact", "untrained"),
]


def tables_of(text: np.ndarray, behaviour: np.ndarray) -> dict[str, np.ndarray]:
    """Write a catalogue in several ways; no two items have one id in any of them.

    Args:
        text: [N, D] vectors of what is told of the items.
        behaviour: [N, E] vectors that were learned from who chose what.

    Returns:
        By name, [N, L] codes.
    """
    both = side_by_side(text, behaviour)
    about = text - text.mean(axis=0)
    return {
        "by lot, 2 x 64": random_codes(about, 2, 64).codes,
        "text, 2 x 64": unique_ids(text, 2, 64),
        "text, 3 x 64 and suffix": with_suffix(residual_kmeans(about, 3, 64).codes),
        BEST: unique_ids(both, 2, 64),
        "text and behaviour, 2 x 256": unique_ids(both, 2, 256),
        "text and behaviour, 3 x 16": unique_ids(both, 3, 16),
        "text and behaviour, 3 x 64": unique_ids(both, 3, 64),
        "behaviour, 2 x 64": unique_ids(behaviour, 2, 64),
    }


def against_codes(
    split: Split,
    tables: Mapping[str, np.ndarray],
    epochs: int = EPOCHS,
    seeds: Sequence[int] = SEEDS,
    **sizes: Any,
) -> pd.DataFrame:
    """Train a TIGER for each table of codes, and say so as it goes.

    Args:
        split: what is learned and asked.
        tables: names and [N, L] codes.
        epochs: in each, every event but a user's first is a target once.
        seeds: of weights and training; each table is learned once with each.
        sizes: of `TIGERConfig`, instead of its own.

    Returns:
        A row for each training: codes, seed, levels, weights, epochs, best_epoch (on validation),
        seconds (of the processor), HR@10 on the test as value, low, high (95 % over people),
        NDCG@10, Gini, coverage, `exact`, HR@10 when every id is scored, and `untrained`, HR@10 of
        the first weights.
    """
    rows = []
    for (name, codes), seed in product(tables.items(), seeds):
        model = TIGER(codes, TIGERConfig(**sizes), seed=seed)
        n_weights = sum(parameter.numel() for parameter in model.parameters())
        untrained = evaluate(model, split).mean("HR@10")
        report = fit(
            model, split, seed=seed, epochs=epochs, patience=epochs, progress=sys.stderr.isatty()
        )
        judged = evaluate(model, split)
        found = mean_interval(judged.per_user("HR@10"), seed=0)
        exact = evaluate(Exact(model), split).mean("HR@10")
        row = (name, seed, codes.shape[1], n_weights, epochs, report.best_epoch)
        of_lists = (judged.mean("NDCG@10"), judged.gini, judged.coverage)
        rows.append((*row, round(report.seconds), *found, *of_lists, exact, untrained))
        print(f"{name}, seed {seed}: HR@10 {found.mean:.3f}, {round(report.seconds)} s", flush=True)
    return pd.DataFrame(rows, columns=_COLUMNS)


def main() -> None:
    """Train all and write the record."""
    split = split_of("films")
    tables = tables_of(text_vectors("films", split)[1:], behaviour_vectors("films"))
    flat = {f"{BEST}, read code by code": tables[BEST]}
    runs = [against_codes(split, tables), against_codes(split, flat, seeds=(0,), reads="codes")]
    table = pd.concat(runs, ignore_index=True)
    command = "python -m rectutor.analysis.tiger_codes"
    print(write_record(NAME, table, command, fingerprint_of_ids("films")))


if __name__ == "__main__":
    main()
