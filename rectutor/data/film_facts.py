"""Film facts as integer arrays: what the choice model knows about each film."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.data.fixed_point import ONE

__all__ = ["FEATURE_WEIGHTS", "FilmFacts", "out_on", "read_facts"]

# How much one standard deviation of taste counts for each kind of feature.
FEATURE_WEIGHTS = {"genre": 0.9, "theme": 0.7, "family": 0.9, "era": 0.7}
_ERAS = np.array([1960, 1970, 1980, 1990, 2000, 2010])  # first years of eras 1..6; era 0 before


class FilmFacts(NamedTuple):
    """Known facts of N films; column or row 0 is padding everywhere."""

    item_id: np.ndarray  # [N + 1] int64, ascending; 0 at padding
    features: np.ndarray  # [F, N + 1] int16, grid numbers: genres, themes, families, eras
    family: np.ndarray  # [N + 1] int16, 1..12: theme family of the most typical theme
    directors: np.ndarray  # [N + 1, 3] int16, numbered from 1; 0 where there are fewer
    leads: np.ndarray  # [N + 1, 3] int16, likewise
    franchise: np.ndarray  # [N + 1] int16, numbered from 1; 0 for films outside a series
    part: np.ndarray  # [N + 1] int16, order of release within the franchise
    out_on: np.ndarray  # [N + 1] int64, first second at which the film can be watched

    @property
    def n_films(self) -> int:
        """Count the films, without padding."""
        return len(self.item_id) - 1


def out_on(year: np.ndarray) -> np.ndarray:
    """Say when films of a year can be watched: from 1 January of the year after, in UTC.

    Only the year of release is known, so this is the earliest moment that is surely not
    before the release.

    Returns:
        [...] int64, seconds since 1970; negative before.
    """
    first_day = (np.asarray(year, dtype=np.int64) + 1 - 1970).astype("datetime64[Y]")
    return first_day.astype("datetime64[s]").astype(np.int64)


def read_facts(items: pd.DataFrame, themes: pd.DataFrame) -> FilmFacts:
    """Turn the table of films into integer arrays.

    Args:
        items: item_id, year, directors, leads, genres, themes, franchise, part; lists joined
            by `|`, as in `datasets_small/films/items.csv`.
        themes: theme, family.

    Returns:
        The films in ascending order of item_id.
    """
    items = items.sort_values("item_id").reset_index(drop=True)
    family_of = dict(zip(themes["theme"], themes["family"], strict=True))
    families = {name: i for i, name in enumerate(dict.fromkeys(themes["family"]), 1)}
    lists = {
        "genre": items["genres"].str.split("|"),
        "theme": items["themes"].str.split("|"),
        "family": items["themes"].str.split("|").map(lambda row: [family_of[t] for t in row]),
        "era": pd.Series([[int(e)] for e in np.searchsorted(_ERAS, items["year"], "right")]),
    }
    blocks = [_multi_hot(rows, FEATURE_WEIGHTS[kind]) for kind, rows in lists.items()]
    return FilmFacts(
        item_id=_padded(items["item_id"].to_numpy(dtype=np.int64)),
        features=np.concatenate(blocks).astype(np.int16),
        family=_padded(lists["family"].map(lambda row: families[row[0]]).to_numpy(np.int16)),
        directors=_numbered(items["directors"].str.split("|")),
        leads=_numbered(items["leads"].str.split("|")),
        franchise=_numbered(items["franchise"].fillna("").map(lambda f: [f] if f else []))[:, 0],
        part=_padded(items["part"].fillna(0).to_numpy(dtype=np.int16)),
        out_on=_padded(out_on(items["year"].to_numpy())),
    )


def _padded(column: np.ndarray) -> np.ndarray:
    return np.concatenate([np.zeros(1, dtype=column.dtype), column])


def _multi_hot(rows: pd.Series, weight: float) -> np.ndarray:
    """Return [n_values, N + 1] grid numbers; a film's values share weight / sqrt(how many)."""
    names = {name: i for i, name in enumerate(sorted({value for row in rows for value in row}))}
    counts = np.zeros((len(names), len(rows) + 1))
    for column, row in enumerate(rows, 1):
        for value in row:
            counts[names[value], column] += 1
    length = np.sqrt(np.maximum((counts * counts).sum(axis=0), 1))
    return np.rint(counts * weight * ONE / length)


def _numbered(rows: pd.Series) -> np.ndarray:
    """Return [N + 1, 3] int16: the first three names of each film, as numbers from 1."""
    numbers = {n: i for i, n in enumerate(sorted({name for row in rows for name in row}), 1)}
    table = np.zeros((len(rows) + 1, 3), dtype=np.int16)
    for film, row in enumerate(rows, 1):
        for place, name in enumerate(row[:3]):
            table[film, place] = numbers[name]
    return table
