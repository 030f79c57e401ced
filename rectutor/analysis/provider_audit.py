"""Whose items are shown: places in lists by provider, against what the provider could expect.

There is no neutral share. A provider's share of the catalogue, of the interactions and of the good
items are three expectations, and a list can be above one and below another; so all three stand
beside the share of places. Intervals over people answer "with other people?" and treat items as
fixed. Whether a provider is special at all is another question: `by_lot` deals the same numbers of
items out by lot, many times, and says what such providers would have got.

After Deldjoo, "Understanding Biases in ChatGPT-based Recommender Systems: Provider Fairness,
Temporal Stability, and Recency", ACM Transactions on Recommender Systems 2024. **Departures.**
There a chat model is asked over the network; here any recommender's lists will do, and who stands
behind an item is planted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rectutor.metrics.bootstrap import mean_interval
from rectutor.metrics.exposure import gini
from rectutor.schema import PAD

__all__ = ["age_of_places", "by_lot", "expected_shares", "numbered", "places_of", "provider_shares"]


def numbered(labels: Sequence[str], names: Sequence[str]) -> np.ndarray:
    """Return [N + 1] int: the place of each item's label in `names`, -1 for padding.

    Args:
        labels: N, by item index from 1 on.
        names: of all providers.

    Raises:
        ValueError: a label is not among the names.

    Example:
        >>> numbered(["South", "North"], ["North", "South"]).tolist()
        [-1, 1, 0]
    """
    place = {name: i for i, name in enumerate(names)}
    if unknown := sorted(set(labels) - set(place)):
        raise ValueError(
            f"every item needs one of {', '.join(names)} as its provider, got {unknown[0]!r}; "
            "name it among the providers, or leave its items out"
        )
    return np.array([-1, *(place[label] for label in labels)])


def places_of(top: np.ndarray, provider_of: np.ndarray) -> np.ndarray:
    """Return [B, P]: which share of each person's places every provider has.

    Args:
        top: [B, k] item indices, PAD where a list is shorter.
        provider_of: [N + 1] from `numbered`.

    Returns:
        Rows sum to 1. Empty case: a row of an empty list is 0 throughout.

    Example:
        >>> places_of(np.array([[1, 2], [2, 0]]), np.array([-1, 0, 1])).tolist()
        [[0.5, 0.5], [0.0, 1.0]]
    """
    label = provider_of[top]  # [B, k]
    P = int(provider_of.max()) + 1
    counts = np.stack([(label == p).sum(axis=1) for p in range(P)], axis=1)
    filled = np.maximum((top != PAD).sum(axis=1, keepdims=True), 1)
    shares: np.ndarray = counts / filled
    return shares


def expected_shares(
    counts: np.ndarray, is_good: np.ndarray, provider_of: np.ndarray
) -> pd.DataFrame:
    """Return what each provider could expect: a row for each, columns that sum to 1.

    Args:
        counts: [N + 1] interactions of each item in training.
        is_good: [N + 1] bool; whatever "deserves to be shown" is to mean.
        provider_of: [N + 1] from `numbered`.

    Returns:
        catalogue, interactions and good: shares of the items, of the interactions, and of the good
        items.

    Raises:
        ValueError: the arrays have different lengths.
    """
    if not len(counts) == len(is_good) == len(provider_of):
        raise ValueError(
            f"expected_shares needs N + 1 values of each kind, got {len(counts)} counts, "
            f"{len(is_good)} in is_good and {len(provider_of)} providers; row 0 is padding"
        )
    weights = {"catalogue": np.ones(len(counts)), "interactions": counts, "good": is_good}
    return pd.DataFrame({
        name: np.bincount(provider_of[1:], weights=weight[1:]) / weight[1:].sum()
        for name, weight in weights.items()
    })  # fmt: skip


def provider_shares(
    top: np.ndarray, provider_of: np.ndarray, names: Sequence[str], seed: int = 0
) -> pd.DataFrame:
    """Return each provider's share of the places, with a 95 % interval over people.

    Args:
        top: [B, k] lists of any recommender.
        provider_of: [N + 1] from `numbered`.
        names: P, as given to `numbered`.
        seed: of the bootstrap.

    Returns:
        provider, exposure, low, high, and inside: Gini of exposure among the provider's own items.
    """
    shares = places_of(top, provider_of)
    shown = np.bincount(top.ravel(), minlength=len(provider_of))
    rows = [
        (name, *mean_interval(shares[:, p], seed), gini(shown[provider_of == p]))
        for p, name in enumerate(names)
    ]
    return pd.DataFrame(rows, columns=["provider", "exposure", "low", "high", "inside"])


def age_of_places(top: np.ndarray, year: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Return [B]: how many years before the question the films of each list came out, on average.

    Args:
        top: [B, k] item indices, PAD where a list is shorter.
        year: [N + 1] int; row 0 is padding.
        now: [B] seconds since 1970.

    Returns:
        The mean of the calendar year of the question minus the year of the item. Empty case: nan.

    Example:
        >>> age_of_places(np.array([[1, 2]]), np.array([0, 1990, 1994]), np.array([0]) + 10**9)
        array([9.])
    """
    asked_in = now.astype("datetime64[s]").astype("datetime64[Y]").astype(np.int64) + 1970
    is_item = top != PAD
    ages = np.where(is_item, asked_in[:, None] - year[top], 0).sum(axis=1)
    n = is_item.sum(axis=1)
    return np.divide(ages, n, out=np.full(len(top), np.nan), where=n > 0)


def by_lot(
    shown: np.ndarray, counts: np.ndarray, n_items: int, n: int = 1000, seed: int = 0
) -> np.ndarray:
    """Say what providers that mean nothing would get: places over interactions, in n lots.

    Args:
        shown: [N + 1] places of each item; row 0 is padding.
        counts: [N + 1] interactions of each item.
        n_items: items of such a provider, drawn without replacement.
        n: lots.
        seed: of the lots.

    Returns:
        [n]: the provider's share of places divided by its share of interactions, ascending. Its
        2.5 % and 97.5 % quantiles are what an audit must leave to find anything.

    Raises:
        ValueError: there are fewer items than `n_items`, or none are wanted.
    """
    N = len(shown) - 1
    if not 1 <= n_items <= N:
        raise ValueError(f"a provider by lot needs from 1 to {N} items, got {n_items}")
    rng = np.random.default_rng(seed)
    ratios = np.empty(n)
    for row in range(n):
        own = 1 + rng.permutation(N)[:n_items]
        ratios[row] = (shown[own].sum() / shown[1:].sum()) / (counts[own].sum() / counts[1:].sum())
    return np.sort(ratios)
