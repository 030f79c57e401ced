import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rectutor.metrics.exposure import (
    coverage,
    exposure_counts,
    gini,
    intra_list_diversity,
    intra_list_diversity_per_user,
    lorenz,
)

some_counts = arrays(np.int64, st.integers(1, 30), elements=st.integers(0, 50)).filter(np.any)


def test_padding_is_shown_to_nobody():
    assert exposure_counts(np.array([[2, 0], [2, 3]]), n_items=4).tolist() == [0, 2, 1, 0]
    assert coverage(np.array([[2, 0], [2, 3]]), n_items=4) == 0.5
    assert coverage(np.zeros((0, 10), dtype=int), n_items=4) == 0.0
    assert math.isnan(coverage(np.zeros((0, 10), dtype=int), n_items=0))


def test_an_item_outside_the_catalogue_is_named():
    with pytest.raises(ValueError, match=r"lists hold item 9, outside 1\.\.4"):
        coverage(np.array([[2, 9]]), n_items=4)


def test_gini_is_worked_out_on_paper():
    # ascending 1, 2, 3: (-2*1 + 0*2 + 2*3) / (3 * 6)
    assert gini(np.array([3, 1, 2])) == pytest.approx(4 / 18)
    assert gini(np.array([5, 5, 5, 5])) == 0.0
    assert gini(np.array([0, 0, 0, 0, 9])) == pytest.approx(1 - 1 / 5)
    assert math.isnan(gini(np.zeros(3)))


@given(some_counts)
def test_gini_is_twice_the_area_between_the_diagonal_and_the_lorenz_curve(counts):
    curve = lorenz(counts)
    n = len(counts)
    area = ((curve[:-1] + curve[1:]) / 2).sum() / n
    assert gini(counts) == pytest.approx(1 - 2 * area, abs=1e-12)


@given(some_counts, st.integers(2, 9))
def test_gini_does_not_change_when_everything_is_shown_so_many_times_as_often(counts, times):
    assert gini(times * counts) == pytest.approx(gini(counts), abs=1e-12)
    assert gini(np.tile(counts, times)) == pytest.approx(gini(counts), abs=1e-12)


@given(some_counts)
def test_the_lorenz_curve_climbs_from_0_to_1_and_stays_below_the_diagonal(counts):
    curve = lorenz(counts)
    assert curve[0] == 0
    assert curve[-1] == pytest.approx(1)
    assert (np.diff(curve) >= 0).all()
    assert (curve <= np.arange(len(curve)) / len(counts) + 1e-12).all()


def test_a_lorenz_curve_of_nothing_has_no_values():
    assert np.isnan(lorenz(np.zeros(2))[1:]).all()


def test_diversity_is_worked_out_on_paper():
    features = np.array([[9, 9], [1, 0], [0, 2], [3, 0], [0, 0]])  # row 0 is padding
    lists = np.array([[1, 2, 3], [1, 3, 0], [1, 4, 0], [2, 0, 0]])
    # cosines: (1,2) 0, (1,3) 1, (2,3) 0; item 4 is described by nothing
    values = intra_list_diversity_per_user(lists, features)
    assert values[:3].tolist() == pytest.approx([2 / 3, 0, 1])
    assert math.isnan(values[3])
    assert intra_list_diversity(lists, features) == pytest.approx((2 / 3 + 0 + 1) / 3)
    assert math.isnan(intra_list_diversity(lists[3:], features))


def test_diversity_equals_the_mean_over_all_pairs():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(21, 5))
    top = np.array([rng.permutation(np.arange(1, 21))[:6] for _ in range(4)])
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    for row, value in zip(top, intra_list_diversity_per_user(top, features), strict=True):
        pairs = [1 - unit[a] @ unit[b] for n, a in enumerate(row) for b in row[n + 1 :]]
        assert value == pytest.approx(np.mean(pairs))
