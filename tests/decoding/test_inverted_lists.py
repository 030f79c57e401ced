"""Inverted lists: what they find, what they miss, and what they say without FAISS."""

import importlib.util

import numpy as np
import pytest

from rectutor.decoding.grounding import nearest
from rectutor.decoding.inverted_lists import InvertedLists
from rectutor.decoding.vector_grounding import vector_distances

# Two heaps on a line, each with a straggler. 0.5 is nearer to the centre of the right one; its
# nearest neighbour is 2, in the right one, and its second is -2, in the left one.
LINE = np.array([-12.0, -11, -10, -9, -8, -2, 2, 8, 9, 10, 11, 12])[:, None]


def test_what_lies_in_a_list_that_is_not_looked_through_is_missed():
    pytest.importorskip("faiss")
    lists, asked = InvertedLists(LINE, 2), np.array([[0.5]])
    assert lists.search(asked, 2, n_probe=1).tolist() == [[7, 8]]  # 2, then 8
    assert lists.search(asked, 2, n_probe=2).tolist() == [[7, 6]]  # 2, then -2
    assert lists.search(asked, 7, n_probe=1).tolist() == [[7, 8, 9, 10, 11, 12, 0]]  # six are there


def test_with_all_lists_it_answers_as_measuring_does():
    pytest.importorskip("faiss")
    rng = np.random.default_rng(0)
    vectors, asked = rng.normal(size=(600, 8)), rng.normal(size=(20, 8))
    lists = InvertedLists(vectors, 24)
    exact = nearest(vector_distances(asked, vectors), 5).items
    assert np.array_equal(lists.search(asked, 5, n_probe=24), exact)
    found = [(lists.search(asked, 5, n)[:, :, None] == exact[:, None]).mean() for n in (1, 6, 24)]
    assert found == sorted(found) and found[0] < found[-1]


def test_numbers_of_lists_that_cannot_be_are_refused():
    pytest.importorskip("faiss")
    with pytest.raises(ValueError, match=r"n_lists must be in 1\.\.12, .* got 13"):
        InvertedLists(LINE, 13)
    lists = InvertedLists(LINE, 2)
    for n_probe in (0, 3):
        with pytest.raises(ValueError, match=rf"n_probe must be in 1\.\.2, .* got {n_probe}"):
            lists.search(LINE, 1, n_probe)


def test_without_faiss_the_extra_and_another_way_are_named(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"rectutor\[faiss\].* all 12 distances"):
        InvertedLists(LINE, 2)
