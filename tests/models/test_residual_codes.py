"""k-means and residual codes: on paper, on planted clusters, and what must never grow."""

import numpy as np
import pytest

from rectutor.models.kmeans import kmeans, nearest_centres
from rectutor.models.residual_codes import decode, encode, level_errors, residual_kmeans


def planted(n_clusters=5, each=12, width=4, seed=0):
    """Points close around centres that lie far from each other, and whose they are."""
    rng = np.random.default_rng(seed)
    centres = 10.0 * np.eye(n_clusters, width) + 20.0 * np.arange(n_clusters)[:, None]
    owner = rng.permutation(np.repeat(np.arange(n_clusters), each))
    return centres[owner] + rng.normal(scale=0.1, size=(len(owner), width)), owner


def is_one_to_one(one, other):
    pairs = set(zip(one.tolist(), other.tolist(), strict=True))
    return len(pairs) == len(set(one.tolist())) == len(set(other.tolist()))


def test_two_centres_of_four_points_by_hand():
    points = np.array([[0.0], [2.0], [10.0], [14.0]])
    found = kmeans(points, 2, np.random.default_rng(0))
    assert sorted(found.centres.ravel().tolist()) == [1.0, 12.0]
    assert is_one_to_one(found.nearest, np.array([0, 0, 1, 1]))


@pytest.mark.parametrize("seed", range(4))
def test_as_many_centres_as_planted_clusters_find_them(seed):
    points, owner = planted(seed=seed)
    assert is_one_to_one(kmeans(points, 5, np.random.default_rng(seed)).nearest, owner)


def test_nearest_is_what_the_distances_say():
    rng = np.random.default_rng(0)
    points, centres = rng.normal(size=(40, 3)), rng.normal(size=(7, 3))
    distances = ((points[:, None] - centres) ** 2).sum(axis=2)
    assert np.array_equal(nearest_centres(points, centres), distances.argmin(axis=1))


def test_a_round_never_makes_it_worse_and_centres_are_means():
    points = np.random.default_rng(1).normal(size=(200, 3)).astype(np.float32)
    losses = []
    for rounds in (1, 2, 4, 8, 60):
        found = kmeans(points, 9, np.random.default_rng(0), rounds)
        losses.append(((points - found.centres[found.nearest]) ** 2).sum())
    assert losses == sorted(losses, reverse=True) and losses[0] > losses[-1]
    for one in range(9):
        np.testing.assert_allclose(
            found.centres[one], points[found.nearest == one].mean(axis=0), atol=1e-5
        )


def test_no_centre_is_unused_where_points_differ():
    points = np.concatenate([np.zeros((50, 1)), np.arange(1.0, 6.0)[:, None]])
    found = kmeans(points, 6, np.random.default_rng(3), rounds=50)
    assert len(set(found.nearest.tolist())) == 6


def test_points_that_cannot_be_clustered_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"k must be 1\.\.3, the number of points, got 4"):
        kmeans(np.zeros((3, 2)), 4, rng)
    with pytest.raises(ValueError, match=r"finite numbers, got \[nan, 1\.0\] in row 1"):
        kmeans(np.array([[0.0, 0.0], [np.nan, 1.0]]), 1, rng)


def test_two_levels_of_six_numbers_by_hand():
    numbers = np.array([[0.0], [1.0], [100.0], [101.0], [200.0], [201.0]])
    table = residual_kmeans(numbers, n_levels=2, codebook_size=3)
    assert sorted(table.codebooks[0].ravel().tolist()) == [0.5, 100.5, 200.5]
    assert {-0.5, 0.5} <= set(table.codebooks[1].ravel().tolist())
    assert level_errors(numbers, table)[1:].tolist() == [0.25, 0.0]
    assert np.array_equal(decode(table.codes, table.codebooks), numbers)


def test_the_first_level_recovers_planted_clusters():
    points, owner = planted()
    table = residual_kmeans(points, n_levels=2, codebook_size=5)
    assert is_one_to_one(table.codes[:, 0], owner)


@pytest.mark.parametrize("seed", range(3))
def test_the_error_never_grows_with_a_level(seed):
    points = np.random.default_rng(seed).normal(size=(300, 8))
    errors = level_errors(points, residual_kmeans(points, 5, 16, seed))
    assert errors[0] == pytest.approx((points**2).sum(axis=1).mean())
    assert np.all(np.diff(errors) < 0)


def test_items_are_encoded_as_they_were_when_the_codebooks_were_learned():
    points = np.random.default_rng(0).normal(size=(200, 6))
    table = residual_kmeans(points, 3, 8)
    assert np.array_equal(encode(points, table.codebooks), table.codes)
    near = encode(points[:5] + 1e-6, table.codebooks)
    assert np.array_equal(near, table.codes[:5])


def test_the_same_seed_gives_the_same_codes_and_another_seed_others():
    points = np.random.default_rng(0).normal(size=(100, 4))
    one, again, other = (residual_kmeans(points, 2, 8, seed) for seed in (0, 0, 1))
    assert np.array_equal(one.codes, again.codes)
    assert not np.array_equal(one.codes, other.codes)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="n_levels must be 1 or more, got 0"):
        residual_kmeans(np.zeros((3, 2)), 0, 2)
    with pytest.raises(ValueError, match=r"embeddings must be \[N, 3\] .*, got \[4, 2\]; use the"):
        encode(np.zeros((4, 2)), np.zeros((1, 5, 3)))
