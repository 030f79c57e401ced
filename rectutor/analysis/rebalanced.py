"""Whether the rebalanced TIGER that ships owes anything to the split of its codes (CRAB).

`python -m rectutor.analysis.rebalanced` tunes the shipped TIGER of `films` as long and as slowly as
the rebalanced one was tuned, but with no code split, and records both beside the TIGER that they
began with. One training each: small differences say nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.evaluation import evaluate
from rectutor.metrics.bootstrap import mean_interval
from rectutor.models.tiger import TIGER
from rectutor.schema import Split
from rectutor.training import fit
from rectutor.training.assets import fit_or_load, split_of
from rectutor.training.crab_recipe import CRAB_FILMS

__all__ = ["NAME", "beside", "control"]

NAME = "rebalanced"
_COLUMNS = ["how", "first codes", "value", "low", "high", "NDCG", "coverage", "Gini"]


def control(split: Split) -> TIGER:
    """Tune the shipped TIGER of films like the rebalanced one, with no code split."""
    recipe = replace(CRAB_FILMS, share=0.0)
    model = recipe.untrained(split)
    fit(model, split, progress=False, **recipe.knobs)
    return model


def beside(models: Mapping[str, TIGER], split: Split) -> pd.DataFrame:
    """Measure models on the test.

    Returns:
        A row for each: how; `first codes`, how many there are; HR@10 as value, low, high (95 % over
        people); NDCG@10; coverage and Gini of the lists of ten.
    """
    rows = []
    for how, model in models.items():
        judged = evaluate(model, split)
        hits = mean_interval(judged.per_user("HR@10"), seed=0)
        n_codes = int(model.codes[1:, 0].max()) + 1
        rows.append((how, n_codes, *hits, judged.mean("NDCG@10"), judged.coverage, judged.gini))
    return pd.DataFrame(rows, columns=_COLUMNS)


def main() -> None:
    """Train the control, measure all and write the record."""
    split = split_of("films")
    models = {
        "as it ships": fit_or_load("tiger-films"),
        "split, not tuned": CRAB_FILMS.untrained(split).eval(),
        "tuned as long, not split": control(split),
        "split and tuned": fit_or_load("crab-films"),
    }
    table = beside(models, split)
    print(table.round(3).to_string(index=False))
    command = "python -m rectutor.analysis.rebalanced"
    print(write_record(NAME, table, command, CRAB_FILMS.fingerprint))


if __name__ == "__main__":
    main()
