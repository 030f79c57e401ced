"""BM25 on paper, against loops over words, and what GPT4Rec does with several queries."""

from collections import Counter

import numpy as np
import pytest

from rectutor.data import load
from rectutor.decoding import bm25
from rectutor.decoding.bm25 import BM25, merge_queries
from rectutor.decoding.title_grounding import words_of

TEXTS = ["Alien", "Aliens of the deep deep sea", "The Heat", "the alien heat"]  # 1, 6, 2, 3 words


def test_the_score_of_one_word_by_hand():
    scores = BM25(TEXTS, k1=1.5, b=0.5).scores(["deep", "ALIEN!", "the dune"])
    mean = (1 + 6 + 2 + 3) / 4
    once = np.log(1 + (4 - 1 + 0.5) / (1 + 0.5))  # idf of a word in one of four texts
    deep = once * 2 * 2.5 / (2 + 1.5 * (0.5 + 0.5 * 6 / mean))
    assert scores[0] == pytest.approx([0, deep, 0, 0])
    twice = np.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    alien = [twice * 2.5 / (1 + 1.5 * (0.5 + 0.5 * n / mean)) for n in (1, 3)]
    assert scores[1] == pytest.approx([alien[0], 0, 0, alien[1]])
    assert scores[2, 0] == 0
    assert (scores[2, 1:] > 0).all()  # most texts have the word, yet it never counts against them


def test_it_agrees_with_loops_over_words():
    texts = load("books").items["title"].tolist()
    queries = [*texts[::60], "the the lost world of secrets", "no such words hereabouts", ""]
    N, words = len(texts), [Counter(words_of(text)) for text in texts]
    mean = sum(own.total() for own in words) / N
    expected = np.zeros((len(queries), N))
    for row, query in enumerate(queries):
        for word in words_of(query):
            n = sum(word in own for own in words)
            idf = np.log(1 + (N - n + 0.5) / (n + 0.5))
            for column, own in enumerate(words):
                rate = own[word] + 1.2 * (0.25 + 0.75 * own.total() / mean)
                expected[row, column] += idf * own[word] * 2.2 / rate
    assert BM25(texts).scores(queries) == pytest.approx(expected)


def test_words_are_counted_once_with_k1_nothing_and_lengths_not_with_b_nothing():
    once = BM25(["a", "a a", "b"], k1=0.0).scores(["a"])
    assert once[0, 0] == pytest.approx(once[0, 1])
    long = BM25(["a", "a x y z", "b"], b=0.0).scores(["a"])
    assert long[0, 0] == pytest.approx(long[0, 1])


def test_almost_every_title_finds_itself_first():
    titles = load("films").items["title"].tolist()
    engine = BM25(titles)
    found = engine.search(titles, k=1)[:, 0]
    scores = engine.scores(titles)
    own = scores[np.arange(len(titles)), np.arange(len(titles))]
    beaten = np.flatnonzero(own < scores.max(axis=1) - 1e-9)
    assert len(beaten) <= 0.01 * len(titles)
    assert (found == np.arange(1, len(titles) + 1)).mean() > 0.97


def test_items_come_best_first_equals_by_index_and_strangers_not_at_all():
    engine = BM25(["heat", "up", "heat", "heat wave"])
    assert engine.search(["heat", "up", "zzz"], k=5).tolist() == [
        [1, 3, 4, 0, 0],
        [2, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
    ]
    assert engine.search([], k=2).shape == (0, 2)


def test_blocks_of_queries_change_nothing(monkeypatch):
    titles = load("books").items["title"].tolist()
    engine, queries = BM25(titles), titles[:25]
    whole = engine.search(queries, k=4)
    monkeypatch.setattr("rectutor.decoding.grounding._CELLS_AT_ONCE", 3 * len(titles))
    assert len(list(bm25.blocks(25, len(titles)))) == 9
    assert np.array_equal(engine.search(queries, k=4), whole)


def test_every_query_fills_its_share_with_what_is_new():
    found = np.array([[[1, 2, 3, 4], [2, 5, 1, 6]], [[7, 0, 0, 0], [8, 9, 7, 6]]])
    assert merge_queries(found, k=4).tolist() == [[1, 2, 5, 6], [7, 8, 9, 6]]
    assert merge_queries(found, k=3).tolist() == [[1, 2, 5], [7, 8, 9]]
    assert merge_queries(found, k=1).tolist() == [[1], [7]]


def test_one_query_is_its_own_list():
    assert merge_queries(np.array([[[4, 2, 9, 1]]]), k=3).tolist() == [[4, 2, 9]]


def test_a_list_holds_no_item_twice():
    rng = np.random.default_rng(0)
    found = np.stack([[rng.permutation(12)[:6] for _ in range(3)] for _ in range(40)])
    for row in merge_queries(found, k=9):
        items = row[row > 0]
        assert len(set(items)) == len(items)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: BM25(["a"], k1=-1), "got k1=-1 and b=0.75"),
        (lambda: BM25(["a"], b=2), "got k1=1.2 and b=2"),
        (lambda: BM25(["!", ""]), "got 2 texts and no word"),
        (lambda: BM25([]), "got 0 texts and no word"),
        (lambda: BM25(["a"]).search(["a"], k=0), "k must be 1 or more, got 0"),
        (lambda: merge_queries(np.zeros((1, 1, 1), dtype=int), k=-3), "1 or more, got -3"),
    ],
)
def test_what_cannot_be_searched_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
