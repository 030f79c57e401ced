"""Whom lists serve: a measure in one group of people against the others, and against lots.

Two groups hold different people, so their difference has no pairs: both groups are drawn anew, each
from its own people. Such an interval leaves zero out by chance one time in twenty, also where the
group means nothing; `lots` deals groups of the same size out by lot and counts how often. And
`found_share` says how large a difference an audit of this size would have seen at all.

`python -m rectutor.analysis.group_audit` audits models on the shipped groups (planted, and by lot)
of `films`: hits in the last two choices, and what share of the lists is comedies, the taste that
was planted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.data.labels import GENRE, read_labels
from rectutor.data.worlds import load, load_truth
from rectutor.evaluation import evaluate
from rectutor.metrics.bootstrap import Interval
from rectutor.models.ease import EASE
from rectutor.models.markov import Markov
from rectutor.models.oracle import Oracle
from rectutor.models.popularity import Popularity
from rectutor.schema import PAD, Split
from rectutor.training import fit
from rectutor.training.assets import fit_or_load, split_of
from rectutor.training.fingerprint import fingerprint

__all__ = ["NAME", "found_share", "gap", "lots", "measured", "share_of_genre"]

NAME = "group_audit"
_CODE = ("rectutor.analysis.group_audit", "rectutor.data.labels", "rectutor.metrics.ranking")
_CHUNK = 2**20  # values drawn at a time


def gap(values: np.ndarray, is_in: np.ndarray, seed: int = 0, n: int = 2000) -> Interval:
    """Return the mean of a group minus the mean of the others, with a 95 % interval.

    Args:
        values: [B] one value for each person.
        is_in: [B] bool, the group.
        seed: of the bootstrap; both groups are drawn with replacement, each from itself.
        n: draws.

    Raises:
        ValueError: a group is empty, or lengths differ.
    """
    if len(values) != len(is_in) or not 0 < is_in.sum() < len(is_in):
        raise ValueError(
            f"gap needs people in the group and outside it, got {int(is_in.sum())} of "
            f"{len(is_in)} in it, and {len(values)} values; give one value and one label a person"
        )
    rng = np.random.default_rng(seed)
    inside, outside = (_draws(values[part], n, rng) for part in (is_in, ~is_in))
    low, high = np.quantile(inside - outside, [0.025, 0.975])
    return Interval(float(values[is_in].mean() - values[~is_in].mean()), float(low), float(high))


def lots(
    values: np.ndarray, n_in: int, n: int = 200, seed: int = 0, draws: int = 400
) -> pd.DataFrame:
    """Audit n groups that mean nothing, each of n_in people drawn by lot.

    Args:
        values: [B] one value for each person.
        n_in: people in a group.
        n: groups.
        seed: of the lots and of the bootstraps.
        draws: of one bootstrap.

    Returns:
        mean, low and high of each group's gap, and found: the interval leaves zero out.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(n):
        is_in = np.zeros(len(values), dtype=bool)
        is_in[rng.permutation(len(values))[:n_in]] = True
        rows.append(gap(values, is_in, seed=seed + number, n=draws))
    table = pd.DataFrame(rows)
    return table.assign(found=(table["low"] > 0) | (table["high"] < 0))


def found_share(hits: np.ndarray, n_in: int, worse: float, n: int = 200, seed: int = 0) -> float:
    """Say how often an audit finds that a group is served worse by so much.

    A group is drawn by lot, and of its hits so many are turned into misses, by lot, that its
    expected mean falls by `worse`. The audit finds it where the interval lies below zero.

    Args:
        hits: [B] 0 or 1 for each person.
        n_in: people in the group.
        worse: the loss planted, 0 up to the mean of the hits.
        n: audits.
        seed: of everything drawn.

    Raises:
        ValueError: a group cannot lose as much.
    """
    rate = float(hits.mean())
    if not 0 <= worse <= rate:
        raise ValueError(f"a group can lose from 0 to {rate:.3f}, its share of hits, got {worse}")
    rng = np.random.default_rng(seed)
    found = 0
    for number in range(n):
        is_in = np.zeros(len(hits), dtype=bool)
        is_in[rng.permutation(len(hits))[:n_in]] = True
        is_lost = is_in & (rng.random(len(hits)) < worse / rate)
        found += gap(np.where(is_lost, 0, hits), is_in, seed + number, n=400).high < 0
    return found / n


def share_of_genre(top: np.ndarray, has_genre: np.ndarray) -> np.ndarray:
    """Return [B]: which share of each list has a genre; nan for an empty list.

    Args:
        top: [B, k] item indices, PAD where a list is shorter.
        has_genre: [N + 1] bool; row 0 is not read.

    Example:
        >>> share_of_genre(np.array([[1, 2], [2, 0]]), np.array([False, True, False])).tolist()
        [0.5, 0.0]
    """
    is_item = top != PAD
    n = is_item.sum(axis=1)
    shares = np.full(len(top), np.nan)
    return np.divide((has_genre[top] & is_item).sum(axis=1), n, out=shares, where=n > 0)


def measured(values: np.ndarray, people: pd.DataFrame, model: str, measure: str) -> pd.DataFrame:
    """Audit one measure by the planted group and by the shipped lot.

    Args:
        values: [B] one value for each person.
        people: B rows, with `group` (B is the minority) and `lot` (Y is).
        model: whose lists.
        measure: what the values are.

    Returns:
        model, measure, label, the mean of the majority and of the minority, gap with low and high,
        and of 200 groups by lot: the range of the middle 95 % of gaps, and the share of false
        finds.
    """
    by_lot = lots(values, int((people["group"] == "B").sum()))
    low, high = np.quantile(by_lot["mean"], [0.025, 0.975])
    rows = []
    for label, minority in (("group", "B"), ("lot", "Y")):
        is_in = (people[label] == minority).to_numpy()
        found = gap(values, is_in)
        means = values[~is_in].mean(), values[is_in].mean()
        rows.append((model, measure, label, *means, *found, low, high, by_lot["found"].mean()))
    columns = ["model", "measure", "label", "majority", "minority", "gap", "low", "high"]
    return pd.DataFrame(rows, columns=[*columns, "lots low", "lots high", "false finds"])


def every_measure(split: Split, people: pd.DataFrame, is_comedy: np.ndarray) -> Iterator[Any]:
    """Yield the rows of what was chosen, and of every model."""
    counts = [
        np.bincount(split.train.user_index, weights=weights, minlength=split.n_users)
        for weights in (is_comedy[split.train.item_index], None)
    ]
    yield measured(counts[0] / counts[1], people, "choices in training", "comedies")
    targets = share_of_genre(split.test.targets, is_comedy)
    yield measured(targets, people, "next choices", "comedies")
    counting: tuple[Any, ...] = (Popularity(), EASE(), Markov())
    for model in counting:
        fit(model, split)
    oracle = Oracle(load_truth("films"), split.user_ids, split.item_ids)
    for model in (*counting, oracle, fit_or_load("unisrec-films"), fit_or_load("sasrec-films")):
        test, validation = (evaluate(model, split, on, k=10) for on in ("test", "validation"))
        hits = test.per_user("HR@10"), validation.per_user("HR@10")
        yield measured(hits[0], people, model.name, "HR@10")
        yield measured((hits[0] + hits[1]) / 2, people, model.name, "HR@10, two choices")
        yield measured(share_of_genre(test.top, is_comedy), people, model.name, "comedies")


def main() -> None:
    """Audit all and write the record."""
    split = split_of("films")
    people = read_labels().people.set_index("user_id").loc[split.user_ids]
    films = load("films").items.set_index("item_id").loc[split.item_ids[1:]]
    is_comedy = np.array([False, *(GENRE in genres for genres in films["genres"])])
    table = pd.concat(every_measure(split, people, is_comedy), ignore_index=True)
    print(table.round(3).to_string())
    command = "python -m rectutor.analysis.group_audit"
    print(write_record(NAME, table, command, fingerprint("films", _CODE)))


def _draws(values: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return [n] means of as many values, drawn with replacement."""
    B = len(values)
    step = max(1, _CHUNK // B)
    return np.concatenate([
        values[rng.integers(0, B, size=(min(step, n - start), B))].mean(axis=1)
        for start in range(0, n, step)
    ])  # fmt: skip


if __name__ == "__main__":
    main()
