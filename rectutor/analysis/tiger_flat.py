"""The paper's flat row of codes through a T5, against one vector an item, for equal time.

`python -m rectutor.analysis.tiger_flat` trains both on the shipped world `films`, with the same
codes and as many processor seconds, and records how well each recommends.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.evaluation import evaluate
from rectutor.metrics.bootstrap import mean_interval
from rectutor.models.tiger import TIGER, TIGERConfig
from rectutor.models.tiger_t5 import TIGERT5, TIGERT5Config
from rectutor.schema import Split
from rectutor.training import fit
from rectutor.training.assets import split_of
from rectutor.training.fingerprint import code_fingerprint
from rectutor.training.tiger_recipe import TIGER_FILMS, fingerprint_of_ids

__all__ = ["NAME", "for_equal_time"]

NAME = "tiger_flat"
SECONDS = 150.0
_CODE = (
    *("rectutor.lm.t5_reader", "rectutor.lm.t5_writer", "rectutor.lm.tiny_t5"),
    "rectutor.models.tiger_t5",
)
_COLUMNS = [
    *("model", "weights", "seconds", "epochs", "value", "low", "high", "untrained", "ms_per_user"),
]


def for_equal_time(
    split: Split, models: Mapping[str, Callable[[], Any]], max_seconds: float, epochs: int = 100
) -> pd.DataFrame:
    """Train each model for as long.

    Args:
        split: what is learned and asked.
        models: how each is built.
        max_seconds: of the processor; an epoch that has begun is finished.
        epochs: at most.

    Returns:
        A row for each model: model, weights, seconds, epochs, HR@10 on the test as value, low, high
        (95 % over people), `untrained`, HR@10 of the first weights, and ms_per_user.
    """
    rows = []
    for name, make in models.items():
        model = make()
        untrained = evaluate(model, split).mean("HR@10")
        bar = sys.stderr.isatty()
        report = fit(
            model, split, epochs=epochs, patience=epochs, max_seconds=max_seconds, progress=bar
        )
        judged = evaluate(model, split)
        found = mean_interval(judged.per_user("HR@10"), seed=0)
        n_weights = sum(parameter.numel() for parameter in model.parameters())
        spent = (round(report.seconds), len(report.losses))
        rows.append((name, n_weights, *spent, *found, untrained, judged.ms_per_user))
        print(f"{name}: HR@10 {found.mean:.3f} after {spent[1]} epochs", flush=True)
    return pd.DataFrame(rows, columns=_COLUMNS)


def main() -> None:
    """Train both and write the record."""
    split = split_of("films")
    codes = TIGER_FILMS.untrained(split).codes[1:].numpy()
    models: dict[str, Callable[[], Any]] = {
        "TIGER, a vector an item": lambda: TIGER(codes, TIGERConfig()),
        "TIGER (T5), a token a code": lambda: TIGERT5(codes, TIGERT5Config()),
    }
    table = for_equal_time(split, models, SECONDS)
    command = "python -m rectutor.analysis.tiger_flat"
    made_from = f"{fingerprint_of_ids('films')} {code_fingerprint(_CODE)}"
    print(write_record(NAME, table, command, made_from))


if __name__ == "__main__":
    main()
