"""Queries are searched one after the other, and what was seen does not come out."""

import numpy as np
import pytest

from rectutor.decoding.bm25 import BM25
from rectutor.models.bigrec import BIGRec
from rectutor.models.gpt4rec import GPT4Rec
from tests.lm.small import small_llama
from tests.models.test_bigrec import TITLES, asked

ENGINE = BM25(TITLES[1:])  # western, the critic, a thriller, a musical, the critic returns


class Writes(GPT4Rec):
    """Writes what it is told to write."""

    says = (["western", "the critic"], ["a musical", "western"])

    def queries(self, queries):
        return [list(row) for row in self.says]


def test_each_query_fills_its_share_with_unseen_items():
    rec = Writes(BIGRec(small_llama(), TITLES), ENGINE, 2)
    history = np.array([[0, 2], [0, 1]])  # the critic; western
    lists = rec.recommend(asked(history), 4)
    assert lists[0].tolist() == [1, 5, 0, 0]  # "the critic" finds its sequel, itself being seen
    assert lists[1].tolist() == [4, 3, 0, 0]  # "a" is in the thriller, too; western was seen


def test_queries_are_the_best_free_beams():
    rec = GPT4Rec(BIGRec(small_llama(), TITLES), ENGINE, 3)
    queries = rec.queries(asked())
    assert [len(row) for row in queries] == [3, 3]
    one = GPT4Rec(rec.writes, ENGINE, 1).queries(asked())
    assert one[0] == rec.writes.write(asked())[:1]
    assert (rec.name, GPT4Rec(rec.writes, ENGINE, 1).name) == (
        "GPT4Rec (3 queries)",
        "GPT4Rec (1 query)",
    )


def test_no_query_at_all_is_refused():
    with pytest.raises(ValueError, match="n_queries must be 1 or more, got 0"):
        GPT4Rec(BIGRec(small_llama(), TITLES), ENGINE, 0)
