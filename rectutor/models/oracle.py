"""The oracle: the simulator's own choice probabilities, as a row of every table.

No paper. It knows what no model can know, each person's hidden tastes and each film's hidden
sides, so no model that ranks films for these people can be expected to beat it. With some parts
muted it says how far those parts alone would carry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from rectutor.data.choice import PARTS, RECENT, ChoiceModel, Truth
from rectutor.data.world_files import unpack_truth
from rectutor.schema import PAD, Queries

__all__ = ["CONTENT_ONLY", "ORDER_ONLY", "Oracle"]

CONTENT_ONLY = ("popularity", "content")
ORDER_ONLY = ("popularity", "order")
_IMPOSSIBLE = -100.0  # score of a film that cannot be chosen: seen, or not yet out
_ROWS = 256  # questions answered at once, to bound memory


class Oracle:
    """Scores films by the true log-probability of the next choice.

    Args:
        truth: the hidden side of the world that the split was made from, as `load_truth`,
            `read_truth` or `simulate` give it.
        user_ids: [n_users], as in `Split`: says whom each user_index means.
        item_ids: [n_items + 1], as in `Split`; a split may hold fewer films than the world.
        parts: which of "popularity", "content", "latent", "order", "recency" it knows; the
            others are muted, as if their knob were 0.

    Raises:
        ValueError: a part is unknown, or an id does not belong to the world.
    """

    def __init__(
        self,
        truth: Truth | Mapping[str, np.ndarray],
        user_ids: np.ndarray,
        item_ids: np.ndarray,
        parts: Sequence[str] = PARTS,
    ) -> None:
        if unknown := sorted(set(parts) - set(PARTS)):
            raise ValueError(f"parts must be among {PARTS}, got {unknown}")
        if isinstance(truth, Mapping):
            truth = unpack_truth(truth)
        self.name = _name(parts)
        muted: dict[str, Any] = {part: 0.0 for part in PARTS if part not in parts}
        self.model = ChoiceModel(truth, replace(truth.knobs, **muted))
        people = np.arange(1, len(truth.people.tastes) + 1)
        self._person = _rows(people, np.asarray(user_ids), "user_id")
        films = _rows(truth.facts.item_id[1:], np.asarray(item_ids)[1:], "item_id") + 1
        self._film = np.concatenate([[PAD], films])

    def probabilities(self, queries: Queries) -> np.ndarray:
        """Return the chance of every item to be the next choice.

        What is in the history has chance 0. A row sums to 1, or to less where the split holds
        fewer items than the world.

        Returns:
            [B, N + 1] float64; column 0 is 0.
        """
        parts = [self._some(queries.take(slice(start, start + _ROWS)))
                 for start in range(0, len(queries.now), _ROWS)]  # fmt: skip
        return np.concatenate(parts) if parts else np.zeros((0, len(self._film)))

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Score by log-probability (see `schema.Scorer`); -100 where the chance is 0."""
        chances = self.probabilities(queries)
        scores = np.full(chances.shape, _IMPOSSIBLE, dtype=np.float32)
        np.log(chances, out=scores, where=chances > 0, casting="same_kind")
        if candidates is not None:
            return np.take_along_axis(scores, candidates, axis=1)
        scores[:, PAD] = -np.inf
        return scores

    def _some(self, queries: Queries) -> np.ndarray:
        history = self._film[queries.history]  # [B, T], rows of the world's films
        B = len(history)
        recent = np.zeros((B, RECENT), dtype=np.int64)
        T = min(RECENT, history.shape[1])
        recent[:, RECENT - T :] = history[:, history.shape[1] - T :]
        is_seen = np.zeros((B, self.model.facts.n_films + 1), dtype=bool)
        is_seen[np.arange(B)[:, None], history] = True
        person = self._person[queries.user_index]
        chances = self.model.probabilities(person, recent, queries.now, is_seen)
        return chances[:, self._film]


def _name(parts: Sequence[str]) -> str:
    if set(parts) == set(PARTS):
        return "oracle (knows the simulator)"
    named: dict[tuple[str, ...], str] = {
        CONTENT_ONLY: "oracle, content only",
        ORDER_ONLY: "oracle, order only",
    }
    ordered = tuple(part for part in PARTS if part in parts)
    return named.get(ordered, "oracle, " + " + ".join(ordered))


def _rows(known: np.ndarray, wanted: np.ndarray, what: str) -> np.ndarray:
    """Find the row of each wanted id among the ascending known ones."""
    rows = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    if (known[rows] != wanted).any():
        missing = wanted[known[rows] != wanted][0]
        raise ValueError(
            f"Oracle needs ids of the world it knows; {what} {missing} is not among its "
            f"{len(known)} (from {known[0]} to {known[-1]}); give the split made from this world"
        )
    return rows
