"""Labels for an audit: a group for each simulated person, a provider for each film.

The ratings of `films` stay as they are. The labels are drawn afterwards from what the simulator
knows, so that an audit has something to find, and by lot, so that it has something not to find.
All arithmetic is on the simulator's grid, so every machine draws the same labels:

    python -m rectutor.data.labels datasets_small/films-people

`datasets_small/films-people/README.md` says what is planted and how strongly.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.data.choice import Truth
from rectutor.data.fixed_point import normal_on_grid, standardise
from rectutor.data.world_files import read_truth
from rectutor.data.worlds import read_items
from rectutor.files import check_sums, shipped, write_atomically, write_sums

__all__ = ["GENRE", "PROVIDERS", "Labels", "draw_labels", "main", "read_labels"]

SEED = 41
GENRE = "Comedy"  # what group B has more taste for
PROVIDERS = {"North": 50, "South": 30, "East": 20}  # percent of the films
_LOTS = ("X", "Y", "Z")  # the placebo providers, as large as the true ones
_MINORITY = 5  # one person in five is in group B
_TASTE, _POPULARITY, _QUALITY = 2, 1, 1  # standard deviations of what is planted to one of noise
_FOLDER, _REMEDY = "films-people", "restore it with `git checkout datasets_small`"


class Labels(NamedTuple):
    """Whom and what an audit tells apart."""

    people: pd.DataFrame  # user_id; group A or B, planted; lot X or Y, by lot
    providers: pd.DataFrame  # item_id; provider, planted; lot X, Y or Z, by lot


def draw_labels(truth: Truth, genres: list[str], seed: int = SEED) -> Labels:
    """Draw the labels of a simulated world.

    Group B is the fifth of the people with the largest 2 x taste for comedies + noise. North is
    the half of the films with the largest popularity + noise; of the others, the two fifths with
    the largest quality + noise are East, and the rest South. Taste, popularity and quality are
    standardised. Each lot has the sizes of what it stands beside.

    Args:
        truth: of a world of films.
        genres: their genres in alphabetical order, as the rows of tastes begin.
        seed: of noise and lots.
    """
    people = [np.random.default_rng([seed, part]) for part in (0, 1)]
    films = [np.random.default_rng([seed, part]) for part in (2, 3, 4)]
    n, N = len(truth.people.tastes), truth.facts.n_films
    sizes = [n - n // _MINORITY, n // _MINORITY]
    taste = _ranked(truth.people.tastes[:, genres.index(GENRE)], _TASTE, people[0])
    group = _cut(taste[::-1], ["A", "B"], sizes)
    n_north, n_east = N * PROVIDERS["North"] // 100, N * PROVIDERS["East"] // 100
    by_popularity = _ranked(truth.hidden.popularity[1:], _POPULARITY, films[0])
    others = by_popularity[n_north:]
    by_quality = others[_ranked(truth.hidden.quality[1:][others], _QUALITY, films[1])]
    order = np.concatenate([by_popularity[:n_north], by_quality[n_east:], by_quality[:n_east]])
    counts = [n_north, N - n_north - n_east, n_east]
    return Labels(
        pd.DataFrame({
            "user_id": np.arange(1, n + 1),
            "group": group,
            "lot": _cut(people[1].permutation(n), list(_LOTS[:2]), sizes),
        }),
        pd.DataFrame({
            "item_id": truth.facts.item_id[1:],
            "provider": _cut(order, list(PROVIDERS), counts),
            "lot": _cut(films[2].permutation(N), list(_LOTS), counts),
        }),
    )  # fmt: skip


def read_labels(folder: Path | str | None = None) -> Labels:
    """Read the shipped labels of `films`.

    Args:
        folder: `datasets_small/films-people` by default.

    Raises:
        ValueError: a file is damaged.
    """
    folder = Path(folder) if folder else shipped("datasets_small", _FOLDER)
    check_sums(folder, _REMEDY)
    return Labels(*(pd.read_csv(folder / f"{part}.csv") for part in Labels._fields))


def main(arguments: list[str] | None = None) -> None:
    """Draw the labels of the shipped films and write them, with checksums, into a folder."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1:
        raise SystemExit(f"needs one folder to write into, got {len(given)} arguments")
    films = shipped("datasets_small", "films")
    genres = sorted(set(read_items(films / "items.csv")["genres"].explode()))
    labels = draw_labels(read_truth(films), genres)
    for part, table in labels._asdict().items():
        with write_atomically(Path(given[0]) / f"{part}.csv") as draft:
            table.to_csv(draft, index=False, lineterminator="\n")
    write_sums(given[0])


def _ranked(values: np.ndarray, weight: int, rng: np.random.Generator) -> np.ndarray:
    """Order rows by weight x standardised value + noise, largest first."""
    z = standardise(values[None, :].astype(np.int64))[0].astype(np.int64)
    return np.argsort(-(weight * z + normal_on_grid(rng, z.shape)), kind="stable")


def _cut(order: np.ndarray, names: list[str], sizes: list[int]) -> np.ndarray:
    """Name rows in the given order: the first so many get the first name, and so on."""
    found = np.empty(len(order), dtype=object)
    found[order] = np.repeat(names, sizes)
    return found


if __name__ == "__main__":
    main()
