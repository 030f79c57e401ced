"""RPG under different tables of long ids, and what a walk over its graph finds.

`python -m rectutor.analysis.rpg_codes` trains one RPG for each table on the shipped world `films`,
each with as many epochs, and records how well it recommends beside the shipped SASRec and chance;
then it walks over graphs of the shipped `rpg-films` and records what they find of its exact lists.

Codes of behaviour come from a SASRec that has read the same events before. One training each says
nothing about small differences.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import torch

from rectutor.analysis.records import write_record
from rectutor.decoding.graph import agreement
from rectutor.evaluation import evaluate
from rectutor.metrics.bootstrap import mean_interval
from rectutor.metrics.ranking import top_k
from rectutor.models.random_codes import random_codes
from rectutor.models.random_scores import RandomScores
from rectutor.models.rpg import RPG, GraphSearch, RPGConfig
from rectutor.schema import Split
from rectutor.training import fit
from rectutor.training.assets import fit_or_load, split_of, text_vectors
from rectutor.training.fingerprint import fingerprint
from rectutor.training.recipes import behaviour_vectors, sums_of_vectors
from rectutor.training.rpg_recipe import CODE_OF_LONG_IDS, CODEBOOK_SIZE, N_CODES, long_ids

__all__ = [
    "EPOCHS",
    "GRAPH",
    "NAME",
    "WALKS",
    "against_long_ids",
    "long_tables",
    "row_of",
    "walks",
]

NAME, GRAPH = "rpg_codes", "rpg_graph"
EPOCHS = 12
WALKS = tuple((n, rounds) for n in (10, 50, 100) for rounds in (1, 2, 4))  # neighbours, rounds


def long_tables(text: np.ndarray, behaviour: np.ndarray) -> dict[str, np.ndarray]:
    """Write a catalogue in long ids in four ways, [N, 16] codes each.

    Args:
        text: [N, D] vectors of what is told of the items.
        behaviour: [N, E] vectors that were learned from who chose what.
    """
    return {
        "by lot": random_codes(text, N_CODES, CODEBOOK_SIZE).codes,
        "text": long_ids(text),
        "behaviour": long_ids(behaviour),
        "text and behaviour": long_ids(text, behaviour),
    }


def row_of(model: Any, split: Split, name: str, seconds: float) -> dict[str, Any]:
    """Judge a model: name, seconds (of training), HR@10 with interval, NDCG@10, Gini, coverage."""
    judged = evaluate(model, split)
    value, low, high = mean_interval(judged.per_user("HR@10"), seed=0)
    return {
        "codes": name, "seconds": seconds, "value": value, "low": low, "high": high,
        "NDCG@10": judged.mean("NDCG@10"), "Gini": judged.gini, "coverage": judged.coverage,
        "ms per user": judged.ms_per_user,
    }  # fmt: skip


def against_long_ids(
    split: Split, tables: Mapping[str, np.ndarray], epochs: int = EPOCHS, **sizes: Any
) -> pd.DataFrame:
    """Train an RPG for each table of codes, and say so as it goes; a row each (see `row_of`)."""
    rows = []
    for name, codes in tables.items():
        model = RPG(codes, RPGConfig(**sizes))
        bar = sys.stderr.isatty()
        report = fit(model, split, epochs=epochs, patience=epochs, progress=bar)
        rows.append(row_of(model, split, name, round(report.seconds)))
        print(f"{name}: HR@10 {rows[-1]['value']:.3f}, {rows[-1]['seconds']} s", flush=True)
    return pd.DataFrame(rows)


def walks(
    model: RPG, split: Split, settings: Iterable[tuple[int, int]] = WALKS, k: int = 10
) -> pd.DataFrame:
    """Walk over graphs, and compare what is found with the exact lists.

    Args:
        model: trained.
        split: its test questions are asked.
        settings: neighbours of each item, and rounds.
        k: of the lists, and of hits.

    Returns:
        A row for each setting: neighbours, rounds, visited (mean share of the catalogue that is
        scored), agreement (mean share of the exact k that is found), value, low, high (HR@k of the
        walk) and exact (HR@k of the exact lists).
    """
    cases = split.test
    scores = model.score(cases.queries)
    np.put_along_axis(scores, cases.queries.history, -np.inf, axis=1)
    exact = top_k(scores, k)
    hit = (exact == cases.targets[:, :1]).any(axis=1)
    rows = []
    for n_neighbours, n_rounds in settings:
        search = GraphSearch(model, n_neighbours, n_rounds=n_rounds)
        found = search.walk(cases.queries)
        items = found.items[:, :k]
        same = agreement(items, torch.from_numpy(exact)).mean().item()
        hits = (items.numpy() == cases.targets[:, :1]).any(axis=1)
        visited = found.n_visited.float().mean().item() / split.n_items
        row = (n_neighbours, n_rounds, visited, same, *mean_interval(hits.astype(float), seed=0))
        rows.append((*row, hit.mean()))
    columns = ["neighbours", "rounds", "visited", "agreement", "value", "low", "high", "exact"]
    return pd.DataFrame(rows, columns=columns)


def main() -> None:
    """Train and walk, and write both records."""
    split = split_of("films")
    code = " ".join([fingerprint("films", CODE_OF_LONG_IDS), sums_of_vectors()])
    command = "python -m rectutor.analysis.rpg_codes"
    shipped = fit_or_load("rpg-films")
    print(write_record(GRAPH, walks(shipped, split), command, code))
    chance = RandomScores()
    fit(chance, split)
    rows = [
        row_of(fit_or_load("sasrec-films"), split, "SASRec, no codes", np.nan),
        row_of(chance, split, "chance", np.nan),
    ]
    tables = long_tables(text_vectors("films", split)[1:], behaviour_vectors("films"))
    table = pd.concat([against_long_ids(split, tables), pd.DataFrame(rows)], ignore_index=True)
    print(write_record(NAME, table, command, code))


if __name__ == "__main__":
    main()
