"""Find near vectors without measuring all distances: only in the lists that are nearest.

Jégou, Douze and Schmid, "Product Quantization for Nearest Neighbor Search", TPAMI 2011, join their
codes with an inverted file: k-means cuts the catalogue into lists, a question is compared with the
centres, and only items of the few nearest lists are measured. What lies in another list is missed.

**Departures.** Vectors are stored whole, not in product codes. The lists are FAISS's, which is an
extra: `pip install 'rectutor[faiss]'`.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

import numpy as np

__all__ = ["InvertedLists"]


class InvertedLists:
    """A catalogue in lists.

    Args:
        vectors: [N, D] float; row i belongs to item index i + 1.
        n_lists: 1..N; about the square root of N makes comparing with centres as dear as one list.
        seed: of k-means.

    Raises:
        ModuleNotFoundError: FAISS is not installed.
        ValueError: `n_lists` is not in 1..N.
    """

    def __init__(self, vectors: np.ndarray, n_lists: int, seed: int = 0) -> None:
        N, D = vectors.shape
        if not 1 <= n_lists <= N:
            raise ValueError(f"n_lists must be in 1..{N}, one item a list at most, got {n_lists}")
        if importlib.util.find_spec("faiss") is None:
            raise ModuleNotFoundError(
                "inverted lists need FAISS, which is not installed: `pip install 'rectutor[faiss]'`"
                f"; `ground_vectors` measures all {N} distances without it"
            )
        faiss: Any = importlib.import_module("faiss")
        own = np.ascontiguousarray(vectors, dtype=np.float32)
        self.n_lists, self._centres = n_lists, faiss.IndexFlatL2(D)
        self._index = faiss.IndexIVFFlat(self._centres, D, n_lists)
        self._index.cp.seed, self._index.cp.min_points_per_centroid = seed + 1, 1
        self._index.cp.max_points_per_centroid = 64
        self._index.train(own)
        self._index.add(own)

    def search(self, asked: np.ndarray, k: int, n_probe: int) -> np.ndarray:
        """Return the nearest items that the nearest lists hold, nearest first.

        Args:
            asked: [B, D] float.
            k: how many.
            n_probe: lists that are looked through, 1..n_lists; with all of them nothing is missed.

        Returns:
            [B, k] int64 item index, PAD where the lists hold fewer.

        Raises:
            ValueError: `n_probe` is not in 1..n_lists.
        """
        if not 1 <= n_probe <= self.n_lists:
            raise ValueError(f"n_probe must be in 1..{self.n_lists}, the lists, got {n_probe}")
        self._index.nprobe = n_probe
        _, rows = self._index.search(np.ascontiguousarray(asked, dtype=np.float32), k)
        items: np.ndarray = rows + 1  # FAISS says -1 for none, which becomes PAD
        return items
