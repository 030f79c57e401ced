"""One vocabulary of codes for two catalogues: what does a model of films know of books?

Zhou et al., "RecBase: Generative Foundation Model Pretraining for Zero-Shot Recommendation", 2025:
items of many domains are written in one set of hierarchical codes learned from their texts, and one
autoregressive model reads them all; a domain it has never seen needs no training.

**Departures.** Two domains in place of many, residual k-means in place of their tokenizer, and our
RPG, which names all codes at once, in place of a decoder of 1.5 billion (10^9) weights that writes
them one after the other. Codebooks are learned from films alone: books are to be unseen.

`python -m rectutor.analysis.one_vocabulary` trains on films, on books, on both and one after the
other, and records hits among films and among books. One training each.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.evaluation import evaluate
from rectutor.metrics.bootstrap import mean_interval
from rectutor.models.popularity import Popularity
from rectutor.models.random_scores import RandomScores
from rectutor.models.residual_codes import encode, residual_kmeans
from rectutor.models.rpg import RPG, RPGConfig
from rectutor.schema import Cases, Events, Queries, Split
from rectutor.training import fit
from rectutor.training.assets import fit_or_load, split_of, text_vectors
from rectutor.training.fingerprint import fingerprint

__all__ = [
    "BOOK_EPOCHS",
    "EPOCHS",
    "FACTS",
    "NAME",
    "joined",
    "measured",
    "moved",
    "shared_ids",
]

NAME = "one_vocabulary"
FACTS = ("genres", "themes", "year")  # what films and books have in common
EPOCHS, BOOK_EPOCHS = 7, 12
_CODE = (
    "rectutor.data.batches",
    "rectutor.data.describe",
    "rectutor.models.residual_codes",
    "rectutor.models.rpg",
    "rectutor.training.loop",
)


def shared_ids(
    home: np.ndarray, away: np.ndarray, n_levels: int = 4, codebook_size: int = 64
) -> tuple[np.ndarray, np.ndarray]:
    """Learn codebooks from one catalogue, and write two catalogues in them.

    Args:
        home: [N, E] vectors that codebooks are learned from.
        away: [N', E] vectors of another catalogue, from the same encoder.
        n_levels: M, from coarse to fine.
        codebook_size: K, at most N.

    Returns:
        [N, M] and [N', M] codes; two items that are described alike may share an id.
    """
    middle = home.mean(axis=0)
    table = residual_kmeans(home - middle, n_levels, codebook_size)
    return table.codes, encode(away - middle, table.codebooks)


def moved(model: RPG, codes: np.ndarray) -> RPG:
    """Return a copy of a model that names other items, in the same codes.

    Args:
        model: trained.
        codes: [N', M] of the other items; no code above those that the model knows.

    Raises:
        ValueError: there is a code that the model has no vector for.
    """
    K = model.vectors.shape[1]
    if codes.max() >= K:
        raise ValueError(
            f"the model has vectors for codes 0..{K - 1}, and an id holds {codes.max()}; write the "
            "items in the codebooks that the model was trained with"
        )
    other = RPG(codes, replace(model.config, codebook_size=K))
    weights = {name: own for name, own in model.state_dict().items() if name != "codes"}
    other.load_state_dict(weights, strict=False)  # all but the codes, which are its own
    return other.eval()


def joined(one: Split, other: Split) -> Split:
    """Put two worlds into one: the other's users and items are numbered behind the first's."""
    n_events, n_users, n_items = len(one.train.item_index), one.n_users, one.n_items
    shift = (n_users, n_items, 0, 0, n_events)
    later = [part + by for part, by in zip(other.train, shift, strict=True)]
    later[4] = later[4][1:]
    train = [np.concatenate(pair) for pair in zip(one.train, later, strict=True)]
    return Split(
        one.name,
        Events(*train),
        _beside(one.validation, other.validation, n_users, n_items),
        _beside(one.test, other.test, n_users, n_items),
        np.arange(n_users + other.n_users),
        np.arange(n_items + other.n_items + 1),
    )


def _beside(one: Cases, other: Cases, n_users: int, n_items: int) -> Cases:
    """Put questions below each other, histories padded to one width."""
    T = max(one.queries.history.shape[1], other.queries.history.shape[1])
    parts = []
    for cases, by_user, by_item in ((one, 0, 0), (other, n_users, n_items)):
        queries, targets = cases
        history = np.where(queries.history > 0, queries.history + by_item, 0)
        rows = (history, queries.ratings, queries.timestamps)
        wide = [np.pad(part, ((0, 0), (T - part.shape[1], 0))) for part in rows]
        fields = (queries.user_index + by_user, *wide, queries.now)
        parts.append((*fields, np.where(targets > 0, targets + by_item, 0)))
    below = [np.concatenate(pair) for pair in zip(*parts, strict=True)]
    return Cases(Queries(*below[:-1]), below[-1])


def measured(model: Any, split: Split, name: str, catalogue: str, seen: str) -> dict[str, Any]:
    """Judge a model on one catalogue: HR@10 as value, low, high; mean rank, Gini.

    Args:
        model: a scorer or a recommender.
        split: of the catalogue.
        name: of the row.
        catalogue: "films" or "books".
        seen: what its weights have seen people choose.
    """
    judged = evaluate(model, split)
    value, low, high = mean_interval(judged.per_user("HR@10"), seed=0)
    row = {"model": name, "catalogue": catalogue, "seen": seen, "value": value, "low": low}
    print(f"{name}, {catalogue}: HR@10 {value:.3f}", flush=True)
    return row | {"high": high, "rank": float(judged.ranks.mean()), "Gini": judged.gini}


def _learned(make: Callable[[], RPG], split: Split, epochs: int) -> RPG:
    model = make()
    bar = sys.stderr.isatty()
    report = fit(model, split, epochs=epochs, patience=5, progress=bar)
    print(f"trained {report.seconds:.0f} s, best epoch {report.best_epoch}", flush=True)
    return model


def main() -> None:
    """Train, measure and record."""
    films, books = split_of("films"), split_of("books")
    home = text_vectors("films", films, FACTS)[1:]
    film_ids, book_ids = shared_ids(home, text_vectors("books", books, FACTS)[1:])
    by_lot = np.random.default_rng(0).permutation(book_ids)
    sizes = RPGConfig(codebook_size=64)
    rows = []
    for world, split in (("films", films), ("books", books)):
        for kind, seen in ((RandomScores, "nothing"), (Popularity, world)):
            counted = kind()
            fit(counted, split)
            rows.append(measured(counted, split, counted.name, world, seen))
    reader = fit_or_load("unisrec-films")
    rows.append(measured(reader, films, reader.name, "films", "films"))
    away = reader.with_items(text_vectors("books", books))
    rows.append(measured(away, books, reader.name, "books", "films"))

    def put(model: RPG, name: str, seen: str, ids: np.ndarray, world: str) -> None:
        split = films if world == "films" else books
        rows.append(measured(moved(model, ids), split, name, world, seen))

    on_films = _learned(lambda: RPG(film_ids, sizes), films, EPOCHS)
    put(on_films, "RPG", "films", film_ids, "films")
    put(on_films, "RPG", "films", book_ids, "books")
    put(on_films, "RPG, books' ids by lot", "films", by_lot, "books")
    tuned = _learned(lambda: moved(on_films, book_ids), books, BOOK_EPOCHS)
    put(tuned, "RPG", "films, then books", book_ids, "books")
    scratch = _learned(lambda: RPG(book_ids, sizes), books, BOOK_EPOCHS)
    put(scratch, "RPG", "books", book_ids, "books")
    both_ids = np.concatenate([film_ids, book_ids])
    on_both = _learned(lambda: RPG(both_ids, sizes), joined(films, books), EPOCHS)
    put(on_both, "RPG", "films and books", film_ids, "films")
    put(on_both, "RPG", "films and books", book_ids, "books")
    command = f"python -m rectutor.analysis.{NAME}"
    print(write_record(NAME, pd.DataFrame(rows), command, fingerprint("films", _CODE)))


if __name__ == "__main__":
    main()
