"""How far a score moves when only the training seed changes.

`python -m rectutor.analysis.seeds` trains two models five times each on the shipped world `films`
and records every user's hit. Lesson 03 sets the spread over seeds beside the interval over users.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.evaluation import evaluate
from rectutor.metrics.bootstrap import paired_difference
from rectutor.models.bpr import BPR, BPRConfig
from rectutor.models.gru4rec import GRU4Rec, GRU4RecConfig
from rectutor.schema import Split
from rectutor.training import fit
from rectutor.training.assets import split_of
from rectutor.training.fingerprint import fingerprint

__all__ = ["NAME", "SEEDS", "seed_pairs", "seed_spread", "train_with_seeds"]

NAME = "seeds_films"
SEEDS = (0, 1, 2, 3, 4)
_CODE = ("rectutor.models.bpr", "rectutor.models.gru4rec", "rectutor.training.loop")


def train_with_seeds(
    makers: dict[str, Callable[[int], Any]],
    split: Split,
    seeds: tuple[int, ...] = SEEDS,
    epochs: int = 30,
) -> pd.DataFrame:
    """Train each model once with every seed.

    Args:
        makers: makes an untrained model from a seed, by name.
        split: what to learn from and to be judged on.
        seeds: of weights, shuffling and negatives.
        epochs: at most this many.

    Returns:
        A row for each model and seed: model, seed, seconds (of the processor), HR@10, NDCG@10
        and hits: one letter for each test user, 1 for a hit in the first ten.
    """
    rows = []
    for name, make in makers.items():
        for seed in seeds:
            started = time.process_time()
            model = make(seed)
            fit(model, split, seed=seed, epochs=epochs, progress=False)
            found = evaluate(model, split)
            hits = found.per_user("HR@10").astype(int)
            rows.append(
                {"model": name, "seed": seed, "seconds": round(time.process_time() - started, 1),
                 "HR@10": hits.mean(), "NDCG@10": found.mean("NDCG@10"),
                 "hits": "u" + "".join(map(str, hits))}
            )  # fmt: skip
    return pd.DataFrame(rows)


def seed_spread(runs: pd.DataFrame) -> pd.DataFrame:
    """Set the spread over seeds beside the interval over users.

    Args:
        runs: from `train_with_seeds`, of two or more seeds.

    Returns:
        A row for each model: model, seeds, mean (of HR@10), lowest, highest, over seeds (standard
        deviation over seeds) and over users (standard error over users, of the first seed).
    """
    rows = []
    for model, part in runs.groupby("model", sort=False):
        first = _hits(part)[0]
        rows.append(
            {"model": model, "seeds": len(part), "mean": part["HR@10"].mean(),
             "lowest": part["HR@10"].min(), "highest": part["HR@10"].max(),
             "over seeds": part["HR@10"].std(ddof=1),
             "over users": first.std(ddof=1) / np.sqrt(len(first))}
        )  # fmt: skip
    return pd.DataFrame(rows)


def seed_pairs(runs: pd.DataFrame, model: str, seed: int = 0) -> pd.DataFrame:
    """Compare a model with itself, trained with another seed, as if they were two models.

    Args:
        runs: from `train_with_seeds`.
        model: which of them.
        seed: of the bootstrap over users.

    Returns:
        A row for each pair of seeds: pair, value, low, high (paired, 95 %), unpaired low,
        unpaired high (the two samples of users drawn apart) and is_real, whether the paired
        interval leaves 0 out.
    """
    part = runs[runs["model"] == model]
    hits = dict(zip(part["seed"], _hits(part), strict=True))
    rows = []
    for a, b in combinations(hits, 2):
        found = paired_difference(hits[a], hits[b], seed)
        error = np.hypot(*(hits[s].std(ddof=1) / np.sqrt(len(hits[s])) for s in (a, b)))
        rows.append(
            {"pair": f"seed {a} - seed {b}", "value": found.mean, "low": found.low,
             "high": found.high, "unpaired low": found.mean - 1.96 * error,
             "unpaired high": found.mean + 1.96 * error, "is_real": found.is_real}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _hits(runs: pd.DataFrame) -> np.ndarray:
    """Read the hits of each run, [S, B] float."""
    return np.array([[float(letter) for letter in text[1:]] for text in runs["hits"]])


def main() -> None:
    """Train and record."""
    split = split_of("films")
    makers: dict[str, Callable[[int], Any]] = {
        "MF (BPR)": lambda seed: BPR(BPRConfig(split.n_users, split.n_items), seed=seed),
        "GRU4Rec (CE)": lambda seed: GRU4Rec(GRU4RecConfig(split.n_items, width=32), seed=seed),
    }
    runs = train_with_seeds(makers, split, epochs=12)
    print(runs.drop(columns="hits"))
    made_from = fingerprint("films", _CODE)
    print(write_record(NAME, runs, "python -m rectutor.analysis.seeds", made_from))


if __name__ == "__main__":
    main()
