"""Ids for a whole catalogue: unique, alike for items that are alike, each kind with its share."""

import numpy as np
import pytest

from rectutor.training.semantic_ids import roomy_codebook, side_by_side, unique_ids


def clusters(seed=0):
    rng = np.random.default_rng(seed)
    centres = 10 * rng.normal(size=(4, 3))
    return np.repeat(np.arange(4), 8), np.repeat(centres, 8, axis=0) + rng.normal(size=(32, 3))


def test_ids_are_unique_and_begin_alike_where_items_are_alike():
    owner, vectors = clusters()
    ids = unique_ids(vectors, n_levels=3, codebook_size=4)
    assert len(np.unique(ids, axis=0)) == 32
    groups = [set(ids[owner == one, 0]) for one in range(4)]
    assert [len(group) for group in groups] == [1] * 4 and len(set.union(*groups)) == 4


def test_a_shift_of_all_vectors_changes_no_id():
    _, vectors = clusters()
    shifted = vectors + np.array([100.0, 0.0, -5.0])
    assert (unique_ids(vectors, 2, 8) == unique_ids(shifted, 2, 8)).all()


def test_too_few_ids_are_refused():
    _, vectors = clusters()
    with pytest.raises(ValueError, match="32 items need as many free tuples, 2 levels of 4"):
        unique_ids(vectors, n_levels=2, codebook_size=4)


def test_each_kind_weighs_alike_whatever_its_scale():
    _, vectors = clusters()
    both = side_by_side(vectors, 1000 * vectors[:, :1])
    assert both.shape == (32, 4)
    one, other = (both**2)[:, :3].sum(axis=1), (both**2)[:, 3]
    assert one.mean() == pytest.approx(1, abs=1e-5) and other.mean() == pytest.approx(1, abs=1e-5)
    assert both.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-5)


def test_a_kind_that_says_nothing_stays_nothing():
    assert side_by_side(np.ones((3, 2))).tolist() == [[0.0, 0.0]] * 3


def test_a_codebook_has_room_for_three_times_the_items():
    assert [roomy_codebook(n) for n in (1, 5, 6, 1365, 1366)] == [2, 4, 8, 64, 128]
    _, vectors = clusters()
    assert (unique_ids(vectors) == unique_ids(vectors, 2, 16)).all()


@pytest.mark.parametrize("n_items", range(1, 10))
def test_the_smallest_catalogues_get_ids_too(n_items):
    ids = unique_ids(np.random.default_rng(0).normal(size=(n_items, 3)))
    assert len(np.unique(ids, axis=0)) == n_items and ids.max() < max(n_items, 2)
