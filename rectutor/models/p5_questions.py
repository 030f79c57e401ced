"""Questions of the five families as tokens: what is asked about, and the wordings' gaps filled.

`rectutor.prompts.p5` holds the wordings, and `FIELDS` there says what each gap stands for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rectutor.data.batches import left_trimmed, sample_negatives
from rectutor.models.p5_words import Vocabulary, closed_up, words_of
from rectutor.prompts.p5 import Task
from rectutor.schema import Queries

__all__ = ["NO_ANSWER", "STARS", "Asked", "Questions", "with_candidates", "with_untruths"]

NO_ANSWER = -100  # what T5's loss passes over
STARS = tuple(f"{half / 2:g}" for half in range(1, 11))  # "0.5" to "5"
_Part = tuple[np.ndarray, np.ndarray]  # tokens [B, n], and the numbers of their words [B, n]


class Asked(NamedTuple):
    """Who and what questions are about, one row each; texts are tokens, 0 on the right."""

    user: np.ndarray  # [B]
    history: np.ndarray  # [B, T] items before this one, oldest first, PAD on the left
    item: np.ndarray  # [B] the item that is asked about, or that is the answer
    half_stars: np.ndarray  # [B] 1 to 10
    candidates: np.ndarray  # [B, C]; C may be 0 before `with_candidates`
    is_true: np.ndarray  # [B] bool, whether what is asked about is so
    review: np.ndarray  # [B, n]
    explanation: np.ndarray  # [B, n]
    feature: np.ndarray  # [B, n]
    summary: np.ndarray  # [B, n]

    def take(self, rows: np.ndarray | slice) -> Asked:
        """Return the questions in `rows`, in that order."""
        return Asked(*(field[rows] for field in self))

    @classmethod
    def of_queries(cls, queries: Queries) -> Asked:
        """Ask what comes next: nothing but the person and the history is known."""
        n = len(queries.user_index)
        none, nothing = np.zeros(n, dtype=np.int64), np.zeros((n, 0), dtype=np.int64)
        known = (queries.user_index, queries.history, none, none, nothing, none == 0)
        return cls(*known, nothing, nothing, nothing, nothing)


def with_candidates(
    asked: Asked, n: int, seen: np.ndarray, n_items: int, rng: np.random.Generator
) -> Asked:
    """Put each item among others that its person has not chosen, at a place drawn by lot.

    Args:
        asked: the questions.
        n: C, candidates of each.
        seen: from `rectutor.data.batches.seen_keys`.
        n_items: N.
        rng: decides the others and the places.
    """
    others = sample_negatives(asked.user, n, seen, n_items, rng)
    others[np.arange(len(others)), rng.integers(0, n, len(others))] = asked.item
    return asked._replace(candidates=others)


def with_untruths(
    asked: Asked, family: str, seen: np.ndarray, n_items: int, rng: np.random.Generator
) -> Asked:
    """Exchange what is asked about for something untrue, in half of the cases.

    Args:
        asked: the questions.
        family: "rating" exchanges the stars, others the item for one the person has not chosen.
        seen: from `rectutor.data.batches.seen_keys`.
        n_items: N.
        rng: decides which, and what comes instead.
    """
    is_true = rng.random(len(asked.user)) < 0.5
    if family == "rating":
        other = (asked.half_stars - 1 + rng.integers(1, 10, len(is_true))) % 10 + 1
        stars = np.where(is_true, asked.half_stars, other)
        return asked._replace(half_stars=stars, is_true=is_true)
    item = np.where(is_true, asked.item, sample_negatives(asked.user, 1, seen, n_items, rng)[:, 0])
    return asked._replace(item=item, is_true=is_true)


class Questions:
    """Write questions and answers as tokens, and number the words that tokens belong to.

    Items of a history count back from the newest, which is 1. The person has T + 1, the item that
    is asked about T + 2, candidates have the numbers after that, in their order; words have 0.

    Args:
        vocabulary: of names, people and words.
        titles: [N] of the items, index 1 first.
        max_length: T, the newest items of a history that are told.
        n_candidates: C, the most candidates.
    """

    def __init__(
        self, vocabulary: Vocabulary, titles: Sequence[str], max_length: int, n_candidates: int
    ) -> None:
        self.vocabulary, self.max_length = vocabulary, max_length
        self.n_words = max_length + 3 + n_candidates
        self._titles = vocabulary.texts(["", *titles])  # [N + 1, n]
        self._stars = np.array([0, *(vocabulary.word(text) for text in STARS)])
        self._answers = np.array([vocabulary.word("no"), vocabulary.word("yes")])

    def source(self, task: Task, asked: Asked) -> tuple[np.ndarray, np.ndarray]:
        """Return tokens [B, S], padding on the left, and numbers of words [B, S]."""
        tokens, numbers = closed_up(*self._filled(task.source.text, asked))
        tokens = left_trimmed(tokens)
        return tokens, numbers[:, numbers.shape[1] - tokens.shape[1] :]

    def answer(self, task: Task, asked: Asked) -> np.ndarray:
        """Return tokens [B, L], each row with its end, then `NO_ANSWER`."""
        tokens, _ = closed_up(*self._filled(task.target.text, asked), to_the_left=True)
        tokens = np.pad(tokens, ((0, 0), (0, 1)))
        length = (tokens != 0).sum(axis=1)
        tokens[np.arange(len(tokens)), length] = self.vocabulary.end
        tokens = tokens[:, : length.max(initial=0) + 1]
        return np.where(np.arange(tokens.shape[1]) > length[:, None], NO_ANSWER, tokens)

    def _filled(self, text: str, asked: Asked) -> _Part:
        parts = [self._part(piece, asked) for piece in words_of(text)]
        tokens, numbers = (np.concatenate(column, axis=1) for column in zip(*parts, strict=True))
        return tokens, numbers

    def _part(self, piece: str, asked: Asked) -> _Part:
        """Return what one word or gap becomes."""
        T = self.max_length
        match piece:
            case "{user}":
                return _numbered(self.vocabulary.people(asked.user), T + 1)
            case "{item}":
                return _numbered(self.vocabulary.items(asked.item[:, None]), T + 2)
            case "{history}":
                history = left_trimmed(asked.history[:, -T:])
                return self._items(history, np.arange(history.shape[1], 0, -1))
            case "{candidates}":
                return self._items(asked.candidates, T + 3 + np.arange(asked.candidates.shape[1]))
            case "{title}":
                return _numbered(self._titles[asked.item], 0)
            case "{stars}":
                return _numbered(self._stars[asked.half_stars][:, None], 0)
            case "{answer}":
                return _numbered(self._answers[asked.is_true.astype(int)][:, None], 0)
            case "{review}" | "{explanation}" | "{feature}" | "{summary}":
                return _numbered(getattr(asked, piece[1:-1]), 0)
        token = self.vocabulary.word(piece)
        return _numbered(np.full((len(asked.user), 1), token), 0)

    def _items(self, items: np.ndarray, numbers: np.ndarray) -> _Part:
        """Write items [B, n] that have the numbers [n]."""
        tokens = self.vocabulary.items(items)
        each = np.repeat(numbers, self.vocabulary.ids.codes.shape[1])
        return tokens, np.broadcast_to(each, tokens.shape)


def _numbered(tokens: np.ndarray, number: int) -> _Part:
    return tokens, np.full(tokens.shape, number)
