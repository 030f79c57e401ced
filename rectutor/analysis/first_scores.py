"""The first models of the course on real people: MovieLens ml-latest-small.

`python -m rectutor.analysis.first_scores FOLDER` measures and records; FOLDER holds
`ml-latest-small/`. Lesson 01 shows the record, and measures again where the folder is at hand.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rectutor.analysis.records import write_record
from rectutor.data import k_core, leave_one_out, load
from rectutor.evaluation import Evaluation, evaluate, leaderboard
from rectutor.metrics import paired_difference
from rectutor.models.bpr import BPR, BPRConfig
from rectutor.models.item_knn import ItemKNN
from rectutor.models.popularity import Popularity
from rectutor.models.random_scores import RandomScores
from rectutor.training import fit

if TYPE_CHECKING:
    import pandas as pd

    from rectutor.schema import Split

__all__ = ["NAME", "first_evaluations", "on_real_data"]

NAME = "first_scores_ml_latest_small"


def first_evaluations(split: Split, seed: int = 0, epochs: int = 100) -> list[Evaluation]:
    """Fit and judge the models of lesson 01: random, popularity, item-kNN, MF (BPR).

    Args:
        split: what to learn from and to be judged on.
        seed: of the random scores and of BPR.
        epochs: of BPR, at most.
    """
    factors = BPR(BPRConfig(split.n_users, split.n_items), seed=seed)
    evaluations = []
    for model in (RandomScores(seed), Popularity(), ItemKNN(), factors):
        fit(model, split, seed=seed, epochs=epochs, progress=False)
        evaluations.append(evaluate(model, split))
    return evaluations


def on_real_data(folder: Path | str, epochs: int = 100) -> pd.DataFrame:
    """Measure the first models on ml-latest-small: five-core, last item held out.

    Args:
        folder: holds `ml-latest-small/`.
        epochs: of BPR, at most.

    Returns:
        A leaderboard without times: model, HR@10 and NDCG@10 with intervals, coverage, Gini,
        users, items, and `minus MF` with `low` and `high`, the paired difference in HR@10.
    """
    data = load("ml-latest-small", folder=Path(folder) / "ml-latest-small")
    split = leave_one_out(k_core(data.interactions, k=5))
    judged = {one.name: one for one in first_evaluations(split, epochs=epochs)}
    table = leaderboard(list(judged.values())).drop(columns=["how", "ms per user"])
    hits = {name: one.per_user("HR@10") for name, one in judged.items()}
    pairs = [paired_difference(hits[name], hits[BPR.name], seed=0) for name in table["model"]]
    return table.assign(
        items=split.n_items,
        **{
            "minus MF": [pair.mean for pair in pairs],
            "minus MF low": [pair.low for pair in pairs],
            "minus MF high": [pair.high for pair in pairs],
        },
    )


def main(folder: str) -> None:
    """Measure and record."""
    command = "python -m rectutor.analysis.first_scores FOLDER"
    print(write_record(NAME, on_real_data(folder), command, "ml-latest-small, seed 0"))


if __name__ == "__main__":
    main(sys.argv[1])
