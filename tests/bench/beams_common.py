"""What both contenders of `run_beams.py` share: the model, its ids, the people, and the clock.

A T5 of width 128 with 4 + 4 layers and random weights knows 12,000 items of 4 codes, K = 256, and
2,000 tokens for people: a vocabulary of 3,025. Everybody has a history of 20 items, so 81 tokens
are read. Beams are 20 wide. Two threads.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # this clone is what is measured

import codes_common
import torch
from bench_common import answer, arguments

from rectutor.models.tiger_t5 import TIGERT5, TIGERT5Config
from rectutor.schema import Queries

N_ITEMS, HISTORY, WIDTH, LAYERS, BEAMS = 12_000, 20, 128, 4, 20
USERS = {1: 24, 16: 48, 64: 64}  # asked in batches of so many
REPEATS = 3

Work = Callable[[TIGERT5, Queries], tuple[np.ndarray, np.ndarray]]  # items and scores [B, W]


def model(seed: int) -> TIGERT5:
    """Make the model with random weights."""
    ids = codes_common.ids(N_ITEMS, seed).astype(np.int64)
    config = TIGERT5Config(max_length=HISTORY, width=WIDTH, n_layers=LAYERS)
    return TIGERT5(np.random.default_rng(seed).permutation(ids), config, seed).eval()


def people(n: int, seed: int) -> Queries:
    """Draw n people with a history each."""
    rng = np.random.default_rng(seed)
    history = rng.integers(1, N_ITEMS + 1, (n, HISTORY))
    nothing = np.zeros((n, HISTORY))
    return Queries(np.arange(n), history, nothing, nothing.astype(np.int64), np.zeros(n))


def measure(who: str, search: Work) -> None:
    """Run one task, `batch_1`, `batch_16` or `batch_64`, and leave the beams in the scratch folder.

    Answers with the median processor seconds and wall seconds of all users.
    """
    asked = arguments()
    torch.set_num_threads(2)
    batch = int(asked.task.removeprefix("batch_"))
    network, everybody = model(asked.seed), people(USERS[batch], asked.seed)
    parts = [everybody.take(slice(i, i + batch)) for i in range(0, USERS[batch], batch)]
    search(network, parts[0])  # warms up
    spent = []
    for _ in range(REPEATS):
        started = time.perf_counter(), time.process_time()
        found = [search(network, part) for part in parts]
        spent.append((time.perf_counter() - started[0], time.process_time() - started[1]))
    items, scores = (np.concatenate(part) for part in zip(*found, strict=True))
    np.savez(asked.scratch / f"{who}_{asked.task}_{asked.seed}.npz", items=items, scores=scores)
    wall, processor = np.median(spent, axis=0)
    answer(wall=float(wall), seconds=float(processor), users=USERS[batch])
