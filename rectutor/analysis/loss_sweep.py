"""Loss or architecture? Two readers of histories, each trained under many losses.

`python -m rectutor.analysis.loss_sweep` trains and records; lesson 02b reads the record.

So that the whole recording stays within a quarter of an hour, models learn from 600 of the 2,400
people of `films`, and are judged on all: neither architecture keeps anything about a person, so
both can read the history of somebody they have never met. Values are lower than on the leaderboard.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from rectutor.analysis.records import write_record
from rectutor.data import k_core, leave_one_out, load
from rectutor.data.events import keep_events
from rectutor.evaluation import Evaluation, evaluate
from rectutor.models.gru4rec import GRU4Rec, GRU4RecConfig
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.models.sequence import SequenceModel
from rectutor.schema import PAD, Queries, Split
from rectutor.training import FitReport, fit
from rectutor.training.fingerprint import fingerprint

__all__ = [
    "CODE",
    "EPOCHS",
    "NAME",
    "N_PEOPLE",
    "PATIENCE",
    "POINTS",
    "SEEDS",
    "Point",
    "build",
    "loss_by_one_product",
    "sameness",
    "smaller_films",
    "sweep",
    "train_point",
]

NAME, PEOPLE = "loss_sweep", "loss_sweep_people"
COMMAND = "python -m rectutor.analysis.loss_sweep"
N_PEOPLE, EPOCHS, PATIENCE, SEEDS = 600, 40, 8, (0, 1, 2)
ARCHITECTURES: dict[str, tuple[Any, Any]] = {
    "SASRec": (SASRec, SASRecConfig),
    "GRU4Rec": (GRU4Rec, GRU4RecConfig),
}
CODE = (
    "rectutor.data.batches", "rectutor.data.core", "rectutor.data.splits", "rectutor.layers",
    "rectutor.models.sequence", "rectutor.training.loop",
)  # fmt: skip
_MANY = 8  # from a share of 1 / 8 of the catalogue on, scoring all of it costs less


class Point(NamedTuple):
    """One setting of the sweep."""

    architecture: str  # "SASRec" or "GRU4Rec"
    loss: str  # "bce", "sampled_softmax" or "cross_entropy"
    n_negatives: int  # for each target; with "cross_entropy" all other items, whatever stands here

    @property
    def label(self) -> str:
        """Name the setting as a column: "SASRec bce 16"."""
        count = "all" if self.loss == "cross_entropy" else str(self.n_negatives)
        return f"{self.architecture} {self.loss} {count}"


_GRID = (1, 4, 16, 64, 256)
POINTS = (
    *(Point("SASRec", "sampled_softmax", n) for n in _GRID),
    Point("SASRec", "cross_entropy", 1),
    *(Point("SASRec", "bce", n) for n in _GRID),
    *(Point("GRU4Rec", "sampled_softmax", n) for n in _GRID),
    Point("GRU4Rec", "cross_entropy", 1),
    Point("GRU4Rec", "bce", 1),
)


def smaller_films(n_people: int = N_PEOPLE) -> Split:
    """Return the split of `films` with fewer people to learn from and all to be judged on.

    Args:
        n_people: train and validation hold the first so many people; the test holds everybody.
    """
    split = leave_one_out(k_core(load("films").interactions, k=5))
    return split._replace(
        train=keep_events(split.train, split.train.user_index < n_people),
        validation=split.validation.take(split.validation.queries.user_index < n_people),
    )


def build(point: Point, n_items: int, seed: int) -> SequenceModel:
    """Make the untrained model of one point."""
    model_class, config_class = ARCHITECTURES[point.architecture]
    config = config_class(n_items, loss=point.loss, n_negatives=point.n_negatives)
    model: SequenceModel = model_class(config, seed=seed)
    if point.loss != "cross_entropy" and point.n_negatives * _MANY >= n_items:
        model.loss = _Quick(model)  # type: ignore[method-assign]
    return model


class _Quick:
    """Stands in for a model's `loss` without becoming one of its parts."""

    def __init__(self, model: SequenceModel) -> None:
        self.model = model

    def __call__(self, *batch: Tensor) -> Tensor:
        return loss_by_one_product(self.model, *batch)


def loss_by_one_product(model: SequenceModel, *batch: Tensor) -> Tensor:
    """Return a model's own sampled loss, by scoring the whole catalogue and picking from it.

    The value is that of `model.loss`; with many negatives this is several times faster than
    fetching a vector for each of them.

    Args:
        model: with the loss "bce" or "sampled_softmax".
        batch: history [B, T], targets [B, T], negatives [B, T, n], as `model.epoch` lays out.
    """
    history, targets, negatives = batch
    is_real = history != PAD
    wanted = targets[is_real]  # [n]
    drawn = torch.cat([wanted[:, None], negatives[is_real]], dim=1)  # [n, 1 + negatives]
    every = model.encode(history)[is_real] @ model.items.weight.T  # [n, N + 1]
    scores = every.gather(1, drawn)
    if model.loss_name == "bce":
        is_target = torch.zeros_like(scores)
        is_target[:, 0] = 1.0
        return F.binary_cross_entropy_with_logits(scores, is_target) * scores.shape[1]
    scores[:, 1:] += float(np.log(model.n_items / model.n_negatives))
    return F.cross_entropy(scores, torch.zeros_like(wanted))


@torch.inference_mode()
def sameness(model: SequenceModel, queries: Queries) -> float:
    """Say how alike the hidden states of different people are.

    Args:
        model: any state of training.
        queries: B people, 2 or more.

    Returns:
        The mean cosine over all pairs of people: 1 when all states point the same way, and then
        everybody gets the same list.
    """
    model.eval()
    history = torch.from_numpy(queries.history[:, -model.max_length :])
    states = F.normalize(model.encode(history, last_only=True)[:, -1], dim=1)  # [B, D]
    n = len(states)
    total = float((states @ states.T).sum()) - n  # everybody's cosine with themselves is 1
    return total / (n * (n - 1))


def train_point(
    point: Point, split: Split, seed: int, epochs: int = EPOCHS, patience: int = PATIENCE
) -> tuple[FitReport, Evaluation]:
    """Train one point with the stopping rule that holds for all, and judge it on the test."""
    model = build(point, split.n_items, seed)
    report = fit(model, split, seed=seed, epochs=epochs, patience=patience, progress=False)
    return report, evaluate(model, split)


def sweep(
    split: Split,
    points: Sequence[Point] = POINTS,
    seeds: Sequence[int] = SEEDS,
    epochs: int = EPOCHS,
    patience: int = PATIENCE,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train every point with every seed.

    Returns:
        runs: a row for each training: architecture, loss, n_negatives, n_items, seed, HR@10,
            NDCG@10 on the test, best epoch, epochs, stopped_by, seconds of the processor.
        people: a row for each tested person, a column for each point: the person's NDCG@10,
            mean over seeds.
    """
    rows: list[dict[str, Any]] = []
    people: dict[str, np.ndarray] = {}
    for point in tqdm(points, desc="losses", disable=None):  # silent where nobody watches
        total = np.zeros(len(split.test.targets))
        for seed in seeds:
            report, test = train_point(point, split, seed, epochs, patience)
            total += test.per_user("NDCG@10")
            rows.append(
                point._asdict()
                | {"n_items": split.n_items, "seed": seed, "HR@10": test.mean("HR@10")}
                | {"NDCG@10": test.mean("NDCG@10"), "best_epoch": report.best_epoch}
                | {"epochs": len(report.losses), "stopped_by": report.stopped_by}
                | {"seconds": round(report.seconds, 1)}
            )
        people[point.label] = total / len(seeds)
    return pd.DataFrame(rows), pd.DataFrame(people)


def main() -> None:
    """Measure and record."""
    runs, people = sweep(smaller_films())
    made_from = fingerprint("films", (*CODE, "rectutor.models.sasrec", "rectutor.models.gru4rec"))
    print(write_record(NAME, runs, COMMAND, made_from))
    print(write_record(PEOPLE, people, COMMAND, made_from))


if __name__ == "__main__":
    main()
