import numpy as np
import pytest

from rectutor.widgets import AttentionMap
from tests.widgets.samples import case


def test_it_opens_at_the_newest_film_and_says_where_it_looks():
    assert repr(AttentionMap([case()])) == (
        "Person 7, block 1, head 1: reading Fargo, it looks 50 % at Alien and 30 % at Heat."
    )


def test_a_film_without_a_past_looks_at_itself():
    view = AttentionMap([case()])
    view.position = 0
    assert repr(view).endswith("reading Heat, it looks 100 % at Heat.")


def test_deleting_a_film_says_the_score_and_the_place_of_its_effect():
    view = AttentionMap([case()])
    view.deleted = 1
    assert repr(view).endswith(
        "Without Alien the score of Jaws goes from 2 to 2.1 (+0.1 logit): effect number 3 of 3."
    )


def test_the_prediction_knows_that_the_most_attended_film_matters_least():
    predict = AttentionMap([case()]).page["missions"]["predict"]
    assert "looks most at Alien" in predict["ask"]
    assert predict["answer"] == 1


def test_the_act_is_done_by_deleting_the_film_with_the_largest_effect():
    assert AttentionMap([case()]).page["cases"][0]["goals"] == [True, False, False]


def test_the_page_holds_the_sentences_of_each_head_and_film():
    view = AttentionMap([case()])
    view.head, view.position, view.deleted = 1, 2, 0
    one = view.page["cases"][0]
    assert f"{one['looking'][0][1][2]} {one['deletion'][0]}" == repr(view)


def test_a_shorter_history_is_read_at_its_newest_film():
    short = case()._replace(
        titles=("Heat",), attention=np.ones((1, 2, 1, 1)), scores_without=np.array([0.0])
    )
    view = AttentionMap([case(), short])
    view.person, view.deleted = 1, 2
    assert view.state.reading == 0
    assert repr(view).endswith("reading Heat, it looks 100 % at Heat.")


def test_no_case_is_refused():
    with pytest.raises(ValueError, match="needs one AttentionCase or more, got none"):
        AttentionMap([])


def test_padding_that_was_not_cut_off_is_named():
    padded = case()._replace(attention=np.zeros((1, 2, 5, 5)))
    with pytest.raises(ValueError, match=r"must be \[blocks, heads, 3, 3\].*got \[1, 2, 5, 5\]"):
        AttentionMap([padded])


def test_scores_of_another_length_are_named():
    with pytest.raises(ValueError, match=r"scores_without must be \[3\], got \[2\]"):
        AttentionMap([case()._replace(scores_without=np.zeros(2))])


def test_a_score_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="case 0: a score or an attention weight is nan"):
        AttentionMap([case()._replace(score=float("nan"))])


def test_a_history_too_long_to_draw_is_named():
    with pytest.raises(ValueError, match=r"histories of 1\.\.16 films, got 17"):
        AttentionMap([case(("A",) * 17)])


def test_people_from_models_of_different_size_are_refused():
    other = case()._replace(attention=case().attention[:, :1])
    with pytest.raises(ValueError, match="case 1 has 1 blocks of 1 heads, case 0 has 1 of 2"):
        AttentionMap([case(), other])


def test_a_head_that_does_not_exist_is_refused():
    view = AttentionMap([case()])
    with pytest.raises(ValueError, match=r"head must be 0\.\.1, got 2"):
        view.head = 2
