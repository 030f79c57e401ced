"""What ranking against a few sampled items would have shown, from ranks among all items.

Protocol: the held-out item is ranked against m others drawn without replacement from the
N - 1 other candidates. If its full rank is r, then r - 1 candidates stand above it (ties count
against it), and the number X of those among the m drawn is hypergeometric; the sampled rank is
1 + X. So the expected sampled metric needs no sampling at all.

Source: Walid Krichene and Steffen Rendle (2020), On Sampled Metrics for Item Recommendation,
KDD. **Departure**: the paper draws with replacement (binomial), this module without.
"""

from __future__ import annotations

import numpy as np

from rectutor.metrics.ranking import ranks_of_targets

__all__ = [
    "corrected_metric",
    "draw_sampled_ranks",
    "expected_sampled_hit_rate",
    "expected_sampled_mrr",
    "expected_sampled_ndcg",
    "sampled_ranks",
]


def expected_sampled_hit_rate(
    ranks: np.ndarray, n_candidates: int | np.ndarray, m: int, k: int
) -> np.ndarray:
    """Return [B]: the chance that the held-out item is among the first k of 1 + m.

    HR@k = P(X <= k - 1).

    Args:
        ranks: [B] full ranks, 1..n_candidates.
        n_candidates: N, or [B]: the candidates of each user, the held-out item among them.
        m: how many others are drawn, 0..N - 1.
        k: length of the list, 1 or more.

    Raises:
        ValueError: a rank is outside 1..N, or m outside 0..N - 1.

    Example:
        >>> expected_sampled_hit_rate(np.array([3]), n_candidates=5, m=2, k=1).round(4)
        array([0.1667])
    """
    return _chances(ranks, n_candidates, m, k).sum(axis=1)


def expected_sampled_ndcg(
    ranks: np.ndarray, n_candidates: int | np.ndarray, m: int, k: int
) -> np.ndarray:
    """Return [B]: the expected NDCG@k, the sum over x < k of P(X = x) / log2(2 + x).

    Arguments and errors as in `expected_sampled_hit_rate`.
    """
    return _chances(ranks, n_candidates, m, k) @ (1 / np.log2(2 + np.arange(k)))


def expected_sampled_mrr(ranks: np.ndarray, n_candidates: int | np.ndarray, m: int) -> np.ndarray:
    """Return [B]: the expected 1 / sampled rank, without a cut-off.

    In closed form: E[1 / (1 + X)] = N / ((m + 1) r) * (1 - C(N - r, m + 1) / C(N, m + 1)).
    Arguments and errors as in `expected_sampled_hit_rate`.
    """
    ranks, N = _checked(ranks, n_candidates, m)
    log_factorial = _log_factorials(int(N.max(initial=1)))
    rest = N - ranks - m - 1  # below 0: fewer than m + 1 stand below the target
    none_below = rest < 0
    log_share = (
        log_factorial[N - ranks]
        - log_factorial[np.maximum(rest, 0)]
        - log_factorial[N]
        + log_factorial[np.maximum(N - m - 1, 0)]
    )
    share = np.where(none_below, 0.0, np.exp(np.where(none_below, 0.0, log_share)))
    return N / ((m + 1) * ranks) * (1 - share)


def draw_sampled_ranks(
    ranks: np.ndarray, n_candidates: int | np.ndarray, m: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw [B] sampled ranks, 1..m + 1, without looking at scores again.

    Arguments and errors as in `expected_sampled_hit_rate`.
    """
    ranks, N = _checked(ranks, n_candidates, m)
    return 1 + rng.hypergeometric(ranks - 1, N - ranks, m)


def sampled_ranks(
    scores: np.ndarray, target_columns: np.ndarray, m: int, rng: np.random.Generator
) -> np.ndarray:
    """Rank held-out items the way sampled evaluations do: draw m candidates and compare.

    This is the protocol itself, for comparison with the expectations above.

    Args:
        scores: [B, C] float; -inf removes a candidate, which is then never drawn.
        target_columns: [B] int, column of each held-out item.
        m: how many others to draw for each user.
        rng: where the draws come from.

    Returns:
        [B] ranks, 1..m + 1.

    Raises:
        ValueError: a user has fewer than m other candidates.
    """
    rows = np.arange(len(scores))
    may_draw = scores > -np.inf
    may_draw[rows, target_columns] = False
    fewest = int(may_draw.sum(axis=1).min(initial=m))
    if fewest < m:
        raise ValueError(f"m must be at most the other candidates of every user, {fewest}; got {m}")
    keys = np.where(may_draw, rng.random(scores.shape), 2.0)
    drawn = np.argpartition(keys, m - 1, axis=1)[:, :m] if m else np.zeros((len(scores), 0), int)
    columns = np.concatenate([np.asarray(target_columns)[:, None], drawn], axis=1)
    return ranks_of_targets(np.take_along_axis(scores, columns, axis=1), np.zeros(len(rows), int))


def corrected_metric(
    sampled: np.ndarray, n_candidates: int, m: int, metric: np.ndarray, gamma: float = 0.1
) -> np.ndarray:
    """Estimate a full-ranking metric from sampled ranks (bias-variance corrected estimator).

    Each sampled rank gets a value f such that the expectation of f at every full rank comes
    close to the metric there, in least squares over full ranks taken as equally likely, with
    the variance of f as a penalty: f = ((1 - gamma) A'A + gamma diag(c))^-1 A'b, where A holds
    the chance of each sampled rank given each full rank. The paper's trade-off between
    bias and variance; it reduces the bias and does not remove it.

    Args:
        sampled: [B] sampled ranks, 1..m + 1.
        n_candidates: N, the same for all users (their mean will do).
        m: how many others were drawn.
        metric: [N] the metric's value at full rank 1, 2, ..., N.
        gamma: weight of the variance, above 0 and up to 1; small is less biased, noisier.

    Returns:
        [B] estimates; their mean estimates the full metric and may lie outside 0..1.

    Raises:
        ValueError: a rank, `metric` or gamma is out of range.
    """
    if not 0 < gamma <= 1:
        raise ValueError(f"gamma must be above 0 and at most 1, got {gamma}")
    if np.shape(metric) != (n_candidates,):
        raise ValueError(f"metric needs one value per rank, {n_candidates}; got {np.shape(metric)}")
    sampled = np.asarray(sampled)
    outside = sampled[(sampled < 1) | (sampled > m + 1)]
    if outside.size:
        raise ValueError(f"a sampled rank must be in 1..{m + 1}, got {outside[0]}")
    full = np.arange(1, n_candidates + 1)
    chances = _chances(full, n_candidates, m, m + 1)  # [N, m + 1]
    normal = (1 - gamma) * chances.T @ chances + gamma * np.diag(chances.sum(axis=0))
    return np.linalg.solve(normal, chances.T @ metric)[sampled - 1]


def _chances(ranks: np.ndarray, n_candidates: int | np.ndarray, m: int, k: int) -> np.ndarray:
    """Return [B, k]: P(X = 0), ..., P(X = k - 1), hypergeometric."""
    if k < 1:
        raise ValueError(f"k must be 1 or more, got {k}")
    ranks, N = _checked(ranks, n_candidates, m)
    above, below = (ranks - 1)[:, None], (N - ranks)[:, None]
    x = np.arange(k)
    possible = (x <= above) & (x <= m) & (m - x <= below)  # [B, k]
    log_factorial = _log_factorials(int(N.max(initial=1)))

    def log_choose(n: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        chosen = np.clip(chosen, 0, n)
        return log_factorial[n] - log_factorial[chosen] - log_factorial[n - chosen]

    log_chance = log_choose(above, x) + log_choose(below, m - x)
    log_chance = log_chance - log_choose(above + below, np.array(m))
    return np.where(possible, np.exp(np.where(possible, log_chance, 0.0)), 0.0)


def _checked(
    ranks: np.ndarray, n_candidates: int | np.ndarray, m: int
) -> tuple[np.ndarray, np.ndarray]:
    ranks = np.asarray(ranks, dtype=np.int64)
    N = np.broadcast_to(np.asarray(n_candidates, dtype=np.int64), ranks.shape)
    wrong = np.flatnonzero((ranks < 1) | (ranks > N))
    if len(wrong):
        row = wrong[0]
        raise ValueError(f"row {row}: a full rank must be in 1..{N[row]}, got {ranks[row]}")
    if m < 0 or (len(N) and m > N.min() - 1):
        fewest = N.min() - 1 if len(N) else 0
        raise ValueError(f"m must be in 0..{fewest}, the fewest other candidates, got {m}")
    return ranks, N


def _log_factorials(n: int) -> np.ndarray:
    """Return [n + 1]: log 0!, log 1!, ..., log n!."""
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
