"""The edit distance of one text to every title of a catalogue at once.

Levenshtein, "Binary Codes Capable of Correcting Deletions, Insertions, and Reversals", 1966: how
many letters have to be put in, taken out or exchanged to turn one text into another.

The table of Wagner and Fischer (1974) has a row for each letter of the text and a column for each
of the title. Neighbouring cells differ by one at most, so a column is known by where it rises and
where it falls: two bits a letter, 64 letters in one number. Myers, "A fast bit-vector algorithm for
approximate string matching based on dynamic programming", Journal of the ACM 46, 1999, goes from
column to column by a few operations on such numbers; Hyyrö, "A bit-vector algorithm for computing
Levenshtein and Damerau edit distances", Nordic Journal of Computing 10, 2003, begins the first row
as edit distances need it. Here each operation is done for all titles side by side. Longer texts
take several numbers; what rises or falls at the end of one is handed to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

__all__ = ["Letters", "edit_distances", "least_edits", "letters_of"]

Bits: TypeAlias = np.uint64 | np.ndarray  # one number for all titles, or one for each
_BITS = 64
_ONE, _ALL = np.uint64(1), np.uint64(2**64 - 1)


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
    n, n_words = len(text), -(-len(text) // _BITS)
    where, known = _places_of(text, titles.alphabet)
    rises = [np.full(len(titles.lengths), _ALL) for _ in range(n_words)]  # the empty title: 0, 1, 2
    falls = [np.zeros(len(titles.lengths), dtype=np.uint64) for _ in range(n_words)]
    found = np.full(len(titles.lengths), n)
    for place, column in enumerate(np.ascontiguousarray(titles.letters.T)):
        rise: Bits = np.uint64(1)  # the empty text: one letter more to put in
        fall: Bits = np.uint64(0)
        which = known[column]
        for word in range(n_words):
            last = np.uint64(_BITS - 1 if word < n_words - 1 else (n - 1) % _BITS)
            step = _next_column(where[word][which], rises[word], falls[word], (rise, fall))
            rises[word], falls[word], across_up, across_down = step
            rise, fall = across_up >> last & _ONE, across_down >> last & _ONE
        is_open = place < titles.lengths
        found += np.where(is_open, np.subtract(rise, fall, dtype=np.int64, casting="unsafe"), 0)
    return found


def _places_of(text: str, alphabet: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mark where each letter of the alphabet stands in a text.

    Returns:
        Bits [n_words, A + 1], and for each code point its row of them, 0 if it is no letter of the
        alphabet; row 0 has no bit.
    """
    known = np.zeros(int(alphabet.max(initial=0)) + 1, dtype=np.int32)
    known[alphabet] = np.arange(1, len(alphabet) + 1)
    where = np.zeros((-(-len(text) // _BITS), len(alphabet) + 1), dtype=np.uint64)
    points = _points(text).astype(np.int64)
    rows = np.where(points < len(known), known[np.minimum(points, len(known) - 1)], 0)
    for place, row in enumerate(rows.tolist()):
        where[place // _BITS, row] |= _ONE << np.uint64(place % _BITS)
    where[:, 0] = 0
    return where, known


def _next_column(
    alike: np.ndarray,
    rises: np.ndarray,
    falls: np.ndarray,
    above: tuple[Bits, Bits],
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Go one column on, all titles at once; bits are letters of the text, as Myers has it.

    Args:
        alike: [N] uint64, which letters of the text are the column's letter.
        rises: [N], where a cell of the column before is one more than the cell above it.
        falls: [N], where it is one less.
        above: 1 where the row above these letters rises from column to column, and where it falls.

    Returns:
        Rises and falls of this column, and of each row from the column before to this one.
    """
    kept = alike | falls
    alike = alike | above[1]
    level = (((alike & rises) + rises) ^ rises) | alike
    across_up = falls | ~(level | rises)
    across_down = rises & level
    up, down = across_up << _ONE | above[0], across_down << _ONE | above[1]
    return down | ~(kept | up), up & kept, across_up, across_down


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
