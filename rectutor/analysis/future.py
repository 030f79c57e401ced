"""What a model may know of the future when each user's last item is held out.

Leave-one-out asks about a moment, but trains on what other people did after it. Here the same
questions are put to a model that was trained only on what had happened before, and to one that
may know the future but saw no more events than that.

`python -m rectutor.analysis.future FOLDER` measures this on ml-latest-small and records it;
FOLDER holds `ml-latest-small/`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.data import k_core, leave_one_out, load, number_events
from rectutor.data.events import keep_events
from rectutor.evaluation import evaluate
from rectutor.metrics.bootstrap import mean_interval, paired_difference
from rectutor.models.item_knn import ItemKNN
from rectutor.models.markov import Markov
from rectutor.schema import PAD, Events, Split

__all__ = ["KINDS", "NAME", "ask_in_blocks", "future_table", "on_real_data", "share_later"]

NAME = "future_ml_latest_small"
KINDS = ("leave one out", "same number of events", "only the past")


def share_later(split: Split) -> float:
    """Return the share of (question, training event) pairs in which training came later."""
    times = np.sort(split.train.timestamp)
    earlier = np.searchsorted(times, split.test.queries.now, side="right")  # [B]
    return float(1 - earlier.mean() / len(times))


def ask_in_blocks(
    make: Callable[[], Any], split: Split, events: Events, n_blocks: int = 5, seed: int = 0
) -> pd.DataFrame:
    """Ask the test questions in blocks of time, under three kinds of training.

    The questions are cut into `n_blocks` blocks of equal size by their moment; the first has
    too little past and is left out. More blocks mean a model that is trained anew more often.
    For each block, "leave one out" trains on all of `split.train`; "only the past" on every
    event before the block begins; "same number of events" on users of `split.train` drawn at
    random until they have as many events as that.

    Args:
        make: makes an untrained model with `count`.
        split: from `leave_one_out`, with one target a user.
        events: all events, numbered like the split (`number_events` of the same table).
        n_blocks: 2 or more.
        seed: which users are drawn.

    Returns:
        A row for each question and kind: block (1 is the first asked), user_index, kind, HR@10,
        NDCG@10, unborn (share of the ten recommended items that nobody had yet at the moment
        of the question) and events (trained on).

    Raises:
        ValueError: n_blocks is below 2.
    """
    if n_blocks < 2:
        raise ValueError(f"ask_in_blocks needs n_blocks of 2 or more, got {n_blocks}")
    rng = np.random.default_rng(seed)
    now = split.test.queries.now
    starts = np.quantile(now, np.arange(1, n_blocks) / n_blocks)
    born = np.full(split.n_items + 1, np.iinfo(np.int64).max)
    np.minimum.at(born, events.item_index, events.timestamp)
    born[PAD] = np.iinfo(np.int64).min  # an empty place in a list names no unborn item
    tables = []
    for block in range(1, n_blocks):
        end = starts[block] if block < n_blocks - 1 else np.inf
        asked = split.test.take(np.flatnonzero((now >= starts[block - 1]) & (now < end)))
        past = keep_events(events, events.timestamp < starts[block - 1])
        known = (split.train, _as_many(split.train, len(past.item_index), rng), past)
        for kind, train in zip(KINDS, known, strict=True):
            model = make()
            model.count(train, split.n_items)
            found = evaluate(model, split._replace(test=asked))
            unborn = born[found.top] > asked.queries.now[:, None]  # [B, 10]
            columns = {"block": block, "user_index": found.user_index, "kind": kind}
            columns |= {metric: found.per_user(metric) for metric in ("HR@10", "NDCG@10")}
            columns |= {"unborn": unborn.mean(axis=1)}
            tables.append(pd.DataFrame(columns | {"events": len(train.item_index)}))
    return pd.concat(tables, ignore_index=True)


def future_table(answers: pd.DataFrame, metric: str = "HR@10", seed: int = 0) -> pd.DataFrame:
    """Sum up `ask_in_blocks`: what the future and what the number of events are worth.

    Args:
        answers: from `ask_in_blocks`.
        metric: "HR@10" or "NDCG@10".
        seed: of the bootstrap over users.

    Returns:
        A row for each kind: kind, value, low, high (of the metric), events (mean over blocks),
        unborn, and difference, difference low, difference high: the metric less that of "only
        the past", on the same users.
    """
    wide = answers.pivot(index="user_index", columns="kind", values=metric)
    rows = []
    for kind in KINDS:
        own, base = wide[kind].to_numpy(), wide["only the past"].to_numpy()
        mean, difference = mean_interval(own, seed), paired_difference(own, base, seed)
        part = answers[answers["kind"] == kind]
        rows.append((kind, *mean, part["events"].mean(), part["unborn"].mean(), *difference[:3]))
    names = ["kind", "value", "low", "high", "events", "unborn"]
    names += ["difference", "difference low", "difference high"]
    return pd.DataFrame(rows, columns=names)


def _as_many(train: Events, n_events: int, rng: np.random.Generator) -> Events:
    """Keep users drawn at random, until they have about `n_events` events."""
    lengths = np.diff(train.offsets)
    order = rng.permutation(len(lengths))
    stay = np.zeros(len(lengths), dtype=bool)
    stay[order[: np.searchsorted(np.cumsum(lengths[order]), n_events) + 1]] = True
    return keep_events(train, stay[train.user_index])


def on_real_data(folder: Path | str) -> pd.DataFrame:
    """Measure Markov and item-kNN on ml-latest-small, five-core, in 5 and in 20 blocks.

    Args:
        folder: holds `ml-latest-small/`.

    Returns:
        `future_table` for each model and number of blocks, with the columns `model`, `blocks`.
    """
    data = load("ml-latest-small", folder=Path(folder) / "ml-latest-small")
    table = k_core(data.interactions, k=5)
    split, events = leave_one_out(table), number_events(table)[0]
    return pd.concat(
        future_table(ask_in_blocks(make, split, events, n)).assign(model=make.name, blocks=n)
        for make in (Markov, ItemKNN)
        for n in (5, 20)
    )


def main(folder: str) -> None:
    """Measure and record."""
    command = "python -m rectutor.analysis.future FOLDER"
    print(write_record(NAME, on_real_data(folder), command, "ml-latest-small, seed 0"))


if __name__ == "__main__":
    main(sys.argv[1])
