"""RecBole, measured as its documentation tells: run by run.py in an environment of its own.

Settings: cross-entropy, no loader workers, no progress bar, no evaluation, nothing saved, its
default batch of 2048. Feed-forward width and dropout are those of the others.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from bench_common import BLOCKS, DROPOUT, HEADS, LENGTH, WIDTH, answer, arguments

COLUMNS = {"user_id": "token", "item_id": "token", "timestamp": "float"}


def settings(folder: Path, seed: int) -> dict[str, Any]:
    """Return the configuration: SASRec on the table written to `folder`."""
    return {
        "data_path": str(folder),
        "checkpoint_dir": str(folder / "saved"),
        "load_col": {"inter": list(COLUMNS)},
        "USER_ID_FIELD": "user_id",
        "ITEM_ID_FIELD": "item_id",
        "TIME_FIELD": "timestamp",
        "MAX_ITEM_LIST_LENGTH": LENGTH,
        "eval_args": {
            "split": {"LS": "valid_and_test"},
            "order": "TO",
            "group_by": "user",
            "mode": "full",
        },
        "n_layers": BLOCKS,
        "n_heads": HEADS,
        "hidden_size": WIDTH,
        "inner_size": WIDTH,
        "hidden_dropout_prob": DROPOUT,
        "attn_dropout_prob": 0.0,
        "loss_type": "CE",
        "train_neg_sample_args": None,
        "epochs": 1,
        "worker": 0,
        "use_gpu": False,
        "show_progress": False,
        "reproducibility": False,
        "seed": seed,
        "state": "ERROR",
    }


def train_cost(table: pd.DataFrame, folder: Path, seed: int) -> None:
    """Train one epoch without validation; reading and augmenting the data is not counted."""
    from recbole.config import Config
    from recbole.data import create_dataset, data_preparation
    from recbole.model.sequential_recommender import SASRec
    from recbole.trainer import Trainer

    (folder / "bench").mkdir(parents=True, exist_ok=True)
    written = table[list(COLUMNS)].rename(columns={c: f"{c}:{t}" for c, t in COLUMNS.items()})
    written.to_csv(folder / "bench" / "bench.inter", sep="\t", index=False)
    os.chdir(folder)  # it writes its logs where it stands
    config = Config(model="SASRec", dataset="bench", config_dict=settings(folder, seed))
    train, _, _ = data_preparation(config, create_dataset(config))
    trainer = Trainer(config, SASRec(config, train.dataset))
    started = time.process_time()
    trainer.fit(train, saved=False, show_progress=False)
    answer(seconds=time.process_time() - started, targets=len(train.dataset))


def main() -> None:
    """Run one task."""
    asked = arguments()
    sys.argv = sys.argv[:1]  # RecBole would read the rest as its own
    torch.set_num_threads(1)
    {"train_cost": train_cost}[asked.task](
        pd.read_csv(asked.data), asked.scratch.resolve(), asked.seed
    )


if __name__ == "__main__":
    main()
