"""What choosing the best of many on the users it is then reported on does to the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

__all__ = ["best_of", "random_hits"]


def best_of(
    draw: Callable[[np.random.Generator], np.ndarray],
    n_choose: Sequence[int],
    n_repeats: int = 100,
    seed: int = 0,
) -> pd.DataFrame:
    """Choose the best of S models on some users, then look at it on all the others.

    Args:
        draw: gives [S, U], the metric of each user under each model; called for every repeat,
            so that models made of chance are new ones each time.
        n_choose: numbers of users to choose on, each from 1 to U - 1.
        n_repeats: how often models and users are drawn.
        seed: of the draws.

    Returns:
        A row for each entry of `n_choose`, means over the repeats: users, reported (of the
        chosen model, on the users it was chosen on), fresh (of the same model, on the others),
        average (of all S models on the others), and optimism, reported - fresh.

    Raises:
        ValueError: a number of users leaves nobody to choose on, or nobody fresh.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for n in n_choose:
        found = np.zeros((n_repeats, 3))
        for repeat in range(n_repeats):
            per_user = draw(rng)
            U = per_user.shape[1]
            if not 1 <= n < U:
                raise ValueError(f"best_of needs n_choose from 1 to {U - 1} of {U} users, got {n}")
            order = rng.permutation(U)
            known = per_user[:, order[:n]].mean(axis=1)  # [S]
            fresh = per_user[:, order[n:]].mean(axis=1)  # [S]
            best = int(known.argmax())
            found[repeat] = known[best], fresh[best], fresh.mean()
        reported, later, average = found.mean(axis=0)
        rows.append((n, reported, later, average, reported - later))
    return pd.DataFrame(rows, columns=["users", "reported", "fresh", "average", "optimism"])


def random_hits(
    n_candidates: np.ndarray, n_models: int, k: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw the hits of random scorers, whose ranks are equally likely.

    Args:
        n_candidates: [U] how many items each user's held-out item is ranked among.
        n_models: S.
        k: length of the list.
        rng: where the draws come from.

    Returns:
        [S, U] float, 1 for a hit in the first k.
    """
    return (rng.random((n_models, len(n_candidates))) < k / n_candidates).astype(np.float64)
