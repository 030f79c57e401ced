"""P5: recommending as writing. A small T5 reads a sentence about a person and names an item.

Geng, Liu, Fu, Ge and Zhang, "Recommendation as Language Processing (RLP): A Unified Pretrain,
Personalized Prompt & Predict Paradigm (P5)", RecSys 2022, section 4: an encoder-decoder from
wordings with gaps to answers, whole-word embeddings that tell which tokens belong to one word, and
beam search. How an item is written is `rectutor.models.item_ids`.

**Departures.** The T5 is trained from scratch, on the sequential family alone, and its words are
those of the wordings, not sub-words. Whole words are numbered from the newest item back, so that it
has the same number in every history and every wording. Beams follow only names that exist. People
are two tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rectutor.data.batches import bucketed
from rectutor.data.prefixes import prefixes
from rectutor.models.item_ids import ItemIds
from rectutor.models.name_beam import NameTree, Step, beam_search, exact_scores
from rectutor.models.p5_sentences import Sentences
from rectutor.models.word_t5 import WordT5
from rectutor.prompts.p5 import tasks
from rectutor.schema import PAD, Events, Queries

__all__ = ["P5", "SEQUENTIAL", "P5Config"]

SEQUENTIAL = ("next", "next-after", "next-list")  # wordings whose gaps are a person and a history


@dataclass(frozen=True)
class P5Config:
    """Sizes of a small P5."""

    n_users: int
    max_length: int = 10  # items of the history that are read
    width: int = 64  # D
    n_heads: int = 4
    n_layers: int = 1  # of the encoder, and of the decoder
    dropout: float = 0.0  # 0.1 doubles the seconds of a step
    n_beams: int = 20  # W of `recommend`


class P5(WordT5):
    """A T5 that writes the next item; a `schema.Recommender`.

    Args:
        config: sizes.
        ids: how items are written.
        wordings: texts with {user} and {history}, which take turns in training; the first one is
            asked. Those of `rectutor.prompts.p5` when None.
        seed: of the weights.

    Raises:
        ValueError: a wording lacks a gap or has another one.
    """

    batch_size = 128  # questions
    learning_rate = 3e-3

    def __init__(
        self,
        config: P5Config,
        ids: ItemIds,
        wordings: Sequence[str] | None = None,
        seed: int = 0,
    ) -> None:
        texts = _shipped_wordings() if wordings is None else wordings
        sentences = Sentences(ids, config.n_users, config.max_length, texts)
        super().__init__(
            sentences.n_tokens,
            sentences.n_words,
            config.width,
            n_heads=config.n_heads,
            n_layers=config.n_layers,
            dropout=config.dropout,
            seed=seed,
        )
        self.config, self.ids, self.name = config, ids, f"P5 ({ids.name} ids)"
        self.sentences, self.tree = sentences, NameTree(ids.codes)

    def prepare(self, train: Events) -> None:
        """Learn nothing beforehand."""

    def epoch(
        self, train: Events, batch_size: int, rng: np.random.Generator
    ) -> list[tuple[Tensor, ...]]:
        """Lay out batches of (source [B, S], whole words [B, S], answer [B, L + 1])."""
        users, history, targets = prefixes(train, self.config.max_length)
        batches: list[tuple[Tensor, ...]] = []
        for batch in bucketed((history != PAD).sum(axis=1), batch_size, rng):
            wording = int(rng.integers(len(self.sentences.pieces)))
            source = self.sentences.write(users[batch], history[batch], wording)
            names = self.ids.codes[targets[batch]]
            answer = np.pad(names, ((0, 0), (0, 1)), constant_values=self.sentences.end)
            batches.append(tuple(map(torch.from_numpy, (*source, answer))))
        return batches

    @torch.inference_mode()
    def beam(self, queries: Queries, n_beams: int) -> tuple[np.ndarray, np.ndarray]:
        """Write the most probable names of unseen items.

        Returns:
            Items [B, W], best first, PAD where a beam ends in nothing; and their log-probabilities
            [B, W].
        """
        return beam_search(self.tree, self._asked(queries), queries.history, n_beams)

    def recommend(self, queries: Queries, k: int) -> np.ndarray:
        """Return [B, k] unseen items by a beam of `config.n_beams`, or of k where that is more."""
        items, _ = self.beam(queries, max(k, self.config.n_beams))
        return items[:, :k]

    @torch.inference_mode()
    def log_probabilities(self, queries: Queries) -> np.ndarray:
        """Return [B, N + 1] the log-probability of every item's name; column 0 is -inf.

        It asks for every beginning that exists: some hundred times the work of a beam.
        """
        rows = []
        for row in range(len(queries.now)):
            rows.append(exact_scores(self.tree, self._asked(queries.take(slice(row, row + 1)))))
        return np.stack(rows) if rows else np.zeros((0, len(self.ids.codes)), dtype=np.float32)

    def _asked(self, queries: Queries) -> Step:
        """Read each question once; return what gives the probabilities of names' tokens."""
        written = self.sentences.write(queries.user_index, queries.history)
        states, is_real = self.read(*map(torch.from_numpy, written))
        return self.stepper(states, is_real, self.tree.n_tokens + 1)


def _shipped_wordings() -> list[str]:
    known = {task.name: task.source.text for task in tasks("sequential")}
    return [known[f"sequential-{name}"] for name in SEQUENTIAL]
