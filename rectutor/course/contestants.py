"""Who stands in the leaderboard, and how each one came by what it knows."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from rectutor.data.describe import FIELDS, by_index, describe
from rectutor.data.worlds import load_truth
from rectutor.lm.encoder import item_vectors
from rectutor.lm.loading import text_encoder
from rectutor.lm.yes_no import dated_titles
from rectutor.models.bert4rec import BERT4Rec, BERT4RecConfig
from rectutor.models.bpr import BPR, BPRConfig
from rectutor.models.ease import EASE
from rectutor.models.gru4rec import GRU4Rec, GRU4RecConfig
from rectutor.models.item_knn import ItemKNN
from rectutor.models.markov import Markov
from rectutor.models.oracle import CONTENT_ONLY, ORDER_ONLY, Oracle
from rectutor.models.popularity import Popularity
from rectutor.models.random_scores import RandomScores
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.models.tallrec import Reranker, TALLRec
from rectutor.models.two_tower import TwoTower, TwoTowerConfig
from rectutor.models.unisrec import UniSRec, UniSRecConfig
from rectutor.schema import Split
from rectutor.training import fit
from rectutor.training.adapters import load_tuned
from rectutor.training.assets import fit_or_load

__all__ = ["Contestant", "contestants"]

COUNTING = (RandomScores, Popularity, ItemKNN, EASE, Markov)


@dataclass(frozen=True)
class Contestant:
    """One row of the leaderboard before it is measured."""

    name: str
    weights: str  # "counted here", "trained here", "shipped" or "the simulator's own"
    prepare: Callable[[], tuple[Any, float]]  # gives the model and the seconds it took


def contestants(
    split: Split,
    items: pd.DataFrame,
    world: str | None,
    max_seconds: float = math.inf,
    seed: int = 0,
) -> Iterator[Contestant]:
    """List who competes, quickest first, the oracles at the end.

    Args:
        split: what they learn from.
        items: the table that describes the items; without a column that can be told, nobody who
            reads text competes.
        world: the shipped world it was made from, or None for real data: then nobody comes from
            a checkpoint and there is no oracle.
        max_seconds: processor seconds of training for each model.
        seed: of every training.
    """
    n = split.n_items
    learn = partial(_trained, split=split, max_seconds=max_seconds, seed=seed)
    for kind in COUNTING:
        yield Contestant(kind.name, "counted here", partial(learn, kind))
    trained: list[Callable[[], Any]] = [
        lambda: BPR(BPRConfig(split.n_users, n), seed),
        lambda: GRU4Rec(GRU4RecConfig(n), seed),
        lambda: SASRec(SASRecConfig(n), seed),
    ]
    slow: list[tuple[str, Callable[[], Any]]] = [
        ("sasrec-bce-films", lambda: SASRec(SASRecConfig(n, loss="bce"), seed)),
        ("bert4rec-films", lambda: BERT4Rec(BERT4RecConfig(n), seed)),
    ]
    if any(field in items for field in FIELDS):
        slow += _readers(split, items, seed)
    for make in trained:
        yield Contestant(make().name, "trained here", partial(learn, make))
    for asset, make in slow:
        if world == "films":
            yield Contestant(make().name, "shipped", partial(_shipped, asset))
        else:
            yield Contestant(make().name, "trained here", partial(learn, make))
    if world == "films":
        yield Contestant("P5 (succession ids)", "shipped", partial(_shipped, "p5-films"))
        rerank = partial(_reranked, split, items)
        yield Contestant("TALLRec on SASRec (CE)", "shipped", rerank)
    if world is not None:
        for parts in (CONTENT_ONLY, ORDER_ONLY, None):
            oracle = _oracle(split, world, parts)
            yield Contestant(oracle.name, "the simulator's own", partial(_known, oracle))


def _readers(split: Split, items: pd.DataFrame, seed: int) -> list[tuple[str, Callable[[], Any]]]:
    """List the models that know items by their text, with the asset of each."""
    vectors = item_vectors(text_encoder(), by_index(describe(items), items, split.item_ids))
    return [
        ("two-tower-films", lambda: TwoTower(vectors, TwoTowerConfig(), seed)),
        ("unisrec-films", lambda: UniSRec(vectors, UniSRecConfig(), seed)),
    ]


def _trained(
    make: Callable[[], Any], split: Split, max_seconds: float, seed: int
) -> tuple[Any, float]:
    model = make()
    bar = sys.stderr.isatty()  # in a log file a bar is only noise
    report = fit(model, split, seed=seed, max_seconds=max_seconds, progress=bar)
    return model, report.seconds


def _shipped(asset: str) -> tuple[Any, float]:
    return fit_or_load(asset), math.nan


def _reranked(split: Split, items: pd.DataFrame) -> tuple[Any, float]:
    """Let the shipped tuning reorder what the shipped SASRec finds."""
    judge = TALLRec(load_tuned("tallrec-films"), dated_titles(items, split.item_ids))
    return Reranker(fit_or_load("sasrec-films"), judge), math.nan


def _known(oracle: Oracle) -> tuple[Any, float]:
    return oracle, math.nan


def _oracle(split: Split, world: str, parts: tuple[str, ...] | None) -> Oracle:
    truth = load_truth(world)
    if parts is None:
        return Oracle(truth, split.user_ids, split.item_ids)
    return Oracle(truth, split.user_ids, split.item_ids, parts)
