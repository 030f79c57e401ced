"""The vocabulary of P5: names of items, people, and words.

Token 0 is padding. Then come the pieces of items' names, a token that ends an answer, the pieces of
people's numbers, and words and stops.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from rectutor.models.item_ids import ItemIds

__all__ = ["UNKNOWN", "Vocabulary", "closed_up", "words_of"]

_BASE = 100  # a person's number is cut into hundreds and the rest
UNKNOWN = "(unknown)"  # stands for all words that are not known, where the vocabulary holds it


def words_of(text: str) -> list[str]:
    """Cut a text into gaps, words and stops.

    Example:
        >>> words_of("{user} chose {history}. What next?")
        ['{user}', 'chose', '{history}', '.', 'What', 'next', '?']
    """
    return re.findall(r"\{\w+\}|\d+\.\d+|\w+|[^\w\s{}]", text)


class Vocabulary:
    """What P5 reads and writes, as tokens.

    Args:
        ids: how items are written.
        n_users: people; their indices are 0..n_users - 1.
        words: all that may occur, each as often as it likes.
    """

    def __init__(self, ids: ItemIds, n_users: int, words: Iterable[str]) -> None:
        self.ids, self.n_users = ids, n_users
        self.end = ids.n_tokens + 1  # of an answer
        self._rest = self.end + 1  # the first token of the last two digits of a person
        self._hundreds = self._rest + _BASE
        self.first_word = self._hundreds + -(-n_users // _BASE)
        self.words = sorted(set(words))
        self._word = {word: self.first_word + i for i, word in enumerate(self.words)}
        self.n_tokens = self.first_word + len(self.words)  # padding included

    def word(self, word: str) -> int:
        """Return the token of a word; that of `UNKNOWN` where it has none of its own.

        Raises:
            KeyError: neither is in the vocabulary.
        """
        return self._word[word] if word in self._word else self._word[UNKNOWN]

    def knows(self, text: str) -> bool:
        """Tell whether every word of a text, gaps aside, has a token of its own."""
        return all(word in self._word or word.startswith("{") for word in words_of(text))

    def people(self, users: np.ndarray) -> np.ndarray:
        """Return the two tokens [B, 2] of each person.

        Raises:
            ValueError: a user is not among the people that have a number.
        """
        if len(users) and not 0 <= users.min() <= users.max() < self.n_users:
            raise ValueError(
                f"users must be in 0..{self.n_users - 1}, got {users.min()}..{users.max()}; "
                "P5 knows the people it was made for"
            )
        return np.stack([self._hundreds + users // _BASE, self._rest + users % _BASE], axis=1)

    def items(self, items: np.ndarray) -> np.ndarray:
        """Return the names [B, T * L] of items [B, T], 0 for padding."""
        return self.ids.codes[items].reshape(len(items), -1)

    def texts(self, texts: Sequence[str]) -> np.ndarray:
        """Return the words [B, n] of texts, 0 on the right where one has fewer than the longest."""
        rows = [[self.word(word) for word in words_of(text)] for text in texts]
        out = np.zeros((len(rows), max(map(len, rows), default=0)), dtype=np.int64)
        for row, tokens in zip(out, rows, strict=True):
            row[: len(tokens)] = tokens
        return out

    def said(self, tokens: Sequence[int]) -> str:
        """Return the text of an answer, up to its end; stops stand close to the word before."""
        text = ""
        for token in tokens:
            if token in (0, self.end):
                break
            piece = self._piece(token)
            text += piece if not text or piece in ",.?!" else f" {piece}"
        return text

    def _piece(self, token: int) -> str:
        """Return what one token stands for."""
        if token < self.end:
            return self.ids.pieces[token]
        if token < self.first_word:
            return "(person)"
        return self.words[token - self.first_word]


def closed_up(
    tokens: np.ndarray, numbers: np.ndarray, to_the_left: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Move padding out of the middle of rows.

    Args:
        tokens: [B, S], 0 at padding.
        numbers: [B, S], what belongs to each of them.
        to_the_left: tokens go there, and padding to the right.

    Returns:
        Both, [B, S]; numbers are 0 at padding.
    """
    goes_last = tokens == 0 if to_the_left else tokens != 0
    order = np.argsort(goes_last, axis=1, kind="stable")
    tokens, numbers = (np.take_along_axis(x, order, axis=1) for x in (tokens, numbers))
    return tokens, np.where(tokens != 0, numbers, 0)
