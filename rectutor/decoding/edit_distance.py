"""The edit distance of one text to every title of a catalogue at once.

Levenshtein, "Binary Codes Capable of Correcting Deletions, Insertions, and Reversals", 1966: how
many letters have to be put in, taken out or exchanged to turn one text into another.

The table of Wagner and Fischer (1974) is filled row by row, a row being a letter of the text, for
all titles side by side. Within a row each cell asks the one to its left, which would be a loop over
letters. But cell j comes from some cell i <= j by j - i insertions, so it is the running minimum of
(value - place), plus j.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

__all__ = ["Letters", "edit_distances", "least_edits", "letters_of"]


class Letters(NamedTuple):
    """N titles as numbers."""

    letters: np.ndarray  # [N, M] int32 code points, 0 after the end of a title
    lengths: np.ndarray  # [N] int64
    alphabet: np.ndarray  # [A] int32 code points, each once, in order
    counts: np.ndarray  # [N, A] int64, how often each title has each of them

    def some(self, rows: np.ndarray) -> Letters:
        """Take the titles of some rows, and no more columns than they need."""
        lengths = self.lengths[rows]
        letters = self.letters[rows, : max(lengths, default=0)]
        return Letters(letters, lengths, self.alphabet, self.counts[rows])


def letters_of(titles: Sequence[str]) -> Letters:
    """Write titles as numbers.

    Args:
        titles: N texts.

    Example:
        >>> letters_of(["Up", "M"]).letters.tolist()
        [[85, 112], [77, 0]]
    """
    lengths = np.array([len(title) for title in titles], dtype=np.int64)
    letters = np.zeros((len(titles), max(lengths, default=0)), dtype=np.int32)
    is_letter = np.arange(letters.shape[1]) < lengths[:, None]
    letters[is_letter] = _points("".join(titles))
    alphabet, column = np.unique(letters[is_letter], return_inverse=True)
    counts = np.zeros((len(titles), len(alphabet)), dtype=np.int64)
    np.add.at(counts, (np.repeat(np.arange(len(titles)), lengths), column), 1)
    return Letters(letters, lengths, alphabet, counts)


def edit_distances(text: str, titles: Letters) -> np.ndarray:
    """Count the letters to be put in, taken out or exchanged between a text and each title.

    Args:
        text: any text.
        titles: N of them.

    Returns:
        [N] int64; between the difference of both lengths and the longer of them.

    Example:
        >>> edit_distances("kitten", letters_of(["sitting", "kitten", ""]))
        array([3, 0, 6])
    """
    letters, (N, M) = titles.letters, titles.letters.shape
    small = np.min_scalar_type(-(len(text) + M + 1))  # the smallest whole numbers that suffice
    places = np.arange(M + 1, dtype=small)
    row = np.broadcast_to(places, (N, M + 1))  # the empty beginning of the text: all insertions
    for n_read, letter in enumerate(text, start=1):
        below = np.empty((N, M + 1), dtype=small)
        below[:, 0] = n_read
        exchanged = row[:, :-1] + (letters != ord(letter))  # or kept, where the letters are alike
        np.minimum(exchanged, row[:, 1:] + small.type(1), out=below[:, 1:])  # or taken out
        below -= places
        np.minimum.accumulate(below, axis=1, out=below)  # or put in
        below += places
        row = below
    return np.take_along_axis(row, titles.lengths[:, None], axis=1)[:, 0].astype(np.int64)


def least_edits(text: str, titles: Letters) -> np.ndarray:
    """Count the edits that are needed whatever the order of the letters, which is quickly done.

    Letters of one that the other lacks have to be put in, taken out or exchanged for each other.

    Args:
        text: any text.
        titles: N of them.

    Returns:
        [N] int64, `edit_distances` or less.

    Example:
        >>> least_edits("kitten", letters_of(["sitting", "nettik"]))
        array([3, 0])
    """
    kinds, times = np.unique(_points(text), return_counts=True)
    is_known = np.isin(kinds, titles.alphabet)
    own = np.zeros(len(titles.alphabet), dtype=np.int64)
    own[np.searchsorted(titles.alphabet, kinds[is_known])] = times[is_known]
    more = titles.counts - own  # [N, A]; below 0 where the text has a letter more often
    lacking = np.maximum(more, 0).sum(axis=1)
    return np.maximum(lacking, lacking + len(text) - titles.lengths)


def _points(text: str) -> np.ndarray:
    """Return the code points of a text, [length] int32."""
    return np.array([ord(letter) for letter in text], dtype=np.int32)
