"""One door to every data set: the shipped worlds by name, real data by name and folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from rectutor.data.amazon import read_2014, read_2018, read_2023
from rectutor.data.interactions import Dataset
from rectutor.data.movielens import (
    read_1m,
    read_10m,
    read_25m,
    read_32m,
    read_100k,
    read_latest_small,
)
from rectutor.data.table import load_table
from rectutor.files import CHECKSUMS, check_sums, shipped
from rectutor.schema import ITEM_ID, TIMESTAMP, USER_ID

__all__ = ["REAL", "SHIPPED", "load", "load_truth", "read_items"]

SHIPPED = ("tiny", "films", "films-order-off", "films-content-off", "films-latent-off", "books")
REAL: Mapping[str, Callable[[Path | str], Dataset]] = {
    "ml-latest-small": read_latest_small,
    "ml-100k": read_100k,
    "ml-1m": read_1m,
    "ml-10m": read_10m,
    "ml-25m": read_25m,
    "ml-32m": read_32m,
    "amazon-2014": read_2014,
    "amazon-2018": read_2018,
    "amazon-2023": read_2023,
}
_LISTS = {"directors", "leads", "authors", "genres", "themes"}
_REMEDY = "restore it with `git checkout datasets_small`, or install the package again"


def load(
    name: str, folder: Path | str | None = None, columns: Mapping[str, str] | None = None
) -> Dataset:
    """Load a data set: shipped, real, or a learner's own.

    Args:
        name: one of `SHIPPED`; one of `REAL`, with `folder`; with `columns`, the name of a
            CSV file in `folder`; or any name for a world that somebody made in `folder`.
        folder: where files that are not shipped lie.
        columns: our column name to the file's, as in `load_table`.

    Returns:
        The data set; the same object whatever the source.

    Raises:
        ValueError: the name is unknown, a folder is missing, or a shipped file is damaged.
        FileNotFoundError: the files are not in the folder.

    Example:
        >>> load("tiny").titles(np.array([1, 8]))
        array(['Toy Story', 'Casablanca'], dtype=object)
    """
    if columns is not None:
        return load_table(Path(folder or ".") / name, columns)
    if name in REAL:
        if folder is None:
            raise ValueError(f'"{name}" is not shipped; pass folder= with the folder that holds it')
        return REAL[name](folder)
    if folder is not None and (Path(folder) / CHECKSUMS).exists():
        check_sums(folder, "make the world again")
        return _world(name, Path(folder))
    return _world(name, _checked_folder(_known(name)))


def load_truth(name: str) -> dict[str, np.ndarray]:
    """Load what the simulator of a shipped world knew: hidden tastes, classes, knobs.

    Args:
        name: one of `SHIPPED`.

    Returns:
        The arrays of `truth.npz` by name; the data card of the world explains them.

    Raises:
        ValueError: the name is unknown, or the file is damaged.
        FileNotFoundError: this world has no hidden truth (`tiny` was made by hand).
    """
    folder = _checked_folder(_known(name))
    path = folder / "truth.npz"
    if not path.exists():
        raise FileNotFoundError(f"the world {name} has no truth.npz: no simulator made it")
    with np.load(path) as arrays:
        return {key: arrays[key] for key in arrays.files}


def read_items(path: Path | str) -> pd.DataFrame:
    """Read a world's `items.csv`; lists come back as tuples, year and part as Int64.

    Args:
        path: a CSV file with item_id, title, year, directors, leads, genres, themes, country,
            language, franchise, part and synopsis; of books, with authors instead of directors
            and leads, and series instead of franchise.
    """
    items = pd.read_csv(path, keep_default_na=False)
    for name in _LISTS & set(items.columns):
        items[name] = [tuple(part for part in str(text).split("|") if part) for text in items[name]]
    for name in ("year", "part"):
        items[name] = pd.to_numeric(items[name], errors="coerce").astype("Int64")
    return items


def _known(name: str) -> str:
    if name not in SHIPPED:
        raise ValueError(
            f"a data set must be shipped ({', '.join(SHIPPED)}), real, with folder= "
            f'({", ".join(REAL)}), or your own CSV file, with folder= and columns=; got "{name}"'
        )
    return name


def _checked_folder(name: str) -> Path:
    folder = shipped("datasets_small", name)
    check_sums(folder, _REMEDY)
    return folder


def _world(name: str, folder: Path) -> Dataset:
    """Read a world's folder; one without `items.csv` is about the films of `films`."""
    describes = folder if (folder / "items.csv").exists() else _checked_folder("films")
    packed = folder / "interactions.csv.gz"
    interactions = pd.read_csv(packed if packed.exists() else folder / "interactions.csv")
    interactions = interactions.sort_values([USER_ID, TIMESTAMP, ITEM_ID], ignore_index=True)
    how = "made by hand for" if name == "tiny" else "simulated by"
    items = read_items(describes / "items.csv")
    what = "books" if "authors" in items else "films"
    source = f"{how} rectutor: real {what}, invented people, CC BY 4.0"
    return Dataset(name, interactions, items, source, folder=folder)
