"""Balanced residual k-means: shares that are kept, and nobody turned away without a reason."""

import numpy as np
import pytest

from rectutor.metrics.codes import usage_perplexity
from rectutor.models.balanced_codes import (
    balanced_kmeans,
    balanced_nearest,
    balanced_residual_kmeans,
)
from rectutor.models.kmeans import nearest_centres
from rectutor.models.residual_codes import encode, level_errors, residual_kmeans
from tests.models.test_residual_codes import is_one_to_one, planted


def test_the_furthest_of_three_points_goes_to_the_next_centre_by_hand():
    points = np.array([[0.0], [1.0], [2.0]])
    centres = np.array([[0.0], [7.0], [5.0]])
    assert balanced_nearest(points, centres, 1).tolist() == [0, 1, 2]  # 2 is nearer to 5 than 1 is
    assert balanced_nearest(points, centres, 2).tolist() == [0, 0, 2]
    assert balanced_nearest(points, centres, 3).tolist() == [0, 0, 0]


@pytest.mark.parametrize("seed", range(3))
def test_a_centre_turns_away_only_for_points_that_are_nearer(seed):
    rng = np.random.default_rng(seed)
    points, centres = rng.normal(size=(60, 3)), rng.normal(size=(7, 3))
    owner = balanced_nearest(points, centres, 9)
    gaps = ((points[:, None] - centres) ** 2).sum(axis=2)
    own = gaps[np.arange(60), owner]
    sizes = np.bincount(owner, minlength=7)
    assert sizes.max() <= 9
    for point, centre in zip(*np.nonzero(gaps < own[:, None]), strict=True):
        assert sizes[centre] == 9 and gaps[point, centre] > own[owner == centre].max()


def test_with_room_for_all_it_is_the_nearest_centre():
    rng = np.random.default_rng(0)
    points, centres = rng.normal(size=(60, 3)), rng.normal(size=(7, 3))
    assert np.array_equal(balanced_nearest(points, centres, 60), nearest_centres(points, centres))


def test_planted_clusters_of_one_size_are_found():
    points, owner = planted()
    assert is_one_to_one(balanced_kmeans(points, 5, np.random.default_rng(0)).nearest, owner)


def test_no_code_of_a_level_has_more_than_its_share_where_plain_codes_are_crowded():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(300, 4)) * rng.exponential(size=(300, 1))  # many near the middle
    plain, even = residual_kmeans(points, 2, 16), balanced_residual_kmeans(points, 2, 16)
    for level in range(2):
        assert np.bincount(even.codes[:, level]).max() == 19  # ceil(300 / 16)
        assert np.bincount(plain.codes[:, level]).max() > 30
    assert np.all(usage_perplexity(even.codes, 16) > 15.9)
    errors = level_errors(points, even)
    assert np.all(np.diff(errors) < 0) and errors[-1] > level_errors(points, plain)[-1]


def test_new_items_get_the_nearest_codes_and_most_old_ones_keep_theirs():
    points = np.random.default_rng(0).normal(size=(200, 6))
    table = balanced_residual_kmeans(points, 2, 8)
    again = encode(points, table.codebooks)
    assert 0.8 < (again[:, 0] == table.codes[:, 0]).mean() < 1


def test_centres_without_room_for_all_points_are_refused():
    with pytest.raises(ValueError, match="2 centres of 3 points each cannot take 7 points"):
        balanced_nearest(np.zeros((7, 1)), np.zeros((2, 1)), 3)
    with pytest.raises(ValueError, match=r"k must be 1\.\.3, the number of points, got 4"):
        balanced_residual_kmeans(np.zeros((3, 1)), 1, 4)
    with pytest.raises(ValueError, match=r"k must be 1\.\.3, the number of points, got 0"):
        balanced_residual_kmeans(np.zeros((3, 1)), 1, 0)
    with pytest.raises(ValueError, match="n_levels must be 1 or more, got 0"):
        balanced_residual_kmeans(np.zeros((3, 1)), 0, 2)
