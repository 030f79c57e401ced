"""Exposure of TIGER: lists of a beam, lists of exact scores, and codes written less surely.

`python -m rectutor.analysis.exposure_tiger` measures the shipped TIGER on the shipped world
`films`, on validation and on test; lesson 12 sets its rows beside those of the record `exposure`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import pandas as pd
import torch

from rectutor.analysis.exposure_lab import Catalogue, measure, measure_scores, settings
from rectutor.analysis.exposure_record import CODE, catalogue_of
from rectutor.analysis.records import write_record
from rectutor.decoding.beam import exact_scores
from rectutor.decoding.sweeps import Tempered
from rectutor.models.code_recommender import CodeRecommender, Exact
from rectutor.schema import Queries, Split
from rectutor.training.assets import fit_or_load, split_of
from rectutor.training.fingerprint import fingerprint

__all__ = ["NAME", "TemperedCodes", "rows_of_tiger"]

NAME = "exposure_tiger"
CODE_TEMPERATURES = (0.5, 2.0, 3.0)
_IDS_AT_ONCE = 2**15


class TemperedCodes:
    """A writer of ids that is less or more sure of each code; a `schema.Scorer`.

    The probabilities of each code sum to one again, so the order of items changes: an id whose
    first code is probable and whose last is not moves against one with the opposite.

    Args:
        model: writes ids.
        temperature: above 1 is flatter.
    """

    def __init__(self, model: CodeRecommender, temperature: float) -> None:
        self.model, self.temperature = model, temperature
        self.name = f"{model.name} (exact)"

    @torch.inference_mode()
    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Score candidates by their tempered log-probability (see `schema.Scorer`)."""
        trie, rows = self.model.trie, []
        n_at_once = max(1, _IDS_AT_ONCE // len(self.model.codes))
        for start in range(0, len(queries.now), n_at_once):
            writer = self.model.write(queries.take(slice(start, start + n_at_once)))
            rows.append(exact_scores(trie, Tempered(writer, self.temperature)))
        scores = np.concatenate(rows)
        return scores if candidates is None else np.take_along_axis(scores, candidates, axis=1)


def rows_of_tiger(
    tiger: CodeRecommender,
    split: Split,
    catalogue: Catalogue,
    on: str,
    temperatures: Sequence[float] = CODE_TEMPERATURES,
) -> pd.DataFrame:
    """Measure beams, exact scores with all knobs, and exact scores of tempered codes on one part.

    Returns:
        Rows as those of `measure`; tempered codes are the way "temperature of codes".
    """
    cases, exact = getattr(split, on), Exact(tiger)
    scores = exact.score(cases.queries)
    flatter = (
        ("temperature of codes", one, TemperedCodes(tiger, one).score(cases.queries))
        for one in temperatures
    )
    variants = chain(settings(scores, catalogue.counts), flatter)
    own = measure_scores(exact.name, scores, cases, catalogue, variants)
    return pd.concat([measure(tiger, split, catalogue, on=on), own.assign(on=on)])


def main() -> None:
    """Measure and write the record."""
    split = split_of("films")
    tiger, catalogue = fit_or_load("tiger-films"), catalogue_of("films", split)
    parts = [rows_of_tiger(tiger, split, catalogue, on) for on in ("validation", "test")]
    table = pd.concat(parts, ignore_index=True).round(4)
    made_from = fingerprint("films", (*CODE, "rectutor.decoding.sweeps", "rectutor.models.tiger"))
    print(write_record(NAME, table, f"python -m rectutor.analysis.{NAME}", made_from))


if __name__ == "__main__":
    main()
