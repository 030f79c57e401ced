"""The nearest vectors: by hand, with ties, beside FAISS, and weighed by popularity."""

import importlib.util
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from rectutor.decoding import vector_grounding
from rectutor.decoding.grounding import nearest
from rectutor.decoding.vector_grounding import (
    ground_vectors,
    popularity_weighted,
    vector_distances,
)

ITEMS = np.array([[3.0, 4.0], [0.0, 1.0], [6.0, 8.0], [0.0, 1.0]])


def test_euclid_sees_length_and_cosine_does_not():
    asked = np.array([[0.0, 0.5], [30.0, 40.0]])
    assert vector_distances(asked, ITEMS)[0] == pytest.approx(
        [np.sqrt(9 + 3.5**2), 0.5, 9.604, 0.5], abs=1e-3
    )
    assert vector_distances(asked, ITEMS, "cosine")[1] == pytest.approx([0, 0.2, 0, 0.2], abs=1e-6)
    assert ground_vectors(asked, ITEMS, k=2).items.tolist() == [[2, 4], [3, 1]]
    assert ground_vectors(asked, ITEMS, how="cosine").items.tolist() == [[2], [1]]


@pytest.mark.parametrize("how", ["l2", "cosine"])
def test_distances_are_those_of_the_formula(how):
    rng = np.random.default_rng(0)
    asked, vectors = rng.normal(size=(7, 5)), rng.normal(size=(40, 5)) * 3
    if how == "l2":
        expected = np.sqrt(((asked[:, None] - vectors) ** 2).sum(axis=2))
    else:
        lengths = np.linalg.norm(asked, axis=1)[:, None] * np.linalg.norm(vectors, axis=1)
        expected = 1 - asked @ vectors.T / lengths
    assert vector_distances(asked, vectors, how) == pytest.approx(expected, abs=1e-5)


def test_twins_tie_exactly_and_an_item_is_at_distance_nothing_from_itself():
    rng = np.random.default_rng(0)
    vectors = np.repeat(rng.normal(size=(30, 96)) + 50, 2, axis=0)  # far from 0, where sums round
    grounded = ground_vectors(vectors, vectors, k=2)
    assert (grounded.distances == 0).all()
    assert not grounded.is_certain.any()
    assert grounded.items.tolist() == [[2 * (i // 2) + 1, 2 * (i // 2) + 2] for i in range(60)]


def test_many_items_show_a_bar_where_faiss_is_absent(monkeypatch, capsys):
    monkeypatch.setattr(vector_grounding, "_BRUTE_FORCE", 3)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert ground_vectors(ITEMS, ITEMS).items[:, 0].tolist() == [1, 2, 3, 2]
    assert "grounding: 100%" in capsys.readouterr().err


def test_few_items_show_none(capsys):
    ground_vectors(ITEMS, ITEMS)
    assert capsys.readouterr().err == ""


class FlatIndex:
    """What is asked of FAISS, by NumPy: squared distances, equals in any order."""

    def __init__(self, width):
        self.width = width

    def add(self, vectors):
        assert vectors.dtype == np.float32
        self.vectors = vectors

    def search(self, asked, k):
        squares = ((asked[:, None] - self.vectors) ** 2).sum(axis=2)
        rows = np.argsort(squares, axis=1, kind="stable")[:, :k]
        squares = np.take_along_axis(squares, rows, axis=1)
        return squares[:, ::-1], rows[:, ::-1]


@pytest.mark.parametrize("how", ["l2", "cosine"])
@pytest.mark.parametrize("library", ["real", "by NumPy"])
def test_faiss_gives_the_same_answers(library, how, monkeypatch):
    if library == "real":
        pytest.importorskip("faiss")
    else:
        monkeypatch.setitem(sys.modules, "faiss", SimpleNamespace(IndexFlatL2=FlatIndex))
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    rng = np.random.default_rng(0)
    asked, vectors = rng.normal(size=(20, 16)), rng.normal(size=(500, 16))
    vectors[7], asked[3] = vectors[3], vectors[3]
    plain = ground_vectors(asked, vectors, k=5, how=how)
    monkeypatch.setattr(vector_grounding, "_BRUTE_FORCE", 100)
    fast = ground_vectors(asked, vectors, k=5, how=how)
    assert plain.items[3, :2].tolist() == [4, 8]
    assert np.array_equal(plain.items, fast.items)
    assert np.array_equal(plain.is_certain, fast.is_certain)
    assert fast.distances == pytest.approx(plain.distances, abs=1e-6)


@pytest.mark.parametrize("n_items", [100_000, 100_001])
def test_above_a_hundred_thousand_items_faiss_is_asked_and_answers_as_measuring_does(
    n_items, monkeypatch
):
    faiss = pytest.importorskip("faiss")
    searched = []

    def counted(width):
        searched.append(width)
        return flat(width)

    flat = faiss.IndexFlatL2
    monkeypatch.setattr(faiss, "IndexFlatL2", counted)
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(n_items, 4)).astype(np.float32)
    vectors[-1] = vectors[0]  # twins, far apart in the catalogue
    asked = np.concatenate([vectors[:1], rng.normal(size=(9, 4))])
    found = ground_vectors(asked, vectors, k=3)
    assert searched == ([4] if n_items > 100_000 else [])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    plain = ground_vectors(asked, vectors, k=3)
    assert np.array_equal(found.items, plain.items)
    assert found.items[0, :2].tolist() == [1, n_items] and not found.is_certain[0]
    assert found.distances == pytest.approx(plain.distances, abs=1e-6)


def test_popularity_brings_items_nearer_by_the_formula():
    distances, counts = np.array([[2.0, 10.0, 6.0]]), np.array([0, 30, 10])
    weighted = popularity_weighted(distances, counts, gamma=2.0)
    expected = [0.0, 1.0 / (1 + 1) ** 2, 0.5 / (1 + 10 / 30) ** 2]
    assert weighted[0] == pytest.approx(expected)
    assert nearest(distances, k=3).items.tolist() == [[1, 3, 2]]
    assert nearest(weighted, k=3).items.tolist() == [[1, 2, 3]]


def test_no_gamma_moves_the_nearest_item_from_its_place():
    rng = np.random.default_rng(0)
    distances, popularity = rng.random((50, 200)), rng.random(200)
    for gamma in (0.0, 1.0, 100.0):
        weighted = popularity_weighted(distances, popularity, gamma)
        assert np.array_equal(nearest(weighted).items, nearest(distances).items)


def test_gamma_zero_leaves_the_order_as_it_is_and_a_large_one_brings_the_popular():
    rng = np.random.default_rng(0)
    distances, popularity = rng.random((50, 200)), rng.random(200)
    by_distance = nearest(distances, k=200).items
    unweighted = popularity_weighted(distances, popularity, 0.0)
    assert np.array_equal(nearest(unweighted, k=200).items, by_distance)
    means = []
    for gamma in (0.0, 5.0, 50.0):
        items = nearest(popularity_weighted(distances, popularity, gamma), k=10).items
        means.append(popularity[items - 1].mean())
    assert means == sorted(means)
    assert means[2] > means[0] + 0.3


def test_each_question_may_bring_scores_of_its_own():
    distances = np.array([[0.0, 1.0, 2.0], [0.0, 1.0, 2.0]])
    scores = np.array([[0.0, 0.0, 9.0], [0.0, 9.0, 0.0]])
    weighted = popularity_weighted(distances, scores, gamma=3.0)
    assert weighted.tolist() == [[0.0, 0.5, 0.125], [0.0, 0.0625, 1.0]]


def test_equal_distances_and_equal_popularity_give_numbers():
    assert popularity_weighted(np.ones((1, 2)), np.ones(2), 1.0).tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize(
    ("asked", "vectors", "how", "message"),
    [
        (ITEMS, ITEMS, "dot", '"l2" or "cosine", got \'dot\''),
        (ITEMS[:, :1], ITEMS, "l2", r"got \[4, 1\] and \[4, 2\]"),
        (ITEMS[0], ITEMS, "l2", r"got \[2\] and \[4, 2\]"),
        (np.array([[1.0, 2.0], [np.nan, 1.0]]), ITEMS, "l2", "asked, row 1: .* got length nan"),
        (ITEMS, np.array([[0.0, 0.0]]), "cosine", "vectors, row 0: .* got length 0"),
    ],
)
def test_what_cannot_be_measured_is_refused(asked, vectors, how, message):
    with pytest.raises(ValueError, match=message):
        vector_distances(asked, vectors, how)
    with pytest.raises(ValueError, match=message):
        ground_vectors(asked, vectors, how=how)


def test_weights_that_fit_no_distances_are_refused():
    with pytest.raises(ValueError, match=r"gamma must be 0 or more, got -1\.0"):
        popularity_weighted(np.ones((1, 2)), np.ones(2), -1.0)
    with pytest.raises(ValueError, match=r"must be \[2\] or \[3, 2\], .* got \[3\]"):
        popularity_weighted(np.ones((3, 2)), np.ones(3), 1.0)
