"""How long must BERT4Rec train? As many steps as SASRec, then five and thirty times as many.

`python -m rectutor.analysis.bert4rec_steps` trains and records; lesson 02b reads the record. The
question is that of Petrov and Macdonald, "A Systematic Review and Replicability Study of
BERT4Rec for Sequential Recommendation", RecSys 2022. As in `loss_sweep`, 600 people of `films`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.loss_sweep import CODE, smaller_films
from rectutor.analysis.records import write_record
from rectutor.evaluation import evaluate
from rectutor.models.bert4rec import BERT4Rec, BERT4RecConfig
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.models.sequence import SequenceModel
from rectutor.schema import Split
from rectutor.training import fit
from rectutor.training.fingerprint import fingerprint

__all__ = [
    "BATCH",
    "EPOCHS",
    "NAME",
    "PEOPLE",
    "TIMES",
    "learning_curve",
    "steps_of_one_epoch",
    "walk",
]

NAME, PEOPLE = "bert4rec_steps", "bert4rec_steps_people"
COMMAND = "python -m rectutor.analysis.bert4rec_steps"
EPOCHS = 8  # of SASRec, the unit of the comparison
TIMES = {"SASRec": (1, 2, 3), "BERT4Rec": (1, 2, 5, 10, 20, 30)}
SEEDS = (0, 1, 2)
BATCH = 16  # windows of one step, for both
_BUILDERS: dict[str, Any] = {
    "SASRec": lambda n, seed: SASRec(SASRecConfig(n), seed=seed),
    "BERT4Rec": lambda n, seed: BERT4Rec(
        BERT4RecConfig(n, dropout=0.1, mask_share=0.4),
        seed=seed,  # best on validation
    ),
}


def steps_of_one_epoch(model: SequenceModel, split: Split) -> int:
    """Count the gradient steps of one epoch."""
    return len(model.epoch(split.train, BATCH, np.random.default_rng(0)))


def learning_curve(
    architecture: str, split: Split, seed: int, times: Sequence[int], epochs: int = EPOCHS
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train one model on and on, and judge it on the test at each mark.

    The weights at a mark are the best so far on validation; nothing stops the training early.

    Args:
        architecture: "SASRec" or "BERT4Rec".
        split: what to learn from and to be judged on.
        seed: of weights and training.
        times: the marks, in units of `epochs`, ascending.
        epochs: one unit.

    Returns:
        marks: model, seed, times, steps, HR@10, NDCG@10, seconds of the processor so far.
        people: a column for each mark, each person's NDCG@10.
    """
    model = _BUILDERS[architecture](split.n_items, seed)
    rows, people = [], {}
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = Path(folder) / "run.safetensors"
        for mark in times:
            report = fit(
                model, split, seed=seed, epochs=mark * epochs, patience=mark * epochs,
                batch_size=BATCH, checkpoint=checkpoint, progress=False,
            )  # fmt: skip
            test = evaluate(model, split)
            people[f"{architecture} {mark}x"] = test.per_user("NDCG@10")
            rows.append(
                {"model": architecture, "seed": seed, "times": mark}
                | {"steps": mark * epochs * steps_of_one_epoch(model, split)}
                | {column: test.mean(column) for column in ("HR@10", "NDCG@10")}
                | {"best_epoch": report.best_epoch, "seconds": round(report.seconds, 1)}
            )
    return pd.DataFrame(rows), pd.DataFrame(people)


def walk(split: Split, seeds: Sequence[int] = SEEDS) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Follow both models with every seed; people's values are means over seeds."""
    marks, people = [], []
    for seed in seeds:
        curves = [learning_curve(name, split, seed, times) for name, times in TIMES.items()]
        marks += [rows for rows, _ in curves]
        people.append(pd.concat([values for _, values in curves], axis=1))
    total = sum(people[1:], start=people[0]) / len(people)
    return pd.concat(marks, ignore_index=True), total


def main() -> None:
    """Measure and record."""
    marks, people = walk(smaller_films())
    made_from = fingerprint("films", (*CODE, "rectutor.models.sasrec", "rectutor.models.bert4rec"))
    print(write_record(NAME, marks, COMMAND, made_from))
    print(write_record(PEOPLE, people, COMMAND, made_from))


if __name__ == "__main__":
    main()
