"""New items in the lists of a model of semantic ids, by the ids of known ones that it writes.

Rajput et al., "Recommender Systems with Generative Retrieval" (TIGER), NeurIPS 2023, section 4.3:
the last code of an id only tells items apart that share the others, so a new item's was never
learned. New items that share the other codes of an id that was written join the list, up to a
share of it.

**Departure.** They stand at the end of the list; the paper does not say where.
"""

from __future__ import annotations

import numpy as np

from rectutor.models.code_recommender import CodeRecommender
from rectutor.schema import PAD, Queries

__all__ = ["WithNewItems"]


class WithNewItems:
    """A model of ids whose lists keep a share for new items; a `schema.Recommender`.

    Args:
        model: writes ids; new items have theirs among its codes.
        is_new: [N] bool.
        share: of each list that new items may take, 0..1.
        n_codes: how many codes have to agree, 1..L; all but the last when None.

    Raises:
        ValueError: the share is outside 0..1, or is_new is not of the model's items.
    """

    def __init__(
        self, model: CodeRecommender, is_new: np.ndarray, share: float, n_codes: int | None = None
    ) -> None:
        if not 0 <= share <= 1:
            raise ValueError(f"share must be 0 to 1, got {share}")
        if is_new.shape != (len(model.codes) - 1,):
            raise ValueError(
                f"is_new must be [{len(model.codes) - 1}], one for each item of the model, got "
                f"{list(is_new.shape)}"
            )
        self.model, self.share = model, share
        self.is_new = np.pad(is_new, (1, 0))
        self.name = f"{model.name}, {share:.0%} for new items"
        begun = model.codes[:, : n_codes or -1].numpy()
        self.group = np.unique(begun, axis=0, return_inverse=True)[1].ravel()  # [N + 1]
        self.order = np.flatnonzero(self.is_new)  # new items, those of one group side by side
        self.order = self.order[np.argsort(self.group[self.order], kind="stable")]

    @property
    def how(self) -> str:
        """Say how lists come about, for tables."""
        return f"{self.model.how}, new items by their first codes"

    def recommend(self, queries: Queries, k: int) -> np.ndarray:
        """Return [B, k] unseen items, known ones first."""
        items = self.model.beam(queries, max(k, self.model.n_beams)).items  # [B, W]
        is_known = (items != PAD) & ~self.is_new[items]
        joined = self._joined(np.where(is_known, items, PAD), queries, int(self.share * k))
        known = _to_the_left(np.where(is_known, items, PAD))[:, :k]
        room = k - (joined != PAD).sum(axis=1, keepdims=True)
        known = np.where(np.arange(known.shape[1]) < room, known, PAD)
        lists = _to_the_left(np.concatenate([known, joined], axis=1))[:, :k]
        return np.pad(lists, ((0, 0), (0, k - lists.shape[1])))

    def _joined(self, written: np.ndarray, queries: Queries, n_most: int) -> np.ndarray:
        """Find unseen new items that begin like what was written, best first, [B, n_most]."""
        groups = np.where(written != PAD, self.group[written], -1)  # [B, W]
        low = np.searchsorted(self.group[self.order], groups, side="left")
        high = np.searchsorted(self.group[self.order], groups, side="right")
        counts = np.where(groups >= 0, high - low, 0).ravel()
        beam = np.repeat(np.arange(len(counts)), counts)
        place = low.ravel()[beam] + np.arange(len(beam)) - (np.cumsum(counts) - counts)[beam]
        found, row = self.order[place], beam // written.shape[1]
        is_seen = (queries.history[row] == found[:, None]).any(axis=1)
        pairs = np.stack([row, found], axis=1)[~is_seen]
        _, first = np.unique(pairs, axis=0, return_index=True)
        row, found = pairs[np.sort(first)].T  # each once, where it came first
        nth = np.arange(len(row)) - np.searchsorted(row, row)
        joined = np.full((len(written), n_most), PAD, dtype=np.int64)
        fits = nth < n_most
        joined[row[fits], nth[fits]] = found[fits]
        return joined


def _to_the_left(items: np.ndarray) -> np.ndarray:
    """Move items [B, n] before the padding, in their order."""
    order = np.argsort(items == PAD, axis=1, kind="stable")
    return np.take_along_axis(items, order, axis=1)
