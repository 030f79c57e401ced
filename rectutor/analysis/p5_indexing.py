"""P5 under six ways of writing items, each reading every event as often.

`python -m rectutor.analysis.p5_indexing` trains them on the shipped world `films` and records how
well each recommends, and what it had learned after each epoch. Lesson 05 draws both.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.data import load
from rectutor.data.describe import by_index
from rectutor.evaluation import evaluate
from rectutor.metrics.bootstrap import mean_interval
from rectutor.models.item_clusters import cluster_ids, succession, togetherness
from rectutor.models.item_ids import (
    ItemIds,
    category_ids,
    random_ids,
    sequential_ids,
    token_ids,
)
from rectutor.models.p5 import P5, P5Config
from rectutor.schema import Split
from rectutor.training import fit
from rectutor.training.assets import split_of
from rectutor.training.fingerprint import fingerprint

__all__ = ["CURVES", "NAME", "against_schemes", "genre_paths", "same_among_prefix", "schemes"]

NAME, CURVES = "p5_indexing", "p5_curves"
EPOCHS = 8
SEEDS = (0, 1)
_CODE = (
    "rectutor.data.batches",
    "rectutor.data.prefixes",
    "rectutor.lm.tiny_t5",
    "rectutor.models.item_clusters",
    "rectutor.models.item_ids",
    "rectutor.models.name_beam",
    "rectutor.models.p5",
    "rectutor.models.p5_sentences",
    "rectutor.models.p5_words",
    "rectutor.models.word_t5",
    "rectutor.training.loop",
)


def genre_paths(items: pd.DataFrame, item_ids: np.ndarray) -> list[tuple[str, str]]:
    """Return the first two genres of each item, "" where it has fewer.

    Args:
        items: with `item_id` and `genres`, a tuple for each item.
        item_ids: [N + 1] of a split; decides the order.
    """
    paths = [((*genres, "", "")[0], (*genres, "", "")[1]) for genres in items["genres"]]
    return by_index(paths, items, item_ids)


def schemes(split: Split, items: pd.DataFrame) -> list[ItemIds]:
    """Write the items of a split in six ways; all look at training events or metadata alone.

    Args:
        split: gives the training events.
        items: with `item_id` and `genres`.
    """
    train, n = split.train, split.n_items
    return [
        token_ids(n),
        random_ids(n),
        sequential_ids(train, n),
        category_ids(genre_paths(items, split.item_ids)),
        cluster_ids("collaborative", togetherness(train, n)),
        cluster_ids("succession", succession(train, n)),
    ]


def same_among_prefix(ids: ItemIds, labels: np.ndarray, n_tokens: int = 1) -> float:
    """Return how often two items have one label, of all pairs whose names begin alike.

    Args:
        ids: names of N items.
        labels: [N] int from 0, for item index 1, 2, ...
        n_tokens: that have to agree, at least 1.

    Returns:
        A share, NaN where no two names begin alike.

    Example:
        >>> same_among_prefix(random_ids(300), np.zeros(300, dtype=int))
        1.0
    """
    _, group = np.unique(ids.codes[1:, :n_tokens], axis=0, return_inverse=True)
    table = np.zeros((group.max() + 1, labels.max() + 1))
    np.add.at(table, (group.ravel(), labels), 1)
    sizes = table.sum(axis=1)
    pairs = (sizes * (sizes - 1)).sum()
    return float((table * (table - 1)).sum() / pairs) if pairs else float("nan")


def against_schemes(
    split: Split,
    names: Sequence[ItemIds],
    seeds: Sequence[int] = SEEDS,
    epochs: int = EPOCHS,
    **sizes: Any,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train a P5 for each way of writing and each seed, and say so as it goes.

    Args:
        split: what is learned and asked.
        names: ways of writing its items.
        seeds: of weights and training.
        epochs: in each, every event but a user's first is a target once.
        sizes: of `P5Config`, instead of its own.

    Returns:
        A row for each training: scheme, seed, tokens (of a name), epochs, seconds (of the
        processor), HR@10 on the test as value, low, high (95 % over people), and NDCG@10. And a
        row for each epoch of each: scheme, seed, epoch, loss (nats per token), validation
        (NDCG@10).
    """
    rows, curves = [], []
    for seed in seeds:
        for ids in names:
            model = P5(P5Config(split.n_users, **sizes), ids, seed=seed)
            report = fit(
                model, split, seed=seed, epochs=epochs, patience=epochs,
                progress=sys.stderr.isatty(),
            )  # fmt: skip
            judged = evaluate(model, split)
            found = mean_interval(judged.per_user("HR@10"), seed=0)
            tokens, seconds = ids.codes.shape[1], round(report.seconds)
            rows.append((ids.name, seed, tokens, epochs, seconds, *found, judged.mean("NDCG@10")))
            learned = zip(report.losses, report.validation, strict=True)
            curves += [(ids.name, seed, n, *both) for n, both in enumerate(learned, 1)]
            print(f"{ids.name}, seed {seed}: HR@10 {found.mean:.3f}, {seconds} s", flush=True)
    columns = ["scheme", "seed", "tokens", "epochs", "seconds", "value", "low", "high", "NDCG@10"]
    per_epoch = ["scheme", "seed", "epoch", "loss", "validation"]
    return pd.DataFrame(rows, columns=columns), pd.DataFrame(curves, columns=per_epoch)


def main() -> None:
    """Train all and write both records."""
    split = split_of("films")
    tables = against_schemes(split, schemes(split, load("films").items))
    command = "python -m rectutor.analysis.p5_indexing"
    for name, table in zip((NAME, CURVES), tables, strict=True):
        print(write_record(name, table, command, fingerprint("films", _CODE)))


if __name__ == "__main__":
    main()
