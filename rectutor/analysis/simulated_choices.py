"""Do simulated users choose like the people they stand for? KL to held-out choices, with its floor.

`python -m rectutor.analysis.simulated_choices` lets one simulated user for each person of the
shipped world `films` choose one film from a page, and compares what they chose with what the people
chose next: by first genre, by decade, and by popularity in 5, 10 and 20 bins. The page is what
SASRec ranks first (20 or 200 films), or 200 films by lot, to see what the page does alone.

`floor` is what a perfect simulator would stay below by luck in 95 of 100 runs. (The people are
simulated, too, by other rules; see `datasets_small/films/README.md`.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from rectutor.agents.rec_agent import SimulatedUser
from rectutor.analysis.records import write_record
from rectutor.data.worlds import load
from rectutor.metrics.divergence import kl_divergence, kl_floor
from rectutor.schema import PAD, Cases, Scorer, Split
from rectutor.training.assets import fit_or_load
from rectutor.training.fingerprint import fingerprint
from rectutor.training.recipes import split_of

__all__ = ["CODE", "NAME", "chosen_from", "features_of", "groupings", "pages_of", "rows_of"]

NAME = "simulated_choices"
SHARPNESS = (0.0, 4.0, 16.0)
CODE = (
    "rectutor.agents.rec_agent",
    "rectutor.analysis.simulated_choices",
    "rectutor.metrics.divergence",
)


def features_of(items: pd.DataFrame) -> np.ndarray:
    """Return [N + 1, F] 0 or 1: genres and decades; row 0 is padding.

    Args:
        items: in the order of item indices, with `genres` and `year`.
    """
    genres = items["genres"].explode()
    wide = pd.crosstab(genres.index, genres).reindex(range(len(items)), fill_value=0).clip(upper=1)
    decades = pd.get_dummies(items["year"] // 10)
    known = np.hstack([wide.to_numpy(float), decades.to_numpy(float)])
    return np.vstack([np.zeros(known.shape[1]), known])


def groupings(items: pd.DataFrame, counts: np.ndarray) -> dict[str, np.ndarray]:
    """Return for each grouping the bin of every item, [N + 1] int; padding is in bin 0.

    Args:
        items: in the order of item indices.
        counts: [N + 1] how often each was chosen in training.
    """
    first = items["genres"].str[0].fillna("")
    bins = {
        "genre": pd.factorize(first, sort=True)[0],
        "decade": pd.factorize(items["year"] // 10, sort=True)[0],
    }
    order = np.argsort(np.argsort(counts[1:], kind="stable"), kind="stable")  # 0 is least popular
    for n in (5, 10, 20):
        bins[f"popularity in {n}"] = order * n // len(order)
    return {name: np.concatenate([[0], own]).astype(np.int64) for name, own in bins.items()}


def pages_of(model: Scorer, cases: Cases, rng: np.random.Generator) -> Mapping[str, np.ndarray]:
    """Return the pages [B, k] that users choose from.

    Args:
        model: ranks unseen items.
        cases: whose turn it is.
        rng: of the lot.
    """
    scores = model.score(cases.queries)
    np.put_along_axis(scores, cases.queries.history, -np.inf, axis=1)
    scores[:, 0] = -np.inf
    ranked = np.argsort(-scores, axis=1, kind="stable")
    lots = np.where(np.isneginf(scores), np.inf, rng.random(scores.shape))
    by_lot = np.argsort(lots, axis=1, kind="stable")
    return {
        "SASRec's 20": ranked[:, :20],
        "SASRec's 200": ranked[:, :200],
        "a lot": by_lot[:, :200],
    }


def chosen_from(
    pages: np.ndarray, cases: Cases, features: np.ndarray, sharpness: float, seed: int
) -> np.ndarray:
    """Let a simulated user for each case choose one item; returns [B] item indices."""
    rng = np.random.default_rng(seed)
    chosen = []
    for history, page in zip(cases.queries.history, pages, strict=True):
        user = SimulatedUser(features, history[history != PAD], rng, sharpness=sharpness)
        chosen.append(user.choose(page))
    return np.array(chosen)


def rows_of(
    split: Split, model: Scorer, features: np.ndarray, bins: Mapping[str, np.ndarray], seed: int
) -> Iterator[dict[str, Any]]:
    """Compare choices of simulated users with those of people, one row for each grouping.

    Args:
        split: its test cases are whose choices are compared.
        model: makes the pages.
        features: from `features_of`.
        bins: from `groupings`.
        seed: of all draws.
    """
    rng = np.random.default_rng(seed)
    truth = split.test.targets[:, 0]
    pages = pages_of(model, split.test, rng)
    for page_name, page in pages.items():
        for sharpness in SHARPNESS:
            chosen = chosen_from(page, split.test, features, sharpness, seed)
            for name, own in bins.items():
                n_bins = own.max() + 1
                real = np.bincount(own[truth], minlength=n_bins)
                simulated = np.bincount(own[chosen], minlength=n_bins)
                yield {
                    "page": page_name,
                    "sharpness": sharpness,
                    "grouping": name,
                    "KL": kl_divergence(real, simulated),
                    "floor": kl_floor(real, len(chosen), rng),
                    "same film": (chosen == truth).mean(),
                }


def main() -> None:
    """Measure and write the record."""
    split = split_of("films")
    items = load("films").items.set_index("item_id").loc[split.item_ids[1:]].reset_index()
    counts = np.bincount(split.train.item_index, minlength=split.n_items + 1)
    model = fit_or_load("sasrec-films")
    table = pd.DataFrame(
        rows_of(split, model, features_of(items), groupings(items, counts), seed=0)
    )
    print(table.round(3).to_string(index=False))
    command = "python -m rectutor.analysis.simulated_choices"
    print(write_record(NAME, table, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
