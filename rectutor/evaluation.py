"""One way to judge every model: full ranking, seen items masked, one value per user kept."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rectutor.metrics.bootstrap import Difference, mean_interval, paired_difference
from rectutor.metrics.exposure import coverage, exposure_counts, gini
from rectutor.metrics.ranking import (
    hit_rate_per_user,
    mean_average_precision_per_user,
    mrr_per_user,
    ndcg_per_user,
    ranks_in_lists,
    ranks_of_targets,
    recall_per_user,
    top_k,
)
from rectutor.schema import PAD, Cases, Recommender, Scorer, Split

__all__ = ["METRICS", "Evaluation", "compare", "evaluate", "leaderboard", "mask_seen"]

METRICS = {
    "HR": hit_rate_per_user,
    "Recall": recall_per_user,
    "NDCG": ndcg_per_user,
    "MRR": mrr_per_user,
    "MAP": mean_average_precision_per_user,
}


@dataclass(frozen=True)
class Evaluation:
    """What one model did on one set of cases, user by user."""

    name: str
    how: str  # "all items", or how the list came about
    user_index: np.ndarray  # [B] int64
    ranks: np.ndarray  # [B, M] int64, 1 is best, 0 where a user has fewer than M targets
    top: np.ndarray  # [B, k] int64, recommended items, best first
    n_items: int  # N
    ms_per_user: float  # milliseconds, scoring and ranking together

    def per_user(self, column: str) -> np.ndarray:
        """Return one metric for every user.

        Args:
            column: a metric and a cut-off, such as "NDCG@10"; the metrics are HR, Recall,
                NDCG, MRR and MAP.

        Returns:
            [B] float64; nan for a user without targets.

        Raises:
            ValueError: no such metric, or lists too short for the cut-off.
        """
        metric, _, cutoff = column.partition("@")
        if metric not in METRICS or not cutoff.isdigit() or int(cutoff) < 1:
            raise ValueError(
                f'column must be one of {list(METRICS)} with a cut-off, such as "NDCG@10", '
                f"got {column!r}"
            )
        if self.how != "all items" and int(cutoff) > self.top.shape[1]:
            raise ValueError(
                f"{column} needs lists of {cutoff} items, {self.name} was asked for "
                f"{self.top.shape[1]}; call `evaluate(..., k={cutoff})`"
            )
        return METRICS[metric](self.ranks, int(cutoff))

    def mean(self, column: str) -> float:
        """Return the mean of one metric over users, for instance of "HR@10"."""
        return float(np.nanmean(self.per_user(column)))

    @property
    def coverage(self) -> float:
        """Return the share of the catalogue that stands in at least one list."""
        return coverage(self.top, self.n_items)

    @property
    def gini(self) -> float:
        """Return how unequally the lists expose the catalogue, 0 (all alike) to 1."""
        return gini(exposure_counts(self.top, self.n_items))


def evaluate(
    model: Scorer | Recommender,
    split: Split,
    on: str = "test",
    k: int = 10,
    users: np.ndarray | None = None,
    batch_size: int = 64,
) -> Evaluation:
    """Rank every held-out item among the whole catalogue.

    Items of the history are masked, except a held-out item, which could otherwise never be
    ranked. Ties count against the held-out item. A model that gives lists instead of scores is
    judged on its lists of k: an item outside them is a miss at any cut-off.

    Args:
        model: anything with `score`, or with `recommend`.
        split: from `rectutor.data.splits`.
        on: "test" or "validation".
        k: length of the lists that are kept.
        users: user_index of the users to ask, for slow models; None asks all of them.
        batch_size: questions answered at once.

    Raises:
        ValueError: `on` names no part, or none of `users` has a case.
    """
    cases = _cases(split, on, users)
    scores_all = isinstance(model, Scorer)  # asked once: the answer takes a while
    parts: list[tuple[np.ndarray, np.ndarray]] = []
    started = time.perf_counter()
    by_length = np.argsort((cases.queries.history != PAD).sum(axis=1), kind="stable")
    for start in range(0, len(by_length), batch_size):  # histories of like length: little padding
        batch = cases.take(by_length[start : start + batch_size])
        parts.append((_by_scores if scores_all else _by_lists)(model, batch, k))
    seconds = time.perf_counter() - started
    back = np.argsort(by_length)
    ranks, top = (np.concatenate(column)[back] for column in zip(*parts, strict=True))
    return Evaluation(
        name=model.name,
        how=getattr(model, "how", "all items" if scores_all else f"lists of {k}"),
        user_index=cases.queries.user_index,
        ranks=ranks,
        top=top,
        n_items=split.n_items,
        ms_per_user=1000 * seconds / len(ranks),
    )


def mask_seen(scores: np.ndarray, cases: Cases) -> np.ndarray:
    """Remove what each user has already chosen, but never a held-out item.

    Args:
        scores: [B, N + 1] float, changed in place; the column is the item index.
        cases: B cases.

    Returns:
        The same array, -inf at seen items and at padding.
    """
    B = np.arange(len(scores))[:, None]
    kept = scores[B, cases.targets]
    scores[B, cases.queries.history] = -np.inf
    scores[B, cases.targets] = kept
    scores[:, PAD] = -np.inf
    return scores


def leaderboard(
    evaluations: Sequence[Evaluation],
    columns: Sequence[str] = ("HR@10", "NDCG@10"),
    seed: int = 0,
) -> pd.DataFrame:
    """Put evaluations side by side, best first by the first column.

    Args:
        evaluations: one for each model, on the same split.
        columns: metrics to show, each with its 95 % bootstrap interval over users.
        seed: of the bootstrap.

    Returns:
        A row for each model: name, each metric with `low` and `high`, coverage, Gini, how,
        users, ms per user.
    """
    rows = []
    for one in evaluations:
        row: dict[str, object] = {"model": one.name}
        for column in columns:
            values = one.per_user(column)
            row[column] = float(np.nanmean(values))
            interval = mean_interval(values[~np.isnan(values)], seed=seed)
            row[f"{column} low"], row[f"{column} high"] = interval.low, interval.high
        row |= {"coverage": one.coverage, "Gini": one.gini, "how": one.how}
        row |= {"users": len(one.user_index), "ms per user": one.ms_per_user}
        rows.append(row)
    return pd.DataFrame(rows).sort_values(columns[0], ascending=False, ignore_index=True)


def compare(one: Evaluation, other: Evaluation, column: str, seed: int = 0) -> Difference:
    """Ask whether `one` is better than `other`, on the users that both were asked about.

    Args:
        one: an evaluation.
        other: another, on the same split.
        column: such as "HR@10".
        seed: of the bootstrap.

    Returns:
        The mean difference (positive: `one` is better) with its 95 % paired interval.

    Raises:
        ValueError: they share no user.
    """
    shared, rows, other_rows = np.intersect1d(
        one.user_index, other.user_index, assume_unique=True, return_indices=True
    )
    if not len(shared):
        raise ValueError(
            f"{one.name} and {other.name} were asked about different users; "
            "evaluate both with the same `users`"
        )
    return paired_difference(
        one.per_user(column)[rows], other.per_user(column)[other_rows], seed=seed
    )


def _by_scores(model: Any, batch: Cases, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return ranks [B, M] and lists [B, k] of a model that scores every item."""
    scores = mask_seen(model.score(batch.queries), batch)
    columns = np.where(batch.targets == PAD, -1, batch.targets)
    return ranks_of_targets(scores, columns), top_k(scores, k)


def _by_lists(model: Any, batch: Cases, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return ranks [B, M] and lists [B, k] of a model that gives lists."""
    lists = model.recommend(batch.queries, k)
    return ranks_in_lists(lists, batch.targets), lists


def _cases(split: Split, on: str, users: np.ndarray | None) -> Cases:
    """Pick the cases of one part, and of some users."""
    if on not in ("test", "validation"):
        raise ValueError(f'on must be "validation" or "test", got {on!r}')
    cases = split.test if on == "test" else split.validation
    if users is not None:
        cases = cases.take(np.isin(cases.queries.user_index, users))
    if not len(cases.targets):
        asked = "it is empty" if users is None else f"none of the {len(users)} users has a case"
        raise ValueError(f"split {split.name!r} has nothing to judge on {on!r}: {asked}")
    return cases
