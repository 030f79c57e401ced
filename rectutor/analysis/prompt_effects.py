"""What a change of the prompt does to answers: flips, orders, shares of variance.

Everything starts from log-odds, [cells, n]: rows are ways to ask, columns are questions. A change
of the prompt can do two things. It can **shift** all scores alike, which changes answers and no
ranking; or it can **change the order**, which changes rankings.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

__all__ = ["flip_rate", "jaccard_of_top", "kendall_tau", "null_share", "variance_shares"]


def flip_rate(one: np.ndarray, other: np.ndarray, at_median: bool = False) -> float:
    """Return the share of questions that are answered differently, 0 to 1.

    Args:
        one: [n] log-odds; above 0 is a yes.
        other: [n], of the same questions.
        at_median: a yes is then what lies above the median of its own n, so that a shift of all
            scores flips nothing.

    Example:
        >>> flip_rate(np.array([1.0, 2, 3, 4]), np.array([-3.0, -2, -1, 1]))
        0.75
    """
    edges = (np.median(one), np.median(other)) if at_median else (0.0, 0.0)
    return float(((one > edges[0]) != (other > edges[1])).mean())


def kendall_tau(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return how alike two orders of C things are, 1 the same, -1 reversed; tau-b.

    (pairs in the same order - pairs in the other order) / sqrt(untied pairs of one * of other).
    Ties count in neither; nan where everything is tied.

    Args:
        one: [..., C] scores.
        other: [..., C].

    Example:
        >>> kendall_tau(np.array([1, 2, 3, 4]), np.array([1, 2, 4, 3])).round(3).item()
        0.667
    """
    signs = [np.sign(x[..., :, None] - x[..., None, :]) for x in (one, other)]
    same = (signs[0] * signs[1]).sum(axis=(-2, -1))
    untied = [np.abs(sign).sum(axis=(-2, -1)) for sign in signs]
    product = np.sqrt(untied[0] * untied[1])
    return np.divide(same, product, out=np.full(np.shape(same), np.nan), where=product > 0)


def jaccard_of_top(one: np.ndarray, other: np.ndarray, k: int = 10) -> np.ndarray:
    """Return what two lists of the k highest have in common: intersection / union, 0 to 1.

    Of equal scores the earlier counts as higher.

    Args:
        one: [..., C] scores.
        other: [..., C].
        k: 1..C.

    Raises:
        ValueError: k is out of range.
    """
    C = one.shape[-1]
    if not 1 <= k <= C:
        raise ValueError(f"k must be 1..{C}, the things in order, got {k}")
    chosen = [np.zeros(x.shape, dtype=bool) for x in (one, other)]
    for mask, x in zip(chosen, (one, other), strict=True):
        np.put_along_axis(mask, np.argsort(-x, axis=-1, kind="stable")[..., :k], True, axis=-1)
    return (chosen[0] & chosen[1]).sum(axis=-1) / (chosen[0] | chosen[1]).sum(axis=-1)


def variance_shares(scores: np.ndarray, factors: Mapping[str, int]) -> pd.DataFrame:
    """Say which factor moves the answers, as shares of variance of a full grid.

    `shift` divides the variance of the cells' means: what a factor adds to all questions alike.
    `change` divides the variance within cells: what a factor does to some questions and not to
    others, and so to their order. Both columns sum to 1. The row "question" is what stays,
    whatever the prompt; "rest" are mixtures of factors.

    Args:
        scores: [..., Q], one axis for each factor, in order.
        factors: name of each axis and its number of levels.

    Returns:
        `factor`, `shift` and `change`; one row a factor, then "question" and "rest".

    Raises:
        ValueError: the axes are not those that `factors` names.
    """
    if scores.shape[:-1] != tuple(factors.values()):
        raise ValueError(
            f"scores must be [{', '.join(f'{n} {name}' for name, n in factors.items())}, Q], got "
            f"{list(scores.shape)}"
        )
    means = scores.mean(axis=-1)  # of each cell
    inside = scores - means[..., None]
    question = inside.mean(axis=tuple(range(len(factors))))  # [Q]
    between, within = float(means.var()), float((inside**2).mean())
    rows = []
    for axis, name in enumerate(factors):
        others = tuple(other for other in range(len(factors)) if other != axis)
        shift = means.mean(axis=others).var()
        change = ((inside.mean(axis=others) - question) ** 2).mean()
        rows.append((name, _part(shift, between), _part(change, within)))
    rows.append(("question", 0.0, _part((question**2).mean(), within)))
    shifts, changes = (sum(part) for part in ([row[1] for row in rows], [row[2] for row in rows]))
    rows.append(("rest", 1.0 - shifts, 1.0 - changes))
    return pd.DataFrame(rows, columns=["factor", "shift", "change"])


def null_share(shuffles: np.ndarray, n_levels: int) -> float:
    """Return the `change` of a factor without meaning: the same prompt, its history reshuffled.

    Args:
        shuffles: [R, Q] log-odds of R reshuffles.
        n_levels: how many levels the factor has that it is compared with, at most R; the mean over
            as many disjoint groups of shuffles as there are.

    Raises:
        ValueError: there are fewer shuffles than levels.
    """
    R = len(shuffles)
    if not 2 <= n_levels <= R:
        raise ValueError(f"n_levels must be 2..{R}, the number of shuffles, got {n_levels}")
    groups = [shuffles[i : i + n_levels] for i in range(0, R - n_levels + 1, n_levels)]
    tables = [variance_shares(group, {"shuffle": n_levels}) for group in groups]
    return float(np.mean([table["change"][0] for table in tables]))


def _part(value: float, total: float) -> float:
    return float(value) / total if total > 0 else 0.0
