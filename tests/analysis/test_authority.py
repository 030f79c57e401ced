import numpy as np
import pytest

from rectutor.analysis.authority import CODE, PHRASES, odds_by_phrase, phrased, style_rows
from rectutor.analysis.records import read_record
from rectutor.schema import Queries
from rectutor.training.fingerprint import fingerprint

TWO = {"learned": ("a", "b"), "plain": ("c",)}


def test_items_keep_their_numbers_and_twins_lie_whole_catalogues_further():
    titles = phrased(["", "Up", "Heat"], ["x", "y"])
    assert titles[:3] == ["", "Up", "Heat"]
    assert titles[2 + 1 * 2] == "Heat, x"
    assert titles[1 + 2 * 2] == "Up, y"


def test_the_judge_is_asked_about_the_twins():
    class Numbers:
        def score(self, queries, candidates=None):
            return candidates.astype(float)

    queries = Queries(*(np.zeros((1, 1), dtype=int),) * 5)
    odds = odds_by_phrase(Numbers(), queries, np.array([[1, 2]]), n_items=2, n_phrases=2)
    assert odds.tolist() == [[[3.0, 4.0]], [[5.0, 6.0]]]


def test_a_phrase_that_always_wins_gets_all_places_and_a_phrase_without_a_pull_half():
    own = np.random.default_rng(0).normal(size=(30, 10))
    odds = np.stack([own + 100, own, own])  # "a" outbids everything, "b" and "c" change nothing
    rows = style_rows(odds, TWO, k=5, rng=np.random.default_rng(1)).set_index(["one", "other"])
    assert rows.loc[("a", "c"), ["rise", "low", "high"]].tolist() == pytest.approx([100] * 3)
    assert rows.loc[("a", "c"), "share"] == 1.0
    assert rows.loc[("b", "c"), "share"] == pytest.approx(0.5, abs=0.02)
    assert rows["kind"].tolist() == ["one style", "two styles", "two styles"]


def test_the_record_is_of_these_phrases_and_this_code():
    record = read_record("authority")
    assert record.fingerprint == fingerprint("films", CODE)
    named = set(record.table["one"]) | set(record.table["other"])
    assert named == {text for own in PHRASES.values() for text in own}


def test_phrases_of_both_styles_are_about_as_long():
    lengths = {style: np.mean([len(text) for text in own]) for style, own in PHRASES.items()}
    assert lengths["learned"] == pytest.approx(lengths["plain"], rel=0.15)
