"""How high the held-out items stand in a ranking: ranks, the top of a list, and five metrics.

Ranks come from counting, never from sorting whole rows. Every metric takes ranks, so it never
learns which model made them: [B], or [B, M] where a user has M held-out items; rank 1 is best,
0 means "no item here" (padding), `MISS` means "never recommended".

Each metric comes twice: `ndcg(ranks, k)` is the mean over users, `ndcg_per_user(ranks, k)` the
values [B] behind it. **Empty case**: a user without held-out items has the value nan and is
left out of the mean; the mean over nobody is nan.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rectutor.schema import PAD

__all__ = [
    "MISS",
    "hit_rate",
    "hit_rate_per_user",
    "mean_average_precision",
    "mean_average_precision_per_user",
    "mrr",
    "mrr_per_user",
    "ndcg",
    "ndcg_per_user",
    "ranks_in_lists",
    "ranks_of_targets",
    "recall",
    "recall_per_user",
    "top_k",
]

MISS = 2**31 - 1
_CHUNK = 2**18  # scores worked on at a time, 1 MB of float32: stays in the processor's cache


def ranks_of_targets(scores: np.ndarray, target_columns: np.ndarray) -> np.ndarray:
    """Rank each user's held-out items among their candidates; rank 1 is best.

    Ties count against the target: a model that scores everything alike ranks last. Both
    habits exist in public code, so say which one you use when you compare numbers.

    Args:
        scores: [B, C] float, higher is better; -inf removes a candidate.
        target_columns: [B] or [B, M] int, columns of the held-out items in `scores`; -1
            where a user has fewer than M.

    Returns:
        [B] or [B, M] int64 like `target_columns`, each in 1..C; 0 where the column is -1.

    Raises:
        ValueError: a held-out item was itself removed, a column is outside the scores, or a
            score is nan.

    Example:
        >>> ranks_of_targets(np.array([[0.2, 0.9, 0.2]]), np.array([0]))
        array([3])
    """
    B, C = scores.shape
    columns = _two_dimensional(target_columns)  # [B, M]
    _check_columns(columns, C)
    ranks = np.zeros(columns.shape, dtype=np.int64)
    for rows in _chunks(B, C):
        part = scores[rows]
        _check_nan(part, rows.start)
        for m in range(columns.shape[1]):
            held = np.flatnonzero(columns[rows, m] >= 0)
            scored = part if len(held) == len(part) else part[held]
            ranks[rows.start + held, m] = _count_reaching(
                scored, columns[rows, m][held], rows.start + held
            )
    return ranks.reshape(np.shape(target_columns))


def ranks_in_lists(lists: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Rank held-out items by their place in recommended lists; absent ones get `MISS`.

    Args:
        lists: [B, k] item indices, best first, PAD where a list is shorter.
        targets: [B] or [B, M] item indices, PAD where a user has fewer.

    Returns:
        [B] or [B, M] int64 like `targets`: 1..k, `MISS`, or 0 where the target is PAD.

    Example:
        >>> ranks_in_lists(np.array([[5, 7, 0]]), np.array([7]))
        array([2])
    """
    wanted = _two_dimensional(targets)  # [B, M]
    found = lists[:, None, :] == wanted[:, :, None]  # [B, M, k]
    ranks = np.where(found.any(axis=2), found.argmax(axis=2) + 1, MISS)
    return np.where(wanted == PAD, 0, ranks).reshape(np.shape(targets)).astype(np.int64)


def top_k(scores: np.ndarray, k: int) -> np.ndarray:
    """Return the columns of the k highest scores of each row, best first.

    Ties go to the smaller column, at the edge of the list too, so the answer is the same on
    every machine. Rows are not sorted: each is folded to the maxima of its parts, the k-th
    highest of those is a floor, and only the few scores that reach it are put in order.

    Args:
        scores: [B, C] float, higher is better; -inf removes a candidate.
        k: length of the lists, 1 or more; may exceed C.

    Returns:
        [B, k] int64 columns; PAD (0) where fewer than k candidates are left.

    Raises:
        ValueError: k is below 1, or a score is nan.

    Example:
        >>> top_k(np.array([[-np.inf, 0.5, 0.9, 0.5]]), k=2)
        array([[2, 1]])
    """
    if k < 1:
        raise ValueError(f"top_k needs k of 1 or more, got {k}")
    B, C = scores.shape
    columns = np.full((B, k), PAD, dtype=np.int64)
    for rows in _chunks(B, C):
        part = scores[rows]
        folded = _fold(part, 16 * k)
        _check_nan(folded, rows.start)
        columns[rows, : min(k, C)] = _top_of_chunk(part, folded, min(k, C))
    return columns


def hit_rate_per_user(ranks: np.ndarray, k: int) -> np.ndarray:
    """Return [B]: 1 where any held-out item is among the first k, else 0."""
    held, hits = _held_and_hits(ranks, k)
    return np.where(held, hits.any(axis=1), np.nan)


def recall_per_user(ranks: np.ndarray, k: int) -> np.ndarray:
    """Return [B]: the share of a user's held-out items among the first k."""
    held, hits = _held_and_hits(ranks, k)
    return np.where(held, hits.sum(axis=1) / np.maximum(held, 1), np.nan)


def ndcg_per_user(ranks: np.ndarray, k: int) -> np.ndarray:
    """Return [B]: discounted gain of the first k over the best that was possible.

    DCG = sum of 1 / log2(1 + rank) over held-out items with rank <= k; the best possible has
    the min(M, k) held-out items on ranks 1, 2, ...
    """
    held, hits = _held_and_hits(ranks, k)
    ranks = _two_dimensional(ranks)
    gains = np.where(hits, 1 / np.log2(1 + np.maximum(ranks, 1)), 0).sum(axis=1)
    ideal = np.concatenate([[0], np.cumsum(1 / np.log2(2 + np.arange(ranks.shape[1])))])
    return np.where(held, gains / ideal[np.clip(held, 1, k)], np.nan)


def mrr_per_user(ranks: np.ndarray, k: int | None = None) -> np.ndarray:
    """Return [B]: 1 / rank of a user's best held-out item; 0 when it is beyond k."""
    held, hits = _held_and_hits(ranks, k)
    values = np.where(hits, 1 / np.maximum(_two_dimensional(ranks), 1), 0)
    return np.where(held, values.max(axis=1, initial=0), np.nan)


def mean_average_precision_per_user(ranks: np.ndarray, k: int) -> np.ndarray:
    """Return [B]: the mean of the precision at each hit among the first k.

    With the hits' ranks in order r1 < r2 < ..., AP@k = (1/r1 + 2/r2 + ...) / min(M, k). Some
    tools divide by M instead, so that a full list of k hits stays below 1 when M > k.
    """
    held, hits = _held_and_hits(ranks, k)
    ranks = np.sort(np.where(hits, _two_dimensional(ranks), MISS), axis=1)
    nth = np.arange(1, ranks.shape[1] + 1)
    precision = np.where(ranks < MISS, nth / ranks, 0).sum(axis=1)
    return np.where(held, precision / np.clip(held, 1, k), np.nan)


def hit_rate(ranks: np.ndarray, k: int) -> float:
    """Return the share of users with any held-out item among the first k.

    HR@k = mean of [best rank <= k].
    Ties: settled in the ranks, against the held-out item. Empty case: nan.

    Example:
        >>> hit_rate(np.array([1, 11, 3, 10]), k=10)
        0.75
    """
    return _mean(hit_rate_per_user(ranks, k))


def recall(ranks: np.ndarray, k: int) -> float:
    """Return the mean share of held-out items among the first k; HR when each user has one.

    Recall@k = mean of (held-out items with rank <= k) / M.
    Ties: settled in the ranks, against the held-out item. Empty case: nan.

    Example:
        >>> recall(np.array([[1, 12], [2, 0]]), k=10)
        0.75
    """
    return _mean(recall_per_user(ranks, k))


def ndcg(ranks: np.ndarray, k: int) -> float:
    """Return the mean normalised discounted gain of the first k, from 0 to 1.

    NDCG@k = mean of DCG / best possible DCG; with one held-out item, 1 / log2(1 + rank) up to k.
    Ties: settled in the ranks, against the held-out item. Empty case: nan.

    Example:
        >>> ndcg(np.array([1, 3]), k=10)  # (1 + 1/log2(4)) / 2
        0.75
    """
    return _mean(ndcg_per_user(ranks, k))


def mrr(ranks: np.ndarray, k: int | None = None) -> float:
    """Return the mean of 1 / rank of each user's best held-out item, from 0 to 1.

    MRR@k = mean of [best rank <= k] / best rank; k = None means no cut-off.
    Ties: settled in the ranks, against the held-out item. Empty case: nan.

    Example:
        >>> mrr(np.array([1, 2]))
        0.75
    """
    return _mean(mrr_per_user(ranks, k))


def mean_average_precision(ranks: np.ndarray, k: int) -> float:
    """Return the mean average precision of the first k, from 0 to 1.

    MAP@k = mean of (1/r1 + 2/r2 + ...) / min(M, k) over the hits' ranks r1 < r2 < ... <= k.
    Ties: settled in the ranks, against the held-out item. Empty case: nan.

    Example:
        >>> mean_average_precision(np.array([[1, 4]]), k=10)  # (1/1 + 2/4) / 2
        0.75
    """
    return _mean(mean_average_precision_per_user(ranks, k))


def _chunks(n_rows: int, n_columns: int) -> Iterator[slice]:
    step = max(1, _CHUNK // max(1, n_columns))
    for start in range(0, n_rows, step):
        yield slice(start, min(start + step, n_rows))


def _check_columns(columns: np.ndarray, C: int) -> None:
    outside = np.argwhere((columns < -1) | (columns >= C))
    if len(outside):
        row, m = outside[0]
        raise ValueError(
            f"row {row}: target column {columns[row, m]} is outside 0..{C - 1} "
            "(-1 stands for no target)"
        )


def _check_nan(scores: np.ndarray, first_row: int) -> None:
    if np.isnan(scores.max(initial=-np.inf)):  # the maximum carries any nan
        row = first_row + int(np.flatnonzero(np.isnan(scores).any(axis=1))[0])
        raise ValueError(
            f"row {row}: a score is nan, so nothing can be ranked; look for nan in what the "
            "model learned"
        )


def _count_reaching(scores: np.ndarray, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return [B]: how many scores reach the target's own, which counts itself."""
    own = scores[np.arange(len(scores)), columns]
    removed = np.flatnonzero(own == -np.inf)
    if len(removed):
        raise ValueError(
            f"row {rows[removed[0]]}: the held-out item has score -inf, so it was removed "
            "from its own candidates; remove the items seen before, never the target"
        )
    reaches = scores >= own[:, None]  # [B, C]
    return np.fromiter(map(np.count_nonzero, reaches), np.int64, len(scores))


def _fold(scores: np.ndarray, width: int) -> np.ndarray:
    """Halve rows by taking maxima until they are narrower than `width`.

    Each value left is the maximum of a different part of the row, so at least k scores of the
    row reach the k-th highest of them.
    """
    folded = scores
    while folded.shape[1] >= width:
        half = folded.shape[1] // 2
        odd = folded[:, 2 * half :]
        folded = np.maximum(folded[:, :half], folded[:, half : 2 * half])
        if odd.size:
            folded[:, :1] = np.maximum(folded[:, :1], odd)
    return folded


def _top_of_chunk(scores: np.ndarray, folded: np.ndarray, k: int) -> np.ndarray:
    """Return [B, k] columns of the highest scores, PAD where only -inf is left."""
    B, C = scores.shape
    if k == 0:
        return np.zeros((B, 0), dtype=np.int64)
    floor = np.partition(folded, -k, axis=1)[:, -k]
    candidates = np.flatnonzero(scores >= floor[:, None])  # in the order of row, then column
    starts = np.searchsorted(candidates, np.arange(0, (B + 1) * C, C))
    counts = np.diff(starts)  # at least k; far more only where many scores are equal
    width = min(int(counts.max()), 4 * k + 16)
    place = np.arange(width)
    chosen = candidates[np.minimum(starts[:-1, None] + place, len(candidates) - 1)]
    values = np.where(place < counts[:, None], scores.reshape(-1)[chosen], -np.inf)
    order = np.argsort(-values, axis=1, kind="stable")[:, :k]
    top = np.take_along_axis(chosen, order, axis=1) - np.arange(0, B * C, C)[:, None]
    top[np.take_along_axis(values, order, axis=1) == -np.inf] = PAD
    for row in np.flatnonzero(counts > width):
        top[row] = _top_of_crowded_row(scores[row], k)
    return top


def _top_of_crowded_row(scores: np.ndarray, k: int) -> np.ndarray:
    """Return [k] columns of one row [C] in which many scores are equal."""
    kth = np.partition(scores, -k)[-k]
    above = np.flatnonzero(scores > kth)
    level = np.flatnonzero(scores == kth)[: k - len(above)]
    best_first = above[np.argsort(-scores[above], kind="stable")]
    return np.concatenate([best_first, level if kth > -np.inf else np.full(len(level), PAD)])


def _two_dimensional(ranks: np.ndarray) -> np.ndarray:
    ranks = np.asarray(ranks)
    return ranks[:, None] if ranks.ndim == 1 else ranks


def _held_and_hits(ranks: np.ndarray, k: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Return how many items each user held out [B], and which are among the first k [B, M]."""
    if k is not None and k < 1:
        raise ValueError(f"a metric needs k of 1 or more, got {k}")
    ranks = _two_dimensional(ranks)
    is_held = ranks > 0
    return is_held.sum(axis=1), is_held & (ranks <= (MISS - 1 if k is None else k))


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
