"""Edit distances: on paper, against the table filled cell by cell, and as a distance should be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectutor.decoding.edit_distance import edit_distances, least_edits, letters_of

TEXTS = st.text(alphabet="abcé ", max_size=9)


def cell_by_cell(one: str, other: str) -> int:
    """Fill the table of Wagner and Fischer with two loops."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        below = [i]
        for j, wanted in enumerate(other, start=1):
            below.append(min(row[j] + 1, below[j - 1] + 1, row[j - 1] + (letter != wanted)))
        row = below
    return row[-1]


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("kitten", "sitting", 3), ("flaw", "lawn", 2), ("", "abc", 3), ("abc", "", 3), ("é", "e", 1)],
)
def test_known_pairs(one, other, distance):
    assert edit_distances(one, letters_of([other])).tolist() == [distance]


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=5))
def test_all_titles_at_once_are_as_cell_by_cell(text, titles):
    found = edit_distances(text, letters_of(titles))
    assert found.tolist() == [cell_by_cell(text, title) for title in titles]


@given(TEXTS, TEXTS, TEXTS)
def test_it_is_a_distance(one, other, third):
    def between(a, b):
        return int(edit_distances(a, letters_of([b]))[0])

    assert (between(one, other) == 0) == (one == other)
    assert between(one, other) == between(other, one)
    assert between(one, third) <= between(one, other) + between(other, third)


@pytest.mark.parametrize("length", [63, 64, 65, 128, 140])
def test_texts_of_several_numbers_are_as_cell_by_cell(length):
    rng = np.random.default_rng(length)
    text, *titles = ("".join(rng.choice(list("abc "), n)) for n in (length, 40, 70, 1, 150, 66))
    titles += [text, text[1:], f"{text[:60]}x{text[60:]}", text[::-1]]
    found = edit_distances(text, letters_of(titles))
    assert found.tolist() == [cell_by_cell(text, title) for title in titles]
    assert found[-4:-1].tolist() == [0, 1, 1]


def test_no_titles_have_no_distances():
    titles = letters_of([])
    assert titles.letters.shape == (0, 0)
    assert edit_distances("abc", titles).shape == least_edits("abc", titles).shape == (0,)


def test_titles_of_any_script_are_code_points():
    titles = letters_of(["七人の侍", "Ran"])
    assert titles.letters[1].tolist() == [82, 97, 110, 0]
    assert titles.lengths.tolist() == [4, 3]
    assert edit_distances("七人", titles).tolist() == [2, 3]


def test_letters_are_counted():
    titles = letters_of(["abba", "", "cab"])
    assert titles.alphabet.tolist() == [97, 98, 99]
    assert titles.counts.tolist() == [[2, 2, 0], [0, 0, 0], [1, 1, 1]]


def test_some_titles_are_cut_to_what_they_need():
    some = letters_of(["abc", "d", "ef"]).some(np.array([2, 1]))
    assert some.letters.tolist() == [[101, 102], [100, 0]]
    assert edit_distances("ef", some).tolist() == [0, 2]


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=5))
def test_letters_without_their_order_need_no_more_edits(text, titles):
    table = letters_of(titles)
    least = least_edits(text, table)
    assert (least <= edit_distances(text, table)).all()
    assert (least >= np.abs(table.lengths - len(text))).all()
    shuffled = "".join(sorted(text))
    assert np.array_equal(least_edits(shuffled, table), least)


def test_letters_that_no_title_has_are_edits():
    assert least_edits("xyz", letters_of(["abc", "ab", "abcde", "xbc"])).tolist() == [3, 3, 5, 2]


@pytest.mark.parametrize("length", [100, 130, 33_000])
def test_long_texts_do_not_overflow(length):
    found = edit_distances("a" * length, letters_of(["a", "b" * 20]))
    assert found.tolist() == [length - 1, length]
