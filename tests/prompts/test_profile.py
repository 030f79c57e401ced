import re
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectutor.prompts import profile_text

COUNTS = {"drama": 4, "heists": 2, "war": 4, "magic": 2, "noir": 0}


def test_the_commonest_kinds_are_named_and_ties_are_broken_by_name():
    assert profile_text(COUNTS) == "Mostly watches these kinds of film: drama, war, heists."


def test_kinds_without_an_item_are_never_named():
    text = "Mostly watches these kinds of film: drama, war, heists, magic."
    assert profile_text(COUNTS, n=9) == text


def test_one_kind_is_one_kind():
    assert profile_text(COUNTS, n=1, medium="book") == "Mostly reads this kind of book: drama."


@pytest.mark.parametrize("counts", [{}, {"war": 0}])
def test_of_a_person_without_history_nothing_is_said(counts):
    assert profile_text(counts) == "Nothing is known yet about what this person watches."
    assert profile_text(counts, medium="book") == (
        "Nothing is known yet about what this person reads."
    )


@given(st.dictionaries(st.text("abc", min_size=1), st.integers(0, 3)), st.randoms())
def test_the_order_of_the_counts_does_not_matter(counts, random):
    pairs = list(counts.items())
    random.shuffle(pairs)
    assert profile_text(dict(pairs)) == profile_text(counts)


def test_a_word_is_put_on_one_line():
    assert profile_text({"{a}\nb": 1}) == "Mostly watches this kind of film: {a} b."


def test_an_unknown_medium_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="medium must be one of film, book, got 'song'"):
        profile_text(COUNTS, medium="song")


def test_at_least_one_kind_is_named():
    with pytest.raises(ValueError, match="profile_text needs n of 1 or more, got 0; name at least"):
        profile_text(COUNTS, n=0)


@pytest.mark.parametrize("count", [-1, nan, inf])
def test_a_count_that_is_none_is_named(count):
    wanted = f"counts must be 0 or more, got {count} for 'war'; count the person's items"
    with pytest.raises(ValueError, match=re.escape(wanted)):
        profile_text({"drama": 1, "war": count})
