"""What near vectors cost: how many distances, how much memory, and what a larger one would."""

import math

import numpy as np
import pytest

from rectutor.analysis import nearest_speed
from rectutor.analysis.nearest_speed import crowd, extrapolated, measured, n_distances
from rectutor.analysis.records import read_record
from rectutor.training.fingerprint import fingerprint


def test_lists_need_a_square_root_of_the_distances():
    assert n_distances(10_000) == 10_000
    assert n_distances(10_000, n_probe=3) == 100 + 3 * 100
    assert n_distances(10**9, 4) / n_distances(10**6, 4) == pytest.approx(math.sqrt(1000), rel=1e-3)


def test_made_up_items_lie_between_two_real_ones_and_as_far_aside_as_was_asked():
    ends = np.array([[0.0, 0.0], [10.0, 0.0]])
    between = crowd(ends, 2000, aside=0.0)
    assert between.dtype == np.float32 and (between[:, 1] == 0).all()
    assert between[:, 0].min() >= 0 and between[:, 0].max() <= 10
    assert 0.3 < np.isin(between[:, 0], (0, 10)).mean() < 0.7  # a real one and itself: half
    assert crowd(ends, 2000, aside=0.2)[:, 1].std() == pytest.approx(0.2 * 2.5, rel=0.1)
    assert np.array_equal(crowd(ends, 9, seed=3), crowd(ends, 9, seed=3))


def test_every_way_is_measured_and_many_lists_find_what_all_distances_find():
    pytest.importorskip("faiss")
    vectors = np.random.default_rng(0).normal(size=(400, 6)).astype(np.float32)
    table = measured(vectors, vectors[:9] + 0.01, probes=(1, 20), rounds=2)
    assert table["how"].tolist() == ["all distances", "1 list", "20 lists"]
    assert table["distances"].tolist() == [400, 20 + 20, 20 + 400]
    assert table["recall"].tolist()[::2] == [1, 1] and table["recall"][1] < 1
    assert table["GB"][0] == pytest.approx(400 * 6 * 4 / 1e9)
    assert table["GB"][1] == pytest.approx((400 * (6 * 4 + 8) + 20 * 6 * 4) / 1e9)
    assert (table["ms"] > 0).all() and table["is_measured"].all()


def test_a_billion_takes_as_much_longer_as_it_has_more_distances():
    pytest.importorskip("faiss")
    vectors = np.random.default_rng(0).normal(size=(100, 6)).astype(np.float32)
    table = measured(vectors, vectors[:3], probes=(2,), rounds=1).assign(ms=[1.0, 0.3])
    large = extrapolated(table, 10_000, width=6)
    assert large["ms"].tolist() == pytest.approx([100.0, 0.3 * (100 + 200) / (10 + 20)])
    assert large["items"].tolist() == [10_000] * 2 and not large["is_measured"].any()
    assert large["recall"][0] == 1 and math.isnan(large["recall"][1])
    assert large["GB"][0] == pytest.approx(10_000 * 6 * 4 / 1e9)


def test_the_record_holds_three_catalogues_and_what_follows_for_a_billion():
    table = read_record(nearest_speed.NAME).table
    assert sorted(set(table["items"])) == [10**4, 10**5, 10**6, 10**9]
    assert set(table.loc[~table["is_measured"], "items"]) == {10**9}
    exact = table[table["how"] == "all distances"].set_index("items")
    assert exact.loc[10**9, "ms"] == pytest.approx(1000 * exact.loc[10**6, "ms"], rel=1e-4)
    assert exact.loc[10**9, "GB"] == 768


def test_the_record_is_made_from_todays_data_and_code():
    made_from = fingerprint("films", nearest_speed._CODE)
    assert read_record(nearest_speed.NAME).fingerprint == made_from
