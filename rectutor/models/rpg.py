"""RPG: name all codes of a long id at once, and find items by walking over a graph.

Hou et al., "Generating Long Semantic IDs in Parallel for Recommendation", KDD 2025, section 3. An
item is M codes without an order, as product quantisation writes them. A history becomes one state,
and M heads turn it into M distributions side by side: the score of an item is the sum of what its
codes get.

M is the number of sub-codes of an id, which stands where others have L levels.

**Departures.**
    - The transformer is that of SASRec here, not a GPT-2.
    - An item's vector is the sum of its codes' vectors over sqrt(M), so that its size does not grow
      with M, and what the transformer reads is normalised first (a LayerNorm).
    - A head is one matrix added to the state; the paper's has a layer more.
    - Cosines are divided by 0.2, not 0.07: on films that learns in half as many epochs.
    - A code has an output bias that starts at the logarithm of how often it occurs.
    - A long history is cut into windows, elsewhere in every epoch (`rectutor.data.batches`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rectutor.data.batches import bucketed, left_trimmed, windows
from rectutor.decoding.graph import Walked, item_graph, item_scores, walk
from rectutor.layers import Block, Drop, attention_mask
from rectutor.schema import PAD, Events, Queries, seeded

__all__ = ["RPG", "GraphSearch", "RPGConfig"]


@dataclass(frozen=True)
class RPGConfig:
    """Sizes of an RPG."""

    codebook_size: int | None = None  # K; one more than the highest code when None
    max_length: int = 50  # T, newest items read
    width: int = 64  # D
    n_blocks: int = 2
    n_heads: int = 2  # a divisor of width
    dropout: float = 0.2  # 0..1
    temperature: float = 0.2  # above 0, what a cosine is divided by


class RPG(nn.Module):
    """Causal transformer over items, and one head for each sub-code; a `schema.Scorer`.

    Args:
        codes: [N, M] int, 0..K-1; row i belongs to item index i + 1. Items that nobody has chosen
            belong here, too. Items with equal codes get equal scores.
        config: sizes.
        seed: of the weights.

    Raises:
        ValueError: a code is out of range, or the temperature is not above 0.
    """

    name = "RPG"
    batch_size = 32  # windows
    learning_rate = 3e-3
    codes: Tensor  # [N + 1, M] int64, row 0 is padding

    def __init__(self, codes: np.ndarray, config: RPGConfig | None = None, seed: int = 0) -> None:
        super().__init__()
        self.config = config = config or RPGConfig()
        if config.temperature <= 0:
            raise ValueError(f"temperature must be above 0, got {config.temperature}")
        K = int(codes.max()) + 1 if config.codebook_size is None else config.codebook_size
        if codes.min() < 0 or codes.max() >= K:
            raise ValueError(f"codes must be 0..{K - 1}, got {codes.min()}..{codes.max()}")
        M, D = codes.shape[1], config.width
        self.register_buffer("codes", torch.from_numpy(np.pad(codes, ((1, 0), (0, 0)))).long())
        with seeded(seed):
            self.vectors = nn.Parameter(0.1 * torch.randn(M, K, D))  # of each code
            self.heads = nn.Parameter(D**-0.5 * torch.randn(M, D, D))
            self.positions = nn.Parameter(0.1 * torch.randn(config.max_length, D))
            self.blocks = nn.ModuleList(
                Block(D, config.n_heads, D, config.dropout) for _ in range(config.n_blocks)
            )
        self.first, self.final = nn.LayerNorm(D), nn.LayerNorm(D)
        self.bias = nn.Parameter(torch.zeros(M, K))
        self.drop = Drop(config.dropout)

    def prepare(self, train: Events) -> None:
        """Start the output bias at how often each sub-code occurs."""
        chosen = self.codes[torch.from_numpy(train.item_index)]  # [E, M]
        with torch.no_grad():
            for own, bias in zip(chosen.T, self.bias, strict=True):
                counts = torch.bincount(own, minlength=len(bias)) + 1.0
                bias.copy_((counts / counts.mean()).log())

    def epoch(
        self, train: Events, batch_size: int, rng: np.random.Generator
    ) -> list[tuple[Tensor, ...]]:
        """Lay out batches of (history [B, T], targets [B, T])."""
        items = windows(train, self.config.max_length, rng).items
        batches: list[tuple[Tensor, ...]] = []
        for rows in bucketed((items != PAD).sum(axis=1), batch_size, rng):
            stretch = torch.from_numpy(np.ascontiguousarray(left_trimmed(items[rows], at_least=2)))
            batches.append((stretch[:, :-1], stretch[:, 1:]))
        return batches

    def loss(self, *batch: Tensor) -> Tensor:
        """Return the mean surprise (nats a sub-code) over the real positions of one batch."""
        history, targets = batch
        is_real = (history != PAD).flatten().nonzero()[:, 0]  # [n], rows of [B * T, ...]
        states = self.read(history).flatten(0, 1).index_select(0, is_real)  # [n, D]
        wanted = self.codes[targets.flatten()[is_real]]  # [n, M]
        return F.cross_entropy(self.logits(states).flatten(0, 1), wanted.T.flatten())

    def read(self, history: Tensor, last_only: bool = False) -> Tensor:
        """Turn [B, T] items into states [B, T, D], or [B, 1, D] with `last_only`."""
        T, may_attend = history.shape[1], attention_mask(history)
        x = self.items()[history] + self.positions[self.config.max_length - T :]  # [B, T, D]
        x = self.drop(self.first(x))
        for i, block in enumerate(self.blocks):
            x = block(x, may_attend, last_only=last_only and i == len(self.blocks) - 1)
        return self.final(x)

    def items(self) -> Tensor:
        """Return item vectors [N + 1, D]: the sum of those of an item's codes, over sqrt(M)."""
        M, K = self.bias.shape
        places = self.codes + K * torch.arange(M)  # [N + 1, M], rows of [M * K, D]
        return F.embedding_bag(places, self.vectors.flatten(0, 1), mode="sum") / M**0.5

    def logits(self, states: Tensor) -> Tensor:
        """Turn states [n, D] into logits of all sub-codes, [M, n, K]."""
        turned = F.normalize(states + states @ self.heads, dim=-1)  # [M, n, D]
        sought = F.normalize(self.vectors, dim=-1).transpose(1, 2)  # [M, D, K]
        return torch.baddbmm(self.bias[:, None], turned, sought / self.config.temperature)

    @torch.inference_mode()
    def code_log_probabilities(self, queries: Queries) -> Tensor:
        """Answer each question by M distributions side by side, [B, M, K] log-probabilities."""
        if self.training:
            self.eval()
        history = torch.from_numpy(left_trimmed(queries.history[:, -self.config.max_length :]))
        states = self.read(history, last_only=True)[:, -1]  # [B, D]
        return self.logits(states).log_softmax(dim=-1).transpose(0, 1)

    @torch.inference_mode()
    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Score candidates by the summed log-probability of their codes (`schema.Scorer`)."""
        scores = item_scores(self.code_log_probabilities(queries), self.codes).numpy()
        scores[:, PAD] = -np.inf
        return scores if candidates is None else np.take_along_axis(scores, candidates, axis=1)


class GraphSearch:
    """An RPG that scores only items it meets on a walk over a graph; a `schema.Recommender`.

    Args:
        model: trained; the graph is made from its code vectors here and now.
        n_neighbours: edges of each item.
        n_beams: W, items that are kept after each round.
        n_rounds: how often the kept items' neighbours are scored.
        seed: of the items where walks begin.
    """

    name = "RPG (graph)"

    def __init__(
        self,
        model: RPG,
        n_neighbours: int = 50,
        n_beams: int = 20,
        n_rounds: int = 3,
        seed: int = 0,
    ) -> None:
        self.model, self.n_beams, self.n_rounds, self.seed = model, n_beams, n_rounds, seed
        self.graph = item_graph(model.vectors.detach(), model.codes, n_neighbours)
        self.how = f"graph of {n_neighbours}, {n_rounds} rounds"

    def walk(self, queries: Queries) -> Walked:
        """Walk from items drawn by lot; seen items are walked over, but never returned."""
        answers = self.model.code_log_probabilities(queries)
        seen = torch.from_numpy(queries.history)
        rng = np.random.default_rng(self.seed)
        starts = torch.from_numpy(rng.integers(1, len(self.model.codes), (len(seen), self.n_beams)))
        return walk(answers, self.model.codes, self.graph, starts, self.n_rounds, seen)

    def recommend(self, queries: Queries, k: int) -> np.ndarray:
        """Return [B, k] unseen items, best first, PAD where fewer were kept."""
        items = self.walk(queries).items[:, :k].numpy()
        return np.pad(items, ((0, 0), (0, k - items.shape[1])))
