"""NoteLLM: a decoder compresses an item's text into one special token, whose state is the item.

Zhang et al., "NoteLLM: A Retrievable Large Language Model for Note Recommendation", WWW 2024,
sections 4.1-4.4. An item is the token sequence

    text of the item | special token | words about it (the paper's hashtags)

The final state at the special token, projected, is the item's vector. Two losses train the decoder
together: vectors of items that are chosen near each other attract (contrastive), and the words
must be foretold from what stands before them (generation). Items are then retrieved by the items
that a person chose last.

Departures:
    - A decoder of 2.5 million weights instead of seven billion, and no instructions around the
      text. The special token is a vector of its own, not an entry of the vocabulary.
    - Choices are related within a few steps and the nearer the more, instead of within a week; a
      pair's score is divided by a power of both items' popularity, instead of weighing each user
      by 1 / choices and cutting scores at two bounds.
    - A related item is drawn anew in every epoch. An item stands in a batch once, so it is never
      its own negative.
    - The temperature is fixed, not learned.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rectutor.layers import full_cross_entropy
from rectutor.models.counting import multi_hot, refuse_if_too_large, take_candidates
from rectutor.schema import PAD, Events, Queries, seeded

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM

__all__ = ["NoteLLM", "NoteLLMConfig", "contrastive_loss", "related_scores", "token_rows"]

_ITEMS_AT_ONCE = 64
_PASSES = 2  # through all items in an epoch


@dataclass(frozen=True)
class NoteLLMConfig:
    """Settings of a NoteLLM; the decoder brings its own sizes."""

    width: int = 64  # D, of item vectors
    temperature: float = 0.1  # above 0, divides cosines
    generation_weight: float = 0.01  # 0 or more, of the generation loss against the contrastive
    window: int = 5  # steps within which two choices are related
    damping: float = 0.5  # exponent on popularity: 0 counts pairs, 0.5 makes them cosines
    n_last: int = 5  # newest items of a history that speak


def token_rows(documents: Sequence[Sequence[int] | np.ndarray], length: int) -> np.ndarray:
    """Lay token sequences out as the table that `NoteLLM` takes.

    Args:
        documents: tokens of item 1, 2, ..., N, each at least one long.
        length: L; what is longer loses its end.

    Returns:
        [N + 1, L] int64, PAD on the right; row 0 is padding alone.

    Example:
        >>> token_rows([[7, 8, 9], [5]], length=2).tolist()
        [[0, 0], [7, 8], [5, 0]]
    """
    rows = np.full((len(documents) + 1, length), PAD, dtype=np.int64)
    for row, tokens in zip(rows[1:], documents, strict=True):
        row[: len(tokens)] = tokens[:length]
    return rows


def related_scores(train: Events, n_items: int, window: int, damping: float) -> np.ndarray:
    """Say how related two items are: how often they are chosen near each other, for their fame.

    The score of a pair is the sum over all users of 1 / steps between the two choices, within
    `window` steps, divided by (popularity of one x popularity of the other) ** `damping`.

    Args:
        train: the events to count in.
        n_items: N.
        window: steps, 1 or more.
        damping: 0 counts pairs; 0.5 divides as a cosine does; more favours rare items.

    Returns:
        [N + 1, N + 1] float32, symmetric, 0 on the diagonal and at padding.

    Example:
        >>> events = Events(*np.array([[0] * 3, [1, 2, 3], [0] * 3, [1, 2, 3]]),
        ...                 offsets=np.array([0, 3]))
        >>> related_scores(events, 3, window=2, damping=0.5)[1:, 1:].tolist()
        [[0.0, 1.0, 0.5], [1.0, 0.0, 1.0], [0.5, 1.0, 0.0]]
    """
    refuse_if_too_large(n_items, n_tables=4, asked_by="NoteLLM")
    size = n_items + 1
    scores = np.zeros(size * size, dtype=np.float32)
    items, users = train.item_index, train.user_index
    for steps in range(1, window + 1):
        together = users[steps:] == users[:-steps]
        pairs = items[:-steps][together] * size + items[steps:][together]
        scores += np.bincount(pairs, minlength=size * size).astype(np.float32) / steps
    table = scores.reshape(size, size)
    table = table + table.T  # who came first does not matter
    np.fill_diagonal(table, 0.0)
    fame = np.maximum(np.bincount(items, minlength=size), 1.0).astype(np.float32) ** damping
    return table / fame[:, None] / fame


def contrastive_loss(vectors: Tensor, scores: Tensor, temperature: float) -> Tensor:
    """Return InfoNCE of all related pairs in a batch, each counted by its score.

    The weighted mean over ordered pairs (a, b) of
    -log(exp(cos(a, b) / temperature) / sum over all c but a of exp(cos(a, c) / temperature)).

    Args:
        vectors: [n, D] of unit length, one for each item of the batch.
        scores: [n, n], 0 or more, the diagonal 0; a 1 at (a, b) and (b, a) is the paper's pair.
        temperature: above 0.
    """
    logits = (vectors @ vectors.T / temperature).fill_diagonal_(-torch.inf)
    surprise = -logits.log_softmax(dim=1).masked_fill(scores == 0, 0.0)  # [n, n]
    return (scores * surprise).sum() / scores.sum()


class NoteLLM(nn.Module):
    """A decoder with a special token, trained by pairs of items and by words about items.

    Args:
        config: settings.
        decoder: from `lm.tiny.tiny_decoder`, or another Llama; it is trained along, in place.
        item_texts: [N + 1, L] int64, tokens of each item's text, PAD on the right.
        item_words: [N + 1, G] int64, tokens to foretell, the end token among them.
        seed: of the projection.

    Raises:
        ValueError: the tables do not fit each other or the decoder, or generation_weight is
            negative.
    """

    name = "NoteLLM"
    batch_size = 128  # items
    learning_rate = 1e-3
    rows: Tensor  # [N + 1, S], text, a gap for the special token, words, PAD on the right
    at: Tensor  # [N + 1], column of the special token
    n_words: Tensor  # [N + 1]
    vectors: Tensor  # [N + 1, D], of unit length; row 0 is zero

    def __init__(
        self,
        config: NoteLLMConfig,
        decoder: LlamaForCausalLM,
        item_texts: np.ndarray,
        item_words: np.ndarray,
        seed: int = 0,
    ) -> None:
        super().__init__()
        if config.generation_weight < 0:
            raise ValueError(
                f"generation_weight must be 0 or more, got {config.generation_weight}; "
                "0 leaves the generation loss out"
            )
        self.config, self.decoder = config, decoder
        embedded = decoder.get_input_embeddings().weight.detach()  # [V, inner]
        self.special = nn.Parameter(embedded[decoder.config.eos_token_id].clone())
        with seeded(seed):
            self.project = nn.Linear(embedded.shape[1], config.width)
        self._take(item_texts, item_words)

    def with_items(self, item_texts: np.ndarray, item_words: np.ndarray) -> NoteLLM:
        """Return a copy with the same weights over another catalogue (see the class)."""
        other = copy.deepcopy(self)
        other._take(item_texts, item_words)
        other.train().eval()  # leaving training compresses the new items
        return other

    def _take(self, texts: np.ndarray, words: np.ndarray) -> None:
        """Check two tables of tokens, and join each item's text, special token and words."""
        _check(texts, words, self.decoder)
        at, n_words = (texts != PAD).sum(axis=1), (words != PAD).sum(axis=1)  # [N + 1] each
        rows = np.full((len(texts), (at + n_words).max() + 1), PAD, dtype=np.int64)
        columns = np.arange(rows.shape[1])
        is_text = columns < at[:, None]  # the special token stands in column `at`
        is_word = (columns > at[:, None]) & (columns <= (at + n_words)[:, None])
        rows[is_text], rows[is_word] = texts[texts != PAD], words[words != PAD]
        self.register_buffer("rows", torch.from_numpy(rows), persistent=False)
        self.register_buffer("at", torch.from_numpy(at), persistent=False)
        self.register_buffer("n_words", torch.from_numpy(n_words), persistent=False)
        self.register_buffer("vectors", torch.zeros(len(rows), self.config.width))

    def train(self, mode: bool = True) -> NoteLLM:
        """Switch between training and use; on leaving training, the items are compressed anew."""
        is_leaving = self.training and not mode
        super().train(mode)
        if is_leaving:
            self.vectors = torch.from_numpy(self.compress())
        return self

    @torch.no_grad()
    def compress(self) -> np.ndarray:
        """Return the vector of every item, [N + 1, D] float32 of unit length; row 0 is zero."""
        vectors = F.normalize(self.project(self._all_states()), dim=1)
        return F.pad(vectors, (0, 0, 1, 0)).numpy()

    @torch.no_grad()
    def prepare(self, train: Events) -> None:
        """Start the projection where the items' vectors have mean zero.

        The states of a decoder lie in a narrow cone: all cosines would start close to 1.
        """
        self.project.bias.copy_(-self.project.weight @ self._all_states().mean(dim=0))

    def epoch(
        self, train: Events, batch_size: int, rng: np.random.Generator
    ) -> list[tuple[Tensor, ...]]:
        """Lay out batches of (items [n], their related scores [n, n]).

        An epoch passes twice through all items that somebody chose in training.
        """
        scores = related_scores(train, len(self.rows) - 1, self.config.window, self.config.damping)
        known = np.unique(train.item_index)
        order = np.concatenate([rng.permutation(known) for _ in range(_PASSES)])
        batches: list[tuple[Tensor, ...]] = []
        for start in range(0, len(order), batch_size):
            items = np.unique(order[start : start + batch_size])
            among = scores[items[:, None], items]  # [n, n]
            if among.any():
                batches.append((torch.from_numpy(items), torch.from_numpy(among)))
        return batches

    def loss(self, *batch: Tensor) -> Tensor:
        """Return (contrastive + weight x generation) / (1 + weight) of one batch from `epoch`."""
        items, scores = batch
        weight = self.config.generation_weight
        states = self._states(items, with_words=weight > 0)  # [n, S, inner]
        vectors = F.normalize(self.project(self._at_special(states, items)), dim=1)
        loss = contrastive_loss(vectors, scores, self.config.temperature)
        if weight == 0:
            return loss
        return (loss + weight * self._generation_loss(states, items)) / (1 + weight)

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Add up each candidate's cosine with the newest items (see `schema.Scorer`)."""
        if self.training:
            self.eval()
        vectors = self.vectors.numpy()  # [N + 1, D]
        newest = multi_hot(queries.history[:, -self.config.n_last :], len(vectors) - 1)
        return take_candidates(newest @ vectors @ vectors.T, candidates)

    def _states(self, items: Tensor, with_words: bool) -> Tensor:
        """Read items [n]: final states [n, S, inner], S as long as the longest needs.

        Padding stands on the right, where nothing that is used can look at it.
        """
        at = self.at[items]
        needed = at + 1 + (self.n_words[items] if with_words else 0)
        rows = self.rows[items, : int(needed.max())]  # [n, S]
        is_special = torch.arange(rows.shape[1]) == at[:, None]
        embedded = self.decoder.get_input_embeddings()(rows)
        embedded = torch.where(is_special[:, :, None], self.special, embedded)
        return self.decoder.model(inputs_embeds=embedded, use_cache=False).last_hidden_state

    def _at_special(self, states: Tensor, items: Tensor) -> Tensor:
        """Pick the states of the special tokens, [n, inner]."""
        return states[torch.arange(len(items)), self.at[items]]

    @torch.no_grad()
    def _all_states(self) -> Tensor:
        """Return the state at the special token of every item, [N, inner]."""
        states = torch.zeros(len(self.rows), len(self.special))
        for items in torch.argsort(self.at, stable=True)[1:].split(_ITEMS_AT_ONCE):  # not row 0
            states[items] = self._at_special(self._states(items, with_words=False), items)
        return states[1:]

    def _generation_loss(self, states: Tensor, items: Tensor) -> Tensor:
        """Return the mean cross-entropy of the words, each foretold from all before it."""
        columns = torch.arange(states.shape[1] - 1)
        first = self.at[items][:, None]
        foretells = (columns >= first) & (columns < first + self.n_words[items][:, None])
        wanted = self.rows[items, 1 : states.shape[1]][foretells]
        weight = self.decoder.get_output_embeddings().weight  # [V, inner]
        no_bias = torch.zeros(len(weight))
        return full_cross_entropy(states[:, :-1][foretells], weight, no_bias, wanted)


def _check(texts: np.ndarray, words: np.ndarray, decoder: LlamaForCausalLM) -> None:
    """Refuse tables that do not fit each other or the decoder."""
    V, limit = decoder.config.vocab_size, decoder.config.max_position_embeddings
    if len(texts) != len(words):
        raise ValueError(
            f"item_texts and item_words need one row for each item and one for padding, got "
            f"{len(texts)} and {len(words)} rows"
        )
    for name, rows in (("item_texts", texts), ("item_words", words)):
        is_real = rows != PAD
        if is_real[0].any() or (is_real[:, 1:] & ~is_real[:, :-1]).any():
            raise ValueError(f"{name} needs row 0 empty and PAD on the right; see `token_rows`")
        if len(empty := np.flatnonzero(~is_real[1:].any(axis=1)) + 1):
            raise ValueError(f"{name} needs tokens for each item, item {empty[0]} has none")
        if rows.max() >= V or rows.min() < 0:
            raise ValueError(
                f"{name} needs tokens 0..{V - 1} of the decoder's vocabulary, got "
                f"{rows.min()}..{rows.max()}; use the tokenizer it was trained with"
            )
    longest = int(((texts != PAD).sum(axis=1) + (words != PAD).sum(axis=1)).max()) + 1
    if longest > limit:
        raise ValueError(
            f"text, special token and words take {longest} tokens for the longest item, the "
            f"decoder reads {limit}; give `token_rows` a smaller length"
        )
