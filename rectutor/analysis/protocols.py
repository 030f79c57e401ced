"""The same model under other protocols: ties, masking, thinning, negatives, history.

None of these touches the model's mathematics; each is a habit found in public code, and each
moves HR@k.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from rectutor.data import k_core, leave_one_out, ratio_split
from rectutor.evaluation import evaluate, mask_seen
from rectutor.metrics.bootstrap import mean_interval
from rectutor.metrics.ranking import hit_rate_per_user, ranks_of_targets
from rectutor.metrics.sampled import sampled_ranks
from rectutor.schema import PAD, RATING, Cases, Queries, Split

__all__ = [
    "Canary",
    "Constant",
    "drawn_by_popularity",
    "protocol_table",
    "ranks_by_tie_rule",
    "with_target_in_history",
]


class Constant:
    """Score everything alike; what it reaches is the gift of the tie rule."""

    name = "Constant"

    def __init__(self) -> None:
        self.n_items = 0

    def count(self, train: Any, n_items: int) -> None:
        """Remember how many items there are."""
        self.n_items = n_items

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Return zeros (see `schema.Scorer`)."""
        if candidates is not None:
            return np.zeros(candidates.shape, dtype=np.float32)
        scores = np.zeros((len(queries.history), self.n_items + 1), dtype=np.float32)
        scores[:, PAD] = -np.inf
        return scores


class Canary(Constant):
    """Recommend only what the history already holds: no honest protocol gives it a single hit."""

    name = "Canary"

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Score 1 for an item of the history, 0 for any other (see `schema.Scorer`)."""
        if candidates is not None:
            held = (queries.history[:, None, :] == candidates[:, :, None]).any(axis=2)
            return held.astype(np.float32)
        scores = super().score(queries)
        scores[np.arange(len(scores))[:, None], queries.history] = 1.0
        scores[:, PAD] = -np.inf
        return scores


def with_target_in_history(cases: Cases) -> Cases:
    """Plant a leak: put each held-out item at the end of its own history.

    Args:
        cases: B cases with one target each.
    """
    queries = cases.queries
    longer = {
        "history": np.hstack([queries.history, cases.targets]),
        "ratings": np.hstack([queries.ratings, np.zeros_like(queries.ratings[:, :1])]),
        "timestamps": np.hstack([queries.timestamps, queries.now[:, None]]),
    }
    return cases._replace(queries=queries._replace(**longer))


def ranks_by_tie_rule(
    scores: np.ndarray, targets: np.ndarray, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Rank held-out items under three rules for equal scores.

    Args:
        scores: [B, N + 1] float, masked.
        targets: [B] item indices.
        rng: breaks ties for the rule "at random".

    Returns:
        [B] ranks under "against the target" (the course's rule), "at random" and "for the
        target".
    """
    last = ranks_of_targets(scores, targets)
    own = scores[np.arange(len(scores)), targets]
    first = 1 + (scores > own[:, None]).sum(axis=1)
    between = first + (rng.random(len(first)) * (last - first + 1)).astype(np.int64)
    return {"against the target": last, "at random": between, "for the target": first}


def drawn_by_popularity(
    scores: np.ndarray, targets: np.ndarray, counts: np.ndarray, m: int, rng: np.random.Generator
) -> np.ndarray:
    """Rank held-out items against m others, popular ones drawn more often.

    Args:
        scores: [B, N + 1] float, masked.
        targets: [B] item indices.
        counts: [N + 1] weights of the draw, which is without replacement.
        m: others for each user.
        rng: where the draws come from.

    Returns:
        [B] ranks, 1..m + 1.
    """
    # the m largest of log(weight) + Gumbel noise are such a draw (Efraimidis and Spirakis, 2006)
    keys = np.log(counts + 1e-9) + rng.gumbel(size=scores.shape)  # [B, N + 1]
    keys[scores == -np.inf] = -np.inf
    keys[np.arange(len(keys)), targets] = -np.inf
    drawn = np.argpartition(-keys, m - 1, axis=1)[:, :m]
    columns = np.concatenate([targets[:, None], drawn], axis=1)
    return ranks_of_targets(np.take_along_axis(scores, columns, axis=1), np.zeros(len(keys), int))


def protocol_table(
    make: Callable[[], Any], interactions: pd.DataFrame, k: int = 10, core: int = 20, seed: int = 0
) -> pd.DataFrame:
    """Measure HR@k of one counting model under one protocol after the other.

    Args:
        make: makes an untrained model with `count`.
        interactions: already thinned the way the course does it.
        k: length of the list.
        core: the stricter thinning to compare with.
        seed: of ties, draws and bootstrap.

    Returns:
        protocol, value, low, high (95 % over users), users and items; the course's own first.
    """
    split = leave_one_out(interactions)
    hits = {
        name: (hit_rate_per_user(ranks, k), split.n_items)
        for name, ranks in _on_the_same_scores(make, split, seed).items()
    }
    others = {
        f"{core}-core instead of 5-core": leave_one_out(k_core(interactions, k=core)),
        "only ratings of 4 or more count": leave_one_out(
            k_core(interactions[interactions[RATING] >= 4], k=5)
        ),
        "last tenth held out, not the last item": ratio_split(interactions),
    }
    for name, other in others.items():
        model = make()
        model.count(other.train, other.n_items)
        hits[name] = evaluate(model, other).per_user(f"HR@{k}"), other.n_items
    rows = [
        (name, *mean_interval(values, seed), len(values), n_items)
        for name, (values, n_items) in hits.items()
    ]
    return pd.DataFrame(rows, columns=["protocol", "value", "low", "high", "users", "items"])


def _on_the_same_scores(
    make: Callable[[], Any], split: Split, seed: int
) -> Mapping[str, np.ndarray]:
    """Return ranks [B] of one trained model under protocols that keep its split."""
    rng = np.random.default_rng(seed)
    model = make()
    model.count(split.train, split.n_items)
    targets, cases = split.test.targets[:, 0], split.test
    raw = model.score(cases.queries)
    scores = mask_seen(raw.copy(), cases)
    ties = ranks_by_tie_rule(scores, targets, rng)
    counts = np.bincount(split.train.item_index, minlength=split.n_items + 1)
    m = min(99, int((scores > -np.inf).sum(axis=1).min()) - 1)
    fields = {name: getattr(cases.queries, name)[:, :-1] for name in _HISTORY}
    shorter = cases._replace(queries=cases.queries._replace(**fields))
    stale = mask_seen(model.score(shorter.queries), shorter)
    return {
        "the course's own": ties["against the target"],
        "ties at random": ties["at random"],
        "ties for the target": ties["for the target"],
        "seen items stay in the list": ranks_of_targets(raw, targets),
        "validation item left out of the history": ranks_of_targets(stale, targets),
        f"{m} negatives, drawn evenly": sampled_ranks(scores, targets, m, rng),
        f"{m} negatives, drawn by popularity": drawn_by_popularity(scores, targets, counts, m, rng),
    }


_HISTORY = ("history", "ratings", "timestamps")
