"""What P5 reads: wordings with gaps, written as tokens of its own small vocabulary.

Token 0 is padding. Then come the pieces of items' names, a token that ends an answer, the pieces of
people's numbers, and the words and stops of the wordings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from rectutor.data.batches import left_trimmed
from rectutor.models.item_ids import ItemIds

__all__ = ["Sentences"]

_BASE = 100  # a person's number is cut into hundreds and the rest


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
        self.ids, self.n_users, self.max_length = ids, n_users, max_length
        self.pieces = [_pieces(text) for text in wordings]
        words = sorted({word for pieces in self.pieces for word in pieces})
        self.end = ids.n_tokens + 1  # of an answer
        self._rest = self.end + 1  # the first token of the last two digits of a person
        self._hundreds = self._rest + _BASE
        first_word = self._hundreds + -(-n_users // _BASE)
        self._word = {word: first_word + i for i, word in enumerate(words)}
        self.n_tokens = first_word + len(words)  # padding included
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
        if len(users) and not 0 <= users.min() <= users.max() < self.n_users:
            raise ValueError(
                f"users must be in 0..{self.n_users - 1}, got {users.min()}..{users.max()}; "
                "P5 knows the people it was made for"
            )
        history = left_trimmed(history[:, -self.max_length :])
        parts = [self._part(piece, users, history) for piece in self.pieces[wording]]
        tokens, numbers = (np.concatenate(column, axis=1) for column in zip(*parts, strict=True))
        # A short history leaves a gap in the middle; close it, so that all padding is on the left.
        order = np.argsort(tokens != 0, axis=1, kind="stable")
        tokens, numbers = (np.take_along_axis(x, order, axis=1) for x in (tokens, numbers))
        return tokens, np.where(tokens != 0, numbers, 0)

    def _part(
        self, piece: str, users: np.ndarray, history: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return a piece's tokens [B, n], and the numbers of the words they belong to [B, n]."""
        B, T = history.shape
        if piece == "{user}":
            own = np.stack([self._hundreds + users // _BASE, self._rest + users % _BASE], axis=1)
            return own, np.full((B, 2), self.max_length + 1)
        if piece == "{history}":
            own = self.ids.codes[history].reshape(B, -1)  # [B, T * L]
            number = np.repeat(np.arange(T, 0, -1), self.ids.codes.shape[1])
            return own, np.broadcast_to(number, own.shape)
        return np.full((B, 1), self._word[piece]), np.zeros((B, 1), dtype=np.int64)


def _pieces(text: str) -> list[str]:
    """Cut a wording into words, stops and gaps.

    Example:
        >>> _pieces("{user} chose {history}. What next?")
        ['{user}', 'chose', '{history}', '.', 'What', 'next', '?']
    """
    pieces = re.findall(r"\{\w+\}|\w+|[^\w\s{}]", text)
    gaps = [piece for piece in pieces if piece.startswith("{")]
    if sorted(gaps) != ["{history}", "{user}"]:
        raise ValueError(
            f"a wording must have {{user}} and {{history}}, each once, got {gaps} in {text!r}"
        )
    return pieces
