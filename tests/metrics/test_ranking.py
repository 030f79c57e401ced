import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rectutor.metrics.ranking import (
    MISS,
    hit_rate,
    hit_rate_per_user,
    mean_average_precision,
    mrr,
    ndcg,
    ndcg_per_user,
    ranks_in_lists,
    ranks_of_targets,
    recall,
    recall_per_user,
    top_k,
)

METRICS = [hit_rate, recall, ndcg, mrr, mean_average_precision]

# Few different values, so that ties are common; some candidates are removed.
score_tables = st.tuples(st.integers(1, 5), st.integers(1, 60)).flatmap(
    lambda shape: arrays(
        np.float32, shape, elements=st.sampled_from([-np.inf, -1.5, 0.0, 0.25, 0.5, 7.0])
    )
)


def test_three_users_and_five_items_are_ranked_as_on_paper():
    scores = np.array([[0.1, 0.5, 0.3, 0.2, 0.4], [5, 4, 3, 2, 1], [1, 2, 3, 4, 5]])
    ranks = ranks_of_targets(scores, target_columns=np.array([2, 0, 1]))
    assert ranks.tolist() == [3, 1, 4]
    assert ndcg(ranks, k=3) == pytest.approx((1 / math.log2(4) + 1 + 0) / 3)
    assert hit_rate(ranks, k=3) == pytest.approx(2 / 3)
    assert mrr(ranks) == pytest.approx((1 / 3 + 1 + 1 / 4) / 3)
    assert mrr(ranks, k=3) == pytest.approx((1 / 3 + 1) / 3)
    assert mean_average_precision(ranks, k=3) == pytest.approx((1 / 3 + 1) / 3)


def test_several_held_out_items_of_one_user_are_ranked_as_on_paper():
    ranks = np.array([[4, 1, 7], [2, 0, 0]])  # the second user held out one item only
    assert recall_per_user(ranks, k=4).tolist() == [pytest.approx(2 / 3), 1.0]
    assert hit_rate_per_user(ranks, k=1).tolist() == [1.0, 0.0]
    gain = 1 / math.log2(5) + 1 / math.log2(2)
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg_per_user(ranks, k=5).tolist() == pytest.approx([gain / ideal, 1 / math.log2(3)])
    assert mean_average_precision(ranks, k=5) == pytest.approx(((1 / 1 + 2 / 4) / 3 + 1 / 2) / 2)
    assert mrr(ranks) == pytest.approx((1 + 1 / 2) / 2)


def test_more_held_out_items_than_places_can_still_reach_one():
    ranks = np.array([[1, 2, 3]])
    assert ndcg(ranks, k=2) == pytest.approx(1.0)
    assert mean_average_precision(ranks, k=2) == pytest.approx(1.0)
    assert recall(ranks, k=2) == pytest.approx(2 / 3)


def test_a_model_that_scores_everything_alike_never_hits():
    ranks = ranks_of_targets(np.zeros((4, 101)), target_columns=np.zeros(4, dtype=int))
    assert ranks.tolist() == [101] * 4
    assert hit_rate(ranks, k=10) == 0.0


def test_a_removed_candidate_is_no_rival():
    scores = np.array([[-np.inf, 0.1, 0.9]])
    assert ranks_of_targets(scores, np.array([1])).tolist() == [2]


def test_a_missing_target_has_rank_zero_and_never_counts():
    ranks = ranks_of_targets(np.array([[3.0, 2.0], [3.0, 2.0]]), np.array([[1, 0], [1, -1]]))
    assert ranks.tolist() == [[2, 1], [2, 0]]
    assert recall(ranks, k=1) == pytest.approx((1 / 2 + 0) / 2)


def test_a_removed_target_is_named_in_the_error():
    scores = np.array([[0.5, 0.1], [-np.inf, 0.1]])
    with pytest.raises(ValueError, match="row 1: the held-out item has score -inf"):
        ranks_of_targets(scores, target_columns=np.array([0, 0]))


def test_a_removed_target_is_named_by_its_own_row_when_other_rows_have_fewer_targets():
    scores = np.array([[0.5, 0.1], [0.5, 0.1], [0.5, -np.inf]])
    with pytest.raises(ValueError, match="row 2: the held-out item has score -inf"):
        ranks_of_targets(scores, np.array([[0, -1], [0, -1], [0, 1]]))


def test_a_column_outside_the_scores_is_named():
    with pytest.raises(ValueError, match=r"row 1: target column 7 is outside 0\.\.2"):
        ranks_of_targets(np.zeros((2, 3)), np.array([0, 7]))


def test_a_score_that_is_no_number_is_named_by_its_row_also_in_a_later_chunk():
    scores = np.zeros((600, 1000), dtype=np.float32)
    scores[517, 999] = np.nan
    with pytest.raises(ValueError, match="row 517: a score is nan"):
        ranks_of_targets(scores, np.zeros(600, dtype=int))
    with pytest.raises(ValueError, match="row 517: a score is nan"):
        top_k(scores, k=3)


@given(score_tables, st.data())
def test_counting_gives_the_place_of_a_pessimistic_sort(scores, data):
    B, C = scores.shape
    scores[:, 0] = 0.0  # something is always left
    columns = np.array(
        [data.draw(st.sampled_from(np.flatnonzero(row > -np.inf))) for row in scores]
    )
    ranks = ranks_of_targets(scores, columns)
    for row in range(B):
        others = [c for c in range(C) if c != columns[row]]
        order = sorted(
            [*others, columns[row]], key=lambda c: -scores[row, c]
        )  # stable: target last
        assert ranks[row] == order.index(columns[row]) + 1


@given(score_tables)
def test_removing_a_seen_item_never_worsens_the_rank_of_the_target(scores):
    scores[:, 0] = 0.5
    target = np.zeros(len(scores), dtype=int)
    before = ranks_of_targets(scores, target)
    scores[:, 1:][:, ::2] = -np.inf
    assert (ranks_of_targets(scores, target) <= before).all()


@settings(max_examples=80)
@given(score_tables, st.integers(1, 70))
def test_the_top_is_the_stable_sort_of_the_whole_row(scores, k):
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    kept = np.take_along_axis(scores, order, axis=1) > -np.inf
    expected = np.zeros((len(scores), k), dtype=int)
    expected[:, : order.shape[1]] = np.where(kept, order, 0)
    assert top_k(scores, k).tolist() == expected.tolist()


def test_the_top_of_a_long_row_without_ties_is_the_sort_of_the_row():
    scores = np.random.default_rng(0).normal(size=(300, 3001)).astype(np.float32)
    expected = np.argsort(-scores, axis=1, kind="stable")[:, :10]
    assert (top_k(scores, k=10) == expected).all()


def test_ties_go_to_the_smaller_column_also_at_the_edge_of_a_crowded_row():
    scores = np.zeros((1, 5000), dtype=np.float32)
    scores[0, [40, 4000]] = 1.0
    assert top_k(scores, k=4).tolist() == [[40, 4000, 0, 1]]


def test_fewer_candidates_than_places_are_padded():
    assert top_k(np.array([[-np.inf, 0.5, -np.inf]]), k=2).tolist() == [[1, 0]]
    assert top_k(np.array([[-np.inf, 0.5, 0.7]]), k=5).tolist() == [[2, 1, 0, 0, 0]]
    assert top_k(np.full((1, 900), -np.inf), k=3).tolist() == [[0, 0, 0]]


def test_nobody_asked_gives_empty_lists_and_metrics_without_value():
    assert top_k(np.zeros((0, 7)), k=3).shape == (0, 3)
    assert ranks_of_targets(np.zeros((0, 7)), np.zeros(0, dtype=int)).shape == (0,)
    for metric in METRICS:
        assert math.isnan(metric(np.zeros(0, dtype=int), 10))


@pytest.mark.parametrize("metric", METRICS)
def test_a_user_without_held_out_items_is_left_out_of_the_mean(metric):
    assert metric(np.array([[1], [0]]), 10) == 1.0


@pytest.mark.parametrize("metric", METRICS)
def test_a_list_needs_a_place(metric):
    with pytest.raises(ValueError, match="a metric needs k of 1 or more, got 0"):
        metric(np.array([1]), 0)


def test_a_top_needs_a_place():
    with pytest.raises(ValueError, match="top_k needs k of 1 or more, got 0"):
        top_k(np.zeros((1, 3)), k=0)


@given(
    arrays(np.int64, st.tuples(st.integers(1, 6), st.integers(1, 4)), elements=st.integers(1, 99))
)
def test_every_metric_lies_between_0_and_1_and_grows_with_k(ranks):
    ranks = np.sort(ranks, axis=1) + np.arange(ranks.shape[1])  # distinct within a user
    for metric in (hit_rate, recall, mrr):
        values = [metric(ranks, k) for k in (1, 5, 20, 200)]
        assert values == sorted(values)
        assert values[0] >= 0
        assert values[-1] <= 1
    for metric in (ndcg, mean_average_precision):
        assert all(0 <= metric(ranks, k) <= 1 + 1e-12 for k in (1, 5, 20, 200))


def test_a_place_in_a_list_is_a_rank_and_an_absent_item_is_a_miss():
    lists = np.array([[5, 7, 0], [1, 2, 3]])
    ranks = ranks_in_lists(lists, np.array([[7, 0], [9, 3]]))
    assert ranks.tolist() == [[2, 0], [MISS, 3]]
    assert recall(ranks, k=3) == pytest.approx((1 + 1 / 2) / 2)
    assert mrr(ranks_in_lists(lists, np.array([4, 4]))) == 0.0


def test_the_metrics_agree_with_trec_eval():
    pytrec_eval = pytest.importorskip("pytrec_eval", reason="pytrec-eval-terrier not installed")
    rng = np.random.default_rng(5)
    B, C, M = 40, 60, 4
    scores = rng.permuted(np.tile(np.arange(C, dtype=np.float32), (B, 1)), axis=1)
    columns = rng.permuted(np.tile(np.arange(C), (B, 1)), axis=1)[:, :M]
    columns[::3, 2:] = -1  # some users held out fewer
    ranks = ranks_of_targets(scores, columns)
    wanted = {str(u): {str(c): 1 for c in columns[u] if c >= 0} for u in range(B)}
    run = {str(u): {str(c): float(scores[u, c]) for c in range(C)} for u in range(B)}
    measures = {"ndcg_cut.10", "recip_rank", "map_cut.10", "recall.10", "success.10"}
    found = pytrec_eval.RelevanceEvaluator(wanted, measures).evaluate(run)
    ours = {
        "ndcg_cut_10": ndcg(ranks, 10),
        "recip_rank": mrr(ranks),
        "map_cut_10": mean_average_precision(ranks, 10),
        "recall_10": recall(ranks, 10),
        "success_10": hit_rate(ranks, 10),
    }
    for name, value in ours.items():
        assert value == pytest.approx(np.mean([found[str(u)][name] for u in range(B)])), name
