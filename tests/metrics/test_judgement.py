import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rectutor.metrics.judgement import (
    GroupedAUC,
    auc,
    auc_per_user,
    calibration,
    calibration_error,
    gauc,
    log_loss,
)

SCORE_MEASURES = [auc, lambda scores, labels: gauc(scores, labels, np.zeros(len(scores)))]
PROBABILITY_MEASURES = [log_loss, calibration, calibration_error]

# Few different scores and users, so that ties and users with one kind of answer are common.
judgements = st.integers(1, 40).flatmap(
    lambda n: st.tuples(
        arrays(np.int64, n, elements=st.integers(-4, 4)),
        arrays(np.bool_, n),
        arrays(np.int64, n, elements=st.integers(0, 5)),
    )
)
# Tenths and twentieths lie on the edges of bins.
forecasts = st.integers(1, 40).flatmap(
    lambda n: st.tuples(
        arrays(np.float64, n, elements=st.integers(0, 20).map(lambda x: x / 20) | st.floats(0, 1)),
        arrays(np.bool_, n),
    )
)


def share_of_pairs_won(scores, labels):
    """The AUC by comparing every yes with every no."""
    pairs = [(a, b) for a in scores[labels] for b in scores[~labels]]
    won = [1.0 if a > b else 0.5 if a == b else 0.0 for a, b in pairs]
    return sum(won) / len(won) if won else float("nan")


def shuffled(random, *columns):
    order = random.sample(range(len(columns[0])), len(columns[0]))
    return [column[order] for column in columns]


def test_the_pairs_of_three_yes_and_two_no_are_counted_on_paper():
    scores = np.array([0.9, 0.3, 0.6, 0.6, 0.1])
    labels = np.array([1, 1, 1, 0, 0])
    # 0.9 wins both pairs, 0.3 only that with 0.1, 0.6 wins one and ties one
    assert auc(scores, labels) == (2 + 1 + 1.5) / 6


def test_a_model_that_scores_everything_alike_is_at_chance():
    labels = np.array([1, 0, 0, 1, 0])
    assert auc(np.zeros(5), labels) == 0.5
    assert gauc(np.zeros(5), labels, np.zeros(5)) == (0.5, 1, 0)


def test_two_users_are_weighted_by_their_judgements_and_a_third_is_left_out():
    scores = np.array([3, 2, 1, 2, 5, 1, 4, 9])
    labels = np.array([1, 0, 1, 0, 0, 1, 1, 1])
    users = np.array([7, 7, 7, 7, 2, 2, 4, 4])
    # user 2: the no is above the yes; user 4: two yes; user 7: 3 beats 2 and 2, 1 beats neither
    values = auc_per_user(scores, labels, users)
    assert values[[0, 2]].tolist() == [0.0, 2 / 4]
    assert math.isnan(values[1])
    assert gauc(scores, labels, users) == GroupedAUC((2 * 0.0 + 4 * 0.5) / (2 + 4), 2, 1)


def test_knowing_who_says_yes_often_raises_auc_and_leaves_gauc_at_chance():
    users = np.repeat([0, 1], 4)
    labels = np.array([1, 1, 1, 0, 1, 0, 0, 0])
    scores = np.where(users == 0, 0.75, 0.25)  # one score per user, nothing about items
    # 3 of 4 yes and 1 of 4 no are user 0's: 3 * 3 pairs won, 3 * 1 + 1 * 3 tied, 1 lost
    assert auc(scores, labels) == (9 + 0.5 * 6) / 16
    assert gauc(scores, labels, users) == (0.5, 2, 0)


def test_users_may_be_named_by_any_ids_and_scores_may_be_infinite():
    users = np.array(["eva", "ada", "eva", "ada"])
    scores = np.array([np.inf, -np.inf, 0.0, -np.inf])
    assert auc_per_user(scores, np.array([1, 0, 0, 1]), users).tolist() == [0.5, 1.0]


def test_stars_without_a_sign_are_ordered_like_any_scores():
    stars = np.array([0, 1, 2], dtype=np.uint8)
    assert auc(stars, np.array([0, 1, 1])) == 1.0


@given(judgements)
def test_auc_equals_the_comparison_of_all_pairs(drawn):
    scores, labels, users = drawn
    assert auc(scores, labels) == pytest.approx(share_of_pairs_won(scores, labels), nan_ok=True)
    expected = [
        share_of_pairs_won(scores[users == u], labels[users == u]) for u in np.unique(users)
    ]
    assert auc_per_user(scores, labels, users) == pytest.approx(expected, nan_ok=True)


@given(judgements)
def test_gauc_is_the_weighted_mean_of_the_users_one_by_one(drawn):
    scores, labels, users = drawn
    total, weight, left_out = 0.0, 0, 0
    for user in set(users.tolist()):
        own = users == user
        if len(set(labels[own].tolist())) == 1:
            left_out += 1
        else:
            total += own.sum() * auc(scores[own], labels[own])
            weight += own.sum()
    value, n_users, n_left_out = gauc(scores, labels, users)
    assert value == pytest.approx(total / weight if weight else float("nan"), nan_ok=True)
    assert (n_users, n_left_out) == (len(set(users.tolist())) - left_out, left_out)


def test_auc_agrees_with_the_mann_whitney_statistic_of_scipy():
    stats = pytest.importorskip("scipy.stats", reason="scipy not installed")
    rng = np.random.default_rng(4)
    labels = rng.random(3000) < 0.2
    scores = (rng.normal(size=3000) + labels).round(1)  # many ties
    statistic = stats.mannwhitneyu(scores[labels], scores[~labels]).statistic
    assert auc(scores, labels) == pytest.approx(statistic / labels.sum() / (~labels).sum())


@given(judgements, st.lists(st.floats(-1e6, 1e6), min_size=9, max_size=9, unique=True))
def test_no_increasing_transformation_of_the_scores_changes_auc(drawn, heights):
    scores, labels, users = drawn
    raised = np.sort(heights)[scores + 4]
    assert auc(raised, labels) == pytest.approx(auc(scores, labels), nan_ok=True)
    assert gauc(raised, labels, users) == pytest.approx(gauc(scores, labels, users), nan_ok=True)


@given(judgements)
def test_negating_the_scores_or_the_labels_turns_auc_around(drawn):
    scores, labels, users = drawn
    turned = pytest.approx(1 - auc(scores, labels), nan_ok=True)
    assert auc(-scores, labels) == turned
    assert auc(scores, ~labels) == turned
    per_user = pytest.approx(1 - auc_per_user(scores, labels, users), nan_ok=True)
    assert auc_per_user(-scores, labels, users) == per_user


@given(judgements)
def test_gauc_of_one_user_is_auc(drawn):
    scores, labels, _ = drawn
    value, n_users, n_left_out = gauc(scores, labels, np.full(len(scores), 3))
    assert value == pytest.approx(auc(scores, labels), nan_ok=True)
    assert n_users + n_left_out == 1


@given(judgements, st.integers(-100, 100))
def test_what_is_added_to_all_scores_of_one_user_moves_nothing_within_users(drawn, added):
    scores, labels, users = drawn
    moved = scores + np.where(users == users[0], added, 0)
    assert gauc(moved, labels, users) == pytest.approx(gauc(scores, labels, users), nan_ok=True)


@given(judgements, st.randoms(use_true_random=False))
def test_the_order_of_the_judgements_changes_no_auc(drawn, random):
    scores, labels, users = drawn
    a, b, c = shuffled(random, scores, labels, users)
    assert auc(a, b) == pytest.approx(auc(scores, labels), nan_ok=True)
    assert auc_per_user(a, b, c) == pytest.approx(auc_per_user(scores, labels, users), nan_ok=True)
    assert gauc(a, b, c) == pytest.approx(gauc(scores, labels, users), nan_ok=True)


def test_answers_of_one_kind_have_no_auc():
    assert math.isnan(auc(np.array([0.1, 0.9]), np.array([1, 1])))
    assert math.isnan(auc(np.array([0.1, 0.9]), np.array([0, 0])))
    value, n_users, n_left_out = gauc(np.array([0.1, 0.9]), np.array([1, 0]), np.array([1, 2]))
    assert math.isnan(value)
    assert (n_users, n_left_out) == (0, 2)


def test_the_surprise_of_three_answers_is_worked_out_on_paper():
    probabilities, labels = np.array([0.8, 0.5, 0.1]), np.array([True, False, False])
    expected = -(math.log(0.8) + math.log(1 - 0.5) + math.log(1 - 0.1)) / 3
    assert log_loss(probabilities, labels) == pytest.approx(expected)


def test_a_certain_answer_costs_nothing_when_right_and_a_bounded_amount_when_wrong():
    assert log_loss(np.array([1.0, 0.0]), np.array([1, 0])) == 0.0
    for probability, label in ((0.0, 1), (1.0, 0)):
        value = log_loss(np.array([probability, 0.5]), np.array([label, 1]))
        assert value == pytest.approx((-math.log(1e-15) + math.log(2)) / 2)


@given(arrays(np.bool_, st.integers(1, 40)), st.floats(0, 1))
def test_no_single_probability_loses_less_than_the_true_share(labels, probability):
    def always(value):
        return log_loss(np.full(len(labels), value), labels)

    assert always(labels.mean()) <= always(probability) + 1e-12


def test_log_loss_is_least_at_the_true_probability():
    # 7 of 10 yes: the loss falls towards 0.7 from both sides
    labels = np.array([1] * 7 + [0] * 3)
    losses = [log_loss(np.full(10, p), labels) for p in (0.5, 0.6, 0.69, 0.7, 0.71, 0.8, 0.9)]
    assert losses[:4] == sorted(losses[:4], reverse=True)
    assert losses[3:] == sorted(losses[3:])
    assert losses[3] == pytest.approx(-(0.7 * math.log(0.7) + 0.3 * math.log(0.3)))


def test_log_loss_agrees_with_the_bernoulli_likelihood_of_scipy():
    stats = pytest.importorskip("scipy.stats", reason="scipy not installed")
    rng = np.random.default_rng(6)
    probabilities = rng.random(1000)
    labels = rng.random(1000) < probabilities
    expected = -stats.bernoulli.logpmf(labels, probabilities).mean()
    assert log_loss(probabilities, labels) == pytest.approx(expected)


def test_a_table_of_two_bins_and_an_empty_one_is_worked_out_on_paper():
    probabilities = np.array([0.1, 0.25, 0.9, 0.8, 0.7])
    labels = np.array([0, 1, 1, 0, 1])
    table = calibration(probabilities, labels, n_bins=3)
    assert table.lower_edge.tolist() == [0, 1 / 3, 2 / 3]
    assert table.n_judgements.tolist() == [2, 0, 3]
    assert table.mean_probability[[0, 2]].tolist() == pytest.approx([0.35 / 2, 2.4 / 3])
    assert table.share_of_yes[[0, 2]].tolist() == [1 / 2, 2 / 3]
    assert np.isnan([table.mean_probability[1], table.share_of_yes[1]]).all()
    expected = 2 / 5 * (1 / 2 - 0.35 / 2) + 3 / 5 * (2.4 / 3 - 2 / 3)
    assert calibration_error(probabilities, labels, n_bins=3) == pytest.approx(expected)


def test_a_bin_holds_its_lower_edge_and_the_last_one_holds_1_too():
    tenths = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    counts = calibration(tenths, np.zeros(11)).n_judgements
    assert counts.tolist() == [1, 1, 1, 1, 1, 1, 1, 1, 1, 2]
    below = calibration(np.nextafter(tenths[1:], 0), np.zeros(10)).n_judgements
    assert below.tolist() == [1] * 10


@given(st.integers(1, 200))
def test_a_written_fraction_lies_in_the_bin_that_it_begins(n_bins):
    fractions = np.array([b / n_bins for b in range(n_bins)])
    assert calibration(fractions, np.ones(n_bins), n_bins).n_judgements.tolist() == [1] * n_bins


def test_the_table_agrees_with_the_binned_means_of_scipy():
    stats = pytest.importorskip("scipy.stats", reason="scipy not installed")
    rng = np.random.default_rng(8)
    probabilities = 0.75 * rng.random(400)  # the last bins stay empty
    labels = rng.random(400) < probabilities**2
    table = calibration(probabilities, labels, n_bins=12)
    for ours, values, statistic in (
        (table.mean_probability, probabilities, "mean"),
        (table.share_of_yes, labels, "mean"),
        (table.n_judgements, labels, "count"),
    ):
        theirs = stats.binned_statistic(probabilities, values, statistic, bins=12, range=(0, 1))
        assert ours == pytest.approx(theirs.statistic, nan_ok=True)


@given(forecasts, st.integers(1, 30))
def test_the_table_keeps_every_judgement_in_its_bin(drawn, n_bins):
    probabilities, labels = drawn
    table = calibration(probabilities, labels, n_bins)
    held = table.n_judgements > 0
    n = table.n_judgements[held]
    assert n.sum() == len(labels)
    assert n @ table.share_of_yes[held] == pytest.approx(labels.sum())
    assert n @ table.mean_probability[held] == pytest.approx(probabilities.sum())
    upper_edge = np.append(table.lower_edge[1:], 1.0)
    assert (table.mean_probability[held] >= table.lower_edge[held] - 1e-12).all()
    assert (table.mean_probability[held] <= upper_edge[held] + 1e-12).all()


@given(forecasts, st.integers(1, 15))
def test_cutting_every_bin_in_two_never_lowers_the_error(drawn, n_bins):
    probabilities, labels = drawn
    coarse = calibration_error(probabilities, labels, n_bins)
    fine = calibration_error(probabilities, labels, 2 * n_bins)
    assert abs(probabilities.mean() - labels.mean()) - 1e-12 <= coarse <= fine + 1e-12
    assert fine <= 1 + 1e-12


@given(arrays(np.bool_, st.integers(1, 40)))
def test_always_saying_the_share_of_yes_is_calibrated_and_at_chance(labels):
    probabilities = np.full(len(labels), labels.mean())
    assert calibration_error(probabilities, labels) == pytest.approx(0, abs=1e-12)
    assert auc(probabilities, labels) == pytest.approx(0.5 if labels.std() else np.nan, nan_ok=True)


@given(forecasts, st.randoms(use_true_random=False))
def test_the_order_of_the_judgements_changes_no_loss_and_no_bin(drawn, random):
    probabilities, labels = drawn
    a, b = shuffled(random, probabilities, labels)
    assert log_loss(a, b) == pytest.approx(log_loss(probabilities, labels))
    assert calibration_error(a, b) == pytest.approx(calibration_error(probabilities, labels))
    for ours, before in zip(calibration(a, b), calibration(probabilities, labels), strict=True):
        assert ours == pytest.approx(before, nan_ok=True)


def test_no_judgements_give_no_values():
    nothing = np.zeros(0)
    assert math.isnan(auc(nothing, nothing))
    assert auc_per_user(nothing, nothing, nothing).shape == (0,)
    assert math.isnan(gauc(nothing, nothing, nothing).value)
    assert gauc(nothing, nothing, nothing)[1:] == (0, 0)
    assert math.isnan(log_loss(nothing, nothing))
    assert math.isnan(calibration_error(nothing, nothing))
    table = calibration(nothing, nothing, n_bins=2)
    assert table.n_judgements.tolist() == [0, 0]
    assert np.isnan([table.mean_probability, table.share_of_yes]).all()


@pytest.mark.parametrize("measure", SCORE_MEASURES + PROBABILITY_MEASURES)
def test_a_label_that_is_neither_yes_nor_no_is_named_by_its_row(measure):
    for label in (4, -1, 0.5, np.nan, "yes"):
        labels = np.array([0, 1, label], dtype=object if label == "yes" else None)
        with pytest.raises(
            ValueError, match=f"row 2: a label must be 0 or 1, or bool, got {label}"
        ):
            measure(np.array([0.1, 0.5, 0.9]), labels)


@pytest.mark.parametrize("measure", SCORE_MEASURES)
def test_a_score_that_is_no_number_is_named_by_its_row(measure):
    with pytest.raises(ValueError, match="row 1: a score is nan"):
        measure(np.array([0.2, np.nan]), np.array([0, 1]))


@pytest.mark.parametrize("measure", PROBABILITY_MEASURES)
@pytest.mark.parametrize("value", [1.25, -0.5, np.nan, np.inf])
def test_a_probability_outside_its_range_is_named_by_its_row(measure, value):
    with pytest.raises(ValueError, match=rf"row 1: a probability must be in 0\.\.1, got {value};"):
        measure(np.array([1.0, value, 7.0]), np.array([0, 1, 1]))


def test_arrays_that_do_not_pair_up_are_refused():
    with pytest.raises(ValueError, match=r"scores and labels .* got shapes \(3,\) and \(2,\)"):
        auc(np.zeros(3), np.zeros(2))
    for measure in (auc_per_user, gauc):
        with pytest.raises(ValueError, match=r"scores and users .* got shapes \(2,\) and \(4,\)"):
            measure(np.zeros(2), np.zeros(2), np.zeros(4))
    for measure in PROBABILITY_MEASURES:
        with pytest.raises(ValueError, match=r"and labels .* got shapes \(3,\) and \(3, 1\)"):
            measure(np.zeros(3), np.zeros((3, 1)))
    with pytest.raises(ValueError, match=r"got shapes \(2, 2\) and \(2, 2\)"):
        log_loss(np.zeros((2, 2)), np.zeros((2, 2)))


@pytest.mark.parametrize("measure", [calibration, calibration_error])
def test_a_table_needs_a_bin(measure):
    with pytest.raises(ValueError, match="calibration needs n_bins of 1 or more, got 0"):
        measure(np.array([0.5]), np.array([1]), n_bins=0)
