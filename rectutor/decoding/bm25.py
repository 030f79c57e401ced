"""Ground a query: the items whose words match it, by BM25.

Li et al., "GPT4Rec: A Generative Framework for Personalized Recommendation and User Interests
Interpretation", 2023: a language model writes several search queries for a user, and a search
engine finds items for each. The engine is BM25, Robertson and Zaragoza, "The Probabilistic
Relevance Framework: BM25 and Beyond", 2009, section 3.4. A word w of the query adds to the score of
an item

    idf(w) * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length))

where tf counts the word in the item's text and length counts all its words. k1 says how soon a word
that is repeated stops counting, b how much long texts are held back.

**Departures.** Their idf is log((N - n + 0.5) / (n + 0.5)) for a word in n of N texts, which is
below 0 for a word that more than half of them have. As search engines do it, 1 is added within the
logarithm. Words are compared as they stand, without stems and without a list of words to pass over.
In `merge_queries`, places that one query leaves free go to the next.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rectutor.decoding.grounding import blocks
from rectutor.decoding.title_grounding import words_of
from rectutor.schema import PAD

__all__ = ["BM25", "merge_queries"]


class BM25:
    """A search engine over the items' texts.

    For each word it knows the items that have it and what it adds to their scores: all pairs in two
    arrays, those of one word side by side.

    Args:
        texts: N texts; the first belongs to item index 1.
        k1: 0 and up; 0 asks only whether a word is there.
        b: 0 to 1; 0 does not look at lengths.

    Raises:
        ValueError: there is no word in the texts, or k1 or b is out of range.

    Example:
        >>> engine = BM25(["Alien", "Alien Resurrection", "Heat"])
        >>> engine.search(["alien film", "dune"], k=3).tolist()
        [[1, 2, 0], [0, 0, 0]]
    """

    def __init__(self, texts: Sequence[str], k1: float = 1.2, b: float = 0.75) -> None:
        if k1 < 0 or not 0 <= b <= 1:
            raise ValueError(f"k1 must be 0 or more and b 0 to 1, got k1={k1} and b={b}")
        words = [words_of(text) for text in texts]
        lengths = np.array([len(own) for own in words], dtype=np.int64)
        self.n_items = N = len(texts)
        self._numbers = {word: n for n, word in enumerate(sorted(set().union(*words)))}
        V = len(self._numbers)
        if not V:
            raise ValueError(f"a search needs texts with words, got {N} texts and no word in them")
        said = np.array([self._numbers[word] for own in words for word in own])
        pairs, tf = np.unique(said * N + np.repeat(np.arange(N), lengths), return_counts=True)
        word, self._rows = pairs // N, pairs % N  # of each pair
        self._starts = np.searchsorted(word, np.arange(V + 1))  # where the pairs of a word begin
        n_texts = np.diff(self._starts)  # that have the word
        idf = np.log(1 + (N - n_texts + 0.5) / (n_texts + 0.5))
        held_back = k1 * (1 - b + b * lengths[self._rows] / lengths.mean())
        self._added = idf[word] * tf * (k1 + 1) / (tf + held_back)

    def scores(self, queries: Sequence[str]) -> np.ndarray:
        """Score all items; a word that stands in a query twice counts twice.

        Args:
            queries: B texts.

        Returns:
            [B, N] float64, 0 and up; 0 where an item shares no word with the query.
        """
        known = [[self._numbers[w] for w in words_of(q) if w in self._numbers] for q in queries]
        words = np.array([word for own in known for word in own], dtype=np.int64)
        n_pairs = self._starts[words + 1] - self._starts[words]
        query = np.repeat(np.repeat(np.arange(len(known)), [len(own) for own in known]), n_pairs)
        first = np.repeat(self._starts[words] - np.cumsum(n_pairs) + n_pairs, n_pairs)
        pairs = first + np.arange(len(first))
        places = query * self.n_items + self._rows[pairs]
        size = len(known) * self.n_items
        return np.bincount(places, self._added[pairs], size).reshape(-1, self.n_items)

    def search(self, queries: Sequence[str], k: int = 10) -> np.ndarray:
        """Find the items with the highest scores; of equal ones the lowest index first.

        Args:
            queries: B texts.
            k: 1 or more.

        Returns:
            [B, k] int64 item index, best first; PAD where no other item shares a word.

        Raises:
            ValueError: k is below 1.
        """
        if k < 1:
            raise ValueError(f"k must be 1 or more, got {k}")
        parts = []
        for rows in blocks(len(queries), self.n_items):
            scores = self.scores(queries[rows])
            order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
            found = np.where(np.take_along_axis(scores, order, axis=1) > 0, order + 1, PAD)
            parts.append(np.pad(found, ((0, 0), (0, k - found.shape[1])), constant_values=PAD))
        return np.concatenate(parts)


def merge_queries(found: np.ndarray, k: int) -> np.ndarray:
    """Make one list of what several queries of a user found.

    As GPT4Rec has it, each of M queries fills its share of the k places with items that are not in
    the list yet, the first query first. What it leaves free goes to the next.

    Args:
        found: [B, M, C] item indices, best first; PAD where a query found fewer.
        k: length of the list.

    Returns:
        [B, k] int64, each item once; PAD where all queries together found too few.

    Raises:
        ValueError: k is below 1.

    Example:
        >>> merge_queries(np.array([[[1, 2, 3], [2, 1, 9]]]), k=4).tolist()
        [[1, 2, 9, 0]]
    """
    if k < 1:
        raise ValueError(f"k must be 1 or more, got {k}")
    B, M, _ = found.shape
    merged, n_filled = np.full((B, k), PAD), np.zeros((B, 1), dtype=np.int64)
    for query in range(M):
        items = found[:, query]  # [B, C]
        is_new = (items != PAD) & ~(items[:, :, None] == merged[:, None]).any(axis=2)
        place = n_filled + np.cumsum(is_new, axis=1) - 1
        is_taken = is_new & (place < -(-k * (query + 1) // M))
        row, column = np.nonzero(is_taken)
        merged[row, place[row, column]] = items[row, column]
        n_filled += is_taken.sum(axis=1, keepdims=True)
    return merged
