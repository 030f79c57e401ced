import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectutor.prompts.titles import candidate_lines, one_line, title_lines, title_list


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("Up", "Up"),
        ("  Up\r\n\tand \u2028 away\x85", "Up and away"),
        ("no\u00a0break", "no break"),
        ('{Who} %s "is"\u202e he?', '{Who} %s "is"\u202e he?'),
        ("ואלס עם באשיר", "ואלס עם באשיר"),
    ],
)
def test_a_title_is_put_on_one_line_and_not_changed_otherwise(title, line):
    assert one_line(title) == line


@given(st.text())
def test_any_text_becomes_one_line_with_the_same_letters(text):
    line = one_line(text)
    assert len(line.splitlines()) <= 1 and line == line.strip()
    assert "".join(line.split()) == "".join(text.split())
    assert one_line(line) == line


def test_titles_are_joined_by_semicolons_and_none_of_them_is_said():
    assert title_list(["A, the", "B"]) == "A, the; B"
    assert title_list([]) == "none"


def test_one_string_is_no_list_of_titles():
    wanted = "liked must be a list of titles, got the string 'Up'; write [liked]"
    with pytest.raises(TypeError, match=re.escape(wanted)):
        title_lines("Up", "liked")


def test_a_title_that_is_no_text_is_named():
    wanted = "liked must be strings, got int at position 1; look up the title"
    with pytest.raises(TypeError, match=re.escape(wanted)):
        title_lines(["Up", 7], "liked")


def test_a_blank_title_is_named():
    wanted = r"liked must have text, got ' \n' at position 2; give the title, or leave the item out"
    with pytest.raises(ValueError, match=re.escape(wanted)):
        title_lines(["Up", "Heat", " \n"], "liked")


def test_candidates_must_differ_once_they_are_on_one_line():
    wanted = "candidates must differ, got 'The Fly' at positions 1 and 2; add the year"
    with pytest.raises(ValueError, match=re.escape(wanted)):
        candidate_lines(["Up", "The Fly", "The\nFly"])


def test_there_must_be_candidates():
    with pytest.raises(ValueError, match="a ranking needs 1 or more candidates, got 0; give"):
        candidate_lines([])
