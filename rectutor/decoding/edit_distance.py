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

import numpy as np

__all__ = ["edit_distances", "letters_of"]


def letters_of(titles: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Write titles as numbers, for `edit_distances`.

    Args:
        titles: N texts.

    Returns:
        Code points [N, M], 0 after the end of each title, and lengths [N].

    Example:
        >>> letters_of(["Up", "M"])[0].tolist()
        [[85, 112], [77, 0]]
    """
    lengths = np.array([len(title) for title in titles], dtype=np.int64)
    letters = np.zeros((len(titles), max(lengths, default=0)), dtype=np.int32)
    for row, title in zip(letters, titles, strict=True):
        row[: len(title)] = [ord(letter) for letter in title]
    return letters, lengths


def edit_distances(text: str, letters: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Count the letters to be put in, taken out or exchanged between a text and each title.

    Args:
        text: any text.
        letters: [N, M] from `letters_of`.
        lengths: [N].

    Returns:
        [N] int16; between the difference of both lengths and the longer of them.

    Example:
        >>> edit_distances("kitten", *letters_of(["sitting", "kitten", ""]))
        array([3, 0, 6], dtype=int16)
    """
    N, M = letters.shape
    places = np.arange(M + 1, dtype=np.int16)
    row = np.broadcast_to(places, (N, M + 1))  # the empty beginning of the text: all insertions
    for n_read, letter in enumerate(text, start=1):
        below = np.empty((N, M + 1), dtype=np.int16)
        below[:, 0] = n_read
        exchanged = row[:, :-1] + (letters != ord(letter))  # or kept, where the letters are alike
        np.minimum(exchanged, row[:, 1:] + np.int16(1), out=below[:, 1:])  # or taken out
        below -= places
        np.minimum.accumulate(below, axis=1, out=below)  # or put in
        below += places
        row = below
    distances: np.ndarray = np.take_along_axis(row, lengths[:, None], axis=1)[:, 0]
    return distances
