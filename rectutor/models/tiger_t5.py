"""TIGER as its authors have it: a flat row of code tokens through a T5.

Rajput et al., "Recommender Systems with Generative Retrieval", NeurIPS 2023, sections 3.2 and 4:
a history is written as a token for the person and L tokens for each item, oldest first. A T5 reads
the row in both directions and writes the L tokens of the next item. `rectutor.models.tiger` does
the same in fewer steps, by other means; this one says what that changes.

Tokens are 0 for padding, which also starts an answer, 1 + l K + c for code c of level l, and behind
them those of people, who share them (the paper hashes their ids; here they take turns).

**Departures.** The heads of the T5 share its width, and its inner layers are four times as wide
(paper: width 128, 6 heads of 64, inner 1024, 4 + 4 layers); the defaults are smaller still. Beams
follow ids that exist; the paper lets them go anywhere and drops what is no item.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rectutor.data.batches import bucketed, left_trimmed
from rectutor.data.prefixes import prefixes
from rectutor.lm.t5_reader import read
from rectutor.lm.t5_writer import T5Writing
from rectutor.lm.tiny_t5 import tiny_t5
from rectutor.models.code_recommender import CodeRecommender
from rectutor.schema import PAD, Events, Queries, seeded

__all__ = ["TIGERT5", "TIGERT5Config"]


@dataclass(frozen=True)
class TIGERT5Config:
    """Sizes of a TIGER of T5 layers."""

    max_length: int = 20  # T, newest items read, as in the paper
    width: int = 64  # D
    n_heads: int = 4  # a divisor of width
    n_layers: int = 2  # of the encoder, and of the decoder
    dropout: float = 0.1  # 0..1
    n_user_tokens: int = 2000  # people share so many tokens, 1 or more; 1 tells nobody apart
    n_beams: int = 20  # W of `recommend`


class TIGERT5(CodeRecommender):
    """A T5 over codes; a `schema.Recommender` and a `schema.Trainable`.

    Args:
        codes: [N, L] int, 0..K-1, one id an item; row i belongs to item index i + 1. Items that
            nobody has chosen belong here, too.
        config: sizes.
        seed: of the weights.

    Raises:
        ValueError: two items share an id, or there is no token for people.
    """

    name = "TIGER (T5)"
    batch_size = 64  # targets, each with its own history
    learning_rate = 3e-3
    first_tokens: Tensor  # [L] int64, of code 0 on each level

    def __init__(
        self, codes: np.ndarray, config: TIGERT5Config | None = None, seed: int = 0
    ) -> None:
        config = config or TIGERT5Config()
        if config.n_user_tokens < 1:
            raise ValueError(
                f"n_user_tokens must be 1 or more, got {config.n_user_tokens}; with 1 all people "
                "look alike"
            )
        super().__init__(codes, config.n_beams)
        self.config = config
        L, K = self.trie.n_levels, self.trie.codebook_size
        self.register_buffer("first_tokens", 1 + K * torch.arange(L))
        with seeded(seed):
            self.t5 = tiny_t5(
                1 + L * K + config.n_user_tokens,
                config.width,
                n_heads=config.n_heads,
                n_layers=config.n_layers,
                dropout=config.dropout,
            )

    def prepare(self, train: Events) -> None:
        """Learn nothing beforehand."""

    def epoch(
        self, train: Events, batch_size: int, rng: np.random.Generator
    ) -> list[tuple[Tensor, ...]]:
        """Lay out batches of (people [B], history [B, T], targets [B])."""
        users, history, targets = prefixes(train, self.config.max_length)
        batches: list[tuple[Tensor, ...]] = []
        for rows in bucketed((history != PAD).sum(axis=1), batch_size, rng):
            parts = (users[rows], left_trimmed(history[rows]), targets[rows])
            batches.append(tuple(torch.from_numpy(np.ascontiguousarray(p)) for p in parts))
        return batches

    def loss(self, *batch: Tensor) -> Tensor:
        """Return the mean surprise (nats an id) over one batch."""
        users, history, targets = batch
        source = self.source(users, history)
        answer = self._tokens_of(targets)  # [B, L]
        out = self.t5(input_ids=source, attention_mask=(source != 0).long(), labels=answer)
        loss: Tensor = out.loss * answer.shape[1]
        return loss

    def source(self, users: Tensor, history: Tensor) -> Tensor:
        """Write what the encoder reads.

        Padding goes to the right, for the token of the person stands before the first item.

        Args:
            users: [B] user index.
            history: [B, T] item indices, PAD on the left.

        Returns:
            [B, 1 + T L] tokens.
        """
        T = history.shape[1]
        n_padded = (history == PAD).sum(dim=1, keepdim=True)
        history = history.gather(1, (torch.arange(T) + n_padded) % T)
        tokens = self._tokens_of(history).masked_fill_((history == PAD)[:, :, None], 0)
        people = self.first_tokens[-1] + self.trie.codebook_size + users % self.config.n_user_tokens
        return torch.cat([people[:, None], tokens.flatten(1)], dim=1)

    def write(self, queries: Queries) -> T5Writing:
        """Read questions, and be ready to write the ids of what comes next."""
        if self.training:  # asked first, since `eval` walks through all of T5's modules
            self.eval()
        history = torch.from_numpy(left_trimmed(queries.history[:, -self.config.max_length :]))
        source = self.source(torch.from_numpy(queries.user_index), history)
        is_real = source != 0
        states = read(self.t5, source, is_real)
        tokens = self.first_tokens[:, None] + torch.arange(self.trie.codebook_size)  # [L, K]
        return T5Writing(self.t5, states, is_real, tokens)

    def _tokens_of(self, items: Tensor) -> Tensor:
        """Write items [...] as tokens, [..., L]."""
        return self.codes[items] + self.first_tokens
