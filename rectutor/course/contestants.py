"""Who stands in the leaderboard, and how each one came by what it knows."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import pandas as pd

from rectutor.course.agent_rows import BY_RULE, agents
from rectutor.course.writers import crab_of, rpg_of, shipped_titles, tiger_of, vectors_of
from rectutor.data.describe import FIELDS, by_index, describe
from rectutor.data.worlds import load_truth
from rectutor.lm.encoder import item_vectors
from rectutor.lm.loading import text_encoder
from rectutor.models.bert4rec import BERT4Rec, BERT4RecConfig
from rectutor.models.bigrec import BIGRec, TitleBeam
from rectutor.models.bpr import BPR, BPRConfig
from rectutor.models.code_recommender import Exact
from rectutor.models.crab import CRAB
from rectutor.models.ease import EASE
from rectutor.models.gru4rec import GRU4Rec, GRU4RecConfig
from rectutor.models.item_clusters import cluster_ids, succession
from rectutor.models.item_knn import ItemKNN
from rectutor.models.markov import Markov
from rectutor.models.oracle import CONTENT_ONLY, ORDER_ONLY, Oracle
from rectutor.models.p5 import P5, P5Config
from rectutor.models.popularity import Popularity
from rectutor.models.random_scores import RandomScores
from rectutor.models.rpg import RPG
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.models.tallrec import Reranker
from rectutor.models.tiger import TIGER
from rectutor.models.two_tower import TwoTower, TwoTowerConfig
from rectutor.models.unisrec import UniSRec, UniSRecConfig
from rectutor.schema import Scorer, Split
from rectutor.training import fit
from rectutor.training.adapters import N_EXAMPLES
from rectutor.training.assets import RECIPES, fit_or_load
from rectutor.training.judges import shipped_judge, train_questions, tuned_judge

__all__ = ["Contestant", "contestants"]

COUNTING = (RandomScores, Popularity, ItemKNN, EASE, Markov)
_FINDER, _P5, _JUDGE = "SASRec (CE)", "P5 (succession ids)", "TALLRec on SASRec (CE)"
_FEW_EXAMPLES = 1024  # of TALLRec where time is short: somewhat over a minute


@dataclass(frozen=True)
class Contestant:
    """One row of the leaderboard before it is measured."""

    name: str
    weights: str  # "counted here", "trained here", "shipped", "by rule", "the simulator's own"
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
    ]
    sasrec = cache(partial(learn, lambda: SASRec(SASRecConfig(n), seed)))  # a reranker asks again
    slow: list[tuple[str, Callable[[], Any]]] = [
        ("sasrec-bce-films", lambda: SASRec(SASRecConfig(n, loss="bce"), seed)),
        ("bert4rec-films", lambda: BERT4Rec(BERT4RecConfig(n), seed)),
    ]
    if any(field in items for field in FIELDS):
        slow += _readers(split, items, seed)
    for make in trained:
        yield Contestant(make().name, "trained here", partial(learn, make))
    yield Contestant(_FINDER, "trained here", sasrec)
    for asset, make in slow:
        if world == "films":
            yield Contestant(make().name, "shipped", partial(_shipped, asset))
        else:
            yield Contestant(make().name, "trained here", partial(learn, make))
    yield from _language_models(split, items, world, sasrec, max_seconds, seed)
    if world is not None:
        yield from _oracles(split, world)


def _readers(split: Split, items: pd.DataFrame, seed: int) -> list[tuple[str, Callable[[], Any]]]:
    """List the models that know items by their text, with the asset of each."""
    vectors = item_vectors(text_encoder(), by_index(describe(items), items, split.item_ids))
    return [
        ("two-tower-films", lambda: TwoTower(vectors, TwoTowerConfig(), seed)),
        ("unisrec-films", lambda: UniSRec(vectors, UniSRecConfig(), seed)),
    ]


def _language_models(
    split: Split,
    items: pd.DataFrame,
    world: str | None,
    sasrec: Callable[[], tuple[Any, float]],
    max_seconds: float,
    seed: int,
) -> Iterator[Contestant]:
    """List models that write names or ids, and one that reorders what SASRec finds."""
    if world == "films":
        yield Contestant(_P5, "shipped", partial(_shipped, "p5-films"))
        yield Contestant(TIGER.name, "shipped", partial(_shipped, "tiger-films"))
        yield Contestant(f"{TIGER.name} (exact)", "shipped", _exact_tiger)
        yield Contestant(CRAB.name, "shipped", partial(_shipped, "crab-films"))
        yield Contestant(RPG.name, "shipped", partial(_shipped, "rpg-films"))
        for finds in (BIGRec, TitleBeam):
            yield Contestant(finds.name, "shipped", partial(_writes_titles, finds, split))
        find = cache(lambda: fit_or_load("sasrec-films"))
        judge = cache(lambda: (shipped_judge(split, items), math.nan))
        yield Contestant(_JUDGE, "shipped", partial(_reranked, find, judge))
        yield from _agents(split, items, world, find, judge)
    else:
        yield Contestant(_P5, "trained here", partial(_p5, split, max_seconds, seed))
        known = cache(partial(vectors_of, sasrec, split, items))
        write = partial(_writes_ids, split=split, max_seconds=max_seconds, seed=seed)
        tiger = cache(partial(write, tiger_of, known))  # CRAB goes on from it
        yield Contestant(TIGER.name, "trained here", tiger)
        rebalance = partial(write, partial(crab_of, split, known), tiger)
        yield Contestant(CRAB.name, "trained here", rebalance)
        yield Contestant(RPG.name, "trained here", partial(write, rpg_of, known))
        tuned = None
        if "title" in items and train_questions(split) is not None:
            n_examples = N_EXAMPLES if math.isinf(max_seconds) else _FEW_EXAMPLES
            tuned = cache(partial(tuned_judge, split, items, n_examples, seed))
            yield Contestant(_JUDGE, "trained here", partial(_reranked, lambda: sasrec()[0], tuned))
        yield from _agents(split, items, world, lambda: sasrec()[0], tuned)


def _trained(
    make: Callable[[], Any], split: Split, max_seconds: float, seed: int, **knobs: Any
) -> tuple[Any, float]:
    model = make()
    bar = sys.stderr.isatty()  # in a log file a bar is only noise
    report = fit(model, split, seed=seed, max_seconds=max_seconds, progress=bar, **knobs)
    return model, report.seconds


def _shipped(asset: str) -> tuple[Any, float]:
    return fit_or_load(asset), math.nan


def _p5(split: Split, max_seconds: float, seed: int) -> tuple[Any, float]:
    """Name the items by who follows whom, and train as the shipped P5 was."""
    ids = cluster_ids("succession", succession(split.train, split.n_items))
    knobs = RECIPES["p5-films"].knobs
    return _trained(
        lambda: P5(P5Config(split.n_users), ids, seed=seed), split, max_seconds, seed, **knobs
    )


def _writes_ids(
    writes: Callable[[Any, int], tuple[Any, dict[str, Any]]],
    given: Callable[[], tuple[Any, float]],
    split: Split,
    max_seconds: float,
    seed: int,
) -> tuple[Any, float]:
    """Write items in codes, and train; the seconds of what is given and of the codes count."""
    made_from, seconds = given()
    started = time.process_time()
    model, knobs = writes(made_from, seed)
    seconds += time.process_time() - started
    _, of_training = _trained(lambda: model, split, max_seconds, seed, **knobs)
    return model, seconds + of_training


def _exact_tiger() -> tuple[Any, float]:
    """Score every id instead of searching, with the weights of the shipped TIGER."""
    return Exact(fit_or_load("tiger-films")), math.nan


def _writes_titles(finds: type, split: Split) -> tuple[Any, float]:
    """Let the shipped decoder write titles, and find the films that are meant."""
    return shipped_titles(finds, split), math.nan


def _reranked(
    find: Callable[[], Scorer], judge: Callable[[], tuple[Scorer, float]]
) -> tuple[Any, float]:
    """Let a tuned decoder reorder what another model finds; the seconds are those of its tuning."""
    second, seconds = judge()
    return Reranker(find(), second), seconds


def _agents(
    split: Split,
    items: pd.DataFrame,
    world: str | None,
    find: Callable[[], Scorer],
    judge: Callable[[], tuple[Scorer, float]] | None,
) -> Iterator[Contestant]:
    """List the agents, over the same candidates; the seconds of a judge are told of once."""
    speaks = None if judge is None else lambda: judge()[0]
    weights = "shipped" if world == "films" else "trained here"
    for name, make in agents(split, items, find, speaks, has_tiny=world == "films"):
        own = "by rule" if name in BY_RULE else weights
        yield Contestant(name, own, partial(_ready, make))


def _ready(make: Callable[[], Any]) -> tuple[Any, float]:
    return make(), math.nan


def _oracles(split: Split, world: str) -> Iterator[Contestant]:
    """List those who know the simulator: a part of a person's hidden state, or all of it."""
    truth = load_truth(world)
    for parts in (CONTENT_ONLY, ORDER_ONLY, None):
        known = () if parts is None else (parts,)
        oracle = Oracle(truth, split.user_ids, split.item_ids, *known)
        yield Contestant(oracle.name, "the simulator's own", partial(_known, oracle))


def _known(oracle: Oracle) -> tuple[Any, float]:
    return oracle, math.nan
