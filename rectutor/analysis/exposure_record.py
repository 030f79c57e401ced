"""The record of lesson 12: exposure of models that ship, and of those that only count.

`python -m rectutor.analysis.exposure_record` measures them on the shipped world `films`, on
validation (to choose by) and on test (to judge by). `exposure_tiger` does the same for TIGER.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.exposure_lab import Catalogue, interactions_rows, measure
from rectutor.analysis.records import write_record
from rectutor.data.worlds import load, load_truth
from rectutor.models.ease import EASE
from rectutor.models.item_knn import ItemKNN
from rectutor.models.markov import Markov
from rectutor.models.oracle import Oracle
from rectutor.models.popularity import Popularity
from rectutor.models.random_scores import RandomScores
from rectutor.schema import Split
from rectutor.training import fit
from rectutor.training.assets import fit_or_load, split_of
from rectutor.training.fingerprint import fingerprint

__all__ = ["NAME", "catalogue_of", "every_model", "kinds_of_items"]

NAME = "exposure"
CODE = (
    "rectutor.analysis.exposure_lab",
    "rectutor.decoding.rescoring",
    "rectutor.metrics.exposure",
)
_COUNTING = (RandomScores, Popularity, ItemKNN, EASE, Markov)
_SHIPPED = ("two-tower-films", "sasrec-bce-films", "p5-films")
_SWEPT = ("sasrec-films", "gru4rec-films", "bert4rec-films", "unisrec-films")  # softmax of all


def kinds_of_items(items: pd.DataFrame, item_ids: np.ndarray) -> np.ndarray:
    """Return [N + 1, F]: 1 where an item has a genre or a theme, row 0 for padding.

    Args:
        items: `item_id`, `genres` and `themes` (tuples of names).
        item_ids: [N + 1] the id of each item index.
    """
    known = items.set_index("item_id").loc[item_ids[1:]]
    kinds = (known["genres"] + known["themes"]).tolist()
    number = {kind: place for place, kind in enumerate(sorted(set().union(*kinds)))}
    features = np.zeros((len(item_ids), len(number)))
    for row, own in enumerate(kinds, start=1):
        features[row, [number[kind] for kind in own]] = 1
    return features


def catalogue_of(world: str, split: Split) -> Catalogue:
    """Count the interactions of a shipped world's items in training, and say what kind they are."""
    counts = np.bincount(split.train.item_index, minlength=split.n_items + 1)
    return Catalogue(counts, kinds_of_items(load(world).items, split.item_ids))


def every_model(split: Split) -> Iterator[tuple[Any, bool]]:
    """Yield the models of `films`, and whether popularity is taken off their scores, too."""
    for kind in _COUNTING:
        model = kind()
        fit(model, split)
        yield model, False
    for name in _SHIPPED:
        yield fit_or_load(name), False
    for name in _SWEPT:
        yield fit_or_load(name), True
    yield Oracle(load_truth("films"), split.user_ids, split.item_ids), True


def main() -> None:
    """Measure all and write the record."""
    split = split_of("films")
    catalogue = catalogue_of("films", split)
    parts = [interactions_rows(catalogue.counts)]
    for model, is_swept in every_model(split):
        for on in ("validation", "test"):
            parts.append(measure(model, split, catalogue, is_swept, on))
        print(model.name, flush=True)
    table = pd.concat(parts, ignore_index=True).round(4)
    command = "python -m rectutor.analysis.exposure_record"
    print(write_record(NAME, table, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
