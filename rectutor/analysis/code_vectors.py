"""Item vectors that are sums of code vectors: what codes of texts are worth to a recommender.

`python -m rectutor.analysis.code_vectors` trains on the shipped world `films`, for as many epochs
each: SASRec, VQ-Rec on product codes of texts, and VQ-Rec on codes by lot. Both VQ-Recs are then
asked about `books`, of which they have seen nothing: the one by the codes of the books' texts in
the codebooks of the films, the control by codes drawn by lot.

One short training each, and intervals of each way alone: small differences say nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.evaluation import Evaluation, evaluate
from rectutor.files import ASSETS, sha256
from rectutor.metrics.bootstrap import mean_interval
from rectutor.models.popularity import Popularity
from rectutor.models.product_codes import product_codes
from rectutor.models.random_codes import random_codes
from rectutor.models.residual_codes import encode
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.models.vqrec import VQRec
from rectutor.schema import Split
from rectutor.training import fit
from rectutor.training.assets import split_of, text_vectors
from rectutor.training.fingerprint import fingerprint
from rectutor.training.recipes import CODE_OF_TRAINING

__all__ = ["CODE", "NAME", "made_from", "row_of", "trained_rows"]

NAME = "code_vectors"
N_LEVELS, CODEBOOK_SIZE = 8, 16
EPOCHS = 5
CODE = (
    *CODE_OF_TRAINING,
    "rectutor.analysis.code_vectors",
    "rectutor.evaluation",
    "rectutor.models.kmeans",
    "rectutor.models.popularity",
    "rectutor.models.product_codes",
    "rectutor.models.random_codes",
    "rectutor.models.residual_codes",
    "rectutor.models.sasrec",
    "rectutor.models.vqrec",
)


def made_from(worlds: Iterable[str], code: Iterable[str], assets: Iterable[str]) -> str:
    """Say which data, code and shipped weights a record was made from, a hash each.

    Args:
        worlds: names of shipped worlds.
        code: dotted names of modules.
        assets: folders of shipped weights, such as "text-encoder".
    """
    code = tuple(code)
    data = [fingerprint(world, code) for world in worlds]
    return " ".join(data + [sha256(ASSETS / name / "model.safetensors")[:16] for name in assets])


def row_of(way: str, world: str, judged: Evaluation) -> dict[str, Any]:
    """Put hits with their interval, and who is shown, into a row."""
    hits = mean_interval(judged.per_user("HR@10"), seed=0)
    return {
        "way": way,
        "world": world,
        "HR@10": hits.mean,
        "low": hits.low,
        "high": hits.high,
        "Gini": judged.gini,
    }


def trained_rows(
    split: Split, tables: Mapping[str, np.ndarray], config: SASRecConfig, epochs: int
) -> Iterator[tuple[dict[str, Any], SASRec]]:
    """Train SASRec, and VQ-Rec on each table; yields a row, and the model.

    Args:
        split: what is learned.
        tables: codes [N, L] by the name of their way.
        config: sizes that all have in common.
        epochs: of each training.
    """
    models = {"SASRec": SASRec(config)}
    models |= {name: VQRec(codes, config) for name, codes in tables.items()}
    for name, model in models.items():
        report = fit(model, split, epochs=epochs, patience=epochs, progress=False)
        row = row_of(name, split.name, evaluate(model, split))
        row["weights"] = sum(p.numel() for p in model.items.parameters())
        yield row | {"best epoch": report.best_epoch, "seconds": round(report.seconds)}, model


def main() -> None:
    """Train all and write the record."""
    split, other = split_of("films"), split_of("books")
    texts = text_vectors("films", split)[1:]
    about = texts - texts.mean(axis=0)
    made = product_codes(about, N_LEVELS, CODEBOOK_SIZE)
    books = text_vectors("books", other)[1:] - texts.mean(axis=0)
    tables = {
        "VQ-Rec, texts": made.codes,
        "VQ-Rec, by lot": random_codes(about, N_LEVELS, CODEBOOK_SIZE).codes,
    }
    theirs = {
        "VQ-Rec, texts": encode(books, made.codebooks),
        "VQ-Rec, by lot": random_codes(books, N_LEVELS, CODEBOOK_SIZE, seed=1).codes,
    }
    rows = []
    for row, model in trained_rows(split, tables, SASRecConfig(split.n_items), EPOCHS):
        rows.append(row | {"world": "films"})
        if isinstance(model, VQRec):
            judged = evaluate(model.with_codes(theirs[row["way"]]), other)
            rows.append(row_of(row["way"], "books", judged))
        print(rows[-1], flush=True)
    popular = Popularity()
    fit(popular, other)
    rows.append(row_of("popularity, counted on books", "books", evaluate(popular, other)))
    command = "python -m rectutor.analysis.code_vectors"
    table = pd.DataFrame(rows).round(4)
    stamp = made_from(("films", "books"), CODE, ("text-encoder",))
    print(write_record(NAME, table, command, stamp))


if __name__ == "__main__":
    main()
