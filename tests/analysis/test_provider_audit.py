import numpy as np
import pytest

from rectutor.analysis.provider_audit import (
    age_of_places,
    by_lot,
    expected_shares,
    numbered,
    places_of,
    provider_shares,
)

NAMES = ["North", "South"]
OF = np.array([-1, 0, 0, 1, 1])  # items 1 and 2 are North's, 3 and 4 South's


def test_an_item_without_a_known_provider_is_named():
    with pytest.raises(ValueError, match="one of North, South as its provider, got 'West'"):
        numbered(["North", "West"], NAMES)


def test_padding_is_nobodys_place():
    shares = places_of(np.array([[1, 3, 0], [1, 2, 4], [0, 0, 0]]), OF)
    assert shares[0].tolist() == [0.5, 0.5]
    assert shares[1] == pytest.approx([2 / 3, 1 / 3])
    assert shares[2].tolist() == [0, 0]


def test_three_expectations_are_three_shares():
    counts = np.array([0, 6, 2, 1, 1])
    is_good = np.array([False, True, False, True, True])
    expected = expected_shares(counts, is_good, OF)
    assert expected["catalogue"].tolist() == [0.5, 0.5]
    assert expected["interactions"].tolist() == pytest.approx([0.8, 0.2])
    assert expected["good"].tolist() == pytest.approx([1 / 3, 2 / 3])


def test_expectations_of_other_items_are_refused():
    with pytest.raises(ValueError, match="got 5 counts, 4 in is_good and 5 providers"):
        expected_shares(np.ones(5), np.ones(4), OF)


def test_shares_of_places_are_means_over_people_with_their_interval():
    top = np.array([[1, 3]] * 30 + [[1, 2]] * 10)  # 30 people see half North, 10 all North
    rows = provider_shares(top, OF, NAMES).set_index("provider")
    assert rows.loc["North", "exposure"] == pytest.approx(25 / 40)
    assert rows["exposure"].sum() == pytest.approx(1)
    error = 0.5 * np.sqrt(0.25 * 0.75 / 40)  # of shares .5 and 1, one in four
    assert rows.loc["North", "low"] < 25 / 40 < rows.loc["North", "high"]
    assert rows.loc["North", "high"] - 25 / 40 == pytest.approx(1.96 * error, rel=0.25)


def test_inside_is_the_gini_of_the_providers_own_items():
    rows = provider_shares(np.array([[1, 3], [1, 4]]), OF, NAMES).set_index("provider")
    assert rows.loc["North", "inside"] == 0.5  # all on one of two
    assert rows.loc["South", "inside"] == 0.0


def test_the_same_lists_for_all_leave_nothing_to_people():
    rows = provider_shares(np.tile([1, 2, 3], (9, 1)), OF, NAMES)
    assert (rows["low"] == rows["high"]).all()


def test_age_is_counted_in_calendar_years_and_skips_padding():
    in_2001 = np.array([978307200, 978307199])  # 1 January 2001, and the second before
    year = np.array([0, 1991, 1999])
    ages = age_of_places(np.array([[1, 2], [1, 0]]), year, in_2001)
    assert ages.tolist() == [6.0, 9.0]
    assert np.isnan(age_of_places(np.array([[0]]), year, in_2001[:1])).all()


def test_lists_that_follow_choices_give_every_lot_its_due():
    counts = np.array([0, 5, 1, 3, 7, 2])
    assert by_lot(3 * counts, counts, n_items=2) == pytest.approx(np.ones(1000))


def test_lots_of_one_item_give_its_own_ratio():
    ratios = by_lot(np.array([0, 3, 1]), np.array([0, 1, 1]), n_items=1, n=50)
    assert sorted(set(ratios.round(6))) == [0.5, 1.5]  # 3/4 and 1/4 of the places, half the choices


def test_a_provider_of_more_items_than_there_are_is_refused():
    with pytest.raises(ValueError, match="from 1 to 2 items, got 3"):
        by_lot(np.ones(3), np.ones(3), n_items=3)
