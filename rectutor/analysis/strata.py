"""One mean hides many people: metrics within groups of users, and with less of their past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from rectutor.metrics.bootstrap import mean_interval
from rectutor.schema import PAD, Cases, Queries, Scorer

__all__ = ["Forgetful", "by_stratum", "history_lengths", "quarters"]


def history_lengths(cases: Cases) -> np.ndarray:
    """Return [B]: how many items each question's history holds."""
    return (cases.queries.history != PAD).sum(axis=1)


def quarters(values: np.ndarray, unit: str) -> np.ndarray:
    """Name each value's quarter by its own ends, such as "12-20 films".

    Args:
        values: [B] int; equal values never fall into different quarters.
        unit: written after the ends.

    Returns:
        [B] str.

    Example:
        >>> quarters(np.array([1, 2, 3, 9]), "films").tolist()
        ['1-1 films', '2-2 films', '3-3 films', '9-9 films']
    """
    edges = np.quantile(values, [0.25, 0.5, 0.75])
    part = np.searchsorted(edges, values, side="left")  # 0..3
    names = np.empty(len(values), dtype=object)
    for one in np.unique(part):
        inside = values[part == one]
        names[part == one] = f"{inside.min()}-{inside.max()} {unit}"
    return names.astype(str)


def by_stratum(
    per_user: Mapping[str, np.ndarray],
    stratum: np.ndarray,
    order: Sequence[str] | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Average each model within groups of users.

    Args:
        per_user: [B] the metric of each user under each model.
        stratum: [B] the group of each user.
        order: groups from top to bottom; by default as first met.
        seed: of the bootstrap over users.

    Returns:
        stratum, model, value, low, high (95 % over the group's users) and users.

    Raises:
        ValueError: a model has values for another number of users than `stratum`.
    """
    rows = []
    for group in order if order is not None else dict.fromkeys(stratum.tolist()):
        inside = stratum == group
        for model, values in per_user.items():
            if len(values) != len(stratum):
                raise ValueError(
                    f"by_stratum needs a value for each of the {len(stratum)} users in "
                    f"stratum, {model} has {len(values)}; evaluate all models on the same cases"
                )
            found = mean_interval(values[inside], seed)
            rows.append((group, model, *found, int(inside.sum())))
    return pd.DataFrame(rows, columns=["stratum", "model", "value", "low", "high", "users"])


class Forgetful:
    """A model that is shown only the newest n items of each history.

    What a person has seen is still masked by the evaluation, so only knowledge is taken away.

    Args:
        model: an already trained scorer.
        n: items of each history that stay, 1 or more; a shorter history stays whole.
    """

    def __init__(self, model: Scorer, n: int) -> None:
        if n < 1:
            raise ValueError(f"Forgetful needs n of 1 or more items to remember, got {n}")
        self.model, self.n = model, n
        self.name = f"{model.name}, newest {n}"

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Score with the shortened histories (see `schema.Scorer`)."""
        cut = {name: getattr(queries, name)[:, -self.n :] for name in _HISTORY}
        return self.model.score(queries._replace(**cut), candidates)


_HISTORY = ("history", "ratings", "timestamps")
