"""Readers for the MovieLens files of GroupLens, as they come out of the publisher's archives.

`ml-latest-small` was read from the real files. The readers of `ml-100k`, `ml-1m`,
`ml-10m`, `ml-25m` and `ml-32m` are **tested on hand-made samples** in the documented formats, since
no real file was at hand.

The data are not ours to ship: F. Maxwell Harper and Joseph A. Konstan (2015), The MovieLens
Datasets: History and Context, ACM TiiS 5(4). Their README files state the licence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from rectutor.data.interactions import Dataset
from rectutor.data.many_rows import read_ratings
from rectutor.data.rows import need_columns, numbers, read_rows
from rectutor.data.tags import most_told, read_tags
from rectutor.schema import INTERACTION_COLUMNS, ITEM_ID, RATING, TIMESTAMP, USER_ID

__all__ = [
    "PAGE",
    "SHA256",
    "read_1m",
    "read_10m",
    "read_25m",
    "read_32m",
    "read_100k",
    "read_latest_small",
    "tidy_titles",
    "verify",
]

PAGE = "https://grouplens.org/datasets/movielens/"
SHA256 = {
    "ratings.csv": "aa289ca83157595d0df6aea1be6a4ded676ddc4385472e8313a8ed9805352646",
    "movies.csv": "5a5f32dd9bb3797b8e728a1b98958789d2b13f294a69fdfbc5727f8a9611aa07",
}
_SOURCE = (
    "MovieLens, GroupLens Research, University of Minnesota (Harper and Konstan 2015); "
    f"licence in the README that comes with the files, {PAGE}"
)
_NO_GENRE = ("(no genres listed)", "unknown", "")
_GENRES_100K = (  # the order of the flags in u.item
    *("unknown", "Action", "Adventure", "Animation", "Children", "Comedy", "Crime"),
    *("Documentary", "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery"),
    *("Romance", "Sci-Fi", "Thriller", "War", "Western"),
)
_ARTICLES = (
    "The|A|An|La|Le|Les|L'|Il|Lo|Gli|I|El|Los|Las|Der|Die|Das|Den|Det|De|Het|O|Os|Un|Une|Una"
)


def read_latest_small(folder: Path | str) -> Dataset:
    """Read `ratings.csv` and `movies.csv` of ml-latest-small, and `tags.csv` where it lies there.

    Films that nobody rated stay in `items`. Two ids with one title stay two items; a note
    counts them.

    Args:
        folder: holds the two files, or a folder `ml-latest-small` that does.

    Returns:
        The data set; `items.title` is tidy ("The Matrix"), `items.source_title` as it came,
        `items.tags` (with a tags file) as from `read_tags`.

    Raises:
        FileNotFoundError: a file is missing; names the publisher's page.
        ValueError: a file is cut short or has other columns.
    """
    folder = _find(folder, "ml-latest-small", ("ratings.csv", "movies.csv"))
    ratings = _table(folder / "ratings.csv", ["userId", "movieId", "rating", "timestamp"])
    items = _films(folder)
    interactions = _numbers(ratings, folder / "ratings.csv")
    return _dataset("ml-latest-small", interactions, items, folder, verify(folder))


def read_100k(folder: Path | str) -> Dataset:
    """Read `u.data` and `u.item` of MovieLens 100K (tested on hand-made samples).

    Args:
        folder: holds the two files, or a folder `ml-100k` that does.

    Returns:
        The data set, as from `read_latest_small`.

    Raises:
        FileNotFoundError: a file is missing; names the publisher's page.
        ValueError: a file is cut short or has other columns.
    """
    folder = _find(folder, "ml-100k", ("u.data", "u.item"))
    ratings = read_rows(folder / "u.data", separator="\t", header=False)
    movies = _dat(folder / "u.item", "|", 5 + len(_GENRES_100K))
    flags = movies.iloc[:, 5:].to_numpy() == "1"
    genres = [[g for g, on in zip(_GENRES_100K, row, strict=True) if on] for row in flags]
    items = _items(numbers(movies[0], folder / "u.item", whole=True), movies[1], genres)
    return _dataset("ml-100k", _numbers(ratings, folder / "u.data"), items, folder, ())


def read_1m(folder: Path | str) -> Dataset:
    """Read `ratings.dat` and `movies.dat` of MovieLens 1M (tested on hand-made samples).

    Args:
        folder: holds the two files, or a folder `ml-1m` that does.

    Returns:
        The data set, as from `read_latest_small`.

    Raises:
        FileNotFoundError: a file is missing; names the publisher's page.
        ValueError: a file is cut short or has other columns.
    """
    folder = _find(folder, "ml-1m", ("ratings.dat", "movies.dat"))
    ratings = read_rows(folder / "ratings.dat", separator="::", header=False)
    movies = _dat(folder / "movies.dat", "::", 3)
    ids = numbers(movies[0], folder / "movies.dat", whole=True)
    items = _items(ids, movies[1], movies[2].str.split("|"))
    return _dataset("ml-1m", _numbers(ratings, folder / "ratings.dat"), items, folder, ())


def read_10m(folder: Path | str) -> Dataset:
    """Read `ratings.dat` and `movies.dat` of MovieLens 10M (tested on hand-made samples).

    `tags.dat` is read where it lies there.

    Args:
        folder: holds the files, or a folder `ml-10M100K` that does.

    Returns:
        The data set, as from `read_latest_small`.

    Raises:
        FileNotFoundError: a file is missing; names the publisher's page.
        ValueError: a file is cut short or has other columns.
    """
    folder = _find(folder, "ml-10M100K", ("ratings.dat", "movies.dat"), "ml-10m")
    movies = _dat(folder / "movies.dat", "::", 3, "utf-8")
    ids = numbers(movies[0], folder / "movies.dat", whole=True)
    items = _items(ids, movies[1], movies[2].str.split("|"))
    if (folder / "tags.dat").is_file():
        tags = _dat(folder / "tags.dat", "::", 4, "utf-8").set_axis(
            [USER_ID, ITEM_ID, "tag", TIMESTAMP], axis=1
        )
        tags[ITEM_ID] = numbers(tags[ITEM_ID], folder / "tags.dat", whole=True)
        items["tags"] = most_told(tags, ids.tolist())
    ratings = read_ratings(folder / "ratings.dat", "::", header=False)
    return _dataset("ml-10m", ratings, items, folder, ())


def read_25m(folder: Path | str) -> Dataset:
    """Read MovieLens 25M, as `read_latest_small` does (tested on hand-made samples).

    Args:
        folder: holds `ratings.csv` and `movies.csv`, or a folder `ml-25m` that does.
    """
    return _large(folder, "ml-25m")


def read_32m(folder: Path | str) -> Dataset:
    """Read MovieLens 32M, as `read_latest_small` does (tested on hand-made samples).

    Args:
        folder: holds `ratings.csv` and `movies.csv`, or a folder `ml-32m` that does.
    """
    return _large(folder, "ml-32m")


def verify(folder: Path | str) -> tuple[str, ...]:
    """Compare the two files of ml-latest-small with the checksums of the known release.

    The publisher may update this set, so a difference is worth a note, not an error. Line ends
    do not matter: the release has CRLF, and many copies of it LF.

    Returns:
        One note for each file that differs.
    """
    return tuple(
        f"{name} differs from the release this project was measured on "
        f"(SHA-256 {found[:12]}..., known {known[:12]}...): counts and marks may differ"
        for name, known in SHA256.items()
        if (found := _sum_with_crlf(Path(folder) / name)) != known
    )


def _sum_with_crlf(path: Path) -> str:
    content = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return hashlib.sha256(content).hexdigest()


def tidy_titles(titles: pd.Series) -> pd.DataFrame:
    """Split "Matrix, The (1999)" into "The Matrix" and 1999.

    Outer blanks go, and so do other titles in brackets at the end: "Seven (a.k.a. Se7en)".

    Args:
        titles: as MovieLens writes them.

    Returns:
        Columns `title` and `year` (Int64, missing where a title has none).
    """
    parts = titles.str.strip().str.extract(r"^(?P<name>.*?)(?:\s*\((?P<year>\d{4})\D?\d*\))?$")
    names = parts["name"].str.replace(r"(?:\s+\([^()]*\))+$", "", regex=True).str.strip()
    article = names.str.extract(rf"^(?P<rest>.+), (?P<article>{_ARTICLES})$")
    gap = np.where(article["article"].fillna("").str.endswith("'"), "", " ")
    moved = article["article"] + gap + article["rest"]
    return pd.DataFrame({"title": moved.fillna(names), "year": parts["year"].astype("Int64")})


def _large(folder: Path | str, name: str) -> Dataset:
    """Read a release in the format of ml-latest-small whose ratings are too many for text."""
    folder = _find(folder, name, ("ratings.csv", "movies.csv"))
    columns = ["userId", "movieId", "rating", "timestamp"]
    with (folder / "ratings.csv").open(encoding="utf-8-sig") as file:
        found = pd.DataFrame(columns=file.readline().strip().split(","))
    need_columns(found, columns, folder / "ratings.csv", f"take the file as it is at {PAGE}")
    return _dataset(name, read_ratings(folder / "ratings.csv"), _films(folder), folder, ())


def _films(folder: Path) -> pd.DataFrame:
    """Read `movies.csv`, and `tags.csv` where it lies there."""
    movies = _table(folder / "movies.csv", ["movieId", "title", "genres"])
    ids = numbers(movies["movieId"], folder / "movies.csv", whole=True)
    items = _items(ids, movies["title"], movies["genres"].str.split("|"))
    if (folder / "tags.csv").is_file():
        items["tags"] = read_tags(folder / "tags.csv", ids.tolist())
    return items


def _table(path: Path, columns: list[str]) -> pd.DataFrame:
    rows = read_rows(path)
    need_columns(rows, columns, path, f"take the file as it is at {PAGE}")
    return rows[columns]


def _dat(path: Path, separator: str, n_fields: int, encoding: str = "latin-1") -> pd.DataFrame:
    rows = read_rows(path, separator=separator, encoding=encoding, header=False)
    if rows.shape[1] != n_fields:
        raise ValueError(
            f"{path} needs {n_fields} fields in a row, found {rows.shape[1]}; see {PAGE}"
        )
    return rows


def _find(folder: Path | str, name: str, files: tuple[str, ...], archive: str = "") -> Path:
    """Return the folder, or its subfolder `name`, that holds all `files` of an archive."""
    archive = archive or name
    for place in (Path(folder), Path(folder) / name):
        if all((place / file).is_file() for file in files):
            return place
    missing = [file for file in files if not (Path(folder) / file).is_file()]
    raise FileNotFoundError(
        f"{archive} needs {' and '.join(files)} in {folder}, missing {' and '.join(missing)}; "
        f"download {archive}.zip from {PAGE} and unpack it there"
    )


def _numbers(rows: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Turn four columns of text into user_id, item_id, rating, timestamp."""
    if rows.shape[1] != 4:
        raise ValueError(f"{path} needs 4 fields in a row, found {rows.shape[1]}; see {PAGE}")
    columns = {
        name: numbers(rows.iloc[:, place], path, whole=name != RATING)
        for place, name in enumerate(INTERACTION_COLUMNS)
    }
    return pd.DataFrame(columns)


def _items(ids: np.ndarray, titles: pd.Series, genres: Iterable[Iterable[str]]) -> pd.DataFrame:
    items = pd.DataFrame({ITEM_ID: ids})
    items[["title", "year"]] = tidy_titles(titles).to_numpy(dtype=object)
    items["year"] = items["year"].astype("Int64")
    items["genres"] = [tuple(g for g in row if g not in _NO_GENRE) for row in genres]
    items["source_title"] = titles.to_numpy()
    return items


def _dataset(
    name: str, ratings: pd.DataFrame, items: pd.DataFrame, folder: Path, notes: tuple[str, ...]
) -> Dataset:
    """Sort, look the data over, and write down what a reader should know."""
    unknown = int((~ratings[ITEM_ID].isin(items[ITEM_ID])).sum())
    same_title = items.duplicated("source_title", keep=False)
    findings = {
        "{} films were never rated; they stay in items": (
            ~items[ITEM_ID].isin(ratings[ITEM_ID])
        ).sum(),
        "{} titles stand for more than one id; each id stays a film of its own": items.loc[
            same_title, "source_title"
        ].nunique(),
        "{} titles have no year": items["year"].isna().sum(),
        "{} films have no genre": (items["genres"].str.len() == 0).sum(),
        "{} ratings are of films that have no title": unknown,
        "{} users have a tied last timestamp; the larger item_id counts as later": _tied(ratings),
    }
    found = tuple(text.format(count) for text, count in findings.items() if count)
    interactions = ratings.sort_values([USER_ID, TIMESTAMP, ITEM_ID], ignore_index=True)
    return Dataset(name, interactions, items, _SOURCE, notes + found, folder)


def _tied(ratings: pd.DataFrame) -> int:
    """Count the users whose last timestamp belongs to more than one event."""
    last = ratings.groupby(USER_ID)[TIMESTAMP].transform("max")
    return int((ratings.loc[ratings[TIMESTAMP] == last, USER_ID].value_counts() > 1).sum())
