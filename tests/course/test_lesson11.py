"""The exercises of lesson 11: the right answer passes, each usual mistake fails."""

import numpy as np
import pytest

from rectutor.course.lesson11 import QUESTIONS, may_follow, snap, weigh
from rectutor.decoding.edit_distance import edit_distances, letters_of
from rectutor.decoding.vector_grounding import popularity_weighted
from rectutor.trie import Trie
from tests.course.learners import each_mistake_fails, each_reference_passes


def edits(text, titles):
    return edit_distances(text, letters_of(titles))


def test_snapping_is_that_of_the_package():
    for text, titles, within in snap.cases(np.random.default_rng(0)):
        longer = np.maximum(len(text), [len(title) for title in titles])
        shares = edits(text, titles) / longer
        theirs = int(shares.argmin()) if shares.min() <= within else -1
        assert snap.reference(text, titles, within) == theirs


def test_weighing_is_that_of_the_package():
    for distances, popularity, gamma in weigh.cases(np.random.default_rng(0)):
        theirs = popularity_weighted(np.array([distances]), np.array(popularity), gamma)[0]
        assert weigh.reference(distances, popularity, gamma) == pytest.approx(theirs.tolist())


def test_what_may_follow_is_that_of_the_trie():
    words = ["", ";", "a", "b", "c", "x"]
    for written, titles in may_follow.cases(np.random.default_rng(0)):
        longest = max(map(len, titles))
        rows = [[*map(words.index, title), *[0] * (longest - len(title))] for title in titles]
        trie = Trie(np.unique(np.array(rows), axis=0), len(words))
        node = np.array(0)
        for level, word in enumerate(written):
            node = trie.child(level, node, np.array(words.index(word)))
        found = []
        if node >= 0 and len(written) < longest:
            mask = trie.legal_mask(len(written), node[None])[0]
            found = [word for word, legal in zip(words, mask, strict=True) if word and legal]
        assert may_follow.reference(written, titles) == found


def by_count(text, titles, within):
    found = edits(text, titles)
    best = int(found.argmin())
    return best if found[best] / max(len(text), len(titles[best])) <= within else -1


def without_limit(text, titles, within):
    return snap.reference(text, titles, 1.0)


def strictly_within(text, titles, within):
    return snap.reference(text, titles, within - 1e-9)


def of_the_text(text, titles, within):
    shares = edits(text, titles) / len(text)
    return int(shares.argmin()) if shares.min() <= within else -1


def letter_by_letter(text, titles, within):
    def apart(title):
        same = sum(a == b for a, b in zip(text, title, strict=False))
        return (max(len(text), len(title)) - same) / max(len(text), len(title))

    best = min(range(len(titles)), key=lambda i: apart(titles[i]))
    return best if apart(titles[best]) <= within else -1


def last_of_equals(text, titles, within):
    place = snap.reference(text, titles[::-1], within)
    return place if place < 0 else len(titles) - 1 - place


MISTAKES = {
    snap: {
        "edits, not their share": by_count,
        "always somebody": without_limit,
        "the limit itself is too far": strictly_within,
        "a share of the text": of_the_text,
        "letters in place": letter_by_letter,
        "the last of equals": last_of_equals,
    },
    weigh: {
        "distances as they are": lambda d, p, g: [
            x / (1 + (q - min(p)) / (max(p) - min(p))) ** g for x, q in zip(d, p, strict=True)
        ],
        "popularity as it is": lambda d, p, g: [
            x / (1 + q) ** g for x, q in zip(weigh.reference(d, p, 0), p, strict=True)
        ],
        "without gamma": lambda d, p, g: weigh.reference(d, p, 1.0),
        "times": lambda d, p, g: weigh.reference(d, p, -g),
    },
    may_follow: {
        "all tokens of the place": lambda written, titles: sorted(
            {title[len(written)] for title in titles if len(title) > len(written)}
        ),
        "with repetitions": lambda written, titles: sorted(
            title[len(written)]
            for title in titles
            if title[: len(written)] == written and len(title) > len(written)
        ),
        "the last token alone": lambda written, titles: sorted(
            {
                title[len(written)]
                for title in titles
                if len(title) > len(written) and title[: len(written)][-1:] == written[-1:]
            }
        ),
        "the end does not count": lambda written, titles: [
            token for token in may_follow.reference(written, titles) if token != ";"
        ],
    },
}
test_each_usual_mistake_fails = each_mistake_fails(MISTAKES)
test_right_answers_pass = each_reference_passes(MISTAKES)


def test_the_closing_questions_look_back():
    assert [lesson for lesson, _, _ in QUESTIONS] == ["11", "09", "03"]
