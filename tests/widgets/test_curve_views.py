"""Loss explorer and sampled negatives: the two views with lines."""

import numpy as np
import pandas as pd
import pytest

from rectutor.metrics.sampled import expected_sampled_hit_rate
from rectutor.widgets import LossExplorer, SampledNegatives
from rectutor.widgets.curves import ticks, upper_end
from tests.widgets.samples import sampled, training


def test_the_explorer_opens_at_one_negative():
    assert repr(LossExplorer(training(), n_items=100)) == (
        "NDCG@10 with 1 negative: SASRec 0.1 [0.09, 0.11], GRU4Rec 0.09 [0.08, 0.1]."
    )


def test_as_many_negatives_as_other_items_are_called_all():
    view = LossExplorer(training(), n_items=100)
    view.n_negatives, view.architecture = 99, "GRU4Rec"
    assert repr(view) == "NDCG@10 with all negatives: GRU4Rec 0.18 [0.17, 0.19]."
    assert view.page["words"] == ["1", "16", "all"]


def test_an_architecture_that_was_not_trained_there_is_said_to_be_unmeasured():
    view = LossExplorer(training())
    view.architecture, view.n_negatives = "GRU4Rec", 16
    assert repr(view) == "NDCG@10 with 16 negatives: not measured."


def test_the_prediction_compares_the_two_effects():
    predict = LossExplorer(training()).page["missions"]["predict"]
    assert predict["answer"] == 0
    assert "up to 0.1, the architecture by up to 0.02" in predict["reply"]


def test_the_act_ends_at_the_fewest_negatives_within_noise_of_the_most():
    frames = LossExplorer(training()).page["frames"][0]
    assert [frame["goal"] for frame in frames] == [False, True, False]


def test_the_twin_follows_the_architecture():
    view = LossExplorer(training())
    view.architecture = "SASRec"
    assert set(view.twin().table["architecture"]) == {"SASRec"}


def test_values_without_intervals_are_drawn_without():
    view = LossExplorer(training().drop(columns=["low", "high"]))
    assert view.page["curves"][0]["points"][0] == {"x": 1, "y": 0.1, "low": None, "high": None}
    assert "[" not in repr(view)


def test_an_unknown_number_of_negatives_lists_the_grid():
    with pytest.raises(ValueError, match=r"n_negatives must be one of \[1, 16, 99\], got 2"):
        LossExplorer(training()).n_negatives = 2


def test_an_unknown_architecture_lists_the_names():
    with pytest.raises(ValueError, match=r"one of \['SASRec', 'GRU4Rec'\], got \"RNN\""):
        LossExplorer(training()).architecture = "RNN"


def test_a_missing_column_and_an_empty_table_are_named():
    with pytest.raises(ValueError, match=r"LossExplorer needs the columns \['value'\]"):
        LossExplorer(training().drop(columns="value"))
    with pytest.raises(ValueError, match="LossExplorer needs one row or more"):
        LossExplorer(training().iloc[:0])


def test_zero_negatives_cannot_stand_on_a_log_axis():
    with pytest.raises(ValueError, match="n_negatives must be 1 or more on a log axis, got 0"):
        LossExplorer(training().replace({"n_negatives": {1: 0}}))


def test_sampled_negatives_open_at_ninety_nine():
    assert repr(SampledNegatives(sampled())) == (
        "HR@10 with m = 99 sampled negatives: Markov 0.2, EASE 0.1. This is the largest m."
    )


def test_models_in_another_order_are_counted_in_pairs():
    view = SampledNegatives(sampled())
    view.m = 1
    assert repr(view).endswith(
        "EASE 0.9, Markov 0.8. 1 pair of models stands in another order than with m = 99."
    )
    assert view.page["flips"] == [99]


def test_equal_values_are_no_flip():
    tied = sampled()
    tied.loc[tied["m"] == 1, "value"] = 1.0
    view = SampledNegatives(tied)
    view.m = 1
    assert view.state.flips() == 0
    assert repr(view).endswith("The order is that of m = 99.")


def test_the_band_adds_the_intervals_to_the_sentence():
    view = SampledNegatives(sampled())
    view.band = True
    assert "Markov 0.2 [0.15, 0.25]" in repr(view)
    at = view.page["grid"].index(99)
    assert view.page["frames"][1][at]["sentence"] == repr(view)


def test_it_opens_at_the_nearest_number_on_the_grid():
    assert SampledNegatives(sampled(), m=12).m == 10


def test_a_number_off_the_grid_names_the_nearest():
    with pytest.raises(ValueError, match="got 12; nearest is 10"):
        SampledNegatives(sampled()).m = 12


def test_where_nothing_flips_the_act_asks_for_the_smallest_m():
    still = sampled()
    still.loc[still["model"] == "Markov", "value"] /= 10
    view = SampledNegatives(still)
    assert view.page["missions"]["act"]["ask"] == "Go to the smallest m."
    assert [frame["goal"] for frame in view.page["frames"][0]] == [True, False, False]


def test_a_model_that_misses_an_m_is_named():
    with pytest.raises(ValueError, match="Markov has 2 rows for 3 values of m"):
        SampledNegatives(sampled().iloc[:-1])


def test_from_ranks_computes_the_exact_expectation_up_to_full_ranking():
    ranks = {"EASE": np.array([1, 30, 200]), "Markov": np.array([5, 11, 12])}
    view = SampledNegatives.from_ranks(ranks, n_candidates=200, k=10, n_points=8)
    table = view.state.table.set_index(["model", "m"])["value"]
    expected = expected_sampled_hit_rate(ranks["EASE"], 200, 99, 10).mean()
    assert view.m == 99
    assert table["EASE", 99] == pytest.approx(expected)
    assert table["Markov", 199] == pytest.approx(1 / 3)


def test_the_right_end_is_full_ranking_for_everybody():
    ranks = {"EASE": np.array([1, 11, 30, 200]), "Markov": np.array([5, 90, 12, 300])}
    n_candidates = np.array([100, 200, 300, 400])
    view = SampledNegatives.from_ranks(ranks, n_candidates, n_points=8)
    table = view.state.table.set_index(["model", "m"])["value"]
    assert view.state.grid[-1] == 399
    assert (table["EASE", 399], table["Markov", 399]) == (1 / 4, 1 / 4)
    ninety_nine = expected_sampled_hit_rate(ranks["EASE"][1:], n_candidates[1:], 99, 10).sum()
    assert table["EASE", 99] == pytest.approx((1 + ninety_nine) / 4)


def crossing() -> pd.DataFrame:
    """EASE is above Markov up to m = 10 and below it from m = 20 on."""
    ms = [1, 10, 20, 50, 100]
    values = [0.9, 0.6, 0.4, 0.2, 0.1, 0.8, 0.5, 0.45, 0.3, 0.2]
    return pd.DataFrame({"model": ["EASE"] * 5 + ["Markov"] * 5, "m": ms * 2, "value": values})


@pytest.mark.parametrize(
    ("m", "options", "answer"),
    [
        (1, ("up to m = 10", "between 10 and 20", "beyond m = 20"), 1),
        (10, ("up to m = 20", "between 20 and 50", "beyond m = 50"), 0),
    ],
)
def test_the_prediction_asks_where_two_models_change_places(m, options, answer):
    predict = SampledNegatives(crossing(), m=m).page["missions"]["predict"]
    assert predict["ask"].startswith(f"With m = {m} EASE stands above Markov; with m = 100")
    assert (tuple(predict["options"]), predict["answer"]) == (options, answer)
    assert predict["reply"] == "At m = 20 Markov is above for the first time."


def test_where_no_two_models_change_places_the_prediction_asks_who_leads():
    predict = SampledNegatives(crossing(), m=20).page["missions"]["predict"]
    assert predict["ask"] == "With m = 20 sampled negatives Markov leads. Who leads with m = 100?"
    assert predict["options"][predict["answer"]] == "Markov"


def test_values_that_differ_by_rounding_alone_are_equal_and_keep_their_order():
    frame = crossing()
    frame.loc[frame["m"] == 1, "value"] = [1.0, 1.0 + 1e-15]
    view = SampledNegatives(frame, m=1)
    assert view.state.order(1) == ["EASE", "Markov"] and view.state.flips() == 0
    assert view.page["frames"][0][0]["goal"] is False
    assert [frame["goal"] for frame in view.page["frames"][0]] == [False, True, False, False, False]


def test_the_scale_ends_above_the_highest_interval():
    frame = pd.DataFrame({"value": [0.1], "high": [0.163]})
    assert upper_end(frame) == (0.2, [0.0, 0.05, 0.1, 0.15, 0.2])
    assert upper_end(pd.DataFrame({"value": [0.0], "high": [0.0]}))[0] == 1.0


def test_ticks_of_a_log_axis_leave_room_for_both_ends():
    assert ticks(1, 1099) == [1, 10, 100, 1099]
