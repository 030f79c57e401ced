"""What every contender shares: the data, the clock, the answer.

Each contender runs in an environment of its own, so this file needs NumPy and pandas only.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

LENGTH, WIDTH, BLOCKS, HEADS, DROPOUT, K = 50, 64, 2, 2, 0.2, 10
GOAL = 0.04  # validation NDCG@10
SCORED = (4096, 4000)  # users and items of the metric stage
BATCH = 256  # users scored at once


class Parts(NamedTuple):
    """The same leave-one-out split for everybody: rows of one table, oldest first."""

    train: pd.DataFrame
    validation: pd.DataFrame  # one row for each user: the last but one
    test: pd.DataFrame  # one row for each user: the last


def arguments() -> argparse.Namespace:
    """Read the command line that all workers understand."""
    parser = argparse.ArgumentParser()
    parser.add_argument("task")
    parser.add_argument("--data", type=Path, help="CSV file of interactions")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--times", type=int, default=1, help="scale of the synthetic data")
    parser.add_argument("--scratch", type=Path, help="folder for what a library writes")
    return parser.parse_args()


def divide(table: pd.DataFrame) -> Parts:
    """Hold out each user's last event for the test and the one before for validation."""
    from_end = table.groupby("user_id").cumcount(ascending=False)
    parts = (table[from_end >= 2], table[from_end == 1], table[from_end == 0])
    return Parts(*(part.reset_index(drop=True) for part in parts))


def factors(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw user vectors [B, D], item vectors [N, D] and one target column for each user [B]."""
    rng = np.random.default_rng(seed)
    B, N = SCORED
    users = rng.standard_normal((B, WIDTH), dtype=np.float32)
    items = rng.standard_normal((N, WIDTH), dtype=np.float32)
    likely = np.argpartition(users @ items.T, -50, axis=1)[:, -50:]  # so that metrics are not 0
    return users, items, likely[np.arange(B), rng.integers(0, 50, B)]


def seconds_of(work: Any, repeats: int = 5) -> float:
    """Return the median processor seconds of calling `work`, after one call that warms up."""
    work()
    spent = []
    for _ in range(repeats):
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return float(np.median(spent))


def answer(**values: float | str) -> None:
    """Print the results and this process's peak memory as the last line of the output."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = peak / 2**20 if sys.platform == "darwin" else peak / 2**10
    print(json.dumps({**values, "peak_mb": round(megabytes, 1)}))
