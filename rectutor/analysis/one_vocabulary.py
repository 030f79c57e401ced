"""One vocabulary of codes for two catalogues: what does a writer of films know of books?

Zhou et al., "RecBase: Generative Foundation Model Pretraining for Zero-Shot Recommendation", 2025:
items of many domains are written in one set of hierarchical codes learned from their texts, and one
autoregressive model reads them all; a domain it has never seen needs no training.

**Departures.** Two domains in place of many, residual k-means in place of their tokenizer, and our
TIGER in place of a decoder of a thousand million weights. Codebooks are learned from films alone
where the books are to be unseen.

`python -m rectutor.analysis.one_vocabulary` trains on films, on books, on both and one after the
other, and records hits among films and among books. One training each.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.evaluation import evaluate
from rectutor.metrics.bootstrap import mean_interval
from rectutor.models.code_recommender import Exact
from rectutor.models.popularity import Popularity
from rectutor.models.random_scores import RandomScores
from rectutor.models.residual_codes import CodeTable, encode, residual_kmeans
from rectutor.models.tiger import TIGER
from rectutor.models.unique_codes import next_nearest
from rectutor.schema import Cases, Events, Queries, Split
from rectutor.training import fit
from rectutor.training.assets import fit_or_load, split_of, text_vectors
from rectutor.training.fingerprint import fingerprint

__all__ = ["FACTS", "NAME", "joined", "measured", "moved", "shared_ids"]

NAME = "one_vocabulary"
FACTS = ("genres", "themes", "year")  # what films and books have in common
EPOCHS, BOOK_EPOCHS = 7, 12
_CODE = (
    "rectutor.data.batches",
    "rectutor.data.describe",
    "rectutor.models.residual_codes",
    "rectutor.models.tiger",
    "rectutor.models.unique_codes",
    "rectutor.training.loop",
)


def shared_ids(
    home: np.ndarray, away: np.ndarray, n_levels: int = 3, codebook_size: int = 64
) -> tuple[np.ndarray, np.ndarray]:
    """Learn codebooks from one catalogue, and write two catalogues in them.

    Args:
        home: [N, E] vectors that codebooks are learned from.
        away: [N', E] vectors of another catalogue, from the same encoder.
        n_levels: L.
        codebook_size: K.

    Returns:
        [N, L] and [N', L] ids; no two alike, across both catalogues.
    """
    middle = home.mean(axis=0)
    table = residual_kmeans(home - middle, n_levels, codebook_size)
    ids = next_nearest(home - middle, table)
    late = CodeTable(table.codebooks, encode(away - middle, table.codebooks))
    return ids, next_nearest(away - middle, late, taken=ids)


def moved(model: TIGER, ids: np.ndarray) -> TIGER:
    """Return a copy of a model that writes other items, in the same codes.

    Args:
        model: trained.
        ids: [N', L] of the other items; no code above those that the model knows.

    Raises:
        ValueError: there is a code that the model has no vector for.
    """
    _, K, _ = model.vectors.shape
    if ids.max() >= K:
        raise ValueError(
            f"the model has vectors for codes 0..{K - 1}, and an id holds {ids.max()}; write the "
            "items in the codebooks that the model was trained with"
        )
    other = TIGER(ids, model.config)
    own = other.state_dict()
    for name, weights in model.state_dict().items():
        if name != "codes":  # a catalogue that lacks the last codes has fewer vectors
            own[name].copy_(weights[:, : own[name].shape[1]] if weights.ndim > 1 else weights)
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


def _learned(make: Callable[[], TIGER], split: Split, epochs: int) -> TIGER:
    model = make()
    bar = sys.stderr.isatty()
    report = fit(model, split, epochs=epochs, patience=epochs, progress=bar)
    print(f"trained {report.seconds:.0f} s, best epoch {report.best_epoch}", flush=True)
    return model


def main() -> None:
    """Train, measure and record."""
    films, books = split_of("films"), split_of("books")
    home = text_vectors("films", films, FACTS)[1:]
    film_ids, book_ids = shared_ids(home, text_vectors("books", books, FACTS)[1:])
    by_lot = np.random.default_rng(0).permutation(book_ids)
    rows = []
    for world, split in (("films", films), ("books", books)):
        for kind, seen in ((RandomScores, "nothing"), (Popularity, world)):
            counted = kind()
            fit(counted, split)
            rows.append(measured(counted, split, counted.name, world, seen))
    reader = fit_or_load("unisrec-films")
    rows.append(measured(reader, films, "UniSRec (text)", "films", "films"))
    away = reader.with_items(text_vectors("books", books))
    rows.append(measured(away, books, "UniSRec (text)", "books", "films"))

    def put(model: TIGER, name: str, seen: str, ids: np.ndarray, world: str) -> None:
        split = films if world == "films" else books
        rows.append(measured(Exact(moved(model, ids)), split, name, world, seen))

    on_films = _learned(lambda: TIGER(film_ids), films, EPOCHS)
    put(on_films, "TIGER", "films", film_ids, "films")
    put(on_films, "TIGER", "films", book_ids, "books")
    put(on_films, "TIGER, books' ids by lot", "films", by_lot, "books")
    tuned = _learned(lambda: moved(on_films, book_ids), books, BOOK_EPOCHS)
    put(tuned, "TIGER", "films, then books", book_ids, "books")
    scratch = _learned(lambda: TIGER(book_ids), books, BOOK_EPOCHS)
    put(scratch, "TIGER", "books", book_ids, "books")
    both_ids = np.concatenate([film_ids, book_ids])
    on_both = _learned(lambda: TIGER(both_ids), joined(films, books), EPOCHS)
    put(on_both, "TIGER", "films and books", film_ids, "films")
    put(on_both, "TIGER", "films and books", book_ids, "books")
    command = f"python -m rectutor.analysis.{NAME}"
    print(write_record(NAME, pd.DataFrame(rows), command, fingerprint("films", _CODE)))


if __name__ == "__main__":
    main()
