"""RecTools, measured as its documentation tells: run by run.py in an environment of its own.

Settings: full softmax, batch 32 and step 3e-3 as ours (the quickest of those tried), no loader
workers, no logging, no checkpoints, no progress bar. The validation metric comes from the logits
that its validation step returns, as in its guide to advanced training; seen items are masked
there, as `filter_viewed` does in `recommend`.
"""

from __future__ import annotations

import logging
import time
import warnings
from typing import Any

import numpy as np
import pandas as pd
import torch
from bench_common import (
    BLOCKS,
    DROPOUT,
    GOAL,
    HEADS,
    LENGTH,
    WIDTH,
    K,
    answer,
    arguments,
    divide,
    seconds_of,
)

# The quickest of those tried, and the same as ours. On ml-100k its defaults (128, 1e-3) took 63
# processor seconds to the goal instead of 18; one epoch costs 2.7 with them, 2.4 with these.
BATCH_SIZE, LEARNING_RATE = 32, 3e-3
AT_ONCE = 256  # users ranked at once, its default; 64 is no quicker on a quiet machine


def is_last(table: pd.DataFrame) -> pd.Series:
    """Mark each user's last event: the validation target, the test event being left out."""
    return table.groupby("user_id").cumcount(ascending=False) == 0


def trainer(epochs: int, callbacks: list[Any]) -> Any:
    """Say how Lightning runs: on one core, silently, keeping nothing."""
    from pytorch_lightning import Trainer

    return Trainer(
        max_epochs=epochs,
        accelerator="cpu",
        devices=1,
        logger=False,
        callbacks=callbacks,
        num_sanity_val_steps=0,
        enable_progress_bar=False,
        enable_checkpointing=False,
        enable_model_summary=False,
    )


def model_for(epochs: int, callbacks: list[Any], **more: Any) -> Any:
    from rectools.models import SASRecModel

    return SASRecModel(
        n_blocks=BLOCKS,
        n_heads=HEADS,
        n_factors=WIDTH,
        dropout_rate=DROPOUT,
        session_max_len=LENGTH,
        loss="softmax",
        lr=LEARNING_RATE,
        batch_size=BATCH_SIZE,
        epochs=epochs,
        dataloader_num_workers=0,
        get_trainer_func=lambda: trainer(epochs, callbacks),
        recommend_torch_device="cpu",
        recommend_batch_size=AT_ONCE,
        **more,
    )


def dataset_of(*parts: pd.DataFrame) -> Any:
    from rectools.dataset import Dataset

    table = pd.concat(parts).sort_values(["user_id", "timestamp"], ignore_index=True)
    table = table.rename(columns={"timestamp": "datetime"}).assign(weight=1.0)
    table["datetime"] = pd.to_datetime(table["datetime"], unit="s")
    return Dataset.construct(table[["user_id", "item_id", "weight", "datetime"]])


def clock(spent: list[float]) -> Any:
    """Make a callback that notes the processor seconds of each training epoch.

    Lightning's callbacks are copied before use, so what they find goes into a list outside.
    """
    from pytorch_lightning import Callback

    class Clock(Callback):
        def on_train_epoch_start(self, trainer: Any, module: Any) -> None:
            self.started = time.process_time()

        def on_train_epoch_end(self, trainer: Any, module: Any) -> None:
            spent.append(time.process_time() - self.started)

    return Clock()


def stop_at(goal: float, n_users: int, values: list[float]) -> Any:
    """Make a callback that stops training when validation NDCG@10 has reached the goal."""
    from pytorch_lightning import Callback
    from scipy import sparse

    class StopAt(Callback):
        def on_fit_start(self, trainer: Any, module: Any) -> None:
            frame = module.data_preparator.train_dataset.interactions.df
            ones = np.ones(len(frame), dtype=bool)
            self.seen = sparse.csr_matrix((ones, (frame["user_id"], frame["item_id"])))
            held = module.data_preparator.val_interactions
            self.order = held["user_id"].drop_duplicates().to_numpy()  # rows of the loader

        def on_validation_epoch_start(self, trainer: Any, module: Any) -> None:
            self.gains, self.at = 0.0, 0

        def on_validation_batch_end(
            self, trainer: Any, module: Any, outputs: Any, batch: Any, *_: Any
        ) -> None:
            logits, target = outputs["logits"], batch["y"]
            users = self.order[self.at : self.at + len(target)]
            self.at += len(target)
            own = logits.gather(1, target)
            logits[torch.from_numpy(self.seen[users].toarray())] = -torch.inf
            logits[:, 0] = -torch.inf  # padding
            ranks = 1 + (logits >= own).sum(dim=1)
            self.gains += float((1 / torch.log2(1.0 + ranks))[ranks <= K].sum())

        def on_validation_epoch_end(self, trainer: Any, module: Any) -> None:
            values.append(self.gains / n_users)
            if values[-1] >= goal:
                trainer.should_stop = True

    return StopAt()


def train_cost(table: pd.DataFrame, epochs: int = 3) -> None:
    """Train whole epochs without validation; only what lies within epochs is counted."""
    parts = divide(table)
    spent: list[float] = []
    model_for(epochs, [clock(spent)]).fit(dataset_of(parts.train))
    sizes = parts.train.groupby("user_id").size().clip(upper=LENGTH + 1)
    answer(seconds=sum(spent) / epochs, targets=int((sizes - 1).sum()))


def to_quality(table: pd.DataFrame) -> None:
    """Train until validation NDCG@10 reaches the goal, then judge on the test."""
    parts = divide(table)
    n_users = len(parts.test)
    started = time.process_time()
    values: list[float] = []
    known = dataset_of(parts.train, parts.validation)
    model = model_for(60, [stop_at(GOAL, n_users, values)], get_val_mask_func=is_last)
    model.fit(known)
    seconds = time.process_time() - started
    lists = model.recommend(parts.test["user_id"], known, k=K, filter_viewed=True)
    pairs = lists.merge(parts.test, on=["user_id", "item_id"])
    test = float((1 / np.log2(1 + pairs["rank"])).sum() / n_users)
    answer(seconds=seconds, epochs=len(values), validation=values[-1], test=test)


def recommend(table: pd.DataFrame) -> None:
    """Recommend for every user."""
    parts = divide(table)
    known = dataset_of(parts.train, parts.validation)
    model = model_for(1, [])
    model.fit(known)
    users = parts.test["user_id"].to_numpy()
    seconds = seconds_of(lambda: model.recommend(users, known, k=K, filter_viewed=True))
    answer(seconds=seconds, users=len(users))


def main() -> None:
    """Run one task."""
    asked = arguments()
    warnings.simplefilter("ignore")
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    torch.set_num_threads(1)
    torch.manual_seed(asked.seed)
    tasks = {"train_cost": train_cost, "to_quality": to_quality, "recommend": recommend}
    tasks[asked.task](pd.read_csv(asked.data))


if __name__ == "__main__":
    main()
