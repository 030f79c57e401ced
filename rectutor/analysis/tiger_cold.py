"""Can a writer of ids name a film that nobody has seen? By how its id was made, in two worlds.

`python -m rectutor.analysis.tiger_cold` withholds a tenth of the films from training, gives them
ids in the codebooks of the others, and records how often each model names one of them: when it has
to be written out whole, its suffix too, and by the rule of TIGER's paper, which keeps a share of
each list for new items that begin like an id that was written.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.data import cold_items, load
from rectutor.data.core import k_core
from rectutor.evaluation import evaluate
from rectutor.metrics.bootstrap import mean_interval
from rectutor.metrics.ranking import hit_rate_per_user, ranks_of_targets
from rectutor.models.code_recommender import CodeRecommender, Exact
from rectutor.models.new_items import WithNewItems
from rectutor.models.residual_codes import encode, residual_kmeans
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.models.tiger import TIGER, TIGERConfig
from rectutor.models.unique_codes import next_nearest, with_suffix
from rectutor.models.unisrec import UniSRec, UniSRecConfig
from rectutor.schema import Scorer, Split
from rectutor.training import fit
from rectutor.training.assets import text_vectors
from rectutor.training.tiger_recipe import fingerprint_of_ids

__all__ = ["NAME", "against_cold", "among", "ids_of_new", "makers", "new_items"]

NAME, SUFFIXED = "tiger_cold", "TIGER, suffix"
WORLDS = ("films", "films-latent-off")
EPOCHS = 15
SHARE, CASES = 0.1, 1000
_FOR_NEW = (0.1, 0.5)  # of a list, by the rule of the paper
_COLUMNS = ["model", "how", "users", "value", "low", "high", "among", "chance", "seconds"]


def new_items(split: Split) -> np.ndarray:
    """Tell of each item whether it occurs neither in training nor in validation, [N] bool."""
    known = np.concatenate([split.train.item_index, split.validation.targets.ravel()])
    return np.bincount(known, minlength=split.n_items + 1)[1:] == 0


def ids_of_new(
    vectors: np.ndarray, is_new: np.ndarray, n_levels: int = 2, codebook_size: int = 64
) -> dict[str, np.ndarray]:
    """Learn codebooks from the known items, and write the new ones in them, in two ways.

    Args:
        vectors: [N, D].
        is_new: [N] bool.
        n_levels: L.
        codebook_size: K.

    Returns:
        "suffix" [N, L + 1] and "next nearest" [N, L]; no two items have one id, and those of known
        items do not depend on the new ones.
    """
    about = vectors - vectors[~is_new].mean(axis=0)
    table = residual_kmeans(about[~is_new], n_levels, codebook_size)
    late = table._replace(codes=encode(about[is_new], table.codebooks))
    suffixed = with_suffix(table.codes)
    moved = next_nearest(about[~is_new], table)
    pairs = {
        "suffix": (suffixed, with_suffix(late.codes, taken=suffixed)),
        "next nearest": (moved, next_nearest(about[is_new], late, taken=moved)),
    }
    found = {}
    for name, (old, new) in pairs.items():
        found[name] = np.empty((len(vectors), old.shape[1]), dtype=np.int64)
        found[name][~is_new], found[name][is_new] = old, new
    return found


def among(model: Any, split: Split, is_new: np.ndarray, k: int = 10) -> np.ndarray:
    """Return for each test case whether the held-out item is in the best k of all *new* items.

    Args:
        model: scores items, or writes ids, all of which are scored then; of anything else there is
            nan.
        split: whose held-out items are new.
        is_new: [N] bool.
        k: length of the lists.
    """
    new = 1 + np.flatnonzero(is_new)
    queries, targets = split.test.queries, split.test.targets[:, 0]
    if isinstance(model, CodeRecommender):
        model = Exact(model)
    if not isinstance(model, Scorer):
        return np.full(len(targets), np.nan)
    candidates = np.tile(new, (len(targets), 1))
    columns = np.searchsorted(new, targets)[:, None]
    return hit_rate_per_user(ranks_of_targets(model.score(queries, candidates), columns), k)


def makers(
    vectors: np.ndarray, is_new: np.ndarray, codebook_size: int = 64, **sizes: Any
) -> dict[str, Callable[[], Any]]:
    """Say how each model is built that is to name new items.

    Args:
        vectors: [N, D] of texts.
        is_new: [N] bool.
        codebook_size: K of two levels.
        sizes: of `TIGERConfig`, instead of its own.
    """
    ids = ids_of_new(vectors, is_new, codebook_size=codebook_size)
    rows = np.pad(vectors, ((1, 0), (0, 0)))
    return {
        "SASRec": lambda: SASRec(SASRecConfig(len(vectors))),
        "UniSRec": lambda: UniSRec(rows, UniSRecConfig()),
        SUFFIXED: lambda: TIGER(ids["suffix"], TIGERConfig(**sizes)),
        "TIGER, next nearest": lambda: TIGER(ids["next nearest"], TIGERConfig(**sizes)),
    }


def against_cold(
    split: Split, is_new: np.ndarray, models: Mapping[str, Callable[[], Any]], epochs: int
) -> pd.DataFrame:
    """Train each model on known items, and ask it for new ones.

    Args:
        split: from `cold_items`.
        is_new: [N] bool, its withheld items.
        models: how each is built.
        epochs: at most.

    Returns:
        A row for each model, and one for each share of its lists that a TIGER with suffixes keeps
        for new items: model, how its lists come about, users (cases asked), HR@10 among all items
        as value, low, high (95 % over cases), `among` (HR@10 among new items alone; nan where
        nothing is scored), `chance` (the same by lot), seconds.
    """
    rows = []
    for name, make in models.items():
        model = make()
        report = fit(model, split, epochs=epochs, patience=epochs, progress=sys.stderr.isatty())
        asked = {name: model}
        if name == SUFFIXED:
            kept = (WithNewItems(model, is_new, share) for share in _FOR_NEW)
            asked |= {f"{name}, {one.share:.0%} kept for new": one for one in kept}
        for said, one in asked.items():
            judged = evaluate(one, split)
            found = mean_interval(judged.per_user("HR@10"), seed=0)
            inside = among(one, split, is_new).mean()
            row = (said, judged.how, len(judged.ranks), *found, inside, 10 / is_new.sum())
            rows.append((*row, round(report.seconds)))
            print(f"{said}: HR@10 {found.mean:.3f}, among new items {inside:.3f}", flush=True)
    return pd.DataFrame(rows, columns=_COLUMNS)


def main() -> None:
    """Train all in each world and write the record."""
    tables = []
    for world in WORLDS:
        split = cold_items(k_core(load(world).interactions, k=5), SHARE, seed=0, max_cases=CASES)
        is_new = new_items(split)
        vectors = text_vectors(world, split)[1:]
        table = against_cold(split, is_new, makers(vectors, is_new), EPOCHS)
        tables.append(table.assign(world=world))
    command = "python -m rectutor.analysis.tiger_cold"
    table = pd.concat(tables, ignore_index=True)
    print(write_record(NAME, table, command, fingerprint_of_ids(*WORLDS)))


if __name__ == "__main__":
    main()
