"""TIGER: write the semantic id of the next item, code by code.

Rajput et al., "Recommender Systems with Generative Retrieval", NeurIPS 2023, section 3.2: a
transformer reads the codes of a history and writes the codes of what comes next. Here a beam search
over the ids of all items turns that into a list.

Departures:
    - The encoder reads one vector an item, the sum of its codes' vectors; the paper's row of single
      codes is `reads="codes"`.
    - The encoder is causal, so that one reading of a history trains the answer at every position.
      The paper reads each history anew for each target, in both directions.
    - The decoder begins from the state of the newest item instead of a fixed start. In the paper a
      state can tell that it is the last, for it sees what comes after it; a causal one cannot.
    - There is no T5; codes have other vectors on the way out than on the way in, each level has a
      softmax of its own, and the output bias starts at how often codes occur.
    - Positions are learned, one vector each, counted from the first item that is read.
    - Beams follow ids that exist; the paper lets them go anywhere and drops what is no item.
    - There are user tokens only where the config asks for them; people share them by number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rectutor.data.batches import bucketed, left_trimmed, windows
from rectutor.layers import Block, Drop, attention_mask
from rectutor.models.code_decoder import DecoderBlock, KeyValue
from rectutor.models.code_recommender import CodeRecommender
from rectutor.schema import PAD, Events, Queries, seeded

__all__ = ["TIGER", "Reading", "TIGERConfig", "Writing"]


@dataclass(frozen=True)
class TIGERConfig:
    """Sizes of a TIGER."""

    max_length: int = 50  # T, newest items read
    width: int = 64  # D
    n_heads: int = 4  # a divisor of width
    n_encoder_blocks: int = 2
    n_decoder_blocks: int = 1
    dropout: float = 0.1  # 0..1
    n_user_tokens: int = 0  # people share so many tokens (the paper: 2,000); 0 for none
    reads: Literal["items", "codes"] = "items"  # one vector an item, or "codes", one vector a code
    n_beams: int = 20  # W of `recommend`


class Reading(NamedTuple):
    """What the encoder makes of B histories of T items."""

    states: Tensor  # [B, S, D]; S is T, or T L of single codes, one more with user tokens
    newest: Tensor  # [B, T, D], of these the state where the history up to each item ends
    may_attend: Tensor  # [B, 1, T, S] bool, which states the answer at each item may see


class TIGER(CodeRecommender):
    """Encoder and decoder over codes; a `schema.Recommender`.

    Args:
        codes: [N, L] int, 0..K-1, one id an item; row i belongs to item index i + 1. Items that
            nobody has chosen belong here, too.
        config: sizes.
        seed: of the weights.

    Raises:
        ValueError: two items share an id, or the config asks for something unknown.
    """

    name = "TIGER"
    batch_size = 16  # windows
    learning_rate = 3e-3

    def __init__(self, codes: np.ndarray, config: TIGERConfig | None = None, seed: int = 0) -> None:
        config = config or TIGERConfig()
        if config.reads not in ("items", "codes"):
            raise ValueError(f'reads must be "items" or "codes", got {config.reads!r}')
        super().__init__(codes, config.n_beams)
        self.config = config
        L, K, D = self.trie.n_levels, self.trie.codebook_size, config.width
        with seeded(seed):
            self.vectors = nn.Parameter(0.1 * torch.randn(L, K, D))  # of each code, on the way in
            self.outputs = nn.Parameter(0.1 * torch.randn(L, K, D))  # on the way out
            self.levels = nn.Parameter(0.1 * torch.randn(L, D))  # says which code comes next
            self.positions = nn.Parameter(0.1 * torch.randn(config.max_length, D))
            self.users = nn.Parameter(0.1 * torch.randn(config.n_user_tokens, D))
            self.encoder = nn.ModuleList(
                Block(D, config.n_heads, 4 * D, config.dropout)
                for _ in range(config.n_encoder_blocks)
            )
            self.decoder = nn.ModuleList(
                DecoderBlock(D, config.n_heads, config.dropout)
                for _ in range(config.n_decoder_blocks)
            )
            self.read_norm, self.written_norm = nn.LayerNorm(D), nn.LayerNorm(D)
        self.bias = nn.Parameter(torch.zeros(L, K))
        self.drop = Drop(config.dropout)

    def prepare(self, train: Events) -> None:
        """Start the output bias at how often each code of each level occurs."""
        codes = self.codes[torch.from_numpy(train.item_index)]  # [E, L]
        with torch.no_grad():
            for level, bias in enumerate(self.bias):
                counts = torch.bincount(codes[:, level], minlength=len(bias)) + 1.0
                bias.copy_((counts / counts.mean()).log())

    def epoch(
        self, train: Events, batch_size: int, rng: np.random.Generator
    ) -> list[tuple[Tensor, ...]]:
        """Lay out batches of (people [B], history [B, T], targets [B, T])."""
        owners, items = windows(train, self.config.max_length, rng)
        batches: list[tuple[Tensor, ...]] = []
        for rows in bucketed((items != PAD).sum(axis=1), batch_size, rng):
            stretch = left_trimmed(items[rows], at_least=2)
            parts = (owners[rows], stretch[:, :-1], stretch[:, 1:])
            batches.append(tuple(torch.from_numpy(np.ascontiguousarray(p)) for p in parts))
        return batches

    def loss(self, *batch: Tensor) -> Tensor:
        """Return the mean surprise (nats an id) over the real positions of one batch."""
        users, history, targets = batch
        read = self.read(users, history)
        wanted = self.codes[targets]  # [B, T, L]
        x = self.drop(self._written(read.newest, wanted[:, :, :-1]))  # [B, T, L, D]
        for block in self.decoder:
            assert isinstance(block, DecoderBlock)
            x, _ = block(x, block.memory_of(read.states), read.may_attend)
        is_real = history != PAD
        logits = self._logits(x[is_real], 0)  # [n, L, K]
        return F.cross_entropy(logits.flatten(0, 1), wanted[is_real].flatten()) * logits.shape[1]

    def read(self, users: Tensor, history: Tensor) -> Reading:
        """Read histories once.

        Args:
            users: [B] user index.
            history: [B, T] item indices, PAD on the left.
        """
        is_real, n_users = history != PAD, len(self.users)
        place = (is_real.cumsum(dim=1) - 1).clamp(min=0)  # of each item among the real ones
        x = self._vectors_of(self.codes[history]) + self.positions[place][:, :, None]
        x = x * is_real[:, :, None, None]  # [B, T, L, D]
        each = x.shape[2] if self.config.reads == "codes" else 1
        x = x.flatten(1, 2) if each > 1 else x.sum(dim=2)  # [B, S, D]
        marks = history.repeat_interleave(each, dim=1)
        if n_users:
            x = torch.cat([self.users[users % n_users, None], x], dim=1)
            marks = F.pad(marks, (1, 0), value=1)  # it is seen from everywhere
        may_attend = attention_mask(marks)  # [B, 1, S, S]
        x = self.drop(x)
        for block in self.encoder:
            x = block(x, may_attend)
        x, ends = self.read_norm(x), slice(bool(n_users) + each - 1, None, each)
        return Reading(x, x[:, ends], may_attend[:, :, ends])

    def write(self, queries: Queries) -> Writing:
        """Read questions, and be ready to write the ids of what comes next."""
        if self.training:
            self.eval()
        history = torch.from_numpy(left_trimmed(queries.history[:, -self.config.max_length :]))
        return Writing(self, self.read(torch.from_numpy(queries.user_index), history))

    def _written(self, newest: Tensor, codes: Tensor) -> Tensor:
        """Turn states [..., D] and the codes so far [..., n] into what the decoder reads.

        Returns:
            [..., n + 1, D].
        """
        x = torch.cat([newest[..., None, :], self._vectors_of(codes)], dim=-2)
        return x + self.levels[: x.shape[-2]]

    def _vectors_of(self, codes: Tensor) -> Tensor:
        """Look up codes [..., n] of the first n levels, [..., n, D]."""
        return self.vectors[torch.arange(codes.shape[-1]), codes]

    def _logits(self, x: Tensor, level: int) -> Tensor:
        """Turn states [n, S, D] of levels `level`, ... into logits [n, S, K]."""
        stop = level + x.shape[1]
        x = self.written_norm(x).transpose(0, 1)  # [S, n, D]
        logits = torch.baddbmm(
            self.bias[level:stop, None], x, self.outputs[level:stop].transpose(1, 2)
        )
        return logits.transpose(0, 1)


class Writing:
    """A TIGER at work on B questions (see `rectutor.decoding.Writer`).

    Args:
        model: gives the weights.
        read: the histories; the answer comes after the last item of each.
    """

    def __init__(self, model: TIGER, read: Reading) -> None:
        self.model, self.level = model, 0
        self.newest, self.may_attend = read.newest[:, -1:], read.may_attend[:, :, -1:]
        self.memories = [block.memory_of(read.states) for block in model.decoder]  # type: ignore[operator]
        self.past: list[KeyValue | None] = [None] * len(self.memories)

    def first(self) -> Tensor:
        """Return log-probabilities of the first code, [B, 1, K]."""
        nothing = torch.zeros(len(self.newest), 1, 0, dtype=torch.long)
        return self._step(self.model._written(self.newest, nothing))

    def then(self, parents: Tensor, codes: Tensor) -> Tensor:
        """Return log-probabilities [B, W, K] after `parents` went on with `codes`, [B, W] each."""
        self.level += 1
        B = len(parents)
        for i, past in enumerate(self.past):
            assert past is not None, "`first` comes before `then`"
            n_before = len(past.key) // B  # beams of each question
            rows = (parents + n_before * torch.arange(B)[:, None]).flatten()
            self.past[i] = KeyValue(past.key[rows], past.value[rows])
        x = self.model.vectors[self.level - 1, codes] + self.model.levels[self.level]
        return self._step(x[:, :, None])

    def _step(self, x: Tensor) -> Tensor:
        B, W = x.shape[:2]
        for i, block in enumerate(self.model.decoder):
            x, self.past[i] = block(x, self.memories[i], self.may_attend, self.past[i])
        logits = self.model._logits(x.flatten(0, 1), self.level)  # [B * W, 1, K]
        return logits.log_softmax(dim=-1).view(B, W, -1)
