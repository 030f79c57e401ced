"""One generator for two tasks: the id of what comes next, and the id of what a query asks for.

Penha et al., "Semantic IDs for Joint Generative Search and Recommendation", 2025: a model that
writes ids can recommend (after a history) and search (after a query). Ids made from vectors of one
task serve that task; ids made from vectors of both serve both.

**Departures.** A query is one vector of a frozen text encoder, read through one linear layer, where
the paper's model reads its words. Each step learns from one batch of each task.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rectutor.models.tiger import TIGER, Reading, TIGERConfig, Writing
from rectutor.schema import Events, seeded

__all__ = ["SearchTIGER", "Searches"]


@dataclass(frozen=True)
class Searches:
    """Queries and what they ask for."""

    vectors: np.ndarray  # [Q, E] float32, what a text encoder makes of each query
    items: np.ndarray  # [Q] int64, item indices

    def __post_init__(self) -> None:
        if len(self.vectors) != len(self.items):
            raise ValueError(
                f"every query needs one item, got {len(self.vectors)} vectors and "
                f"{len(self.items)} items"
            )


class SearchTIGER(TIGER):
    """A TIGER that also answers queries.

    Args:
        codes: [N, L], see `TIGER`.
        searches: what the second task is learned from.
        config: sizes.
        seed: of the weights.
    """

    name = "TIGER for search, too"

    def __init__(
        self,
        codes: np.ndarray,
        searches: Searches,
        config: TIGERConfig | None = None,
        seed: int = 0,
    ) -> None:
        super().__init__(codes, config, seed)
        self.searches = searches
        with seeded(seed + 1):
            self.query = nn.Linear(searches.vectors.shape[1], self.config.width)

    def epoch(
        self, train: Events, batch_size: int, rng: np.random.Generator
    ) -> list[tuple[Tensor, ...]]:
        """Lay out the batches of TIGER, each with its share of the queries, freshly shuffled."""
        batches = super().epoch(train, batch_size, rng)
        vectors, items = (
            torch.from_numpy(part) for part in (self.searches.vectors, self.searches.items)
        )
        order = torch.from_numpy(rng.permutation(len(items)))
        shares = order.tensor_split(len(batches))
        return [
            (*own, vectors[rows], items[rows]) for own, rows in zip(batches, shares, strict=True)
        ]

    def loss(self, *batch: Tensor) -> Tensor:
        """Return the mean surprise (nats an id) of both tasks, added."""
        *histories, vectors, items = batch
        recommended = super().loss(*histories)
        return recommended + self.search_loss(vectors, items) if len(items) else recommended

    def search_loss(self, vectors: Tensor, items: Tensor) -> Tensor:
        """Return the mean surprise (nats an id) of the items [B] that queries [B, E] ask for."""
        read, wanted = self.read_queries(vectors), self.codes[items]  # [B, L]
        x = self.drop(self._written(read.newest, wanted[:, None, :-1]))  # [B, 1, L, D]
        for block in self.decoder:
            x, _ = block(x, block.memory_of(read.states), read.may_attend)  # type: ignore[operator]
        logits = self._logits(x[:, 0], 0)  # [B, L, K]
        return F.cross_entropy(logits.flatten(0, 1), wanted.flatten()) * logits.shape[1]

    def read_queries(self, vectors: Tensor) -> Reading:
        """Read queries [B, E]: each is one state, as a history of one item would be."""
        states = self.read_norm(self.query(vectors))[:, None]  # [B, 1, D]
        return Reading(states, states, torch.ones(len(vectors), 1, 1, 1, dtype=torch.bool))

    def write_queries(self, vectors: np.ndarray) -> Writing:
        """Read queries, and be ready to write the ids of what they ask for."""
        if self.training:
            self.eval()
        return Writing(self, self.read_queries(torch.from_numpy(vectors)))
