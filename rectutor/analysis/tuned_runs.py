"""Runs that tune the shipped decoder and are measured alike: a row for each, a record for all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.judged import N_PEOPLE, judged_row
from rectutor.analysis.records import write_record
from rectutor.data.judgements import Judgements
from rectutor.lm.judging import right_by_kind
from rectutor.schema import LanguageModel
from rectutor.training.fingerprint import fingerprint
from rectutor.training.taste import taste_of

__all__ = ["record_runs", "row_of_run"]


def row_of_run(
    about: dict[str, Any],
    odds: np.ndarray,
    asked: Judgements,
    model: LanguageModel,
    quiz: pd.DataFrame,
) -> dict[str, Any]:
    """Measure a run, and print its row at once, since the next one may take minutes.

    Args:
        about: what tells this run from others, and what else was measured.
        odds: [n] the model's log-odds of a yes to each judged question.
        asked: these questions.
        model: as the run has left it.
        quiz: from `all_questions`.

    Returns:
        What is in `about`, then the measures of `judged_row`, then the share of right answers to
        each kind of the quiz.
    """
    row = about | judged_row(odds, asked) | right_by_kind(model, quiz)
    print(row, file=sys.stderr, flush=True)
    return row


def record_runs(
    name: str, measured: Callable[..., pd.DataFrame], seeds: Sequence[int], code: Sequence[str]
) -> None:
    """Measure runs with every seed, and write the record of the module `name`.

    Args:
        name: of the record, and of the module in this folder that writes it.
        measured: called with a `Taste` and `seed`; a row for each run.
        seeds: one or more.
        code: modules whose change makes the record stale.
    """
    taste = taste_of(n_people=N_PEOPLE)
    table = pd.concat([measured(taste, seed=seed) for seed in seeds])
    command = f"python -m rectutor.analysis.{name}"
    print(write_record(name, table, command, fingerprint("films", code)))
