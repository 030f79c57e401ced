"""What a ranking against m sampled items shows of models whose full ranks are known.

`python -m rectutor.analysis.negatives FOLDER` measures the count models on ml-latest-small and
records the table; FOLDER holds `ml-latest-small/`. Lesson 03 shows the record.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.data import k_core, leave_one_out, load
from rectutor.evaluation import evaluate
from rectutor.metrics.bootstrap import mean_interval, paired_difference
from rectutor.metrics.ranking import hit_rate_per_user
from rectutor.metrics.sampled import (
    corrected_metric,
    draw_sampled_ranks,
    expected_sampled_hit_rate,
)
from rectutor.models.ease import EASE
from rectutor.models.item_knn import ItemKNN
from rectutor.models.markov import Markov
from rectutor.models.popularity import Popularity
from rectutor.models.random_scores import RandomScores
from rectutor.schema import PAD, Cases, Split

__all__ = [
    "NAME",
    "candidates_per_user",
    "count_models",
    "full_and_sampled",
    "on_real_data",
    "pairs",
    "repeat_correction",
]

NAME = "negatives_ml_latest_small"
_SAMPLES = (9, 19, 49, 99, 199, 499, 999)


def candidates_per_user(cases: Cases, n_items: int) -> np.ndarray:
    """Return [B]: how many items the held-out one is ranked among, itself included.

    Args:
        cases: B cases whose histories hold no item twice and never their own target.
        n_items: N.
    """
    return n_items - (cases.queries.history != PAD).sum(axis=1)


def full_and_sampled(
    ranks: Mapping[str, np.ndarray], n_candidates: np.ndarray, m: int, k: int, seed: int = 0
) -> pd.DataFrame:
    """Put HR@k in full beside its exact expectation under m sampled items.

    Args:
        ranks: [B] full ranks of each model, on the same users.
        n_candidates: [B] from `candidates_per_user`.
        m: how many items are sampled.
        k: length of the list.
        seed: of the bootstrap over users.

    Returns:
        A row for each model: full, full low, full high, sampled, sampled low, sampled high,
        and inflation, sampled over full.
    """
    rows = []
    for model, own in ranks.items():
        full = mean_interval(hit_rate_per_user(own, k), seed)
        sampled = mean_interval(expected_sampled_hit_rate(own, n_candidates, m, k), seed)
        row: dict[str, object] = {"model": model}
        for name, found in (("full", full), ("sampled", sampled)):
            row |= {name: found.mean, f"{name} low": found.low, f"{name} high": found.high}
        rows.append(row | {"inflation": sampled.mean / full.mean if full.mean else np.nan})
    return pd.DataFrame(rows)


def pairs(
    ranks: Mapping[str, np.ndarray], n_candidates: np.ndarray, m: int, k: int, seed: int = 0
) -> pd.DataFrame:
    """Compare every two models on the same users, in full and under m sampled items.

    Arguments as in `full_and_sampled`.

    Returns:
        A row for each pair: pair ("A - B"), full, full low, full high, sampled, sampled low,
        sampled high, and verdict: "flips" where both intervals leave 0 out on opposite sides,
        "same order" where they do on the same side, otherwise "within noise".
    """
    rows = []
    for (one, a), (other, b) in combinations(ranks.items(), 2):
        full = paired_difference(hit_rate_per_user(a, k), hit_rate_per_user(b, k), seed)
        under = [expected_sampled_hit_rate(r, n_candidates, m, k) for r in (a, b)]
        sampled = paired_difference(under[0], under[1], seed)
        row: dict[str, object] = {"pair": f"{one} - {other}"}
        for name, found in (("full", full), ("sampled", sampled)):
            row |= {name: found.mean, f"{name} low": found.low, f"{name} high": found.high}
        is_real = full.is_real and sampled.is_real
        order = "flips" if full.mean * sampled.mean < 0 else "same order"
        rows.append(row | {"verdict": order if is_real else "within noise"})
    return pd.DataFrame(rows)


def repeat_correction(
    ranks: Mapping[str, np.ndarray],
    n_candidates: np.ndarray,
    m: int,
    k: int,
    *,
    gammas: tuple[float, ...] = (0.1,),
    n_draws: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Repeat a sampled evaluation, and correct each: what is repaired, and at what price?

    Args:
        ranks: [B] full ranks of each model, on the same users.
        n_candidates: [B] from `candidates_per_user`; the correction knows their mean.
        m: how many items are sampled.
        k: length of the list.
        gammas: trade-offs of `corrected_metric`, above 0 and up to 1.
        n_draws: repetitions.
        seed: of the draws.

    Returns:
        For each model and estimator ("as sampled", "corrected, gamma 0.1"): truth (HR@k in
        full), value (mean of the draws), low and high (the middle 95 % of the draws), bias
        (value - truth) and noise (standard deviation of the draws).
    """
    n_items = round(float(np.mean(n_candidates)))
    hit = (np.arange(1, n_items + 1) <= k).astype(np.float64)  # [N]
    every = np.arange(1, m + 2)  # the sampled ranks there are
    worth = {"as sampled": (every <= k).astype(np.float64)}  # [m + 1] each
    for gamma in gammas:
        name = f"corrected, gamma {gamma:g}"
        worth[name] = corrected_metric(every, n_items, m, hit, gamma)
    rng = np.random.default_rng(seed)
    rows = []
    for model, own in ranks.items():
        draws = [draw_sampled_ranks(own, n_candidates, m, rng) for _ in range(n_draws)]
        shares = [np.bincount(draw, minlength=m + 2)[1:] / len(own) for draw in draws]
        truth = float(hit_rate_per_user(own, k).mean())
        for name, values in worth.items():
            found = np.array(shares) @ values  # [n_draws]
            low, high = np.quantile(found, [0.025, 0.975])
            rows.append(
                {"model": model, "estimator": name, "truth": truth, "value": found.mean(),
                 "low": low, "high": high, "bias": found.mean() - truth,
                 "noise": found.std(ddof=1)}
            )  # fmt: skip
    return pd.DataFrame(rows)


def count_models(split: Split) -> dict[str, np.ndarray]:
    """Count the models of lesson 03, and return each one's full ranks [B] on the test part."""
    last = Markov(window=1)
    last.name = "Markov (last film)"
    ranks = {}
    for model in (RandomScores(), Popularity(), ItemKNN(), EASE(), last, Markov()):
        model.count(split.train, split.n_items)
        ranks[model.name] = evaluate(model, split).ranks[:, 0]
    return ranks


def on_real_data(folder: Path | str) -> pd.DataFrame:
    """Measure full and sampled HR@10 of the count models on ml-latest-small.

    Args:
        folder: holds `ml-latest-small/`.

    Returns:
        model, m, value, low, high; m is the number of sampled items, and the largest m, all
        the other candidates, is the full ranking.
    """
    data = load("ml-latest-small", folder=Path(folder) / "ml-latest-small")
    split = leave_one_out(k_core(data.interactions, k=5))
    n_candidates = candidates_per_user(split.test, split.n_items)
    rows = []
    for model, own in count_models(split).items():
        for m in _SAMPLES:
            found = mean_interval(expected_sampled_hit_rate(own, n_candidates, m, 10), seed=0)
            rows.append((model, m, *found))
        found = mean_interval(hit_rate_per_user(own, 10), seed=0)
        rows.append((model, split.n_items - 1, *found))
    return pd.DataFrame(rows, columns=["model", "m", "value", "low", "high"])


def main(folder: str) -> None:
    """Measure and record."""
    command = "python -m rectutor.analysis.negatives FOLDER"
    print(write_record(NAME, on_real_data(folder), command, "ml-latest-small, no seed"))


if __name__ == "__main__":
    main(sys.argv[1])
