"""The exercises of lesson 10: the right answer passes, each usual mistake fails."""

import numpy as np
import pytest
import torch

from rectutor.course.lesson10 import QUESTIONS, beam_ids, cut_off, n_nodes
from rectutor.decoding import beam_search
from rectutor.trie import Trie
from tests.course.learners import each_mistake_fails, each_reference_passes


class Table:
    """A writer that looks its odds up by what is written."""

    def __init__(self, log_p):
        self.log_p, self.written = log_p, [()]

    def first(self):
        return self._odds()

    def then(self, parents, codes):
        self.written = [
            (*self.written[parent], code)
            for parent, code in zip(parents[0].tolist(), codes[0].tolist(), strict=True)
        ]
        return self._odds()

    def _odds(self):
        return torch.tensor([[self.log_p[one] for one in self.written]])


def test_beams_are_those_of_the_package():
    for ids, log_p, width in beam_ids.cases(np.random.default_rng(0)):
        trie = Trie(np.array(ids), len(log_p[()]))
        found = beam_search(trie, Table(log_p), width)
        items = found.items[0][found.items[0] > 0]
        assert beam_ids.reference(ids, log_p, width) == [ids[item - 1] for item in items]


def test_nodes_are_those_of_the_package():
    for (ids,) in n_nodes.cases(np.random.default_rng(0)):
        assert n_nodes.reference(ids) == sum(map(len, Trie(np.array(ids)).codes))


def test_what_is_cut_off_is_what_the_trie_forbids():
    for ids, beginning, shares in cut_off.cases(np.random.default_rng(0)):
        trie, node = Trie(np.array(ids), len(shares)), np.zeros(1, dtype=int)
        for level, code in enumerate(beginning):
            node = trie.child(level, node, np.array([code]))
        kept = np.array(shares)[trie.legal_mask(len(beginning), node)[0]].sum()
        assert cut_off.reference(ids, beginning, shares) == pytest.approx(sum(shares) - kept)


def without_trie(ids, log_p, n_beams):
    beams = [((), 0.0)]
    for _ in ids[0]:
        longer = [((*b, c), s + v) for b, s in beams for c, v in enumerate(log_p[b])]
        beams = sorted(longer, key=lambda one: -one[1])[:n_beams]
    return [b for b, _ in beams if b in ids]


def last_code_only(ids, log_p, n_beams):
    beams = [((), 0.0)]
    for length in range(1, len(ids[0]) + 1):
        legal = {one[:length] for one in ids}
        longer = [((*b, c), v) for b, _ in beams for c, v in enumerate(log_p[b])]
        beams = sorted((x for x in longer if x[0] in legal), key=lambda x: -x[1])[:n_beams]
    return [b for b, _ in beams]


MISTAKES = {
    beam_ids: {
        "no trie": without_trie,
        "only the last code counts": last_code_only,
        "worst first": lambda ids, log_p, n: beam_ids.reference(ids, log_p, n)[::-1],
        "no beam": lambda ids, log_p, n: beam_ids.reference(ids, log_p, len(ids)),
    },
    n_nodes: {
        "leaves": len,
        "with the root": lambda ids: n_nodes.reference(ids) + 1,
        "every code": lambda ids: sum(map(len, ids)),
        "codes of each level": lambda ids: sum(len(set(level)) for level in zip(*ids, strict=True)),
    },
    cut_off: {
        "what is kept": lambda ids, b, s: sum(s) - cut_off.reference(ids, b, s),
        "codes of the level": lambda ids, b, s: sum(
            share for code, share in enumerate(s) if code not in {one[len(b)] for one in ids}
        ),
        "a count": lambda ids, b, s: float(
            sum(c not in {one[len(b)] for one in ids if one[: len(b)] == b} for c in range(len(s)))
        ),
        "at the root": lambda ids, b, s: cut_off.reference(ids, (), s),
    },
}

test_each_usual_mistake_fails = each_mistake_fails(MISTAKES)
test_right_answers_pass = each_reference_passes(MISTAKES)


def test_the_closing_questions_look_back():
    assert [lesson for lesson, _, _ in QUESTIONS] == ["10", "09", "02"]
