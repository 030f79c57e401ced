"""The list follows the knobs, and titles never become markup."""

import json

import numpy as np
import pytest

from rectutor.widgets import TitleDecoder
from rectutor.widgets.title_decoder import DecoderState
from tests.analysis.test_decoding_matters import tables

TITLES = ("", "one nine", "<b>two</b>", "three", "four")


def view(titles: tuple[str, ...] = TITLES) -> TitleDecoder:
    return TitleDecoder(tables(), titles, np.array([3]))


def state(**knobs: object) -> DecoderState:
    return DecoderState(tables(), TITLES, (3,), **knobs)


def test_the_list_is_that_of_sums_or_means_without_what_was_seen():
    table = state().rows()  # item 2 was seen
    assert table["title"].tolist() == ["one nine", "three", "four"]
    assert table["tokens"].tolist() == [2, 4, 2] and table["ghosts"].tolist() == [0, 2, 0]
    assert table["decoder"].tolist() == ["-1.6", "-1.7", "-2.1"]  # log .2, .18, .12
    assert state(is_divided=True).rows()["title"].tolist()[0] == "three"
    assert state(alpha=0.0).rows()["title"].tolist() == ["three", "four", "one nine"]


def test_the_sentence_says_how_and_where_the_truth_stands():
    one = view()
    one.alpha = 0.0
    one.is_divided = True
    assert repr(one) == (
        "Person 1, weight 0.0 on the decoder and 1.0 on the helper, divided by length: 3 titles "
        "with 2.7 tokens on average; what was truly next, three, is at place 1."
    )
    seen = DecoderState(tables(), TITLES, (2,))
    assert seen.sentence().endswith("truly next, <b>two</b>, is not among them.")


def test_the_page_holds_every_setting_as_short_texts():
    one = view()
    frames = one.page["frames"]
    assert len(frames) == 1 and [len(own) for own in frames[0]] == [11, 11]
    for is_divided in (False, True):
        for at, weight in enumerate(one.page["weights"]):
            now = state(alpha=weight, is_divided=is_divided)
            frame = frames[0][is_divided][at]
            assert frame["sentence"] == now.sentence()
            assert [row[0] for row in frame["rows"]] == now.rows()["title"].tolist()
    assert max(len(text) for row in frames[0][0][5]["rows"] for text in row[3:]) <= 5
    assert "e-" not in json.dumps(frames) and "99999" not in json.dumps(frames)


def test_the_prediction_is_answered_by_the_list_itself():
    predict = view().page["missions"]["predict"]
    assert predict["answer"] == 2  # three titles stay three titles
    assert "2.7 tokens" in predict["ask"] and "2.7 tokens" in predict["reply"]


def test_on_paper_the_truth_is_marked_and_ghosts_stand_apart():
    twin = view().twin()
    assert twin.table["next"].tolist() == ["", "truly next", ""]
    counts = twin.figure.table.set_index(["title", "kind"])["tokens"]
    assert counts["three", "ghosts"] == 2 and counts["three", "other tokens"] == 2


def test_a_person_and_a_weight_that_are_not_there_are_named():
    with pytest.raises(ValueError, match=r"person must be 1\.\.1, a row of the tables, got 3"):
        state(person=3)
    with pytest.raises(ValueError, match=r"alpha must be one of 0, 0\.1, \.\.\. 1, got 0\.55"):
        state(alpha=0.55)
