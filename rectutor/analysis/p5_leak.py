"""What sequential numbers give away when the held-out events are numbered too.

`python -m rectutor.analysis.p5_leak` trains P5 on groups of people of the shipped world `films`,
each with its own catalogue: numbered by the training events alone, and by all events. Lesson 05
shows the record beside a reader of numbers that learns nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.data import k_core, leave_one_out, load
from rectutor.data.events import number_events
from rectutor.evaluation import evaluate
from rectutor.metrics.bootstrap import mean_interval, paired_difference
from rectutor.models.item_ids import sequential_ids
from rectutor.models.next_number import NextNumber
from rectutor.models.p5 import P5, P5Config
from rectutor.schema import Events, Split
from rectutor.training import fit
from rectutor.training.fingerprint import fingerprint

__all__ = ["NAME", "Group", "first_seen_last", "groups_of", "numbered_twice"]

NAME = "p5_leak"
PEOPLE, GROUPS, EPOCHS = 240, 5, 30
_CODE = (
    "rectutor.models.item_ids",
    "rectutor.models.p5",
    "rectutor.models.p5_sentences",
    "rectutor.models.p5_words",
    "rectutor.models.word_t5",
)


class Group(NamedTuple):
    """People who know of each other and of nobody else."""

    split: Split
    everything: Events  # training, validation and test, numbered like the split


def groups_of(interactions: pd.DataFrame, n_people: int, n_groups: int = 1) -> Iterator[Group]:
    """Cut the people into groups, in the order of the table, each with a five-core of its own.

    Args:
        interactions: as `leave_one_out` takes it.
        n_people: in a group, before the five-core.
        n_groups: of them, as far as there are people.
    """
    people = interactions["user_id"].unique()
    for first in range(0, min(n_groups * n_people, len(people)), n_people):
        own = interactions["user_id"].isin(people[first : first + n_people])
        core = k_core(interactions[own], k=5)
        yield Group(leave_one_out(core), number_events(core)[0])


def first_seen_last(group: Group) -> np.ndarray:
    """Tell whose held-out item nobody before them has: [B] bool.

    Counted user by user, as sequential numbers are given: then its number comes right after that
    of the last new item before it.
    """
    everything = group.everything
    _, first = np.unique(everything.item_index, return_index=True)
    return np.isin(everything.offsets[1:] - 1, first)


def numbered_twice(group: Group) -> dict[str, np.ndarray]:
    """Let a reader of numbers and a P5 be asked under both numberings.

    Returns:
        HR@10 of every person [B]: "next number, training only", "next number, everything", and
        the same of "P5".
    """
    split, found = group.split, {}
    numberings = {"training only": split.train, "everything": group.everything}
    for numbering, events in numberings.items():
        ids = sequential_ids(events, split.n_items)
        found[f"next number, {numbering}"] = evaluate(NextNumber(ids), split).per_user("HR@10")
        model = P5(P5Config(split.n_users, max_length=4), ids)
        fit(model, split, epochs=EPOCHS, patience=EPOCHS, batch_size=64, progress=False)
        found[f"P5, {numbering}"] = evaluate(model, split).per_user("HR@10")
        print(f"P5, {numbering}: {found[f'P5, {numbering}'].mean():.3f}", flush=True)
    return found


def main() -> None:
    """Ask all groups and write the record."""
    films = load("films").interactions
    every = [numbered_twice(group) for group in groups_of(films, PEOPLE, GROUPS)]
    hits = {key: np.concatenate([one[key] for one in every]) for key in every[0]}
    rows = []
    for model in ("next number", "P5"):
        clean, leaked = (hits[f"{model}, {by}"] for by in ("training only", "everything"))
        gain = paired_difference(leaked, clean, seed=0)
        rows += [
            (model, "training only", len(clean), *mean_interval(clean, seed=0)),
            (model, "everything", len(clean), *mean_interval(leaked, seed=0)),
            (model, "difference", len(clean), gain.mean, gain.low, gain.high),
        ]
    table = pd.DataFrame(rows, columns=["model", "numbering", "people", "value", "low", "high"])
    command = "python -m rectutor.analysis.p5_leak"
    print(write_record(NAME, table, command, fingerprint("films", _CODE)))


if __name__ == "__main__":
    main()
