"""Films that are not out yet: what a date in the prompt does, and what a mask does.

André et al., 2025, put the date of the interaction into the prompt of a language model, so that it
avoids what was released later. Here the shipped `bigrec-films` is tuned for an epoch on histories
in which the year of watching stands in front of each title ("2004 Alien;"); whoever asks writes
the year, and the decoder goes on.

`python -m rectutor.analysis.dates` tunes on 400 people, asks 80 others for lists of ten,
along the trie of all titles, and records

- `dates`: hits, and which share of the ten came out in a later year than that of the question:
  without dates (the shipped weights), with the year, with two years that are wrong on purpose (the
  control: if the year is read, they move the share), and with a mask that lets nothing later out;
- `dates_pairs`: differences of that share to the lists with the right year, on the same people.

Release years are those of the films, so a film of the same year counts as released.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.data.describe import by_index
from rectutor.data.events import keep_events
from rectutor.data.worlds import load
from rectutor.lm.causal import CausalLM
from rectutor.lm.tagged_titles import tagged_numbers, tagged_titles
from rectutor.metrics.bootstrap import mean_interval, paired_difference
from rectutor.models.told_titles import ToldTitles
from rectutor.schema import PAD, Cases, Split
from rectutor.training.fingerprint import fingerprint
from rectutor.training.recipes import split_of
from rectutor.training.shipped_titles import load_titles
from rectutor.training.titles import titles_of, tune_titles

__all__ = [
    "YEARS",
    "dated_row",
    "dated_split",
    "later_items",
    "pairs_to",
    "release_years",
    "share_later",
    "year_of",
]

YEARS = np.arange(1998, 2022)  # in which somebody watches
N_TUNED, N_PEOPLE, N_BEAMS, EPOCHS, SEED = 400, 80, 10, 1, 0
WRONG = (1999, 2021)  # told to everybody
CODE = (
    "rectutor.analysis.dates",
    "rectutor.decoding.beam",
    "rectutor.lm.tagged_titles",
    "rectutor.lm.title_rows",
    "rectutor.lm.title_writer",
    "rectutor.models.told_titles",
    "rectutor.training.shipped_titles",
    "rectutor.training.titles",
)


def year_of(timestamps: np.ndarray) -> np.ndarray:
    """Return the calendar years of seconds since 1970.

    Example:
        >>> year_of(np.array([0, 1_000_000_000])).tolist()
        [1970, 2001]
    """
    years: np.ndarray = timestamps.astype("datetime64[s]").astype("datetime64[Y]").astype(int)
    return years + 1970


def release_years(split: Split) -> np.ndarray:
    """Return the year in which each film came out, [N + 1], 0 for padding."""
    items = load("films").items
    return np.array([0, *by_index(items["year"].tolist(), items, split.item_ids)], dtype=np.int64)


def later_items(released: np.ndarray, now: np.ndarray) -> np.ndarray:
    """List for each question the items of later years, [B, N], PAD elsewhere.

    Args:
        released: [N + 1] years.
        now: [B] years.

    Example:
        >>> later_items(np.array([0, 1990, 2005]), np.array([2000, 2005])).tolist()
        [[0, 2], [0, 0]]
    """
    items = np.arange(1, len(released))
    out: np.ndarray = np.where(released[1:] > now[:, None], items, PAD)
    return out


def share_later(lists: np.ndarray, released: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Return for each list the share of items that came out in a later year, [B].

    Args:
        lists: [B, k] items; an empty place counts as released.
        released: [N + 1] years, 0 for padding.
        now: [B] years of the questions.
    """
    shares: np.ndarray = (released[lists] > now[:, None]).mean(axis=1)
    return shares


def dated_split(split: Split, n_people: int | None = None) -> Split:
    """Number every film behind the year in which it was watched, as `tagged_titles` does.

    Args:
        split: of films.
        n_people: whose events are kept, the first so many; None keeps all.
    """
    train = split.train
    if n_people is not None:
        train = keep_events(train, train.user_index < n_people)
    tags = _tags(train.timestamp)
    train = train._replace(item_index=tagged_numbers(train.item_index, tags, split.n_items))
    validation, test = (_dated(cases, split.n_items) for cases in (split.validation, split.test))
    ids = np.arange(len(YEARS) * split.n_items + 1)
    return split._replace(train=train, validation=validation, test=test, item_ids=ids)


def _tags(timestamps: np.ndarray) -> np.ndarray:
    """Number years from 0; padding, and what lies outside, takes the nearest."""
    numbers: np.ndarray = np.clip(year_of(timestamps) - YEARS[0], 0, len(YEARS) - 1)
    return numbers


def _dated(cases: Cases, n_items: int) -> Cases:
    queries, targets = cases
    history = tagged_numbers(queries.history, _tags(queries.timestamps), n_items)
    now = np.broadcast_to(_tags(queries.now)[:, None], targets.shape)
    return Cases(queries._replace(history=history), tagged_numbers(targets, now, n_items))


def _tuned(split: Split, titles: list[str]) -> CausalLM:
    """Tune the shipped writer on dated histories."""
    model = load_titles()
    model.model.requires_grad_(True)
    dated = tagged_titles(titles, [str(year) for year in YEARS])
    own, bar = dated_split(split, N_TUNED), sys.stderr.isatty()
    tune_titles(model, own, dated, epochs=EPOCHS, seed=SEED, progress=bar)
    return model


def _lists(
    writes: ToldTitles, history: np.ndarray, tags: list[str] | None, refused: np.ndarray
) -> np.ndarray:
    """Search for all people, some at a time, [B, 10]."""
    found = []
    for start in range(0, len(history), 15):
        rows = slice(start, start + 15)
        own = None if tags is None else tags[rows]
        found.append(writes.search(history[rows], own, N_BEAMS, refused[rows]).items)
    return np.concatenate(found)


def dated_row(
    name: str, lists: np.ndarray, targets: np.ndarray, later: np.ndarray
) -> dict[str, object]:
    """Return one row: the share of later items, and HR@10, each with its interval.

    Args:
        name: of the way.
        lists: [B, 10] items.
        targets: [B] items.
        later: [B] from `share_later`.
    """
    row: dict[str, object] = {"way": name, "people": len(lists)}
    hits = (lists == targets[:, None]).any(axis=1).astype(float)
    for column, values in (("later", later), ("HR@10", hits)):
        interval = mean_interval(values, seed=0)
        row |= {column: interval.mean, f"{column} low": interval.low}
        row[f"{column} high"] = interval.high
    return row


def pairs_to(base: str, later: dict[str, np.ndarray]) -> pd.DataFrame:
    """Compare the shares of later items of each way with those of one, on the same people.

    Args:
        base: name of that way.
        later: [B] shares by name.

    Returns:
        what ("other less base"), difference, low, high.
    """
    rows = [
        (f"{name} less {base}", *paired_difference(own, later[base], seed=0)[:3])
        for name, own in later.items()
        if name != base
    ]
    return pd.DataFrame(rows, columns=["what", "difference", "low", "high"])


def main() -> None:
    """Tune, ask, and write the record."""
    split = split_of("films")
    titles, released = titles_of("films", split), release_years(split)
    chosen = np.random.default_rng(SEED).permutation(np.arange(N_TUNED, split.n_users))
    cases = split.test.take(np.sort(chosen[:N_PEOPLE]))
    queries = cases.queries
    now = year_of(queries.now)
    seen, mask = queries.history, np.hstack([queries.history, later_items(released, now)])
    plain = ToldTitles(load_titles(), titles, titles)
    made = {
        "no date": _lists(plain, seen, None, seen),
        "no date, mask": _lists(plain, seen, None, mask),
    }
    dated = tagged_titles(titles, [str(year) for year in YEARS])
    model = _tuned(split, titles)
    writes, history = ToldTitles(model, dated, titles), _dated(cases, split.n_items).queries.history
    told = [str(year) for year in now]
    made["the year"] = _lists(writes, history, told, seen)
    made["the year, mask"] = _lists(writes, history, told, mask)
    for year in WRONG:
        made[f"always {year}"] = _lists(writes, history, [str(year)] * len(now), seen)
    later = {name: share_later(lists, released, now) for name, lists in made.items()}
    targets = cases.targets[:, 0]
    rows = [dated_row(name, lists, targets, later[name]) for name, lists in made.items()]
    kept = {name: own for name, own in later.items() if "mask" not in name}
    tables = {"dates": pd.DataFrame(rows), "dates_pairs": pairs_to("the year", kept)}
    for name, table in tables.items():
        print(table.round(3).to_string())
        command = "python -m rectutor.analysis.dates"
        print(write_record(name, table, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
