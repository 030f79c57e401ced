import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectutor.prompts import Template, check_template

ASK = Template("ask", "Is {title} a good {medium}? {title}!")
# What stands in a template and what it becomes when {a} is filled with VALUE.
VALUE = '{b} %s {0} }} "\n'
PIECES = st.sampled_from(
    [("{a}", VALUE), ("{{", "{"), ("}}", "}"), ("100 % ", "100 % "), ("é", "é")]
)


def test_fields_are_listed_once_in_the_order_of_first_use():
    assert ASK.fields == ("title", "medium")
    assert Template("none", "No gap here, only {{braces}}.").fields == ()


def test_every_gap_of_a_name_is_filled():
    assert ASK.fill(title="Up", medium="film") == "Is Up a good film? Up!"


@pytest.mark.parametrize(
    "title", ["{medium}", "{title}", "{{x}}", "%s %(title)s", "'\"\\1\\g<0>", "a\nb", "שלום", ""]
)
def test_a_value_is_never_interpreted(title):
    assert ASK.fill(title=title, medium="film") == f"Is {title} a good film? {title}!"


@given(st.lists(PIECES, min_size=1))
def test_a_template_is_filled_piece_by_piece(pieces):
    template = Template("t", "x" + "".join(raw for raw, _ in pieces))
    values = {"a": VALUE} if template.fields else {}
    assert template.fill(**values) == "x" + "".join(written for _, written in pieces)


@given(st.text(), st.text())
def test_any_two_values_come_back_out(first, second):
    assert Template("t", "{a}|{b}|{a}").fill(a=first, b=second) == f"{first}|{second}|{first}"


def test_double_braces_write_one():
    assert Template("t", "{{{a}}} {{a}}").fill(a="x") == "{x} {a}"


def test_a_gap_may_be_called_self():
    assert Template("t", "{self}").fill(**{"self": "x"}) == "x"


@pytest.mark.parametrize(
    ("text", "gap", "place"),
    [
        ("Is {title.__class__} good?", "{title.__class__}", 4),
        ("{title[0]}", "{title[0]}", 1),
        ("A {title!r}", "{title!r}", 3),
        ("A {title:>5}", "{title:>5}", 3),
        ("A {}", "{}", 3),
        ("A {0}", "{0}", 3),
        ("A { title }", "{ title }", 3),
        ("A {tïtle}", "{tïtle}", 3),
    ],
)
def test_a_placeholder_that_is_more_than_a_name_is_refused(text, gap, place):
    wanted = (
        "a placeholder must be a plain name in braces, as {title}, got "
        f"{gap} at character {place}; write the name alone, or double its braces"
    )
    with pytest.raises(ValueError, match=re.escape(wanted)):
        Template("t", text)


@pytest.mark.parametrize(
    ("text", "brace", "place", "lacks"),
    [
        ("Is {title good?", "{", 4, "never closed"),
        ("Is title} good?", "}", 9, "never opened"),
        ("{a} {b {c}", "{", 5, "never closed"),
        ("{{a}", "}", 4, "never opened"),
        ("a }}}", "}", 5, "never opened"),
    ],
)
def test_a_brace_without_partner_is_named_with_its_place(text, brace, place, lacks):
    wanted = f"braces must come in pairs, got a {brace} at character {place} that is {lacks} (near "
    with pytest.raises(ValueError, match=re.escape(wanted)):
        Template("t", text)


def test_the_surroundings_of_a_lonely_brace_are_shown():
    with pytest.raises(
        ValueError,
        match=re.escape("(near 'is a good {film or bo'); add its partner, or write {{"),
    ):
        Template("t", "This is a good {film or book, is it not?")


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_template_is_refused(text):
    wanted = f"a template must have text, got {text!r}; write a sentence"
    with pytest.raises(ValueError, match=re.escape(wanted)):
        Template("t", text)


def test_a_missing_value_is_named():
    wanted = (
        "template 'ask' needs a value for {title}, {medium}, got none for {medium}; pass medium=..."
    )
    with pytest.raises(ValueError, match=re.escape(wanted)):
        ASK.fill(title="Up")


def test_a_value_too_many_is_named():
    wanted = (
        "template 'ask' has the placeholders {title}, {medium}, got a value for {year}; leave it"
    )
    with pytest.raises(ValueError, match=re.escape(wanted)):
        ASK.fill(title="Up", medium="film", year="2009")


def test_a_value_that_is_no_text_is_named():
    wanted = "{title} of template 'ask' must be a string, got int; turn it into text first"
    with pytest.raises(TypeError, match=re.escape(wanted)):
        ASK.fill(title=300, medium="film")


def test_a_learners_template_may_leave_out_what_is_optional():
    check_template("Is {title} good?", ["title"], ["medium"])
    check_template("Is this {medium}, {title}, good?", ["title"], ["medium"])
    check_template("No gaps, and none are needed.", [])


def test_an_unknown_placeholder_is_answered_with_the_legal_ones():
    wanted = (
        "a placeholder must be one of {title}, {medium}, got {film}; write one of these, or double"
    )
    with pytest.raises(ValueError, match=re.escape(wanted)):
        check_template("Is {film} good?", ["title"], ["medium", "title"])


def test_missing_placeholders_are_named():
    wanted = "the template needs {liked}, {title}, {no}, got {liked}; write {title}, {no} where"
    with pytest.raises(ValueError, match=re.escape(wanted)):
        check_template("I like {liked}.", ["liked", "title", "no"])
    with pytest.raises(ValueError, match=re.escape("needs {title}, got none; write {title}")):
        check_template("Is it good?", ["title"])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "a template must have text, got ''"),
        ("{title", "got a { at character 1 that is never closed"),
        ("{title.x}", "got {title.x} at character 1"),
    ],
)
def test_a_learners_template_is_read_like_any_other(text, wanted):
    with pytest.raises(ValueError, match=re.escape(wanted)):
        check_template(text, ["title"])
