"""The exercises of lesson 11b: the right answer passes, each usual mistake fails."""

import numpy as np

from rectutor.course.lesson11b import QUESTIONS, in_turn, order, token_shares
from rectutor.decoding.bm25 import merge_queries
from rectutor.decoding.title_scores import helper_table, title_scores
from rectutor.trie import Trie
from tests.course.learners import each_mistake_fails, each_reference_passes


def table(log_p):
    longest = max(map(len, log_p))
    return np.array([[own + [0.0] * (longest - len(own)) for own in log_p]])


def test_the_order_is_that_of_the_package():
    for log_p, power in order.cases(np.random.default_rng(0)):
        scores = title_scores(table(log_p), np.array([len(own) for own in log_p]), power)
        kept = np.argsort(-scores[0, 1:], kind="stable").tolist()
        assert order.reference(log_p, power) == kept


def test_shares_are_those_of_the_package_and_multiply_to_the_title():
    for title, titles, p in token_shares.cases(np.random.default_rng(0)):
        words = {word: n for n, word in enumerate(sorted({w for t in titles for w in t}), start=1)}
        codes = np.array([[words[w] for w in t] + [0] * (5 - len(t)) for t in titles])
        made = np.exp(helper_table(Trie(codes), np.log([p]))[0])
        own, place = token_shares.reference(title, titles, p), titles.index(title)
        np.testing.assert_allclose(own, made[place, : len(own)], rtol=1e-5)
        np.testing.assert_allclose(np.prod(own), p[place] / sum(p))


def test_lists_are_merged_as_the_package_merges():
    for found, k in in_turn.cases(np.random.default_rng(0)):
        longest = max(map(len, found))
        rows = np.array(
            [[[item + 1 for item in own] + [0] * (longest - len(own)) for own in found]]
        )
        merged = merge_queries(rows, k)[0]
        assert in_turn.reference(found, k) == (merged[merged > 0] - 1).tolist()


def from_all(title, titles, p):
    """Divide by everything, at each token."""
    return np.cumprod(token_shares.reference(title, titles, p)).tolist()


def by_token_alone(title, titles, p):
    """Forget what stands before a token."""
    at = [[t[n] if len(t) > n else "" for t in titles] for n in range(len(title))]
    pairs = zip(at, title, strict=True)
    masses = [sum(q for w, q in zip(row, p, strict=True) if w == own) for row, own in pairs]
    return [mass / sum(p) for mass in masses]


def counted(title, titles, p):
    return token_shares.reference(title, titles, [1.0] * len(p))


def round_robin(found, k):
    kept = []
    for place in range(max(map(len, found))):
        for items in found:
            if place < len(items) and items[place] not in kept and len(kept) < k:
                kept.append(items[place])
    return kept


MISTAKES = {
    order: {
        "never divided": lambda log_p, power: order.reference(log_p, 0.0),
        "always divided": lambda log_p, power: order.reference(log_p, 1.0),
        "worst first": lambda log_p, power: order.reference(log_p, power)[::-1],
        "the best token": lambda log_p, power: sorted(
            range(len(log_p)), key=lambda place: -max(log_p[place])
        ),
    },
    token_shares: {
        "of everything": from_all,
        "without the beginning": by_token_alone,
        "titles are counted": counted,
        "the first token takes all": lambda title, titles, p: (
            token_shares.reference(title, titles, p)[:1] + [1.0] * (len(title) - 1)
        ),
    },
    in_turn: {
        "round robin": round_robin,
        "the first query alone": lambda found, k: found[0][:k],
        "repetitions": lambda found, k: [item for own in found for item in own][:k],
        "no shares": lambda found, k: list(dict.fromkeys(i for own in found for i in own))[:k],
    },
}

test_each_usual_mistake_fails = each_mistake_fails(MISTAKES)
test_right_answers_pass = each_reference_passes(MISTAKES)


def test_the_closing_questions_look_back():
    assert [lesson for lesson, _, _ in QUESTIONS] == ["11b", "11", "03"]
