"""The arithmetic of the benchmark's driver; nothing here measures time."""

import pytest
from run import Answer, bound_row, per_million, per_thousand_users, quality_row, row_of, spread


def test_a_ratio_is_the_median_over_rounds_with_its_extremes():
    assert spread([2.0, 1.0, 1.0], [4.0, 5.0, 3.0]) == {"ratio": 3.0, "least": 2.0, "most": 5.0}


def test_a_ratio_of_medians_compares_the_middle_runs_of_both_sides():
    assert spread([1.0, 2.0, 8.0], [40.0, 10.0, 20.0], of_medians=True)["ratio"] == 20 / 2


def test_sides_with_different_numbers_of_rounds_cannot_be_compared():
    with pytest.raises(ValueError, match="shorter"):
        spread([1.0, 2.0], [1.0])


@pytest.mark.parametrize(("peer", "reached"), [(2.5, "yes"), (2.4999, "no")])
def test_a_goal_is_reached_only_at_or_above_it(peer, reached):
    assert row_of("x", "s", 2.5, [1.0], [peer])["reached"] == reached


@pytest.mark.parametrize(("most", "reached"), [(600.0, "yes"), (500.0, "no")])
def test_memory_is_judged_by_its_largest_value(most, reached):
    row = bound_row("x", "MB", [100.0, 500.0, 200.0], most)
    assert (row["ours"], row["reached"]) == (500.0, reached)


def test_quality_is_better_when_it_is_higher():
    def answers(*values: float) -> list[Answer]:
        return [{"test": value} for value in values]

    row = quality_row(answers(0.03, 0.06, 0.05), answers(0.03, 0.03, 0.01))
    assert (row["ours"], row["peer"], row["reached"]) == (0.05, 0.03, "yes")
    assert row["ratio"] == pytest.approx(0.05 / 0.03)  # of the medians, as for the time to it


def test_costs_are_per_million_targets_and_per_user():
    answer = {"seconds": 2.0, "targets": 40_000, "users": 1_000}
    assert per_million(answer) == 50.0
    assert per_thousand_users(answer) == 2.0  # milliseconds for one user
