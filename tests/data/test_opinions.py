"""Opinions: what is said in a few words is what the review says."""

import numpy as np

from rectutor.data import load
from rectutor.data.opinions import explanation_of, feature_of, opinions
from rectutor.data.reviews import TONES


def test_aspects_become_clauses():
    aspects = ("genre:Sci-Fi:-", "director:Joel Coen:+")
    assert explanation_of(aspects) == "dislikes Sci Fi, likes Joel Coen"
    assert feature_of(aspects) == "Sci Fi"


def test_every_rating_has_an_opinion():
    table = opinions("films")
    rated = load("films").interactions
    assert (
        table[["user_id", "item_id", "rating"]].to_numpy()
        == rated[["user_id", "item_id", "rating"]].to_numpy()
    ).all()
    assert (table[["review", "explanation", "feature", "summary"]] != "").all(axis=None)


def test_a_summary_is_the_tone_and_what_decides():
    table = opinions("films").head(500)
    for row in table.itertuples():
        tone, feature = row.summary.split(", ")
        assert tone == TONES[row.rating] and feature == row.feature
        assert row.explanation.split(", ")[0].split(" ", 1)[1] == feature
        if tone in ("great", "good"):
            # the first aspect speaks for the film wherever one does
            assert row.explanation.startswith("likes") or "likes" not in row.explanation.replace(
                "dislikes", ""
            )


def test_another_seed_writes_other_reviews():
    assert (opinions("films", seed=1)["review"] != opinions("films")["review"]).mean() > 0.9


def test_two_long_concessions_are_written_whole():
    table = opinions("films", seed=1)  # once stopped with an error
    n_words = table["review"].str.split().map(len)
    assert 40 < n_words.max() <= 45 and (n_words > 40).mean() < 0.001


def test_some_ratings_get_the_same_words_as_among_all():
    rows = np.array([7, 99_000, 12])
    some = opinions("films", rows)
    assert some.equals(opinions("films").iloc[rows].reset_index(drop=True))
