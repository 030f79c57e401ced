"""The list follows the controls, and titles never become markup."""

import numpy as np
import pytest

from rectutor.widgets import TitleDecoder
from rectutor.widgets.title_decoder import DecoderState
from tests.analysis.test_decoding_matters import tables

TITLES = ["", "one nine", "<b>two</b>", "three", "four"]


def view() -> TitleDecoder:
    return TitleDecoder(tables(), TITLES, np.array([3]))


def test_the_list_is_that_of_sums_or_means_without_what_was_seen():
    table = DecoderState().rows(tables(), TITLES)  # item 2 was seen
    assert table["title"].tolist() == ["one nine", "three", "four"]
    assert table["tokens"].tolist() == [2, 4, 2] and table["ghosts"].tolist() == [0, 2, 0]
    assert table["decoder"].tolist() == np.log([0.2, 0.18, 0.12]).round(1).tolist()
    divided = DecoderState(is_divided=True).rows(tables(), TITLES)
    assert divided["title"].tolist()[0] == "three"
    helper = DecoderState(alpha=0.0).rows(tables(), TITLES)
    assert helper["title"].tolist() == ["three", "four", "one nine"]


def test_a_control_changes_the_state_and_what_is_shown():
    one = view()
    before = one.shown.value
    one.alpha.value = 0.0
    assert one.state == DecoderState(0, 0.0, False) and one.shown.value != before
    one.is_divided.value = True
    assert one.state.sentence() == (
        "Person 1: weight 0.0 on the decoder, 1.0 on the helper, divided by length."
    )
    assert one.state.sentence() in one.shown.value
    assert one.table()["next"].tolist() == ["truly next", "", ""]


def test_a_title_never_becomes_markup():
    own = tables()
    nobody = own._replace(history=np.zeros_like(own.history))
    shown = TitleDecoder(nobody, TITLES, np.array([3])).shown.value
    assert "<b>" not in shown and "&lt;b&gt;two&lt;/b&gt;" in shown


def test_on_paper_it_is_its_sentence_and_its_table():
    bundle = view()._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert data["text/plain"].startswith("Person 1: weight 1.0") and "three" in data["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in data


def test_a_person_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="person must be 0 to 0, a row of the tables, got 3"):
        DecoderState(person=3).rows(tables(), TITLES)
