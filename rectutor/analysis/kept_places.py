"""What it costs to keep places in each list for one provider, and who pays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from rectutor.analysis.provider_audit import places_of
from rectutor.decoding.quota import with_quota
from rectutor.evaluation import mask_seen
from rectutor.metrics.bootstrap import paired_difference
from rectutor.schema import Cases

__all__ = ["kept_places"]


def kept_places(
    scores: np.ndarray,
    cases: Cases,
    provider_of: np.ndarray,
    names: Sequence[str],
    kept_for: str,
    quotas: Iterable[int],
) -> pd.DataFrame:
    """Keep more and more of ten places in each list for one provider.

    Args:
        scores: [B, N + 1] of the questions; what was seen is left out here, in place.
        cases: the B questions, with held-out items.
        provider_of: [N + 1] from `numbered`.
        names: of the providers, as given to `numbered`.
        kept_for: whose places; one of the names.
        quotas: how many.

    Returns:
        A row for each quota: HR@10; change, its difference to the lists without a quota, with low
        and high (95 %, the same people); and each provider's share of the places.

    Raises:
        ValueError: `kept_for` is not among the names.
    """
    if kept_for not in names:
        raise ValueError(f"places can be kept for one of {', '.join(names)}, got {kept_for!r}")
    masked = mask_seen(scores, cases)
    is_mine = provider_of == list(names).index(kept_for)
    before = _hits(with_quota(masked, is_mine, 10, 0), cases)
    rows = []
    for quota in quotas:
        top = with_quota(masked, is_mine, 10, quota)
        hits = _hits(top, cases)
        change = paired_difference(hits, before, seed=0)[:3]
        rows.append((quota, hits.mean(), *change, *places_of(top, provider_of).mean(axis=0)))
    columns = ["places", "HR@10", "change", "low", "high", *names]
    return pd.DataFrame(rows, columns=columns).set_index("places")


def _hits(top: np.ndarray, cases: Cases) -> np.ndarray:
    """Return [B] 1 where the first held-out item is in the list."""
    return (top == cases.targets[:, :1]).any(axis=1).astype(np.float64)
