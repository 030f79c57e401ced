"""Where a provider's advantage comes from, and whether its being stable in time says so.

`python -m rectutor.analysis.provider_skew` trains a small SASRec with three seeds on each of three
corpora: the choices as they were made; with half of the events of two providers left out, as if the
corpus had been collected so; and with half of the events of the third left out. All are asked the
same questions, with whole histories, and their lists are audited in five windows of the calendar,
beside shipped models, models that count, and the oracle. A cause that is known three times over is
set beside what time shows.

After Deldjoo (2024), who reports consistent answers over repeated runs of the same prompts.
**Departures.** A scorer repeats itself exactly, so time comes from the questions here, and runs are
trainings with other seeds.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rectutor.analysis.provider_audit import age_of_places, by_lot, numbered, provider_shares
from rectutor.analysis.records import write_record
from rectutor.data.labels import PROVIDERS, read_labels
from rectutor.data.worlds import load, load_truth
from rectutor.evaluation import evaluate
from rectutor.metrics.bootstrap import mean_interval
from rectutor.models.ease import EASE
from rectutor.models.markov import Markov
from rectutor.models.oracle import Oracle
from rectutor.models.popularity import Popularity
from rectutor.models.random_scores import RandomScores
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.schema import PAD, Events, Split
from rectutor.training import fit
from rectutor.training.assets import fit_or_load, split_of
from rectutor.training.fingerprint import fingerprint

__all__ = ["CORPORA", "NAME", "Lists", "audited", "thinned", "windows"]

NAME = "provider_skew"
CORPORA = {
    "as chosen": (),
    "South and East thinned": ("South", "East"),
    "North thinned": ("North",),
}
SEEDS = (0, 1, 2)
N_WINDOWS = 5
_WIDTH, _EPOCHS, _KEPT, _LOTS = 32, 8, 0.5, 400
_CODE = (
    "rectutor.analysis.provider_audit",
    "rectutor.analysis.provider_skew",
    "rectutor.data.labels",
    "rectutor.models.sasrec",
    "rectutor.training.loop",
)


class Lists(NamedTuple):
    """What one model showed."""

    model: str
    corpus: str
    seed: int
    top: np.ndarray  # [B, k]
    hits: np.ndarray  # [B] 1 where the held-out item is in the list
    age: np.ndarray  # [B] years since what is shown came out, a mean over the list


def thinned(train: Events, is_thinned: np.ndarray, kept: float, seed: int) -> Events:
    """Leave out some events of some items, by lot, as if a corpus had been collected so.

    Args:
        train: sorted by user and time.
        is_thinned: [N + 1] bool.
        kept: the chance that an event of these items stays, 0 to 1.
        seed: of the lots.

    Returns:
        The other events in their old order; nobody is left without a row in `offsets`.

    Raises:
        ValueError: `kept` is out of range.
    """
    if not 0 <= kept <= 1:
        raise ValueError(f"kept must be from 0 to 1, the chance that an event stays, got {kept}")
    lots = np.random.default_rng(seed).random(len(train.item_index))
    stays = ~is_thinned[train.item_index] | (lots < kept)
    columns = [column[stays] for column in train[:4]]
    n_users = len(train.offsets) - 1
    ends = np.cumsum(np.bincount(columns[0], minlength=n_users))
    user, item, rating, timestamp = columns
    return Events(user, item, rating, timestamp, np.concatenate([[0], ends]))


def windows(now: np.ndarray, n: int) -> np.ndarray:
    """Return [B] int, 1..n: the window of the calendar in which each question is asked.

    Windows hold equally many questions, the oldest first; ties by place.

    Example:
        >>> windows(np.array([30, 10, 20, 40]), 2).tolist()
        [2, 1, 1, 2]
    """
    window = np.empty(len(now), dtype=np.int64)
    window[np.argsort(now, kind="stable")] = np.arange(len(now)) * n // len(now) + 1
    return window


def audited(
    lists: Lists, window: np.ndarray, provider_of: np.ndarray, counts: np.ndarray
) -> pd.DataFrame:
    """Audit one model's lists, all together (window 0) and in each window of the calendar.

    Args:
        lists: of B people.
        window: [B] from `windows`.
        provider_of: [N + 1] from `numbered`, in the order of `PROVIDERS`.
        counts: [N + 1] choices of each item in training, as they were made.

    Returns:
        model, corpus, seed, window, and what `provider_shares` says; due, the provider's share of
        choices; lots low and lots high, between which the middle 95 % of providers by lot of this
        size have their places over choices; HR and its interval; and the mean age of what is
        shown, in years.
    """
    parts = []
    for number in range(window.max() + 1):
        inside = (window == number) | (number == 0)
        rows = provider_shares(lists.top[inside], provider_of, list(PROVIDERS))
        rows = rows.join(_due(lists.top[inside], provider_of, counts))
        hits = mean_interval(lists.hits[inside], seed=0)
        head: dict[str, Any] = {"model": lists.model, "corpus": lists.corpus, "seed": lists.seed}
        rows = rows.assign(HR=hits.mean, **{"HR low": hits.low, "HR high": hits.high})
        parts.append(rows.assign(window=number, age=lists.age[inside].mean(), **head))
    table = pd.concat(parts, ignore_index=True)
    first = ["model", "corpus", "seed", "window"]
    return table[first + [name for name in table.columns if name not in first]]


def _due(top: np.ndarray, provider_of: np.ndarray, counts: np.ndarray) -> pd.DataFrame:
    """Return due, lots low and lots high of each provider."""
    shown = np.bincount(top.ravel(), minlength=len(counts))
    shown[PAD] = 0
    rows = []
    for number in range(len(PROVIDERS)):
        ratios = by_lot(shown, counts, int((provider_of == number).sum()), n=_LOTS)
        due = counts[provider_of == number].sum() / counts[1:].sum()
        rows.append((due, *np.quantile(ratios, [0.025, 0.975])))
    return pd.DataFrame(rows, columns=["due", "lots low", "lots high"])


def every_list(split: Split, provider_of: np.ndarray, year: np.ndarray) -> Iterator[Lists]:
    """Yield the lists of every model, the trained ones last."""
    targets, now = split.test.targets, split.test.queries.now
    ages = age_of_places(targets, year, now)
    yield Lists("next choices", "none", 0, targets, np.ones(len(targets)), ages)
    counting: tuple[Any, ...] = (RandomScores(), Popularity(), EASE(), Markov())
    for model in counting:
        fit(model, split)
    oracle = Oracle(load_truth("films"), split.user_ids, split.item_ids)
    shipped = (fit_or_load("unisrec-films"), fit_or_load("sasrec-films"))
    for model in (*counting, oracle, *shipped):
        yield _lists(model, split, year)
    places = {name: place for place, name in enumerate(PROVIDERS)}
    for corpus, thin in CORPORA.items():
        is_thinned = np.isin(provider_of, [places[name] for name in thin])
        for seed in SEEDS:
            read = split._replace(train=thinned(split.train, is_thinned, _KEPT, seed))
            model = SASRec(SASRecConfig(split.n_items, width=_WIDTH))
            fit(model, read, epochs=_EPOCHS, seed=seed, progress=False)
            found = _lists(model, split, year)
            yield found._replace(model="small SASRec", corpus=corpus, seed=seed)


def _lists(model: Any, split: Split, year: np.ndarray) -> Lists:
    found = evaluate(model, split, k=10)
    age = age_of_places(found.top, year, split.test.queries.now)
    return Lists(model.name, "as chosen", 0, found.top, found.per_user("HR@10"), age)


def main() -> None:
    """Train, ask, audit, and write the record."""
    split = split_of("films")
    known = read_labels().providers.set_index("item_id").loc[split.item_ids[1:]]
    provider_of = numbered(known["provider"].tolist(), list(PROVIDERS))
    films = load("films").items.set_index("item_id").loc[split.item_ids[1:]]
    year = np.array([0, *films["year"].astype(int)])
    counts = np.bincount(split.train.item_index, minlength=split.n_items + 1)
    window = windows(split.test.queries.now, N_WINDOWS)
    parts = []
    for lists in every_list(split, provider_of, year):
        parts.append(audited(lists, window, provider_of, counts))
        print(parts[-1].query("window == 0").round(3).to_string(header=False), file=sys.stderr)
    command = "python -m rectutor.analysis.provider_skew"
    print(write_record(NAME, pd.concat(parts), command, fingerprint("films", _CODE)))


if __name__ == "__main__":
    main()
