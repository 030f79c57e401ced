import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectutor.metrics.ranking import hit_rate_per_user, mrr_per_user, ndcg_per_user
from rectutor.metrics.sampled import (
    corrected_metric,
    draw_sampled_ranks,
    expected_sampled_hit_rate,
    expected_sampled_mrr,
    expected_sampled_ndcg,
    sampled_ranks,
)

settings_of_a_draw = st.integers(1, 60).flatmap(
    lambda N: st.tuples(st.just(N), st.integers(1, N), st.integers(0, N - 1), st.integers(1, 12))
)


def chance(x: int, N: int, r: int, m: int) -> float:
    """The hypergeometric chance, in whole numbers."""
    if x > m:
        return 0.0
    return math.comb(r - 1, x) * math.comb(N - r, m - x) / math.comb(N - 1, m)


def test_one_draw_of_two_among_four_is_worked_out_on_paper():
    # 5 candidates, target on rank 3: two others above it, two below; both drawn are below
    # in 1 of 6 draws, one is in 4 of 6, none in 1 of 6.
    third = np.array([3])
    assert expected_sampled_hit_rate(third, 5, m=2, k=1) == pytest.approx([1 / 6])
    assert expected_sampled_hit_rate(third, 5, m=2, k=2) == pytest.approx([5 / 6])
    assert expected_sampled_mrr(third, 5, m=2) == pytest.approx([1 / 6 + 4 / 12 + 1 / 18])
    assert expected_sampled_ndcg(third, 5, m=2, k=2) == pytest.approx(
        [1 / 6 + 4 / 6 / math.log2(3)]
    )


@given(settings_of_a_draw)
def test_expectations_equal_the_sums_over_whole_number_chances(drawn):
    N, r, m, k = drawn
    rank = np.array([r])
    hit = sum(chance(x, N, r, m) for x in range(k))
    gain = sum(chance(x, N, r, m) / math.log2(2 + x) for x in range(k))
    inverse = sum(chance(x, N, r, m) / (1 + x) for x in range(m + 1))
    assert expected_sampled_hit_rate(rank, N, m, k) == pytest.approx([hit], abs=1e-9)
    assert expected_sampled_ndcg(rank, N, m, k) == pytest.approx([gain], abs=1e-9)
    assert expected_sampled_mrr(rank, N, m) == pytest.approx([inverse], abs=1e-9)


@pytest.mark.parametrize("m", [49])
def test_drawing_everybody_is_full_ranking(m):
    ranks = np.arange(1, 51)
    assert expected_sampled_hit_rate(ranks, 50, m, 10) == pytest.approx(
        hit_rate_per_user(ranks, 10)
    )
    assert expected_sampled_ndcg(ranks, 50, m, 10) == pytest.approx(ndcg_per_user(ranks, 10))
    assert expected_sampled_mrr(ranks, 50, m) == pytest.approx(mrr_per_user(ranks))


def test_drawing_nobody_always_hits():
    assert expected_sampled_hit_rate(np.array([50]), 50, m=0, k=1).tolist() == [1.0]


def test_large_catalogues_keep_their_precision():
    N, r, m, k = 60_000, 4_000, 100, 10
    exact = sum(
        math.exp(
            math.log(math.comb(r - 1, x)) + math.log(math.comb(N - r, m - x))
            - math.log(math.comb(N - 1, m))
        )
        for x in range(k)
    )  # fmt: skip
    assert expected_sampled_hit_rate(np.array([r]), N, m, k) == pytest.approx([exact], rel=1e-8)


def test_each_user_may_have_another_number_of_candidates():
    values = expected_sampled_hit_rate(np.array([3, 3]), np.array([5, 9]), m=2, k=1)
    assert values == pytest.approx([1 / 6, math.comb(6, 2) / math.comb(8, 2)])


def test_fewer_drawn_rivals_never_lower_the_expected_hits():
    ranks = np.array([1, 5, 40, 100])
    values = [expected_sampled_hit_rate(ranks, 100, m, 10) for m in (99, 50, 20, 5)]
    assert all((fewer >= more - 1e-12).all() for more, fewer in itertools.pairwise(values))


def test_real_draws_come_close_to_the_expectation():
    rng = np.random.default_rng(3)
    scores = np.tile(np.arange(40, dtype=np.float32), (4000, 1))
    scores[:, :4] = -np.inf  # seen before: never drawn
    target = np.full(4000, 30)  # nine above it: rank 10 of 36
    expected = expected_sampled_hit_rate(np.array([10]), 36, m=12, k=3)[0]
    for drawn in (
        sampled_ranks(scores, target, 12, rng),
        draw_sampled_ranks(np.full(4000, 10), 36, 12, rng),
    ):
        assert drawn.min() >= 1
        assert drawn.max() <= 10
        error = math.sqrt(expected * (1 - expected) / 4000)
        assert hit_rate_per_user(drawn, 3).mean() == pytest.approx(expected, abs=4 * error)


def test_drawing_all_others_gives_the_full_rank():
    scores = np.array([[0.3, 0.1, 0.2, -np.inf]])
    assert sampled_ranks(scores, np.array([2]), 2, np.random.default_rng(0)).tolist() == [2]
    assert sampled_ranks(scores, np.array([1]), 0, np.random.default_rng(0)).tolist() == [1]


def test_more_draws_than_candidates_are_refused():
    with pytest.raises(ValueError, match="the other candidates of every user, 2; got 3"):
        sampled_ranks(np.zeros((1, 3)), np.array([0]), 3, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"m must be in 0\.\.4, .* got 5"):
        expected_sampled_mrr(np.array([1]), 5, m=5)


def test_a_rank_outside_the_candidates_is_named():
    with pytest.raises(ValueError, match=r"row 1: a full rank must be in 1\.\.5, got 6"):
        expected_sampled_hit_rate(np.array([1, 6]), 5, m=2, k=1)


def test_the_correction_comes_closer_to_the_full_metric_than_the_sample():
    N, m, k = 400, 40, 10
    rng = np.random.default_rng(1)
    full = np.minimum(1 + rng.geometric(1 / 60, size=5000), N)
    truth = hit_rate_per_user(full, k).mean()
    drawn = draw_sampled_ranks(full, N, m, rng)
    metric = (np.arange(1, N + 1) <= k).astype(float)
    corrected = corrected_metric(drawn, N, m, metric, gamma=0.01).mean()
    uncorrected = hit_rate_per_user(drawn, k).mean()
    assert abs(uncorrected - truth) > 0.5
    assert abs(corrected - truth) < 0.06


def test_the_correction_of_a_full_draw_without_penalty_is_the_metric_itself():
    metric = 1 / np.arange(1, 7)
    values = corrected_metric(np.arange(1, 7), 6, 5, metric, gamma=1e-12)
    assert values == pytest.approx(metric, abs=1e-9)


def test_the_correction_checks_what_it_is_given():
    metric = np.ones(5)
    with pytest.raises(ValueError, match="gamma must be above 0 and at most 1, got 0"):
        corrected_metric(np.array([1]), 5, 2, metric, gamma=0)
    with pytest.raises(ValueError, match=r"metric needs one value per rank, 6; got \(5,\)"):
        corrected_metric(np.array([1]), 6, 2, metric)
    with pytest.raises(ValueError, match=r"a sampled rank must be in 1\.\.3, got 4"):
        corrected_metric(np.array([4]), 5, 2, metric)
