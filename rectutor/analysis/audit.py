"""An audit of recommendation lists: what they hit, whom they serve, what they show, where they err.

Accuracy is a mean over users, with a percentile bootstrap. Coverage, Gini and shares of exposure
are no means: a draw of users with repetitions holds fewer different lists than the real one, so it
covers less, and draws differ too little from each other. Their intervals come from a jackknife
instead: users are dealt into groups, each group is left out once, and the interval reaches 1.96
standard errors to both sides. Its variance errs upwards (Efron and Stein, "The Jackknife Estimate
of Variance", Annals of Statistics 9(3), 1981): where many items stand in one list only, the
interval of coverage is about twice as wide as need be.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.analysis.given_lists import EMPTY, REPEATED, SEEN, UNKNOWN, NumberedLists
from rectutor.metrics.bootstrap import mean_interval
from rectutor.metrics.exposure import exposure_counts, gini
from rectutor.metrics.ranking import (
    MISS,
    hit_rate_per_user,
    mrr_per_user,
    ndcg_per_user,
    recall_per_user,
)

__all__ = ["Audit", "audit", "popularity_tenths"]

_METRICS = {
    "HR": hit_rate_per_user,
    "NDCG": ndcg_per_user,
    "MRR": mrr_per_user,
    "recall": recall_per_user,
}
_FAULTS = {
    "repeated": REPEATED,
    "off the catalogue": UNKNOWN,
    "already in the log": SEEN,
    "empty": EMPTY,
}
_GROUPS = 200  # of the jackknife; with fewer users each is a group
_DRAWS = 10**8  # users drawn for one interval, in 200 to 2,000 resamples
_CELLS = 2**22  # of a table of ranks made at once, 32 MB


class Audit(NamedTuple):
    """What is to be said of lists; the interval of a column x stands in "x low" and "x high"."""

    measures: pd.DataFrame  # measure, value, users (of whom it speaks), popularity (its value)
    faults: pd.DataFrame  # fault, places, share, lists (that have such a place)
    tenths: pd.DataFrame  # popularity, items, interactions, exposure (shares), ratio of the two
    exposure: np.ndarray  # [N] in how many lists each item stands


def audit(lists: NumberedLists, seed: int = 0) -> Audit:
    """Measure lists with 95 % intervals over users.

    Accuracy is over users who have both a list and a held-out item.

    Args:
        lists: from `number_lists`.
        seed: of the bootstrap, and of how users are dealt into groups.

    Returns:
        The tables. Empty case: a measure of nobody, or an interval of one user, is nan.
    """
    popular = pd.DataFrame(_per_user(lists, lists.popular)).mean()
    accuracy = [
        (name, *mean_interval(values, seed, _n_draws(values)), len(values), popular[name])
        for name, values in _per_user(lists, lists.is_hit).items()
    ]
    tenth_of = popularity_tenths(lists.popularity)
    table = _jackknifed(lists, tenth_of, seed)
    B = len(lists.user_ids)
    whole = [(name, *table.loc[name], B, np.nan) for name in ("coverage", "Gini")]
    columns = ["measure", "value", "value low", "value high", "users", "popularity"]
    measures = pd.DataFrame([*accuracy, *whole], columns=columns)
    faults = pd.DataFrame(
        [
            (name, (lists.state == state).sum(), *table.loc[name], _any(lists.state == state))
            for name, state in _FAULTS.items()
        ],
        columns=["fault", "places", "share", "share low", "share high", "lists"],
    )
    tenths = _tenths(lists.popularity, tenth_of, table)
    return Audit(measures, faults, tenths, exposure_counts(lists.top, len(lists.popularity)))


def popularity_tenths(popularity: np.ndarray) -> np.ndarray:
    """Return [N]: 1 for the most popular tenth of the items, to 10 for the least; ties by index.

    Fewer than ten items have a group each.

    Example:
        >>> popularity_tenths(np.array([3, 9, 1])).tolist()
        [2, 1, 3]
    """
    order = np.argsort(-popularity, kind="stable")
    tenth = np.empty(len(order), dtype=np.int64)
    for number, items in enumerate(np.array_split(order, min(10, len(order))), start=1):
        tenth[items] = number
    return tenth


def _any(is_so: np.ndarray) -> int:
    return int(is_so.any(axis=1).sum())


def _n_draws(values: np.ndarray) -> int:
    return int(np.clip(_DRAWS // max(1, len(values)), 200, 2000))


def _per_user(lists: NumberedLists, is_hit: np.ndarray) -> dict[str, np.ndarray]:
    """Return each metric [users with a held-out item] of hits [B, k]."""
    k = lists.top.shape[1]
    judged = np.flatnonzero(lists.n_held > 0)
    order = judged[np.argsort(lists.n_held[judged], kind="stable")]
    n_held = lists.n_held[order]
    part = np.cumsum(n_held) // _CELLS + np.frexp(n_held)[1]  # like widths, and not too many
    values = {f"{name}@{k}": np.zeros(len(lists.n_held)) for name in _METRICS}
    for one in np.unique(part):
        users = order[part == one]
        ranks = _ranks(is_hit[users], lists.n_held[users])
        for name, metric in _METRICS.items():
            values[f"{name}@{k}"][users] = metric(ranks, k)
    return {name: of_all[judged] for name, of_all in values.items()}


def _ranks(is_hit: np.ndarray, n_held: np.ndarray) -> np.ndarray:
    """Return [B, M] ranks of held-out items: those in the list, then MISS, then 0 for none."""
    k, M = is_hit.shape[1], int(n_held.max())
    ranks = np.where(np.arange(M) < n_held[:, None], MISS, 0)
    places = np.sort(np.where(is_hit, np.arange(1, k + 1), MISS), axis=1)[:, :M]
    first = ranks[:, : places.shape[1]]
    first[places < MISS] = places[places < MISS]
    return ranks


def _jackknifed(lists: NumberedLists, tenth_of: np.ndarray, seed: int) -> pd.DataFrame:
    """Return value, low and high of each measure that is no mean over users."""
    B, N = len(lists.top), len(lists.popularity)
    n_groups = min(B, _GROUPS)
    group = np.random.default_rng(seed).permutation(B) % n_groups
    holds = np.stack([(lists.state == state).sum(axis=1) for state in _FAULTS.values()], axis=1)
    shown = exposure_counts(lists.top, N)
    value = _values(shown, holds.sum(axis=0), lists.state.size, tenth_of)
    without = []
    for g in range(n_groups):
        out = group == g
        counts = shown - exposure_counts(lists.top[out], N)
        n_places = lists.state[~out].size
        without.append(_values(counts, holds[~out].sum(axis=0), n_places, tenth_of))
    spread = pd.DataFrame(without).var(ddof=0) if n_groups > 1 else np.nan
    error = 1.96 * np.sqrt((n_groups - 1) * spread)
    table = pd.DataFrame({"value": pd.Series(value)})
    table["low"] = (table["value"] - error).clip(0, 1)
    table["high"] = (table["value"] + error).clip(0, 1)
    return table


def _values(
    shown: np.ndarray, faults: np.ndarray, n_places: int, tenth_of: np.ndarray
) -> dict[str | int, float]:
    """Turn counts into measures; tenths of popularity go by their number.

    Faults are shares of the filled places, empty ones of all.
    """
    filled = n_places - faults[-1]
    wholes = [filled] * (len(faults) - 1) + [n_places]
    values: dict[str | int, float] = {
        name: _ratio(n, whole) for name, n, whole in zip(_FAULTS, faults, wholes, strict=True)
    }
    values |= {"coverage": float((shown > 0).mean()), "Gini": gini(shown)}
    shares = np.bincount(tenth_of, weights=shown)[1:]
    return values | {number: _ratio(x, shares.sum()) for number, x in enumerate(shares, start=1)}


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else float("nan")


def _tenths(popularity: np.ndarray, tenth_of: np.ndarray, table: pd.DataFrame) -> pd.DataFrame:
    """Set each tenth's share of exposure beside its share of interactions."""
    shares = np.bincount(tenth_of, weights=popularity)[1:] / max(1, popularity.sum())
    numbers = np.arange(1, len(shares) + 1)
    frame = pd.DataFrame({"popularity": numbers, "items": np.bincount(tenth_of)[1:]})
    frame["interactions"] = shares
    names = ["exposure", "exposure low", "exposure high"]
    frame[names] = table.loc[numbers.tolist(), ["value", "low", "high"]].to_numpy()
    frame["ratio"] = (frame["exposure"] / frame["interactions"]).where(frame["interactions"] > 0)
    return frame
