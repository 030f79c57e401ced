"""P5 on all five families of tasks: a T5 that rates, continues, explains, sums up and picks.

Geng, Liu, Fu, Ge and Zhang, "Recommendation as Language Processing (RLP): A Unified Pretrain,
Personalized Prompt & Predict Paradigm (P5)", RecSys 2022, sections 3 and 4. What the vectors in
front of a question are for is told in `rectutor.prompts.pod`.

**Departures.** Those of `rectutor.models.p5`; words are whole, and what training never showed is
one token, unknown. The loss counts tokens of answers alike, and every batch asks in one wording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rectutor.models.item_ids import ItemIds
from rectutor.models.name_beam import NameTree, Step, beam_search
from rectutor.models.p5_questions import Asked, Questions
from rectutor.models.p5_words import UNKNOWN, Vocabulary
from rectutor.models.word_t5 import WordT5
from rectutor.prompts.p5 import Task, tasks
from rectutor.schema import Queries

__all__ = ["P5Families", "P5FamiliesConfig"]

_SHARPNESS = 10.0  # of 1, 5 and 10 the lowest training loss on 20,000 reviews: .77, .67, .62
_ROWS = 512  # questions that are read at once


@dataclass(frozen=True)
class P5FamiliesConfig:
    """Sizes of a small P5 for all families."""

    n_users: int
    max_length: int = 10  # items of the history that are read
    n_candidates: int = 20  # C, of which one is right
    width: int = 64  # D
    n_heads: int = 4
    n_layers: int = 1  # of the encoder, and of the decoder
    n_beams: int = 20  # W of `recommend`


class P5Families(WordT5):
    """A T5 that answers questions of five kinds; a `schema.Recommender` by the sequential one.

    Args:
        config: sizes.
        ids: how items are written.
        titles: [N] of the items, index 1 first.
        words: all words that it knows, of wordings and answers.
        seed: of the weights.
    """

    def __init__(
        self,
        config: P5FamiliesConfig,
        ids: ItemIds,
        titles: Sequence[str],
        words: Sequence[str],
        seed: int = 0,
    ) -> None:
        vocabulary = Vocabulary(ids, config.n_users, [*words, UNKNOWN])
        questions = Questions(vocabulary, titles, config.max_length, config.n_candidates)
        super().__init__(
            vocabulary.n_tokens,
            questions.n_words,
            config.width,
            n_heads=config.n_heads,
            n_layers=config.n_layers,
            sharpness=_SHARPNESS,
            seed=seed,
        )
        self.config, self.vocabulary, self.questions = config, vocabulary, questions
        self.titles = tuple(titles)
        self.tree, self.name = NameTree(ids.codes), "P5 (five families)"
        self.asks_next = tasks("sequential")[0]  # the wording of `recommend`

    @torch.inference_mode()
    def write(self, task: Task, asked: Asked, max_tokens: int = 16) -> list[str]:
        """Write an answer to each question, the likeliest token each time, whatever it is."""
        answers: list[str] = []
        for rows in _chunks(len(asked.user)):
            step = self._reader(task, asked.take(rows))
            n = len(asked.user[rows])
            written = torch.zeros(n, 0, dtype=torch.long)
            for _ in range(max_tokens):
                following = step(torch.arange(n), written).argmax(dim=1)
                written = torch.cat([written, following[:, None]], dim=1)
                if (written == self.vocabulary.end).any(dim=1).all():
                    break
            answers += [self.vocabulary.said(row) for row in written.tolist()]
        return answers

    @torch.inference_mode()
    def probabilities(self, task: Task, asked: Asked, words: Sequence[str]) -> np.ndarray:
        """Return how probable each of some words is as the first of the answer, [B, n]."""
        columns = [self.vocabulary.word(word) for word in words]
        rows = []
        for part in _chunks(len(asked.user)):
            step = self._reader(task, asked.take(part))
            n = len(asked.user[part])
            log_p = step(torch.arange(n), torch.zeros(n, 0, dtype=torch.long))
            rows.append(log_p[:, columns].exp().numpy())
        return np.concatenate(rows)

    @torch.inference_mode()
    def score_candidates(self, task: Task, asked: Asked) -> np.ndarray:
        """Return [B, C] the log-probability of the name of each candidate that was asked about."""
        rows = [self._scores(task, asked.take(part)) for part in _chunks(len(asked.user))]
        return np.concatenate(rows)

    @torch.inference_mode()
    def recommend(self, queries: Queries, k: int) -> np.ndarray:
        """Return [B, k] unseen items by a beam of `config.n_beams`, or of k where that is more."""
        asked = Asked.of_queries(queries)
        step = self._reader(self.asks_next, asked, self.tree.n_tokens + 1)
        items, _ = beam_search(self.tree, step, queries.history, max(k, self.config.n_beams))
        return items[:, :k]

    def _reader(self, task: Task, asked: Asked, n_tokens: int | None = None) -> Step:
        """Read each question once; return what gives the probabilities of what follows."""
        source, words = map(torch.from_numpy, self.questions.source(task, asked))
        return self.stepper(*self.read(source, words), n_tokens)

    def _scores(self, task: Task, asked: Asked) -> np.ndarray:
        """Return the scores [B, C] of some questions' candidates."""
        step = self._reader(task, asked, self.tree.n_tokens + 1)
        B, C = asked.candidates.shape
        names = torch.from_numpy(self.vocabulary.ids.codes[asked.candidates]).flatten(0, 1)
        rows = torch.arange(B).repeat_interleave(C)
        total: Tensor = torch.zeros(B * C)
        for level in range(names.shape[1]):
            log_p = step(rows, names[:, :level])
            total += log_p.gather(1, names[:, level : level + 1])[:, 0]
        return total.view(B, C).numpy()


def _chunks(n: int) -> list[slice]:
    """Cut n rows into pieces."""
    return [slice(start, start + _ROWS) for start in range(0, n, _ROWS)]
