"""What P5 reads: wordings with gaps, written as tokens of its own small vocabulary."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rectutor.data.batches import left_trimmed
from rectutor.models.item_ids import ItemIds
from rectutor.models.p5_words import Vocabulary, closed_up, words_of

__all__ = ["Sentences"]


class Sentences:
    """Write questions as tokens, and number the words that tokens belong to.

    Args:
        ids: how items are written.
        n_users: people; their indices are 0..n_users - 1.
        max_length: T, the newest items of a history that are told.
        wordings: texts with {user} and {history}, each once.

    Raises:
        ValueError: a wording lacks a gap or has another one.
    """

    def __init__(
        self, ids: ItemIds, n_users: int, max_length: int, wordings: Sequence[str]
    ) -> None:
        self.ids, self.max_length = ids, max_length
        self.pieces = [_pieces(text) for text in wordings]
        words = (word for pieces in self.pieces for word in pieces)
        self.vocabulary = Vocabulary(ids, n_users, words)
        self.end, self.n_tokens = self.vocabulary.end, self.vocabulary.n_tokens
        self.n_words = max_length + 2  # numbers of words: 0, the items, and the person

    def write(
        self, users: np.ndarray, history: np.ndarray, wording: int = 0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Write one question for each row.

        Args:
            users: [B] user indices.
            history: [B, T] item indices, PAD on the left.
            wording: its number.

        Returns:
            Tokens [B, S], 0 at padding, which is on the left; and the number of the word that
            each belongs to [B, S]: items count back from the newest, which is 1, the person has
            T + 1, and words of the wording have 0.

        Raises:
            ValueError: a user is not among the people that have a number.
        """
        history = left_trimmed(history[:, -self.max_length :])
        parts = [self._part(piece, users, history) for piece in self.pieces[wording]]
        tokens, numbers = (np.concatenate(column, axis=1) for column in zip(*parts, strict=True))
        # A short history leaves a gap in the middle.
        return closed_up(tokens, numbers)

    def _part(
        self, piece: str, users: np.ndarray, history: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return a piece's tokens [B, n], and the numbers of the words they belong to [B, n]."""
        B, T = history.shape
        if piece == "{user}":
            return self.vocabulary.people(users), np.full((B, 2), self.max_length + 1)
        if piece == "{history}":
            own = self.vocabulary.items(history)  # [B, T * L]
            number = np.repeat(np.arange(T, 0, -1), self.ids.codes.shape[1])
            return own, np.broadcast_to(number, own.shape)
        return np.full((B, 1), self.vocabulary.word(piece)), np.zeros((B, 1), dtype=np.int64)


def _pieces(text: str) -> list[str]:
    """Cut a wording into words, stops and gaps, which are a person and a history."""
    pieces = words_of(text)
    gaps = [piece for piece in pieces if piece.startswith("{")]
    if sorted(gaps) != ["{history}", "{user}"]:
        raise ValueError(
            f"a wording must have {{user}} and {{history}}, each once, got {gaps} in {text!r}"
        )
    return pieces
