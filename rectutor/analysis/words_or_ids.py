"""Where words help and where ids do: by how often an item was chosen, and by how many people.

`python -m rectutor.analysis.words_or_ids` trains models that know items by id, by text, or by both
on ever fewer people of the shipped world `films`, and records how well each does for everybody.
Lesson 04 draws the record.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.data.events import keep_events
from rectutor.evaluation import evaluate
from rectutor.metrics.bootstrap import mean_interval
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.models.text_start import start_from_text
from rectutor.models.unisrec import UniSRec, UniSRecConfig
from rectutor.schema import Split
from rectutor.training import fit
from rectutor.training.assets import split_of, text_vectors
from rectutor.training.fingerprint import fingerprint

__all__ = ["NAME", "against_people", "by_events_of_target", "contestants", "fewer_people"]

NAME = "words_or_ids"
SHARES = (0.05, 0.1, 0.2, 0.5, 1.0)
FEW = SHARES[:3]  # those whose epochs are so short that it matters how patience is counted
SEEDS = (0, 1)
_CODE = (
    "rectutor.data.describe",
    "rectutor.models.sasrec",
    "rectutor.models.text_model",
    "rectutor.models.text_start",
    "rectutor.models.unisrec",
    "rectutor.training.loop",
)


def by_events_of_target(split: Split, edges: Sequence[int]) -> tuple[np.ndarray, list[str]]:
    """Group test cases by how many training events their held-out item has.

    Args:
        split: with one held-out item a case.
        edges: where a new group begins, rising, for instance (0, 1, 20, 50).

    Returns:
        [B] the name of each case's group, such as "20-49 events", and all names in order.

    Example:
        >>> from rectutor.training.assets import split_of, text_vectors
        >>> by_events_of_target(split_of("films"), (0, 100))[1]
        ['0-99 events', '100 events or more']
    """
    counts = np.bincount(split.train.item_index, minlength=split.n_items + 1)
    group = np.searchsorted(edges, counts[split.test.targets[:, 0]], side="right") - 1
    names = [
        f"{low} events" if high - low == 1 else f"{low}-{high - 1} events"
        for low, high in pairwise(edges)
    ]
    names.append(f"{edges[-1]} events or more")
    return np.array(names)[group], names


def fewer_people(split: Split, share: float, seed: int) -> Split:
    """Let only a share of the people be learned from and chosen on; the test stays whole.

    Everybody's history is known when they are asked, so the others are new people, not cold ones.

    Args:
        split: any.
        share: above 0, at most 1; at least one person stays.
        seed: decides who stays; a smaller share of the same seed is part of a larger one.

    Raises:
        ValueError: the share is out of range.
    """
    if not 0 < share <= 1:
        raise ValueError(f"share must be above 0 and at most 1, got {share}")
    order = np.random.default_rng(seed).permutation(split.n_users)
    kept = order[: max(1, round(share * split.n_users))]
    train = keep_events(split.train, np.isin(split.train.user_index, kept))
    is_kept = np.isin(split.validation.queries.user_index, kept)
    return split._replace(train=train, validation=split.validation.take(is_kept))


def contestants(vectors: np.ndarray) -> dict[str, Callable[[int], Any]]:
    """Return makers from a seed: items by id, by id with a start from text, by text, by both.

    Args:
        vectors: [N + 1, E], such as `text_vectors` gives.
    """
    n_items = len(vectors) - 1
    return {
        "SASRec (CE)": lambda seed: SASRec(SASRecConfig(n_items), seed),
        "SASRec (CE), text start": lambda seed: start_from_text(
            SASRec(SASRecConfig(n_items), seed), vectors
        ),
        "UniSRec (text)": lambda seed: UniSRec(vectors, UniSRecConfig(), seed),
        "UniSRec (text and ids)": lambda seed: UniSRec(vectors, UniSRecConfig(has_ids=True), seed),
    }


def against_people(
    makers: Mapping[str, Callable[[int], Any]],
    split: Split,
    shares: Sequence[float] = SHARES,
    seeds: Sequence[int] = SEEDS,
    patience: str = "epochs",
) -> pd.DataFrame:
    """Train every model on every share of the people with every seed, and say so as it goes.

    A tenth of the people make an epoch a tenth as long. So with patience in epochs a model with few
    people is also stopped after a tenth of the steps without a better validation; with patience in
    steps everybody is given as many of them.

    Args:
        makers: makes an untrained model from a seed, by name.
        split: its test is the same for all.
        shares: of the people.
        seeds: of the people drawn, the weights and the training.
        patience: "epochs" stops after 5 without a better validation; "steps" after as many steps
            as 5 epochs of all people have.

    Returns:
        A row for each: patience, model, people, seed, seconds (of the processor), and HR@10 as
        value, low and high (95 % over test users, of this one training).

    Raises:
        ValueError: the patience has another name.
    """
    if patience not in ("epochs", "steps"):
        raise ValueError(f'patience must be in "epochs" or "steps", got {patience!r}')
    rows = []
    for share in shares:
        for seed in seeds:
            some = fewer_people(split, share, seed)
            for name, make in makers.items():
                started = time.process_time()
                model = make(seed)
                longer = 1 / share if patience == "steps" else 1
                epochs, patient = round(100 * longer), round(5 * longer)
                fit(model, some, seed=seed, epochs=epochs, patience=patient, progress=False)
                seconds = time.process_time() - started
                found = mean_interval(evaluate(model, split).per_user("HR@10"), seed=0)
                people = len(np.unique(some.train.user_index))
                rows.append((patience, name, people, seed, round(seconds, 1), *found))
                print(f"{name}, {people} people: HR@10 {found.mean:.3f}, {seconds:.0f} s")
    columns = ["patience", "model", "people", "seed", "seconds", "value", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def main() -> None:
    """Train all and write the record."""
    split = split_of("films")
    makers = contestants(text_vectors("films", split))
    table = pd.concat(
        [
            against_people(makers, split),
            against_people(makers, split, FEW, patience="steps"),
        ]
    )
    command = "python -m rectutor.analysis.words_or_ids"
    print(write_record(NAME, table, command, fingerprint("films", _CODE)))


if __name__ == "__main__":
    main()
