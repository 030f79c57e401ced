"""A SASRec is copied by asking for its lists: how like it the copy is, by budget and by defence.

`python -m rectutor.analysis.extraction` asks the shipped SASRec for lists about made-up histories,
trains clones on them, and writes how far their lists agree with those of the box for real people,
and how often both hit.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.evaluation import Evaluation, evaluate
from rectutor.metrics.bootstrap import mean_interval
from rectutor.models.gru4rec import GRU4Rec, GRU4RecConfig
from rectutor.models.popularity import Popularity
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.training.assets import fit_or_load, split_of
from rectutor.training.extraction import (
    Answers,
    Box,
    ask_by_lot,
    ask_onwards,
    fit_clone,
    overlap_per_person,
)
from rectutor.training.fingerprint import fingerprint
from rectutor.training.loop import fit

__all__ = ["CODE", "NAME", "alike_vectors", "cloned_row", "measured_clones"]

NAME = "extraction"
K, LENGTH = 20, 20  # items of a list; questions about one made-up person
PEOPLE = (12, 50, 200)  # made-up people: 240, 1,000 and 4,000 lists
N_STEPS, N_JUDGED = 500, 600
DRAWN_FROM = 60  # of the defence
CODE = ("rectutor.models.sasrec", "rectutor.models.sequence", "rectutor.training.extraction")


def alike_vectors(one: Any, other: Any) -> float:
    """Return the mean cosine between the vectors that two models of one width have of an item."""
    a, b = (model.items.weight.detach().numpy()[1:] for model in (one, other))
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return float(((a * b).sum(axis=1) / lengths).mean())


def cloned_row(about: dict[str, Any], box: Evaluation, clone: Evaluation) -> dict[str, Any]:
    """Compare a clone's lists with the box's, person by person.

    Returns:
        What is in `about`, agreement@10 with its interval over people, and both models' HR@10.
    """
    value, low, high = mean_interval(overlap_per_person(box.top, clone.top), seed=0)
    hits, hits_low, hits_high = mean_interval(clone.per_user("HR@10"), seed=0)
    row = about | {"agreement": value, "low": low, "high": high, "HR@10": hits}
    row |= {"HR low": hits_low, "HR high": hits_high, "box HR@10": box.mean("HR@10")}
    print(row, file=sys.stderr, flush=True)
    return row


def measured_clones(
    people: tuple[int, ...] = PEOPLE, n_steps: int = N_STEPS, n_judged: int = N_JUDGED
) -> pd.DataFrame:
    """Clone the shipped SASRec in every way.

    Args:
        people: made-up people, each worth `LENGTH` questions.
        n_steps: of each clone's training.
        n_judged: real people whose lists are compared.

    Returns:
        One row for each clone: how (of asking), lists, kind (of the clone), what `cloned_row`
        measures, and vectors, the mean cosine of item vectors, nan where widths differ.
    """
    split, model = split_of("films"), fit_or_load("sasrec-films")
    users = np.sort(np.random.default_rng(0).permutation(split.n_users)[:n_judged])
    own = evaluate(model, split, users=users)
    rows = []

    def add(how: str, kind: str, clone: Any, answers: Answers) -> None:
        fit_clone(clone, answers, n_steps=n_steps, batch_size=16)
        about = {"how": how, "lists": answers.history.size, "kind": kind}
        row = cloned_row(about, own, evaluate(clone, split, users=users))
        same = clone.items.weight.shape == model.items.weight.shape
        rows.append(row | {"vectors": alike_vectors(model, clone) if same else np.nan})

    for how, ask in {"by lot": ask_by_lot, "onwards": ask_onwards}.items():
        for n in people:
            given = ask(Box(model, K), split.n_items, n, LENGTH, np.random.default_rng(1))
            add(how, "SASRec", SASRec(SASRecConfig(split.n_items), seed=1), given)
    add("onwards", "GRU4Rec", GRU4Rec(GRU4RecConfig(split.n_items, width=32), seed=1), given)
    shuffling = Box(model, K, n_drawn_from=DRAWN_FROM)
    given = ask_onwards(shuffling, split.n_items, people[-1], LENGTH, np.random.default_rng(1))
    add("drawn from 60", "SASRec", SASRec(SASRecConfig(split.n_items), seed=1), given)
    popular = Popularity()
    fit(popular, split)
    about = {"how": "no question", "lists": 0, "kind": "popularity"}
    rows.append(cloned_row(about, own, evaluate(popular, split, users=users)))
    return pd.DataFrame(rows)


def main() -> None:
    """Clone in every way, and write the record."""
    stamp, command = fingerprint("films", CODE), f"python -m rectutor.analysis.{NAME}"
    print(write_record(NAME, measured_clones(), command, stamp))


if __name__ == "__main__":
    main()
