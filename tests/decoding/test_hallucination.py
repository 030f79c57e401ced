"""Made-up titles by three rules, counted on paper."""

import numpy as np
import pytest

from rectutor.decoding.hallucination import hallucination_rates, is_hallucinated

TITLES = ["The Matrix (1999)", "Alien (1979)", "Heat"]
TEXTS = ["Heat", "matrix, the", "The Matrxi", "Heat 7: Cold", "Heat", ""]


def test_each_rule_is_asked_for_each_text():
    made_up = is_hallucinated(TEXTS, TITLES, within=0.4)
    assert made_up["exact"].tolist() == [False, True, True, True, False, True]
    assert made_up["normalised"].tolist() == [False, False, True, True, False, True]
    assert made_up["fuzzy"].tolist() == [False, False, False, True, False, True]


def test_rates_are_shares_of_texts_and_fall_with_forgiveness():
    rates = hallucination_rates(TEXTS, TITLES, within=0.4)
    assert rates == {
        "exact": pytest.approx(4 / 6),
        "normalised": pytest.approx(3 / 6),
        "fuzzy": pytest.approx(2 / 6),
    }
    strict = hallucination_rates(TEXTS, TITLES, within=0.0)
    assert strict["fuzzy"] == strict["normalised"]


def test_titles_of_the_catalogue_are_never_hallucinated():
    assert hallucination_rates(TITLES, TITLES) == {"exact": 0, "normalised": 0, "fuzzy": 0}


def test_no_texts_have_no_rate():
    assert all(np.isnan(rate) for rate in hallucination_rates([], TITLES).values())


def test_one_string_is_refused():
    with pytest.raises(TypeError, match=r"got the string 'Heat'; write \[texts\]"):
        hallucination_rates("Heat", TITLES)
