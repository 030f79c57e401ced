"""Counting against attention: two counters beside SASRec, world by world.

`python -m rectutor.analysis.counting_or_attention worlds` measures the shipped worlds;
`... ml-latest-small FOLDER` measures real people, where FOLDER holds `ml-latest-small/`. Lesson
02 reads both records.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.data import k_core, leave_one_out, load
from rectutor.evaluation import evaluate
from rectutor.metrics.bootstrap import mean_interval, paired_difference
from rectutor.models.ease import EASE
from rectutor.models.markov import Markov
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.schema import TIMESTAMP, USER_ID, Split
from rectutor.training import FitReport, fit
from rectutor.training.fingerprint import fingerprint

__all__ = [
    "CODE",
    "REAL",
    "SEEDS",
    "WORLDS",
    "compare",
    "on_real_data",
    "on_worlds",
    "share_within_a_day",
]

WORLDS, REAL = "counting_or_attention", "counting_or_attention_ml_latest_small"
COMMAND = "python -m rectutor.analysis.counting_or_attention"
SEEDS = (0, 1, 2)
SETTINGS = ("films", "films-order-off")
CODE = (
    "rectutor.data.batches", "rectutor.data.core", "rectutor.data.splits", "rectutor.layers",
    "rectutor.models.ease", "rectutor.models.markov", "rectutor.models.sasrec",
    "rectutor.models.sequence",
    "rectutor.training.loop",
)  # fmt: skip
_METRIC = "HR@10"
_ON_REAL = {"batch_size": 16, "learning_rate": 1e-3}  # few people: small, slow steps do best
_DAY = 86400


def compare(split: Split, data: str, seeds: Sequence[int] = SEEDS, **knobs: Any) -> pd.DataFrame:
    """Train SASRec beside two counters, and pair them user by user.

    Args:
        split: what to learn from and to be judged on.
        data: the name that stands in the table.
        seeds: of SASRec, one training each; counting has none.
        knobs: for `fit` of SASRec, such as `batch_size`.

    Returns:
        A row for Markov (what followed what) and EASE (what went with what), one for each
        training of SASRec, and one called "mean of seeds" in which each user's value is the
        mean over the trainings. Columns: data, model, seed, HR@10, low, high; the difference to
        each counter on the same users, such as "minus Markov", "minus Markov low", "minus
        Markov high"; users, items, epochs, seconds of the processor.
    """
    counters: dict[str, np.ndarray] = {}
    rows, values, spent = [], [], 0.0
    for counter in (Markov(), EASE()):
        report = fit(counter, split)
        counters[counter.name] = evaluate(counter, split).per_user(_METRIC)
        rows.append(_row(counter.name, "", counters[counter.name], counters, report))
    for seed in seeds:
        model = SASRec(SASRecConfig(split.n_items), seed=seed)
        report = fit(model, split, seed=seed, progress=False, **knobs)
        values.append(evaluate(model, split).per_user(_METRIC))
        rows.append(_row(model.name, str(seed), values[-1], counters, report))
        spent += report.seconds
    if len(values) > 1:
        everything = FitReport(seconds=spent)
        together = np.mean(values, axis=0)
        rows.append(_row(model.name, "mean of seeds", together, counters, everything))
    table = pd.DataFrame(rows).assign(users=len(split.test.targets), items=split.n_items)
    table.insert(0, "data", data)
    return table


def on_worlds(worlds: Sequence[str] = SETTINGS, seeds: Sequence[int] = SEEDS) -> pd.DataFrame:
    """Compare on shipped worlds: the table of `compare`, one block for each."""
    blocks = []
    for world in worlds:
        split = leave_one_out(k_core(load(world).interactions, k=5))
        blocks.append(compare(split, world, seeds))
    return pd.concat(blocks, ignore_index=True)


def on_real_data(folder: Path | str, seeds: Sequence[int] = SEEDS, **knobs: Any) -> pd.DataFrame:
    """Compare on ml-latest-small: five-core, last film held out.

    Args:
        folder: holds `ml-latest-small/`.
        seeds: of SASRec; each takes two minutes or so.
        knobs: for `fit` of SASRec, such as `epochs`.

    Returns:
        The table of `compare`, and the share of users whose ratings all fall within 24 hours
        in the column `within a day`.
    """
    data = load("ml-latest-small", folder=Path(folder) / "ml-latest-small")
    kept = k_core(data.interactions, k=5)
    table = compare(leave_one_out(kept), data.name, seeds, **(_ON_REAL | knobs))
    return table.assign(**{"within a day": share_within_a_day(kept)})


def share_within_a_day(interactions: pd.DataFrame) -> float:
    """Return the share of users whose first and last ratings lie at most 24 hours apart."""
    moments = interactions.groupby(USER_ID)[TIMESTAMP]
    return float(((moments.max() - moments.min()) <= _DAY).mean())


def _row(
    model: str,
    seed: str,
    values: np.ndarray,
    counters: dict[str, np.ndarray],
    report: FitReport,
) -> dict[str, Any]:
    own = mean_interval(values, seed=0)
    row = {"model": model, "seed": seed, _METRIC: own.mean, "low": own.low, "high": own.high}
    for name, counted in counters.items():
        gap = paired_difference(values, counted, seed=0)
        row |= {f"minus {name}": gap.mean, f"minus {name} low": gap.low}
        row[f"minus {name} high"] = gap.high
    return row | {"epochs": report.best_epoch, "seconds": round(report.seconds, 1)}


def main(arguments: list[str]) -> None:
    """Measure and record one of the two tables."""
    match arguments:
        case ["worlds"]:
            made_from = " ".join(fingerprint(world, CODE) for world in SETTINGS)
            print(write_record(WORLDS, on_worlds(), f"{COMMAND} worlds", made_from))
        case ["ml-latest-small", folder]:
            command = f"{COMMAND} ml-latest-small FOLDER"
            print(write_record(REAL, on_real_data(folder), command, "ml-latest-small"))
        case _:
            raise SystemExit(f'say "worlds", or "ml-latest-small FOLDER", got {arguments}')


if __name__ == "__main__":
    main(sys.argv[1:])
