"""Tuples of codes that belong to no film: dropped, snapped to the nearest, or never written.

`python -m rectutor.analysis.snapped_codes` lets the shipped TIGER of `films` draw tuples without
its trie, and grounds those that are no film in several ways: by the number of codes that differ
(Hamming), by the distance of what codebooks make of them, and by both. The same lots drawn along
the trie are beside them, and a film by lot, which is what knows nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rectutor.analysis.exposure_record import kinds_of_items
from rectutor.analysis.records import write_record
from rectutor.data.worlds import load
from rectutor.decoding.drawn_codes import draw_codes
from rectutor.decoding.grounding import code_distances, nearest
from rectutor.decoding.sweeps import Tempered
from rectutor.decoding.vector_grounding import vector_distances
from rectutor.metrics.bootstrap import mean_interval
from rectutor.metrics.ranking import hit_rate_per_user, ranks_in_lists
from rectutor.models.residual_codes import decode, entries_for
from rectutor.models.tiger import TIGER
from rectutor.schema import PAD, Cases
from rectutor.training.assets import fit_or_load, split_of, text_vectors
from rectutor.training.fingerprint import code_fingerprint
from rectutor.training.recipes import behaviour_vectors
from rectutor.training.semantic_ids import side_by_side
from rectutor.training.tiger_recipe import TIGER_FILMS

__all__ = ["NAME", "WAYS", "Draws", "drawn", "lists_of", "overlap", "rows_of", "snapped"]

NAME = "snapped_codes"
WAYS = ("dropped", "by lot", "Hamming", "Hamming, then codebook", "codebook", "trie")
TEMPERATURES, N_DRAWS, K, SEED = (0.7, 1.0, 1.5), 20, 10, 0
_AT_ONCE = 256  # people
_CODE = (
    "rectutor.analysis.snapped_codes",
    "rectutor.decoding.drawn_codes",
    "rectutor.decoding.grounding",
    "rectutor.decoding.vector_grounding",
)
_COLUMNS = ["temperature", "how", "invalid", "nearest", "HR", "low", "high", "right", "genres"]


class Draws(NamedTuple):
    """What was drawn for B people from the same lots."""

    free: np.ndarray  # [B, n, L] tuples, some of which belong to no film
    items: np.ndarray  # [B, n] the film of each, PAD where there is none
    held: np.ndarray  # [B, n] the film that the same lots draw along the trie


def drawn(model: TIGER, cases: Cases, temperature: float, n: int, seed: int = SEED) -> Draws:
    """Draw n tuples a person, freely and along the trie."""
    parts = []
    for first in range(0, len(cases.targets), _AT_ONCE):
        queries = cases.queries.take(slice(first, first + _AT_ONCE))
        both = [
            draw_codes(
                model.trie,
                Tempered(model.write(queries), temperature),
                n,
                np.random.default_rng([seed, first]),
                is_held,
            )
            for is_held in (False, True)
        ]
        parts.append((both[0], *(model.trie.find(codes) for codes in both)))
    return Draws(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def snapped(
    asked: np.ndarray, codes: np.ndarray, codebooks: np.ndarray, how: str, rng: np.random.Generator
) -> tuple[np.ndarray, float]:
    """Give tuples the film that is nearest.

    Args:
        asked: [m, L] tuples.
        codes: [N, L] of the films.
        codebooks: [L, K, D].
        how: "by lot" takes any film; "Hamming" one of those with the fewest other codes, by lot;
            "codebook" the one whose entries add up to what is nearest; "Hamming, then codebook"
            that among those with the fewest other codes.
        rng: the lots.

    Returns:
        [m] film, and how many films are equally near, on average.

    Raises:
        ValueError: an unknown `how`.
    """
    if how not in WAYS[1:-1]:
        raise ValueError(f"how must be one of {list(WAYS[1:-1])}, got {how!r}")
    differ = code_distances(asked, codes).astype(np.float64)
    lots = rng.random(differ.shape)
    far = vector_distances(decode(asked, codebooks), decode(codes, codebooks)).astype(np.float64)
    distances = {
        "by lot": np.zeros_like(differ),
        "Hamming": differ,
        "codebook": far,
        "Hamming, then codebook": differ + far / (1 + far.max()),  # below 1: it never overrules
    }[how]
    n_nearest = (distances == distances.min(axis=1, keepdims=True)).sum(axis=1)
    is_far = distances > distances.min(axis=1, keepdims=True)
    return nearest(np.where(is_far, np.inf, lots)).items[:, 0], float(n_nearest.mean())


def lists_of(items: np.ndarray, history: np.ndarray, k: int) -> np.ndarray:
    """Make lists of drawn films: the first k that are different and unseen.

    Args:
        items: [B, n] in the order of drawing, PAD for none.
        history: [B, T], PAD elsewhere.
        k: length of the lists.

    Returns:
        [B, k], PAD where there are fewer.
    """
    lists = np.zeros((len(items), k), dtype=np.int64)
    for row, (own, seen) in enumerate(zip(items, history, strict=True)):
        left_out = {PAD, *seen.tolist()}
        new = [item for item in dict.fromkeys(own.tolist()) if item not in left_out][:k]
        lists[row, : len(new)] = new
    return lists


def overlap(one: np.ndarray, other: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Return what share of the genres of two films both have, 0 where neither has any.

    Args:
        one: [m] films.
        other: [m] films.
        features: [N + 1, F] 1 where a film has a genre.
    """
    both = (features[one] * features[other]).sum(axis=1)
    either = np.maximum(features[one], features[other]).sum(axis=1)
    share: np.ndarray = both / np.maximum(either, 1)
    return share


def rows_of(
    model: TIGER, cases: Cases, codebooks: np.ndarray, features: np.ndarray, temperature: float
) -> pd.DataFrame:
    """Draw once, and ground the same draws in every way.

    Returns:
        A row for each way: temperature; how; invalid, the share of draws that are no film; nearest,
        how many films are equally near to such a draw; HR, low, high, whether the held-out film is
        among the first ten different unseen ones (95 % over people); and of the draws that were no
        film: right, how often the held-out film was put in their place, and genres, what share of
        genres it has in common with what was.
    """
    draws = drawn(model, cases, temperature, N_DRAWS)
    is_invalid, codes = draws.items == PAD, model.codes[1:].numpy()
    target = np.broadcast_to(cases.targets[:, :1], is_invalid.shape)[is_invalid]
    rows: list[tuple[Any, ...]] = []
    for how in WAYS:
        items, n_nearest = draws.items.copy(), np.nan
        if how == "trie":
            items = draws.held
        elif how != "dropped":
            rng = np.random.default_rng(SEED)
            asked = draws.free[is_invalid]
            items[is_invalid], n_nearest = snapped(asked, codes, codebooks, how, rng)
        ranks = ranks_in_lists(lists_of(items, cases.queries.history, K), cases.targets)
        hits = mean_interval(hit_rate_per_user(ranks, K), seed=0)
        put = items[is_invalid]
        right = (put == target).mean() if how != "dropped" else np.nan
        genres = overlap(put, target, features).mean() if how != "dropped" else np.nan
        rows.append((temperature, how, is_invalid.mean(), n_nearest, *hits, right, genres))
    return pd.DataFrame(rows, columns=_COLUMNS)


def main() -> None:
    """Draw at every temperature and write the record."""
    split, model = split_of("films"), fit_or_load("tiger-films")
    vectors = side_by_side(text_vectors("films", split)[1:], behaviour_vectors("films"))
    about = vectors - vectors.mean(axis=0)
    books = entries_for(model.codes[1:].numpy(), about, model.trie.codebook_size).codebooks
    items = load("films").items
    genres = kinds_of_items(items.assign(themes=items["genres"]), split.item_ids)  # no themes
    parts = []
    for temperature in TEMPERATURES:
        parts.append(rows_of(model, split.test, books, genres, temperature))
        print(parts[-1].round(3).to_string(index=False), flush=True)
    command = "python -m rectutor.analysis.snapped_codes"
    made_from = f"{TIGER_FILMS.fingerprint} {code_fingerprint(_CODE)}"
    print(write_record(NAME, pd.concat(parts, ignore_index=True), command, made_from))


if __name__ == "__main__":
    main()
