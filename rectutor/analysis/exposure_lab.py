"""Whom a list shows, and at what price in hits: every model, every length of list, some knobs.

For each model and each k: hits, and how exposure is spread over *all* items, those that are never
shown included. Models that give probabilities are also measured with popularity taken off their
scores, and with lists that are drawn instead of ranked (see `rectutor.decoding.rescoring`).

Gini of exposure says how concentrated lists are, not whether that is fair: nobody has said what
each item deserves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rectutor.analysis.audit import popularity_tenths
from rectutor.decoding.rescoring import drawn, less_popular
from rectutor.evaluation import evaluate, mask_seen
from rectutor.metrics.bootstrap import mean_interval, paired_difference
from rectutor.metrics.exposure import (
    coverage,
    exposure_counts,
    gini,
    intra_list_diversity,
    lorenz,
)
from rectutor.metrics.ranking import hit_rate_per_user, ndcg_per_user, ranks_of_targets, top_k
from rectutor.schema import Cases, Scorer, Split

__all__ = [
    "AS_IT_IS",
    "INTERACTIONS",
    "KS",
    "SHARES",
    "WAYS",
    "Catalogue",
    "Ranking",
    "exposure_of",
    "exposure_rows",
    "interactions_rows",
    "measure",
    "measure_scores",
    "ranked",
    "settings",
]

AS_IT_IS, INTERACTIONS = "as it is", "interactions"
KS = (1, 5, 10, 20, 50)
WAYS = {
    "popularity weight": (0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5),
    "drawing temperature": (0.25, 0.5, 0.75, 1.0, 1.5),
}
SHARES = (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.975, 0.99, 1)  # of items
_AT_ONCE = 256  # questions


class Catalogue(NamedTuple):
    """What has to be known of the items."""

    counts: np.ndarray  # [N + 1] interactions in training; row 0 is padding
    features: np.ndarray  # [N + 1, F] for the diversity of a list


class Ranking(NamedTuple):
    """What a model answered: where the held-out items stand, and the lists."""

    ranks: np.ndarray  # [B, M], 1 is best
    top: np.ndarray  # [B, K] item indices, best first, PAD where a list is shorter


def ranked(scores: np.ndarray, cases: Cases, k: int) -> Ranking:
    """Rank all items by scores [B, N + 1], seen ones left out; `scores` is changed in place."""
    masked = mask_seen(scores, cases)
    return Ranking(ranks_of_targets(masked, cases.targets), top_k(masked, k))


def exposure_of(counts: np.ndarray, tenth_of: np.ndarray) -> dict[str, float]:
    """Describe how counts [N] are spread over the items, those without any included.

    Args:
        counts: of each item, 0 or more.
        tenth_of: [N], 1 for the most popular tenth, from `popularity_tenths`.

    Returns:
        `Gini`; `tenth 1`, ... shares of all counts; `L0`, `L0.1`, ... the Lorenz curve at `SHARES`.
    """
    row = {"Gini": gini(counts)}
    shares = np.bincount(tenth_of, weights=counts)[1:] / counts.sum()
    row |= {f"tenth {number}": share for number, share in enumerate(shares, start=1)}
    curve = np.interp(SHARES, np.linspace(0, 1, len(counts) + 1), lorenz(counts))
    return row | {f"L{share:g}": value for share, value in zip(SHARES, curve, strict=True)}


def exposure_rows(
    found: Ranking,
    catalogue: Catalogue,
    ks: Sequence[int] = KS,
    base: Ranking | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Measure lists at every length.

    Args:
        found: lists of max(ks) items or more.
        catalogue: of the same items.
        ks: lengths.
        base: the same questions answered otherwise; `change` is against it, over the same people.
        seed: of the bootstrap.

    Returns:
        A row for each k: HR and its change, each with a 95 % interval over people; NDCG, coverage,
        ILD (mean of 1 - cosine of features), and what `exposure_of` says.

    Raises:
        ValueError: lists are shorter than the largest k.
    """
    if max(ks) > found.top.shape[1]:
        raise ValueError(f"k = {max(ks)} needs lists as long, got {found.top.shape[1]} items")
    tenth_of = popularity_tenths(catalogue.counts[1:])
    N, rows = len(tenth_of), []
    for k in ks:
        top, hits = found.top[:, :k], hit_rate_per_user(found.ranks, k)
        before = hits if base is None else hit_rate_per_user(base.ranks, k)
        row: dict[str, float] = {"k": k}
        row |= zip(("HR", "HR low", "HR high"), mean_interval(hits, seed), strict=True)
        change = paired_difference(hits, before, seed)[:3]
        row |= zip(("change", "change low", "change high"), change, strict=True)
        row["NDCG"] = float(ndcg_per_user(found.ranks, k).mean())
        row["coverage"] = coverage(top, N)
        row["ILD"] = intra_list_diversity(top, catalogue.features)
        rows.append(row | exposure_of(exposure_counts(top, N), tenth_of))
    return pd.DataFrame(rows)


def settings(
    scores: np.ndarray, counts: np.ndarray, seed: int = 0
) -> Iterator[tuple[str, float, np.ndarray]]:
    """Change log-probabilities [B, N + 1] in all `WAYS`; yields way, strength and new scores."""
    for weight in WAYS["popularity weight"]:
        yield "popularity weight", weight, less_popular(scores, counts, weight)
    for place, temperature in enumerate(WAYS["drawing temperature"]):
        rng = np.random.default_rng([seed, place])
        yield "drawing temperature", temperature, drawn(scores, temperature, rng)


def measure(
    model: Any, split: Split, catalogue: Catalogue, is_swept: bool = False, on: str = "test"
) -> pd.DataFrame:
    """Measure a model as it is, and where `is_swept` in all `WAYS`, on one part of a split.

    Returns:
        Rows of `exposure_rows` with model, way, strength and on in front.
    """
    cases = getattr(split, on)
    if not isinstance(model, Scorer):
        judged = evaluate(model, split, on, k=max(KS))
        own = exposure_rows(Ranking(judged.ranks, judged.top), catalogue)
        return _headed(own, model.name, AS_IT_IS, 0.0, on)
    scores = np.concatenate(
        [
            model.score(cases.queries.take(slice(start, start + _AT_ONCE)))
            for start in range(0, len(cases.targets), _AT_ONCE)
        ]
    )
    variants = settings(scores, catalogue.counts) if is_swept else ()
    return measure_scores(model.name, scores, cases, catalogue, variants).assign(on=on)


def measure_scores(
    name: str,
    scores: np.ndarray,
    cases: Cases,
    catalogue: Catalogue,
    variants: Iterable[tuple[str, float, np.ndarray]] = (),
) -> pd.DataFrame:
    """Measure scores [B, N + 1] of any origin as `measure` does; they are not changed.

    Args:
        name: of the model.
        scores: of the model as it is.
        cases: the B questions.
        catalogue: of the items.
        variants: way, strength and scores of the same questions, as from `settings`; their changes
            are against the model as it is.
    """
    base = ranked(scores.copy(), cases, max(KS))
    parts = [_headed(exposure_rows(base, catalogue), name, AS_IT_IS, 0.0)]
    for way, strength, changed in variants:
        rows = exposure_rows(ranked(changed.copy(), cases, max(KS)), catalogue, base=base)
        parts.append(_headed(rows, name, way, strength))
    return pd.concat(parts, ignore_index=True)


def interactions_rows(counts: np.ndarray) -> pd.DataFrame:
    """Describe what people chose in training [N + 1] as if it were shown; k is 0, hits are nan."""
    row = exposure_of(counts[1:], popularity_tenths(counts[1:]))
    row |= {"k": 0, "coverage": float((counts[1:] > 0).mean())}
    return _headed(pd.DataFrame([row]), INTERACTIONS, AS_IT_IS, 0.0, "train")


def _headed(
    rows: pd.DataFrame, name: str, way: str, strength: float, on: str = "test"
) -> pd.DataFrame:
    """Write before every row what it is about."""
    head: dict[str, Any] = {"model": name, "way": way, "strength": strength, "on": on}
    return rows.assign(**head)[[*head, *rows.columns]]
