import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.group_audit import found_share, gap, lots, measured, share_of_genre
from rectutor.analysis.records import read_record


def test_a_gap_is_the_difference_of_two_means():
    values = np.array([1.0, 0, 1, 1, 0, 0])
    is_in = np.array([True, True, False, False, False, False])
    found = gap(values, is_in)
    assert found.mean == 0.5 - 0.5
    assert found.low < 0 < found.high


def test_the_interval_is_that_of_two_independent_means():
    values = np.r_[np.tile([0.0, 1], 50), np.tile([0.0, 1], 200)]  # 100 and 400 people, half hit
    found = gap(values, np.arange(500) < 100)
    error = np.sqrt(0.25 / 100 + 0.25 / 400)
    assert found.mean == 0
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * error, rel=0.08)


def test_people_who_are_all_alike_leave_no_doubt():
    values = np.r_[np.ones(5), np.zeros(7)]
    assert gap(values, np.arange(12) < 5) == (1, 1, 1)


@pytest.mark.parametrize("n_in", [0, 4])
def test_a_group_of_nobody_or_everybody_is_refused(n_in):
    with pytest.raises(ValueError, match=rf"got {n_in} of 4 in it, and 4 values"):
        gap(np.zeros(4), np.arange(4) < n_in)


def test_groups_by_lot_are_found_one_time_in_twenty():
    values = np.random.default_rng(3).random(600) < 0.4
    table = lots(values.astype(float), n_in=120, n=300)
    assert 0.02 < table["found"].mean() < 0.09  # 5 % expected, 1.3 % its standard error
    assert abs(table["mean"].mean()) < 0.01


def test_a_larger_loss_is_found_more_often_and_none_hardly_ever():
    hits = (np.random.default_rng(0).random(1000) < 0.4).astype(float)
    none, some, all_lost = (found_share(hits, 200, worse, n=60) for worse in (0.0, 0.08, 0.35))
    assert none <= 0.1 < some < all_lost
    assert all_lost > 0.95


def test_more_than_all_hits_cannot_be_lost():
    with pytest.raises(ValueError, match=r"from 0 to 0\.500, its share of hits, got 0\.6"):
        found_share(np.array([0.0, 1]), 1, 0.6)


def test_the_share_of_a_genre_leaves_out_padding():
    has = np.array([True, True, False])  # what is said of padding is not read
    shares = share_of_genre(np.array([[1, 2], [1, 0], [0, 0]]), has)
    assert shares[:2].tolist() == [0.5, 1.0]
    assert np.isnan(shares[2])


def test_the_planted_group_is_found_and_lots_are_not():
    people = pd.DataFrame({"group": ["A", "B"] * 40, "lot": ["X", "X", "Y", "Y"] * 20})
    values = (people["group"] == "B") + np.random.default_rng(0).random(80)
    rows = measured(values.to_numpy(), people, "m", "x").set_index("label")
    assert rows.loc["group", "low"] > 0.5
    assert rows.loc["lot", "low"] < 0 < rows.loc["lot", "high"]
    assert rows.loc["group", "gap"] > rows.loc["group", "lots high"] > 0
    assert rows.loc["group", "false finds"] < 0.15


def test_the_record_finds_what_was_planted_and_false_finds_are_few():
    table = read_record("group_audit").table
    chosen = table.query("model == 'choices in training' and label == 'group'").iloc[0]
    assert chosen["low"] > 0.1  # 11 points more comedies
    assert table["false finds"].between(0.01, 0.12).all()
