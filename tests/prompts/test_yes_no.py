import re
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectutor.prompts import (
    HELD_OUT,
    LABEL_WORDS,
    OPTIONAL,
    REQUIRED,
    TALLREC,
    TUNING,
    YES_NO,
    LabelWords,
    Template,
    check_template,
    yes_no_prompt,
)
from rectutor.prompts.titles import one_line

SHORT = Template("short", "{liked} / {disliked} / {title}:")
LIKED, DISLIKED = ["Up", "Heat", "Alien"], ["Cats", "Gigli"]
every_template = pytest.mark.parametrize("template", YES_NO, ids=lambda template: template.name)


def words(text):
    return Counter(re.findall(r"\{\w+\}|[\w']+|[+=?-]", text.lower()))


def test_the_split_covers_every_template_once():
    assert YES_NO == TUNING + HELD_OUT
    assert len(YES_NO) >= 24 and len(HELD_OUT) >= 6
    assert len({template.name for template in YES_NO}) == len(YES_NO)
    assert TALLREC in TUNING


def test_any_two_templates_differ_in_four_words_or_more():
    for one, other in combinations(YES_NO, 2):
        a, b = words(one.text), words(other.text)
        assert max((a - b).total(), (b - a).total()) >= 4, (one.name, other.name)


@every_template
def test_a_template_passes_the_check_of_a_learners_own(template):
    check_template(template.text, REQUIRED, OPTIONAL)


@every_template
def test_a_template_has_at_most_30_words_of_its_own(template):
    assert len(re.findall(r"[\w']+", re.sub(r"\{\w+\}", "", template.text))) <= 30


@every_template
def test_a_template_names_both_label_words_or_neither(template):
    assert ("Yes" in template.fields) == ("No" in template.fields)


@every_template
def test_a_filled_template_holds_every_value_and_ends_where_the_label_word_begins(template):
    prompt = yes_no_prompt(
        template,
        ["L1", "L2"],
        ["D1"],
        "{T}\n%s",
        labels=LabelWords("aye", "nay"),
        medium="opera",
    )
    assert "L1; L2" in prompt and "D1" in prompt and "{T} %s" in prompt
    for name, value in {"Yes": "aye", "No": "nay", "medium": "opera"}.items():
        assert (value in prompt) == (name in template.fields)
    assert "{liked}" not in prompt and prompt == prompt.rstrip()
    assert not prompt.endswith("{T} %s")  # a label word there would read as part of the title


@every_template
def test_a_template_does_not_say_film_of_a_book(template):
    prompt = yes_no_prompt(template, [], [], "Emma", medium="book").lower()
    assert not re.search(r"film|movie|watch|viewer|\bsee\b|\bseen\b|\bread\b", prompt)


def test_the_format_of_tallrec_has_an_instruction_an_input_and_a_response():
    assert yes_no_prompt(TALLREC, LIKED, DISLIKED, "Big").splitlines() == [
        "Instruction: Will this person like the new film? Answer Yes or No.",
        "Input:",
        "Liked: Up; Heat; Alien",
        "Disliked: Cats; Gigli",
        "New: Big",
        "Response:",
    ]


def test_the_newest_titles_are_kept_and_may_come_first():
    def told(**knobs):
        return yes_no_prompt(SHORT, LIKED, DISLIKED, "Big", **knobs)

    assert told() == "Up; Heat; Alien / Cats; Gigli / Big:"
    assert told(order="newest-first") == "Alien; Heat; Up / Gigli; Cats / Big:"
    assert told(n_history=1) == "Alien / Gigli / Big:"
    assert told(n_history=2, order="newest-first") == "Alien; Heat / Gigli; Cats / Big:"
    assert told(n_history=0) == "none / none / Big:"
    assert told(n_history=9) == told()


def test_an_empty_side_is_written_as_none():
    assert yes_no_prompt(SHORT, [], ["Cats"], "Big") == "none / Cats / Big:"


def test_a_template_without_history_or_without_title_is_a_control():
    assert yes_no_prompt(Template("t", "Is {title} good?"), LIKED, [], "Up") == "Is Up good?"
    assert yes_no_prompt(Template("t", "Good?"), LIKED, [], "Up") == "Good?"


@given(st.lists(st.text().filter(str.strip)), st.text().filter(str.strip))
def test_any_title_stands_in_the_prompt_on_one_line(liked, title):
    prompt = yes_no_prompt(SHORT, liked, [], title)
    shown = "; ".join(one_line(text) for text in liked) or "none"
    assert prompt == f"{shown} / none / {one_line(title)}:"


def test_label_words_follow_with_a_space_and_controls_are_marked():
    assert LABEL_WORDS[0].continuations == (" Yes", " No")
    pairs = {(words.positive, words.negative): words.control for words in LABEL_WORDS}
    assert pairs == {
        ("Yes", "No"): "",
        ("yes", "no"): "",
        ("like", "dislike"): "",
        ("good", "bad"): "",
        ("No", "Yes"): "reversed",
        ("A", "B"): "meaningless",
    }


@pytest.mark.parametrize("word", ["", " Yes", "Yes\n"])
def test_a_label_word_brings_no_white_space_of_its_own(word):
    wanted = f"a label word must have text and no white space around it, got {word!r}; the space"
    with pytest.raises(ValueError, match=re.escape(wanted)):
        LabelWords("Yes", word)


def test_label_words_must_differ():
    with pytest.raises(ValueError, match="label words must differ, got 'Yes' twice; change one"):
        LabelWords("Yes", "Yes")


def test_an_unknown_placeholder_is_named():
    wanted = (
        "one of {liked}, {disliked}, {title}, {medium}, {Yes}, {No}, got {history}; write one of"
    )
    with pytest.raises(ValueError, match=re.escape(wanted)):
        yes_no_prompt(Template("own", "After {history}, is {title} good?"), [], [], "Up")


def test_a_template_that_ends_in_a_space_is_refused():
    wanted = (
        "template 'own' must end where the label word begins, got white space after 'ood? Answer:'"
    )
    with pytest.raises(ValueError, match=re.escape(wanted)):
        yes_no_prompt(Template("own", "Is {title} good? Answer: "), [], [], "Up")


def test_an_unknown_order_is_answered_with_the_known_ones():
    wanted = "order must be one of oldest-first, newest-first, got 'newest'"
    with pytest.raises(ValueError, match=wanted):
        yes_no_prompt(SHORT, [], [], "Up", order="newest")


def test_a_negative_number_of_titles_is_refused():
    with pytest.raises(ValueError, match="n_history must be 0 or more, or None for all, got -2"):
        yes_no_prompt(SHORT, [], [], "Up", n_history=-2)


@pytest.mark.parametrize(
    ("values", "error", "wanted"),
    [
        (("Up", [], "Big"), TypeError, "liked must be a list of titles, got the string 'Up'"),
        (([], [3], "Big"), TypeError, "disliked must be strings, got int at position 0"),
        (([], [], " "), ValueError, "title must have text, got ' ' at position 0"),
    ],
)
def test_titles_are_checked_under_the_name_of_their_parameter(values, error, wanted):
    with pytest.raises(error, match=re.escape(wanted)):
        yes_no_prompt(SHORT, *values)


def test_a_blank_medium_is_refused():
    with pytest.raises(ValueError, match="medium must have text, got '' at position 0"):
        yes_no_prompt(SHORT, [], [], "Up", medium="")
