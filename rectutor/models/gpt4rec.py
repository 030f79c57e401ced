"""GPT4Rec: a language model writes search queries, and a search engine finds the items.

Li et al., "GPT4Rec: A Generative Framework for Personalized Recommendation and User Interests
Interpretation", 2023 (arXiv 2304.03879): GPT-2 reads the titles of a history
and writes M queries by a beam of M; BM25 searches each; the list takes K / M items of each query,
without repetitions. The target of the tuning is the title of the item that comes next, so a query
is what the model would call it.

**Departures.** The paper tunes GPT-2 behind an instruction; here the shipped
`bigrec-films` writes, which was tuned on the same target. Seen items are left out of what a query
finds, so that its share of the list is filled with unseen ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rectutor.decoding.beam import beam_search
from rectutor.decoding.bm25 import BM25, merge_queries
from rectutor.models.bigrec import BIGRec
from rectutor.schema import PAD, Queries

__all__ = ["GPT4Rec"]

_SPARE = 20  # places that a search adds for items that have been seen


class GPT4Rec:
    """A `schema.Recommender`: queries of a beam, searched one after the other.

    Args:
        writes: a BIGRec; only its decoder and its titles are used.
        engine: of the items' texts.
        n_queries: M, 1 or more.

    Raises:
        ValueError: n_queries is below 1.
    """

    def __init__(self, writes: BIGRec, engine: BM25, n_queries: int = 5) -> None:
        if n_queries < 1:
            raise ValueError(f"n_queries must be 1 or more, got {n_queries}")
        self.writes, self.engine, self.n_queries = writes, engine, n_queries
        self.name = f"GPT4Rec ({n_queries} quer{'y' if n_queries == 1 else 'ies'})"
        self.how = f"search by {n_queries}"

    def queries(self, asked: Queries) -> list[list[str]]:
        """Write M queries for each person, the most probable first, [B][M]."""
        writer = self.writes.writer(asked)
        beams = beam_search(self.writes.trie, writer, self.n_queries, is_held=False)
        return [self.writes.tokens.read(row) for row in beams.written()]

    def found(self, written: Sequence[Sequence[str]], asked: Queries, k: int) -> np.ndarray:
        """Search what was written, [B][M] queries; return [B, k] unseen items."""
        flat = [query for row in written for query in row]
        B, M = len(written), len(written[0])
        items = self.engine.search(flat, k + _SPARE + asked.history.shape[1]).reshape(B, M, -1)
        is_seen = np.zeros((B, self.engine.n_items + 1), dtype=bool)
        is_seen[np.arange(B)[:, None], asked.history] = True
        is_seen = is_seen[np.arange(B)[:, None, None], items]
        return merge_queries(np.where(is_seen, PAD, items), k)

    def recommend(self, queries: Queries, k: int) -> np.ndarray:
        """Return [B, k] unseen items, PAD where all queries together found too few."""
        return self.found(self.queries(queries), queries, k)
