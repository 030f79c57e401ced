"""The walk: every model on one data set, one leaderboard, one report.

`rectutor tour` runs it. The shipped world takes a few minutes; real data take what they are
allowed (`max_seconds` a model, or no limit).
"""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rectutor.agents.reranking import Reranking
from rectutor.charts import Figure, differences, intervals, leaderboard, lorenz
from rectutor.course.contestants import Contestant, contestants
from rectutor.course.readme import save_table
from rectutor.course.report import write_report
from rectutor.data.core import k_core
from rectutor.data.splits import leave_one_out
from rectutor.data.worlds import SHIPPED, load
from rectutor.evaluation import Evaluation, compare, evaluate
from rectutor.evaluation import leaderboard as table_of
from rectutor.metrics.exposure import exposure_counts
from rectutor.metrics.exposure import lorenz as lorenz_of
from rectutor.models.tallrec import Reranker
from rectutor.schema import Split

__all__ = ["PAIRS", "judged", "measured", "run"]

REAL_SECONDS = 60.0  # processor seconds a model on real data, unless without limit
SLOW_MS = 20.0  # above this, a model is asked about a sample of users; others stay far below
SAMPLE = 500  # users in that sample, the same for every slow model
PAIRS = (  # (is this one, better than that one)
    ("Popularity", "Random"),
    ("Item-kNN", "Popularity"),
    ("SASRec (CE)", "Markov"),
    ("SASRec (CE)", "SASRec (BCE)"),
    ("SASRec (CE)", "UniSRec (text)"),
)


def run(
    data: str = "films",
    folder: Path | str | None = None,
    without_limit: bool = False,
    out: Path | str = "rectutor-tour",
) -> pd.DataFrame:
    """Train, measure, print and report.

    Args:
        data: a shipped world, or a real data set with its `folder`.
        folder: where the real files lie.
        without_limit: train real data to the end, however long it takes.
        out: a folder for `leaderboard.csv`, the figures and `report.html`.

    Returns:
        The leaderboard.
    """
    dataset = load(data, folder=folder)
    split = leave_one_out(k_core(dataset.interactions, k=5))
    world = data if data in SHIPPED and data != "tiny" else None
    limit = math.inf if without_limit or data in SHIPPED else REAL_SECONDS
    print(
        f"{data}: {len(split.train.item_index):,} training events, {split.n_users:,} users, "
        f"{split.n_items:,} items after 5-core; the last item of each user is held out.",
        flush=True,
    )
    evaluations, table = measured(list(contestants(split, dataset.items, world, limit)), split)
    print(f"\n{_text(table)}\n")
    pairs = _pairs(evaluations)
    for _, pair in pairs.iterrows():
        print(
            f"{pair['pair']}: {pair['value']:+.3f} HR@10 [{pair['low']:+.3f}, {pair['high']:+.3f}]"
        )
    out = Path(out)
    save_table(table, out / "leaderboard.csv", _notes(data, without_limit))
    figures = _figures(table, pairs, evaluations)
    for name, figure in figures.items():
        figure.save(out / f"{name}.png")
    write_report(out / "report.html", dataset, split, table, figures)
    print(
        f"\nThe report with figures: {out / 'report.html'} (opens without network).\n"
        "Go on: `make lab` (or `rectutor lab`) opens the lessons at 00."
    )
    return table


def measured(entries: Sequence[Contestant], split: Split) -> tuple[list[Evaluation], pd.DataFrame]:
    """Prepare and judge every contestant, saying so as it goes.

    Returns:
        The evaluations, and one table, best first, with `calls` (of an agent, per person),
        `weights` and `train s` beside the columns of `evaluation.leaderboard`.
    """
    evaluations, seconds, weights, calls = [], {}, {}, {}
    for entry in entries:
        print(f"{entry.name:<30}", end="", flush=True)
        model, took = entry.prepare()
        one = judged(model, split)
        evaluations.append(one)
        seconds[one.name], weights[one.name] = took, entry.weights
        if isinstance(model, Reranking):
            calls[one.name] = model.calls(one.user_index)
        spent = "" if math.isnan(took) else f", {took:.1f} s"
        print(f"HR@10 {one.mean('HR@10'):.3f} ({entry.weights}{spent})", flush=True)
    table = table_of(evaluations)
    table["calls"] = [calls.get(name, "") for name in table["model"]]
    table["weights"] = table["model"].map(weights)
    table["train s"] = table["model"].map(seconds)
    return evaluations, table


def judged(model: Any, split: Split) -> Evaluation:
    """Evaluate on all test users, or on one fixed sample of them when the model is slow.

    Agents, who are asked about one person at a time, are always asked about that sample. Where a
    model reorders candidates, `how` tells HR@10 of their own order, and the ceiling: the hit rate
    of all candidates; both on the same users.
    """
    everybody = split.test.queries.user_index
    users = None
    if len(everybody) > SAMPLE and (isinstance(model, Reranking) or _is_slow(model, split)):
        users = np.random.default_rng(0).permutation(everybody)[:SAMPLE]
    one = evaluate(model, split, users=users)
    if not isinstance(model, Reranker | Reranking):
        return one
    found = evaluate(Reranker(model.first, model.first, model.n), split, k=model.n, users=users)
    as_found, ceiling = found.mean("HR@10"), found.mean(f"HR@{model.n}")
    return replace(one, how=f"{one.how}: {as_found:.3f} as found, ceiling {ceiling:.3f}")


def _is_slow(model: Any, split: Split) -> bool:
    """Ask about some people, twice: the first time may be slow for other reasons than the model."""
    everybody = split.test.queries.user_index
    some = everybody[:: max(1, len(everybody) // 32)]
    return all(evaluate(model, split, users=some).ms_per_user > SLOW_MS for _ in range(2))


def _pairs(evaluations: list[Evaluation]) -> pd.DataFrame:
    """Compare the named pairs on the users that both were asked about."""
    by_name = {one.name: one for one in evaluations}
    rows = []
    for one, other in PAIRS:
        if one in by_name and other in by_name:
            found = compare(by_name[one], by_name[other], "HR@10")
            rows.append((f"{one} − {other}", found.mean, found.low, found.high))
    return pd.DataFrame(rows, columns=["pair", "value", "low", "high"])


def _figures(
    table: pd.DataFrame, pairs: pd.DataFrame, evaluations: list[Evaluation]
) -> dict[str, Figure]:
    exposed = []
    for one in evaluations:
        if one.name in ("Random", "Popularity", "Item-kNN", "SASRec (CE)", table["model"][0]):
            curve = lorenz_of(exposure_counts(one.top, one.n_items))
            at = np.linspace(0, one.n_items, 51).astype(int)
            exposed.append(
                pd.DataFrame(
                    {
                        "model": one.name,
                        "items": at / one.n_items,
                        "exposure": curve[at],
                        "gini": one.gini,
                    }
                )
            )
    return {
        "leaderboard": leaderboard(intervals(table, "HR@10"), metric="HR@10"),
        "differences": differences(pairs, metric="HR@10"),
        "exposure": lorenz(pd.concat(exposed, ignore_index=True)),
    }


def _text(table: pd.DataFrame) -> str:
    """Lay the leaderboard out for a terminal."""
    shown = pd.DataFrame({"model": table["model"]})
    for column in ("HR@10", "NDCG@10"):
        shown[column] = [
            f"{row[column]:.3f} [{row[f'{column} low']:.3f}, {row[f'{column} high']:.3f}]"
            for _, row in table.iterrows()
        ]
    for column, digits in (("coverage", 2), ("Gini", 2), ("train s", 1), ("ms per user", 2)):
        shown[column] = ["–" if math.isnan(v) else f"{v:.{digits}f}" for v in table[column]]
    shown["calls"] = table["calls"].replace("", "–")
    shown = shown.assign(how=table["how"], users=table["users"], weights=table["weights"])
    return shown.to_string(index=False)


def _notes(data: str, without_limit: bool) -> dict[str, str]:
    """Say when, on what and by which command the table was measured."""
    command = "rectutor tour" + ("" if data == "films" else f" --data {data}")
    if data not in SHIPPED:
        command += " --folder FOLDER" + (" --all" if without_limit else "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.machine()}",
        "command": command,
    }
