import numpy as np
import pytest

from rectutor.course import show as module
from rectutor.course.show import MissingCellError, need, words


def test_a_missing_name_leads_to_the_cell_that_defines_it():
    with pytest.raises(MissingCellError, match=r'`model`, which .* under "2. Train SASRec" first'):
        need({"split": 1}, "split", "model", cell="2. Train SASRec")


def test_the_message_is_shown_without_a_traceback():
    assert MissingCellError("run cell 2")._render_traceback_() == ["run cell 2"]


def test_nothing_is_said_when_every_name_is_there():
    assert need({"split": 1, "model": None}, "split", "model", cell="2. Train") is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"),
        (np.bool_(False), "no"),
        (0.12345, "0.123"),
        (np.float32(0.5), "0.5"),
        (12345.6, "12346"),
        (np.int64(12345), "12345"),
        ("EASE", "EASE"),
        ([1], "[1]"),
    ],
)
def test_a_value_is_written_in_a_lesson_s_words(value, text):
    assert words(value) == text


def test_html_and_text_travel_together(monkeypatch):
    shown = []
    monkeypatch.setattr(module, "display", lambda data, raw: shown.append((data, raw)))
    module.show("<b>x</b>", "x")
    assert shown == [({"text/html": "<b>x</b>", "text/plain": "x"}, True)]
