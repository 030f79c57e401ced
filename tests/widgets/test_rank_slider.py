import math

import pytest

from rectutor.widgets import RankSlider
from rectutor.widgets.rank_slider import RankState

FILMS = ("Heat", "Fargo", "Jaws")


def test_metrics_of_one_held_out_film_follow_from_its_rank():
    values = RankState(FILMS, "Alien", rank=3, k=3).metrics()
    assert values == pytest.approx({"HR": 1, "Recall": 1, "NDCG": 1 / math.log2(4), "MRR": 1 / 3})


def test_beyond_k_every_metric_is_zero():
    assert set(RankState(FILMS, "Alien", rank=3, k=2).metrics().values()) == {0.0}


def test_more_held_out_films_part_recall_from_hit_rate():
    state = RankState(FILMS, "Alien", also=(3,), rank=1, k=2, more=True)
    assert state.ranks == [1, 4]
    assert (state.metrics()["HR"], state.metrics()["Recall"]) == (1.0, 0.5)


def test_the_held_out_film_pushes_the_films_below_it_down():
    state = RankState(FILMS, "Alien", also=(1, 3), rank=2, k=2, more=True)
    assert state.in_order() == ["Heat", "Alien", "Fargo", "Jaws"]
    assert state.ranks == [2, 1, 4]


def test_the_sentence_says_rank_length_and_every_metric():
    assert RankState(FILMS, "Alien", rank=2, k=2).sentence() == (
        "Alien stands at rank 2 of 4: HR@2 1, Recall@2 1, NDCG@2 0.631, MRR@2 0.5."
    )


def test_a_k_longer_than_the_list_is_allowed_and_said():
    assert RankState(FILMS, "Alien", k=10).sentence().endswith("The list ends at 4, before k = 10.")


def test_a_list_of_the_held_out_film_alone_works():
    view = RankSlider([], "Alien", rank=1, k=1)
    assert repr(view) == ("Alien stands at rank 1 of 1: HR@1 1, Recall@1 1, NDCG@1 1, MRR@1 1.")


def test_every_setting_of_the_knobs_has_its_frame():
    view = RankSlider(FILMS, "Alien", also=(1,))
    view.rank, view.k, view.more = 4, 3, True
    frame = view.page["frames"][1][3][2]
    assert frame["sentence"] == repr(view)
    assert frame["values"] == [round(v, 4) for v in view.state.metrics().values()]


def test_the_prediction_asks_what_really_changes():
    inside = RankSlider(FILMS, "Alien", rank=3, k=3).page["missions"]["predict"]
    outside = RankSlider(FILMS, "Alien", rank=3, k=2).page["missions"]["predict"]
    at_top = RankSlider(FILMS, "Alien", rank=1, k=2).page["missions"]["predict"]
    answers = [one["options"][one["answer"]] for one in (inside, outside, at_top)]
    assert answers == ["NDCG and MRR only", "All four", "None"]


def test_a_rank_outside_the_list_is_refused():
    with pytest.raises(ValueError, match=r"rank must be 1\.\.4, got 5"):
        RankSlider(FILMS, "Alien", rank=5)


def test_a_k_beyond_twenty_is_refused():
    view = RankSlider(FILMS, "Alien")
    with pytest.raises(ValueError, match=r"k must be 1\.\.20, got 21"):
        view.k = 21


def test_a_list_beyond_twenty_is_refused():
    with pytest.raises(ValueError, match=r"at most 20 films .* got 21; pass titles\[:19\]"):
        RankSlider(["A"] * 20, "Alien")


def test_a_further_film_outside_the_list_is_refused():
    with pytest.raises(ValueError, match=r"3 other films, 1\.\.3, got 4"):
        RankSlider(FILMS, "Alien", also=(4,))
