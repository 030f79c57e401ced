"""Titles as they are written, and the titles that are meant."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectutor.data import load
from rectutor.decoding.title_grounding import TitleIndex, normal_title

TITLES = [
    "Matrix, The (1999)",
    "Sabrina (1954)",
    "Sabrina (1995)",
    "Alien (1979)",
    "Aliens (1986)",
    "Misérables, Les (1998)",
    "Schindler's List (1993)",
    "Heat",
]


@pytest.mark.parametrize(
    ("title", "words", "year"),
    [
        ("The Matrix", "matrix", ""),
        ("Matrix, The (1999)", "matrix", "1999"),
        ("  the   MATRIX (1999) ", "matrix", "1999"),
        ("American Tail, An (1986)", "american tail", "1986"),
        ("Misérables, Les (1995)", "les miserables", "1995"),
        ("Les Misérables", "les miserables", ""),
        ("L'Avventura", "lavventura", ""),
        ("Avventura, L' (L'Avventura) (1960)", "l avventura", "1960"),
        ("Die Hard", "die hard", ""),  # "Die" is no article there
        ("Schindler’s List", "schindlers list", ""),
        ("Fast & Furious", "fast and furious", ""),
        ("WALL·E (2008)", "wall e", "2008"),
        ("Seven (a.k.a. Se7en) (1995)", "seven", "1995"),
        ("(500) Days of Summer (2009)", "500 days of summer", "2009"),
        ("Blade Runner 2049", "blade runner 2049", ""),
        ("Good, the Bad and the Ugly, The", "good the bad and the ugly", ""),
        ("Straße", "strasse", ""),
        ("七人の侍 (1954)", "七人の侍", "1954"),
        ("मदर इंडिया", "मदर इंडिया", ""),  # vowel signs are no accents
        ("The", "the", ""),
        ("(1999)", "1999", ""),
        ("!!!", "!!!", ""),
        ("", "", ""),
    ],
)
def test_a_title_is_brought_to_its_words_and_its_year(title, words, year):
    assert normal_title(title) == (words, year)


@given(st.text(max_size=30))
def test_what_is_normal_stays_as_it_is(text):
    words, _ = normal_title(text)
    assert normal_title(words).words == words or words.split(" ")[0] in ("the", "a", "an")


def test_exact_is_letter_by_letter():
    found = TitleIndex(TITLES).exact(["Heat", " Sabrina  (1995)", "heat", "Matrix, The", ""])
    assert found.items[:, 0].tolist() == [8, 3, 0, 0, 0]
    assert found.is_certain.tolist() == [True, True, False, False, False]


def test_normalised_is_word_by_word_and_years_must_agree():
    index = TitleIndex(TITLES)
    texts = ["the matrix", "Sabrina", "Sabrina (1995)", "Sabrina (2020)", "HEAT (1995)", "Alein"]
    found = index.normalised(texts, k=2)
    assert found.items.tolist() == [[1, 0], [2, 3], [3, 0], [0, 0], [8, 0], [0, 0]]
    assert found.is_certain.tolist() == [True, False, True, False, True, False]
    assert (found.distances[found.items > 0] == 0).all()


def test_fuzzy_counts_edits_as_a_share_of_the_longer():
    index = TitleIndex(TITLES)
    found = index.fuzzy(["Schindler List", "Aliens", "Alien", "Sabrna (1995)", "Dune"], k=2)
    assert found.items.tolist() == [[7, 0], [5, 4], [4, 5], [3, 0], [0, 0]]
    inf = np.inf  # the other Sabrina is 1.5 / 7 away, which is above 0.2
    expected = [[1 / 15, inf], [0, 1 / 6], [0, 1 / 6], [1 / 7, inf], [inf, inf]]
    assert found.distances.tolist() == [pytest.approx(row) for row in expected]


def test_a_wrong_year_costs_half_an_edit():
    index = TitleIndex(TITLES)
    found = index.fuzzy(["Alien (1980)"], k=2, within=0.5)
    assert found.items.tolist() == [[4, 5]]
    assert found.distances[0] == pytest.approx([0.5 / 5, 1.5 / 6])


def test_a_title_at_the_threshold_is_found_and_one_beyond_is_not():
    index = TitleIndex(["abcde"])
    assert index.fuzzy(["abcdx"], within=0.2).is_found.tolist() == [True]
    assert index.fuzzy(["abcxx"], within=0.39).is_found.tolist() == [False]
    assert index.fuzzy(["vwxyz", "a" * 30], within=1.0).items.tolist() == [[1], [1]]


def test_what_a_rule_accepts_the_next_accepts_too():
    titles = load("films").items["title"].tolist()
    rng = np.random.default_rng(0)
    texts = titles[::10] + [title.lower() for title in titles[1::10]]
    texts += ["".join(rng.permutation(list(title))) for title in titles[2::10]]
    index = TitleIndex(titles)
    rules = [index.exact(texts), index.normalised(texts), index.fuzzy(texts)]
    exact, normalised, fuzzy = (rule.is_found for rule in rules)
    assert (normalised | ~exact).all()
    assert (fuzzy | ~normalised).all()
    assert 0 < exact.sum() < normalised.sum() <= fuzzy.sum() < len(texts)


def test_leaving_out_titles_of_other_lengths_changes_nothing():
    titles = load("films").items["title"].tolist()
    index = TitleIndex(titles)
    texts = [title[:-1] for title in titles[:40]] + ["The Good", "Alien 3", ""]
    whole = index.fuzzy(texts, k=5, within=1.0)
    near = index.fuzzy(texts, k=5, within=0.25)
    is_near = whole.distances <= 0.25
    assert np.array_equal(np.where(is_near, whole.items, 0), near.items)
    assert np.array_equal(np.where(is_near, whole.distances, np.inf), near.distances)


@pytest.mark.parametrize(("name", "share"), [("films", 0.07), ("books", 0.02)])
def test_so_many_titles_stand_near_another_title(name, share):
    titles = load(name).items["title"].tolist()
    found = TitleIndex(titles).fuzzy(titles, k=2)
    assert round(float((found.items[:, 1] > 0).mean()), 2) == share  # the docstring says so


def test_what_is_no_catalogue_is_refused():
    with pytest.raises(ValueError, match="one title or more, got 0"):
        TitleIndex([])
    with pytest.raises(ValueError, match="got ' ' at position 1"):
        TitleIndex(["Up", " "])
    with pytest.raises(TypeError, match="got the string 'Up'"):
        TitleIndex("Up")
    with pytest.raises(ValueError, match=r"within must be 0 to 1, .* got 3"):
        TitleIndex(["Up"]).fuzzy(["Up"], within=3)
