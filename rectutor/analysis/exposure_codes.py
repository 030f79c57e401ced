"""What codes do to exposure: balanced codes, and the most exposed codes split (CRAB).

`python -m rectutor.analysis.exposure_codes` trains two small TIGERs on the shipped world `films`,
one on codes of ordinary k-means and one on balanced codes, then goes on with the first of them in
three ways, each for as many epochs: as it is (the control), with codes split, and with codes split
and a penalty that holds the halves together. Which codes are split is decided by lists for
validation; the record holds validation and test.

One training each: small differences say nothing. These TIGERs are not the shipped one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.analysis.exposure_lab import Catalogue, measure
from rectutor.analysis.exposure_record import catalogue_of
from rectutor.analysis.records import write_record
from rectutor.evaluation import evaluate
from rectutor.metrics.exposure import exposure_counts, gini
from rectutor.models.balanced_codes import balanced_residual_kmeans
from rectutor.models.crab import CRAB, SplitCodes, code_exposure, most_exposed, split_codes
from rectutor.models.tiger import TIGER, TIGERConfig
from rectutor.models.unique_codes import next_nearest
from rectutor.schema import Split
from rectutor.training import fit
from rectutor.training.assets import split_of, text_vectors
from rectutor.training.fingerprint import fingerprint
from rectutor.training.recipes import behaviour_vectors
from rectutor.training.semantic_ids import side_by_side, unique_ids

__all__ = ["NAME", "Plan", "balanced_ids", "rows_of", "trained"]

NAME = "exposure_codes"
CODE = (
    "rectutor.analysis.exposure_lab",
    "rectutor.metrics.exposure",
    "rectutor.models.balanced_codes",
    "rectutor.models.code_recommender",
    "rectutor.models.crab",
    "rectutor.models.residual_codes",
    "rectutor.models.tiger",
    "rectutor.models.unique_codes",
    "rectutor.training.semantic_ids",
)


class Plan(NamedTuple):
    """How long, and how strongly."""

    epochs: int = 12  # of the two first trainings
    more: int = 3  # of what comes after
    share: float = 0.05  # of the first codes that are split
    penalty: float = 1.0
    seed: int = 0


def balanced_ids(vectors: np.ndarray, codebook_size: int, seed: int = 0) -> np.ndarray:
    """Write every item in two balanced codes, no two alike, [N, 2].

    What moves an item to another id moves its last codes first; the first code stays balanced as
    far as it can.
    """
    about = vectors - vectors.mean(axis=0)
    return next_nearest(about, balanced_residual_kmeans(about, 2, codebook_size, seed))


def trained(
    split: Split,
    vectors: np.ndarray,
    counts: np.ndarray,
    plan: Plan,
    config: TIGERConfig | None = None,
) -> Iterator[tuple[str, TIGER]]:
    """Train them one after another; yields what was done, and the model.

    Args:
        split: what is learned.
        vectors: [N, D] of the items.
        counts: [N + 1] interactions of each item in training.
        plan: epochs and strengths.
        config: sizes of TIGER.
    """
    ids = unique_ids(vectors, seed=plan.seed)
    base = _fitted(TIGER(ids, config, plan.seed), split, plan.epochs, plan.seed)
    yield "codes of k-means", base
    even = balanced_ids(vectors, int(ids.max()) + 1, plan.seed)
    yield "balanced codes", _fitted(TIGER(even, config, plan.seed), split, plan.epochs, plan.seed)
    lists = evaluate(base, split, on="validation").top
    exposure = code_exposure(exposure_counts(lists, split.n_items), ids)
    made = split_codes(ids, vectors, most_exposed(exposure, plan.share), plan.seed)
    as_before = SplitCodes(ids, np.arange(len(exposure)))
    yield "split, not tuned", CRAB(base, made, counts).eval()
    for name, codes, penalty in (
        ("tuned as long, not split", as_before, 0.0),
        ("split and tuned", made, 0.0),
        ("split and tuned, penalty", made, plan.penalty),
    ):
        model = CRAB(base, codes, counts, penalty)
        yield name, _fitted(model, split, plan.more, plan.seed)


def rows_of(name: str, model: TIGER, split: Split, catalogue: Catalogue) -> pd.DataFrame:
    """Measure one of them on validation and test, and its first codes beside its items.

    Returns:
        Rows of `measure`, the model named by what was done, and three columns more: `items a code`,
        Gini of how many items each first code has, and `Gini of codes`, of how often lists of ten
        for the test show them, `code share`, what the most exposed twentieth of them gets.
    """
    parts = [measure(model, split, catalogue, on=on) for on in ("validation", "test")]
    codes = model.codes[1:].numpy()
    shown = exposure_counts(evaluate(model, split).top, split.n_items)
    exposure = np.sort(code_exposure(shown, codes))[::-1]
    own = {
        "items a code": gini(np.bincount(codes[:, 0])),
        "Gini of codes": gini(exposure),
        "code share": exposure[: -(-len(exposure) // 20)].sum() / exposure.sum(),
    }
    return pd.concat(parts, ignore_index=True).assign(model=name, **own)


def _fitted(model: TIGER, split: Split, epochs: int, seed: int) -> TIGER:
    fit(model, split, seed=seed, epochs=epochs, patience=epochs, progress=False)
    return model


def main() -> None:
    """Train all and write the record."""
    split, plan = split_of("films"), Plan()
    catalogue = catalogue_of("films", split)
    vectors = side_by_side(text_vectors("films", split)[1:], behaviour_vectors("films"))
    parts = []
    for name, model in trained(split, vectors, catalogue.counts, plan):
        parts.append(rows_of(name, model, split, catalogue))
        last = parts[-1].query("on == 'test' and k == 10").iloc[0]
        print(f"{name}: HR@10 {last['HR']:.3f}, Gini {last['Gini']:.3f}", flush=True)
    command = "python -m rectutor.analysis.exposure_codes"
    table = pd.concat(parts, ignore_index=True).round(4)
    print(write_record(NAME, table, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
