"""Ids for recommendation, for search, or for both: one generator learns both tasks on each.

`python -m rectutor.analysis.joint_ids` trains a TIGER that also answers queries
(`models.search_tiger`) on the shipped world `films`, with ids made from texts, from behaviour, from
both side by side, and by lot. Recommendation: the last film of each person among all. Search: the
film of a query among all, on queries that were not learned.

A query is four words of a film's one sentence, drawn by lot, in their order. Nobody wrote them, and
each asks for one film.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch

from rectutor.analysis.records import write_record
from rectutor.data.worlds import load
from rectutor.decoding import exact_scores
from rectutor.evaluation import evaluate
from rectutor.lm.loading import text_encoder
from rectutor.metrics.bootstrap import mean_interval
from rectutor.metrics.ranking import hit_rate_per_user, ranks_of_targets
from rectutor.models.random_codes import random_codes
from rectutor.models.search_tiger import Searches, SearchTIGER
from rectutor.models.tiger import TIGERConfig
from rectutor.schema import Split
from rectutor.training import fit
from rectutor.training.assets import split_of, text_vectors
from rectutor.training.fingerprint import code_fingerprint
from rectutor.training.recipes import behaviour_vectors
from rectutor.training.semantic_ids import side_by_side, unique_ids
from rectutor.training.tiger_recipe import fingerprint_of_ids

__all__ = ["NAME", "joint_rows", "made_from", "queries_of", "search_hits", "tables_of"]

NAME = "joint_ids"
EPOCHS, N_LEARNED, N_WORDS = 12, 6, 4
_WORD = re.compile(r"[\w'-]{4,}")


def queries_of(texts: Sequence[str], n: int, rng: np.random.Generator) -> list[list[str]]:
    """Draw queries for each text, no two with the same words.

    Args:
        texts: N sentences.
        n: queries of each.
        rng: of the draw.

    Returns:
        For each text its queries; fewer than `n` where it has too few words.
    """
    drawn = []
    for text in texts:
        words = list(dict.fromkeys(_WORD.findall(text)))
        own: dict[tuple[int, ...], None] = {}
        for _ in range(4 * n):
            if len(own) < n and len(words) >= N_WORDS:
                own[tuple(sorted(rng.choice(len(words), N_WORDS, replace=False).tolist()))] = None
        drawn.append([" ".join(words[place] for place in places) for places in own])
    return drawn


def tables_of(text: np.ndarray, behaviour: np.ndarray) -> dict[str, np.ndarray]:
    """Write the catalogue in four ways, [N, 2] codes of 64 each, no two items with one id.

    Args:
        text: [N, E] vectors of what is told of items: those of search.
        behaviour: [N, F] vectors of who chose what: those of recommendation.
    """
    return {
        "behaviour": unique_ids(behaviour, 2, 64),
        "text": unique_ids(text, 2, 64),
        "both": unique_ids(side_by_side(text, behaviour), 2, 64),
        "by lot": random_codes(text, 2, 64).codes,
    }


def made_from() -> str:
    """Hash the data, and the code of ids, training and this measurement."""
    own = ("rectutor.analysis.joint_ids", "rectutor.models.search_tiger")
    return f"{fingerprint_of_ids('films')} {code_fingerprint(own)}"


@torch.inference_mode()
def search_hits(model: SearchTIGER, searches: Searches, k: int) -> np.ndarray:
    """Return for each query 1 if its item is among the first k of all, else 0; ties count against.

    Args:
        model: scores every id.
        searches: queries and their items.
        k: length of the list.
    """
    hits = []
    for rows in np.array_split(np.arange(len(searches.items)), max(1, len(searches.items) // 64)):
        scores = exact_scores(model.trie, model.write_queries(searches.vectors[rows]))
        hits.append(hit_rate_per_user(ranks_of_targets(scores, searches.items[rows]), k))
    return np.concatenate(hits)


def joint_rows(
    split: Split,
    tables: Mapping[str, np.ndarray],
    learned: Searches,
    asked: Searches,
    epochs: int = EPOCHS,
    **sizes: Any,
) -> Iterator[dict[str, Any]]:
    """Train a generator for each table; yields hits of both tasks, with intervals.

    Args:
        split: of the recommendations.
        tables: [N, L] codes by name.
        learned: queries of the training.
        asked: queries of the test.
        epochs: of each training; the best by recommendation on validation is kept.
        sizes: of `TIGERConfig`.
    """
    for name, codes in tables.items():
        model = SearchTIGER(codes, learned, TIGERConfig(**sizes))
        report = fit(model, split, epochs=epochs, patience=epochs, progress=sys.stderr.isatty())
        recommended = mean_interval(evaluate(model, split).per_user("HR@10"), seed=0)
        found = mean_interval(search_hits(model, asked, 10), seed=0)
        yield {
            "ids from": name,
            **_named("recommendation", recommended),
            **_named("search", found),
            "best epoch": report.best_epoch,
            "people": len(split.test.targets),
            "queries": len(asked.items),
        }


def _named(task: str, interval: Sequence[float]) -> dict[str, float]:
    """Name the three numbers of an interval."""
    return dict(zip((task, f"{task} low", f"{task} high"), interval, strict=True))


def _searches(
    queries: Sequence[Sequence[str]], embed: Callable[[Sequence[str]], np.ndarray]
) -> Searches:
    """Embed queries; those of place i ask for item i + 1."""
    flat = [query for own in queries for query in own]
    items = np.repeat(np.arange(1, len(queries) + 1), [len(own) for own in queries])
    return Searches(np.asarray(embed(flat), dtype=np.float32), items)


def main() -> None:
    """Train all and write the record."""
    split = split_of("films")
    known = load("films").items.set_index("item_id").loc[split.item_ids[1:]]
    drawn = queries_of(known["synopsis"].tolist(), N_LEARNED + 1, np.random.default_rng(0))
    embed = text_encoder().embed
    learned = _searches([own[1:] for own in drawn], embed)
    asked = _searches([own[:1] for own in drawn], embed)
    tables = tables_of(text_vectors("films", split)[1:], behaviour_vectors("films"))
    rows = []
    for row in joint_rows(split, tables, learned, asked):
        rows.append(row)
        print(row, flush=True)
    command = f"python -m rectutor.analysis.{NAME}"
    print(write_record(NAME, pd.DataFrame(rows), command, made_from()))


if __name__ == "__main__":
    main()
