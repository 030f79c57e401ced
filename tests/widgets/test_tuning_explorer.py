"""Tuning explorer: sizes, ranks, and the directions of an update."""

import pytest

from rectutor.widgets import TuningExplorer
from tests.widgets.samples import tuned


def view() -> TuningExplorer:
    return TuningExplorer(*tuned())


def test_it_opens_at_the_fewest_examples_and_rank_eight():
    # squares 16 and 4 of singular values 4 and 2: the first direction holds 16 / 20
    assert repr(view()) == (
        "16 examples, rank 8: AUC within people: LoRA 0.5 [0.47, 0.53], Counts 0.52 [0.5, 0.54]. "
        "Its strongest direction holds 80 % of the update."
    )


def test_the_counts_stay_while_the_rank_turns():
    turned = view()
    turned.rank = 1
    assert "LoRA 0.49 [0.46, 0.53], Counts 0.52" in repr(turned)
    assert "holds 100 %" in repr(turned)


def test_what_was_not_tuned_or_not_recorded_is_said_and_drawn_as_nothing():
    turned = view()
    turned.n, turned.rank = 256, 1
    assert repr(turned) == (
        "256 examples, rank 1: AUC within people: Counts 0.6 [0.57, 0.63], "
        "LoRA not measured at this rank."
    )
    assert turned.page["directions"][0][2] == []


def test_the_prediction_compares_both_knobs():
    predict = view().page["missions"]["predict"]
    assert predict["answer"] == 0  # 0.5 to 0.56 by size, 0.52 to 0.54 by rank
    assert "by up to 0.06, the rank by up to 0.02" in predict["reply"]


def test_the_act_ends_where_lora_first_beats_a_coin():
    goals = [[frame["goal"] for frame in row] for row in view().page["frames"]]
    assert goals == [[False] * 3, [False, True, False]]


def test_a_coin_is_on_the_scale_and_everything_fits():
    page = view().page
    assert (page["bottom"], page["top"]) == (0.45, 0.65)
    assert page["marks"] == [0.45, 0.5, 0.55, 0.6, 0.65]


def test_the_twin_shows_the_chosen_rank():
    twin = view().twin()
    assert set(twin.table["rank"]) == {0, 8}
    assert "Directions of the update: " in twin.figure.alt


def test_errors_list_what_there_is():
    with pytest.raises(ValueError, match=r"n must be one of \[16, 64, 256\], got 5"):
        view().n = 5
    with pytest.raises(ValueError, match=r"rank must be one of \[1, 8\], got 3"):
        view().rank = 3
    table, updates = tuned()
    with pytest.raises(ValueError, match=r"rows of the model \"LoRA\", got \['Counts'\]"):
        TuningExplorer(table[table["model"] == "Counts"], updates)
