"""What finding the nearest vectors costs: all distances, or only those in the nearest lists.

`python -m rectutor.analysis.nearest_speed` measures catalogues of 10,000, 100,000 and 1,000,000
made-up items, one question at a time on one thread, and reckons from there what a billion would
cost. It needs FAISS (`pip install 'rectutor[faiss]'`) and 3 GB of memory.

The items are made up so that they crowd as real ones do: each lies between two films, by what the
shipped text encoder says of them, and a little aside.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.decoding.inverted_lists import InvertedLists
from rectutor.training.assets import split_of, text_vectors
from rectutor.training.fingerprint import fingerprint

__all__ = ["NAME", "crowd", "extrapolated", "measured", "n_distances"]

NAME = "nearest_speed"
SIZES, PROBES, BILLION = (10_000, 100_000, 1_000_000), (1, 4, 16), 10**9
ALL = "all distances"
N_ASKED, K, ROUNDS = 100, 10, 5
_CODE = ("rectutor.analysis.nearest_speed", "rectutor.decoding.inverted_lists")
_BYTES, _BYTES_OF_NUMBER = 4, 8  # of a float32; of the number that says whose vector it is


def crowd(vectors: np.ndarray, n: int, seed: int = 0, aside: float = 0.2) -> np.ndarray:
    """Draw vectors, each between two of some others and a little aside.

    Args:
        vectors: [M, D] of real items.
        n: how many.
        seed: of the draw.
        aside: length of what is added at random, as a share of how far the real ones are from
            their mean.

    Returns:
        [n, D] float32.
    """
    rng = np.random.default_rng(seed)
    ends = rng.integers(len(vectors), size=(2, n))
    share = rng.random((n, 1), dtype=np.float32)
    drawn: np.ndarray = vectors[ends[0]].astype(np.float32)
    drawn += share * (vectors[ends[1]].astype(np.float32) - drawn)
    spread = float(vectors.std(axis=0).mean())
    drawn += aside * spread * rng.standard_normal(drawn.shape, dtype=np.float32)
    return drawn


def n_distances(n_items: int, n_probe: int | None = None) -> float:
    """Count the distances that one question needs.

    Args:
        n_items: N.
        n_probe: lists that are looked through, of the square root of N; None for no lists.

    Example:
        >>> n_distances(1_000_000), n_distances(1_000_000, n_probe=4)
        (1000000, 5000.0)
    """
    if n_probe is None:
        return n_items
    n_lists = round(math.sqrt(n_items))
    return n_lists + n_probe * n_items / n_lists


def measured(
    vectors: np.ndarray, asked: np.ndarray, probes: Sequence[int] = PROBES, rounds: int = ROUNDS
) -> pd.DataFrame:
    """Measure every way on one catalogue.

    Args:
        vectors: [N, D].
        asked: [B, D], one after another.
        probes: numbers of lists that are looked through, of the square root of N.
        rounds: of which the median counts.

    Returns:
        A row for each way: items, how, n_probe (0 without lists), distances, ms (of the processor,
        for one question), recall (of the 10 nearest), GB (in memory) and is_measured, always True.

    Raises:
        ModuleNotFoundError: FAISS is not installed.
    """
    N, D = vectors.shape
    lists = InvertedLists(vectors, round(math.sqrt(N)))
    squares = (vectors**2).sum(axis=1)
    exact, ms = _timed(lambda one: _nearest(one, vectors, squares), asked, rounds)
    rows = [(N, ALL, 0, n_distances(N), ms, 1.0, _gigabytes(N, D, 0), True)]
    for n in probes:
        found, ms = _timed(partial(_in_lists, lists=lists, n_probe=n), asked, rounds)
        recall = (found[:, :, None] == exact[:, None]).any(axis=1).mean()
        size = _gigabytes(N, D, lists.n_lists)
        rows.append((N, _name(n), n, n_distances(N, n), ms, recall, size, True))
    return pd.DataFrame(rows, columns=_COLUMNS)


def extrapolated(table: pd.DataFrame, n_items: int, width: int) -> pd.DataFrame:
    """Reckon what a larger catalogue costs, from the largest that was measured.

    Time grows with the number of distances; whether the nearest are still found nobody knows, so
    the recall of lists is nan.

    Args:
        table: rows of `measured`.
        n_items: of the larger one.
        width: D.
    """
    largest = table[table["items"] == table["items"].max()]
    rows = []
    for row in largest.to_dict("records"):
        n_probe = int(row["n_probe"])
        needed = n_distances(n_items, n_probe or None)
        n_lists = round(math.sqrt(n_items)) if n_probe else 0
        ms = row["ms"] * needed / row["distances"]
        recall = math.nan if n_probe else 1.0
        size = _gigabytes(n_items, width, n_lists)
        rows.append((n_items, row["how"], n_probe, needed, ms, recall, size, False))
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = ["items", "how", "n_probe", "distances", "ms", "recall", "GB", "is_measured"]


def _name(n_probe: int) -> str:
    return f"{n_probe} list" + "s" * (n_probe > 1)


def _nearest(asked: np.ndarray, vectors: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Measure all distances by one product, and return the K nearest items, nearest first."""
    distances = squares - 2 * (vectors @ asked[0])
    near = np.argpartition(distances, K)[:K]
    items: np.ndarray = near[np.argsort(distances[near], kind="stable")] + 1
    return items


def _in_lists(asked: np.ndarray, lists: InvertedLists, n_probe: int) -> np.ndarray:
    items: np.ndarray = lists.search(asked, K, n_probe)[0]
    return items


def _timed(
    find: Callable[[np.ndarray], np.ndarray], asked: np.ndarray, rounds: int
) -> tuple[np.ndarray, float]:
    """Ask one question after another; return the answers, and milliseconds for one."""
    spent = []
    for _ in range(rounds):
        started = time.process_time()
        found = [find(asked[i : i + 1]) for i in range(len(asked))]
        spent.append(1e3 * (time.process_time() - started) / len(asked))
    return np.stack(found), float(np.median(spent))


def _gigabytes(n_items: int, width: int, n_lists: int) -> float:
    """Return the memory of vectors, and of the lists with their centres."""
    with_lists = _BYTES_OF_NUMBER * n_items + _BYTES * width * n_lists if n_lists else 0
    return (_BYTES * width * n_items + with_lists) / 1e9


def main() -> None:
    """Measure three catalogues, reckon the fourth and write the record."""
    films = text_vectors("films", split_of("films"))[1:]
    asked = crowd(films, N_ASKED, seed=1)
    parts = []
    for n in SIZES:
        parts.append(measured(crowd(films, n), asked))
        print(parts[-1].to_string(index=False), flush=True)
    table = pd.concat(parts, ignore_index=True)
    table = pd.concat([table, extrapolated(table, BILLION, films.shape[1])], ignore_index=True)
    print(table.tail(len(PROBES) + 1).to_string(index=False))
    command = "python -m rectutor.analysis.nearest_speed"
    print(write_record(NAME, table, command, fingerprint("films", _CODE)))


if __name__ == "__main__":
    main()
