"""k-means and residual codes: on paper, on planted clusters, and what must never grow."""

import numpy as np
import pytest

from rectutor.metrics.codes import usage_perplexity
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


@pytest.mark.parametrize("start", ["cut", "far apart"])
@pytest.mark.parametrize("seed", range(3))
def test_clusters_on_a_line_and_in_space_are_found_from_either_start(start, seed):
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(8), 15)
    centres = rng.normal(scale=20, size=(8, 6))
    points = centres[owner] + rng.normal(scale=0.1, size=(120, 6))
    found = kmeans(points, 8, np.random.default_rng(seed), start=start)
    assert is_one_to_one(found.nearest, owner)


@pytest.mark.parametrize("seed", range(3))
def test_points_without_clusters_are_shared_out_evenly_only_from_a_cut(seed):
    points = np.random.default_rng(seed).normal(size=(800, 128))
    cut, far = (
        kmeans(points, 64, np.random.default_rng(seed), start=start).nearest[:, None]
        for start in ("cut", "far apart")
    )
    assert usage_perplexity(cut, 64)[0] > 0.95 * 64
    assert usage_perplexity(far, 64)[0] < 0.7 * 64


def test_more_centres_than_different_points_are_copies_of_some():
    points = np.repeat([[0.0], [4.0]], 3, axis=0)
    found = kmeans(points, 5, np.random.default_rng(0))
    assert set(found.centres.ravel().tolist()) == {0.0, 4.0}
    assert np.array_equal(found.centres[found.nearest], points)


def test_one_centre_is_the_mean():
    assert kmeans(np.array([[0.0], [3.0]]), 1, np.random.default_rng(0)).centres.tolist() == [[1.5]]


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
    with pytest.raises(ValueError, match="start must be 'cut' or 'far apart', got 'near'"):
        kmeans(np.zeros((3, 2)), 1, rng, start="near")


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


@pytest.mark.parametrize("seed", range(3))
def test_the_error_is_that_of_k_means_written_another_way(seed):
    """Lloyd once more, from drawn points, with all distances written out; the best of five."""
    points = np.random.default_rng(seed).normal(size=(200, 3))
    rng = np.random.default_rng(seed)
    best, left = [], points.copy()
    for _ in range(2):
        runs = []
        for _ in range(5):
            centres = left[rng.choice(200, 8, replace=False)]
            for _ in range(50):
                own = np.linalg.norm(left[:, None] - centres, axis=2).argmin(axis=1)
                groups = [left[own == c] for c in range(8)]
                centres = np.stack([g.mean(axis=0) if len(g) else np.zeros(3) for g in groups])
            runs.append(left - centres[own])
        left = min(runs, key=lambda rest: (rest**2).sum())
        best.append((left**2).sum(axis=1).mean())
    ours = level_errors(points, residual_kmeans(points, 2, 8, seed))[1:]
    np.testing.assert_allclose(ours, best, rtol=0.08)


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
