"""Told, held or free: what may come out, and how it is labelled."""

import numpy as np

from rectutor.models.told_titles import LABELS, ToldTitles, domain_labels
from rectutor.schema import PAD
from tests.lm.small import small_llama

FILMS = ["", "western", "the critic", "a thriller"]
BOOKS = ["", "a musical", "the critic", "the person"]
HISTORY = np.array([[0, 1, 2], [3, 1, 2]])


def test_what_is_held_is_of_the_catalogue_and_what_is_refused_stays_away():
    model = small_llama()
    writes = ToldTitles(model, FILMS, BOOKS)
    beams = writes.search(HISTORY, ["the", "the"], n_beams=3)
    assert [sorted(row) for row in beams.items.tolist()] == [[1, 2, 3]] * 2
    texts = writes.texts(beams)
    assert texts[0] == [BOOKS[item] for item in beams.items[0]]
    best = beams.items[:, :1]
    others = writes.search(HISTORY, ["the", "the"], 3, refused=best).items
    assert not (others == best).any() and (others[:, :2] != PAD).all()


def test_a_tag_changes_what_follows_and_free_writing_leaves_the_catalogue():
    model = small_llama()
    writes = ToldTitles(model, FILMS, BOOKS)
    told, untold = (writes.search(HISTORY, tags, 3).scores for tags in (["a", "a"], None))
    assert np.abs(told - untold).max() > 1e-3
    free = writes.search(HISTORY, None, 3, is_held=False)
    labels = [domain_labels(row, BOOKS, FILMS) for row in writes.texts(free)]
    assert LABELS[2] in labels[0]  # a model of random weights writes no titles


def test_only_the_newest_titles_are_read():
    model = small_llama()
    long, short = (
        ToldTitles(model, FILMS, BOOKS, n).search(HISTORY, None, 3).scores for n in (3, 2)
    )
    np.testing.assert_allclose(long[0], short[0], atol=1e-4)  # it holds two
    assert np.abs(long[1] - short[1]).max() > 1e-3


def test_a_title_of_both_domains_counts_for_the_one_that_is_asked_for():
    texts = ["the critic", "western", "a  musical", "The Critic"]
    assert domain_labels(texts, BOOKS, FILMS) == [LABELS[0], LABELS[1], LABELS[0], LABELS[2]]
    assert domain_labels(["the critic", ""], FILMS, BOOKS) == [LABELS[0], LABELS[2]]
