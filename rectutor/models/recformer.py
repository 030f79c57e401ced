"""RecFormer: items are sentences, a history is a longer sentence, and one encoder reads both.

Li et al., "Text Is All You Need: Learning Language Representations for Sequential Recommendation",
KDD 2023, sections 2.1-2.3. No item has a number of its own: what follows is found by the cosine
between the representation of the history and that of each item.

Reproduced is the contrastive part of pretraining: the next item against other items, all encoded
with gradients. With `n_negatives=0` it is the first stage of the paper's finetuning instead: the
next item against all items, whose vectors stay as they were before the epoch. That stage expects
an encoder that has been pretrained.

Departures:
    - Trained from scratch with two blocks: no pretrained Longformer, no masked language model, no
      second stage of finetuning (the history's encoder goes on alone), and plain attention in
      place of windows, which five short items do not need.
    - Items are drawn as negatives in addition to the other targets of the batch, and logits are
      corrected for how often an item gets into a batch, so that popular items are not pushed away.
    - The begin token's four vectors always come together, so one vector stands for their sum.
    - Words of an item lose the punctuation between them.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rectutor.data.batches import bucketed, left_trimmed
from rectutor.layers import Block, Drop
from rectutor.models.counting import take_candidates
from rectutor.schema import PAD, Events, Queries, seeded

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["ItemSentences", "RecFormer", "RecFormerConfig", "item_sentences"]

_KEY, _VALUE = 1, 2  # types of tokens; padding has type 0
_STARTS_A_FACT = re.compile(r"(?:^|(?<=\. ))(\w+): ")  # as `data.describe` writes them
_ITEMS_AT_ONCE = 256


@dataclass(frozen=True)
class RecFormerConfig:
    """Sizes of a RecFormer; the defaults train in about two minutes on one laptop core."""

    n_entries: int  # V, of the tokenizer
    max_items: int = 5  # T, newest items read
    max_tokens: int = 160  # of all these items together; the oldest words are left out
    width: int = 64  # D
    n_blocks: int = 2
    n_heads: int = 4  # a divisor of width
    dropout: float = 0.0  # 0..1
    temperature: float = 0.1  # above 0, divides cosines
    n_targets: int = 4  # choices to foretell, drawn from each history in every epoch
    n_negatives: int = 64  # items drawn for each batch; 0 takes all, frozen during an epoch


class ItemSentences(NamedTuple):
    """A catalogue as tokens; row 0 is padding alone."""

    tokens: np.ndarray  # [N + 1, L] int64, PAD on the right
    types: np.ndarray  # [N + 1, L] int64, 1 in a key, 2 in a value, 0 at padding


def item_sentences(
    texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, length: int = 32
) -> ItemSentences:
    """Flatten texts of keys and values into tokens that know which of both they belong to.

    A key is a word with a colon behind it, at the beginning or after a full stop. The colon, the
    full stop at the end of a value and commas are left out.

    Args:
        texts: one for each item, such as "Title: Heat. Genre: crime, drama." of `data.describe`.
        tokenizer: turns words into tokens 1..V-1.
        length: L; what is longer loses its end.
    """
    sentences = ItemSentences(*np.full((2, len(texts) + 1, length), PAD, dtype=np.int64))
    for row, text in enumerate(texts, start=1):
        tokens: list[int] = []
        types: list[int] = []
        for place, part in enumerate(_STARTS_A_FACT.split(text)):  # value, key, value, ...
            words = part.strip().removesuffix(".").replace(",", "")
            own = tokenizer(f" {words}", add_special_tokens=False)["input_ids"] if words else []
            tokens += own
            types += [_KEY if place % 2 else _VALUE] * len(own)
        n = min(len(tokens), length)
        sentences.tokens[row, :n], sentences.types[row, :n] = tokens[:n], types[:n]
    return sentences


class RecFormer(nn.Module):
    """One encoder for items and histories: four kinds of vectors, blocks, the begin token's state.

    Args:
        config: sizes.
        item_tokens: [N + 1, L] int64, PAD where a row has fewer; row 0 is padding alone.
        item_types: [N + 1, L] int64, 1 in a key, 2 in a value, 0 at padding.
        seed: of the weights.

    Raises:
        ValueError: the tables do not fit each other or the vocabulary, or an item has no token.
    """

    name = "RecFormer"
    batch_size = 32  # histories
    learning_rate = 1e-3
    item_tokens: Tensor  # [N + 1, L]
    item_types: Tensor  # [N + 1, L]
    vectors: Tensor  # [N + 1, D], of unit length; row 0 is zero

    def __init__(
        self,
        config: RecFormerConfig,
        item_tokens: np.ndarray,
        item_types: np.ndarray,
        seed: int = 0,
    ) -> None:
        super().__init__()
        D = config.width
        with seeded(seed):
            self.tokens = nn.Embedding(config.n_entries, D)
            self.types = nn.Embedding(3, D)
            self.places = nn.Embedding(config.max_tokens, D)  # of a token in the whole sequence
            self.items = nn.Embedding(config.max_items, D)  # 0 is the newest item
            self.begin = nn.Parameter(torch.zeros(D))
            self.blocks = nn.ModuleList(
                Block(D, config.n_heads, 2 * D, config.dropout, "gelu")
                for _ in range(config.n_blocks)
            )
            self._start()
        self.final = nn.LayerNorm(D)
        self.drop = Drop(config.dropout)
        self.config = config
        self._take(item_tokens, item_types)

    def _start(self) -> None:
        """Make words louder than what all texts share, or all cosines would start close to 1."""
        nn.init.normal_(self.tokens.weight, std=0.1)
        for shared in (self.types, self.places, self.items):
            nn.init.normal_(shared.weight, std=0.01)
        for module in self.blocks.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_normal_(module.weight)
                nn.init.zeros_(module.bias)

    def with_items(self, item_tokens: np.ndarray, item_types: np.ndarray) -> RecFormer:
        """Return a copy with the same weights over another catalogue (see the class)."""
        other = copy.deepcopy(self)
        other._take(item_tokens, item_types)
        other.train().eval()  # leaving training encodes the new items
        return other

    def _take(self, tokens: np.ndarray, types: np.ndarray) -> None:
        """Check and keep a catalogue."""
        _check(tokens, types, self.config.n_entries)
        self.register_buffer("item_tokens", torch.from_numpy(tokens), persistent=False)
        self.register_buffer("item_types", torch.from_numpy(types), persistent=False)
        self.register_buffer("vectors", torch.zeros(len(tokens), self.config.width))

    def train(self, mode: bool = True) -> RecFormer:
        """Switch between training and use; on leaving training, all items are encoded anew."""
        is_leaving = self.training and not mode
        super().train(mode)
        if is_leaving:
            self._refresh()
        return self

    @torch.no_grad()
    def _refresh(self) -> None:
        """Encode every item, without dropout."""
        was_training = self.training
        super().train(False)
        for rows in torch.arange(1, len(self.vectors)).split(_ITEMS_AT_ONCE):
            self.vectors[rows] = self.encode(rows[:, None])
        super().train(was_training)

    def encode(self, items: Tensor) -> Tensor:
        """Represent histories, or single items, as vectors of unit length.

        Args:
            items: [B, T] item indices, newest first, PAD behind; T is 1 for single items.

        Returns:
            [B, D].
        """
        tokens, types, order = self._sentence(items)  # [B, S] each
        x = self.tokens(tokens) + self.types(types) + self.items(order)  # [B, S, D]
        x = x + self.places.weight[: tokens.shape[1]]
        # the begin token stands last, where a block can compute it alone: attention knows no order
        x = self.drop(torch.cat([x, self.begin.expand(len(x), 1, -1)], dim=1))
        is_real = F.pad(tokens != PAD, (0, 1), value=True)
        may_attend = is_real[:, None, None, :].expand(-1, 1, x.shape[1], -1)
        for i, block in enumerate(self.blocks):
            x = block(x, may_attend, last_only=i == len(self.blocks) - 1)
        return F.normalize(self.final(x[:, -1]), dim=1)

    def _sentence(self, items: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Join items [B, T] to one sequence each: tokens, types, item positions, [B, S] each."""
        tokens = self.item_tokens[items].flatten(1)  # [B, T * L]
        types = self.item_types[items].flatten(1)
        order = torch.arange(items.shape[1]).repeat_interleave(self.item_tokens.shape[1])
        is_padding = tokens == PAD
        S = min(int((~is_padding).sum(dim=1).max()), self.config.max_tokens)
        kept = is_padding.byte().sort(dim=1, stable=True).indices[:, :S]  # [B, S]
        return tokens.gather(1, kept), types.gather(1, kept), order[kept]

    def prepare(self, train: Events) -> None:
        """Encode all items, which frozen ones need before the first step."""
        self._refresh()

    def epoch(
        self, train: Events, batch_size: int, rng: np.random.Generator
    ) -> list[tuple[Tensor, ...]]:
        """Lay out batches of (history [B, T], rows of the targets [B], items [K], log q [K]).

        The items of a batch are its targets and the drawn negatives, each once; log q is the
        logarithm of how often each is expected there. What nobody chose in training is in none.
        """
        n_items = len(self.vectors) - 1
        counts = np.bincount(train.item_index, minlength=n_items + 1)
        known = np.flatnonzero(counts)
        n_drawn = min(self.config.n_negatives, len(known)) or len(known)
        history, targets = self._choices(train, rng)
        lengths = (self.item_tokens != PAD).sum(dim=1).numpy()[history].sum(axis=1)
        batches: list[tuple[Tensor, ...]] = []
        for rows in bucketed(lengths, batch_size, rng):
            drawn = rng.choice(known, n_drawn, replace=False)
            items, places = np.unique(np.concatenate([targets[rows], drawn]), return_inverse=True)
            expected = len(rows) * counts[items] / counts.sum() + n_drawn / len(known)
            log_q = np.log(expected) if n_drawn < len(known) else np.zeros(len(items))
            parts = (history[rows], places[: len(rows)], items, log_q.astype(np.float32))
            batches.append(tuple(torch.from_numpy(part) for part in parts))
        return batches

    def _choices(self, train: Events, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Draw `n_targets` choices of each user: what came before [R, T], newest first, and it."""
        starts, n_choices = train.offsets[:-1], np.diff(train.offsets) - 1
        users = np.repeat(np.flatnonzero(n_choices > 0), self.config.n_targets)
        chosen = starts[users] + 1 + rng.integers(n_choices[users])  # [R]
        before = chosen[:, None] - 1 - np.arange(self.config.max_items)  # [R, T]
        is_real = before >= starts[users][:, None]
        history = np.where(is_real, train.item_index[np.maximum(before, 0)], PAD)
        return history, train.item_index[chosen]

    def loss(self, *batch: Tensor) -> Tensor:
        """Return the mean cross-entropy of the targets among the items of one batch."""
        history, rows, items, log_q = batch
        is_frozen = self.config.n_negatives == 0
        vectors = self.vectors[items] if is_frozen else self.encode(items[:, None])  # [K, D]
        logits = self.encode(history) @ vectors.T / self.config.temperature - log_q
        return F.cross_entropy(logits, rows)

    @torch.inference_mode()
    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Score by the cosine of history and item (see `schema.Scorer`)."""
        if self.training:
            self.eval()
        newest = left_trimmed(queries.history[:, -self.config.max_items :])
        history = torch.from_numpy(newest[:, ::-1].copy())
        return take_candidates((self.encode(history) @ self.vectors.T).numpy(), candidates)


def _check(tokens: np.ndarray, types: np.ndarray, n_entries: int) -> None:
    """Refuse tables of a catalogue that do not fit."""
    if tokens.shape != types.shape:
        raise ValueError(
            f"item_tokens and item_types need one shape [N + 1, L], got {tokens.shape} and "
            f"{types.shape}; make both with `item_sentences`"
        )
    if tokens.max() >= n_entries or tokens.min() < 0:
        raise ValueError(
            f"item_tokens needs tokens 0..{n_entries - 1}, got {tokens.min()}..{tokens.max()}; "
            "n_entries is the length of the tokenizer"
        )
    is_real = tokens != PAD
    if is_real[0].any() or not is_real[1:].any(axis=1).all():
        wrong = 0 if is_real[0].any() else int(np.flatnonzero(~is_real[1:].any(axis=1))[0]) + 1
        needed = "be empty, it is padding" if wrong == 0 else "have a token or more"
        raise ValueError(f"row {wrong} of item_tokens must {needed}; see `item_sentences`")
    if wrong_types := sorted(set(np.unique(types[is_real])) - {_KEY, _VALUE}):
        raise ValueError(
            f"item_types must be 1 (key) or 2 (value) at a token, got {wrong_types[0]}"
        )
