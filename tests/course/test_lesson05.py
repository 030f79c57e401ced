"""The exercises of lesson 05: the right answer passes, each usual mistake fails."""

import numpy as np
import torch

from rectutor.course.lesson05 import QUESTIONS, beam_names, number_items, word_numbers
from rectutor.models.item_ids import ItemIds, sequential_ids
from rectutor.models.name_beam import NameTree, beam_search
from rectutor.models.p5_sentences import Sentences
from tests.course.learners import each_mistake_fails, each_reference_passes
from tests.models.test_item_ids import events_of

LETTERS = "abcd"


def stepper(log_p, n_tokens):
    """Answer like a model, from a table; beginnings that are none are not in it."""

    def step(rows, written):
        said = [log_p.get(tuple(LETTERS[i - 1] for i in row), {}) for row in written.tolist()]
        wide = [[-np.inf, *(one.get(letter, -np.inf) for letter in LETTERS)] for one in said]
        return torch.tensor(wide)[:, : n_tokens + 1]

    return step


def test_the_beam_agrees_with_the_package():
    for names, log_p, n_beams in beam_names.cases(np.random.default_rng(0)):
        codes = [[LETTERS.index(token) + 1 for token in name] for name in names.values()]
        tree = NameTree(np.array([[0] * len(codes[0]), *codes]))
        step = stepper(log_p, tree.n_tokens)
        items, _ = beam_search(tree, step, np.zeros((1, 1), dtype=int), n_beams)
        ours = [list(names)[i - 1] for i in items[0] if i > 0]
        assert beam_names.reference(names, log_p, n_beams) == ours


def test_words_are_numbered_as_in_the_package():
    ids = ItemIds("two", np.array([[0, 0], [1, 1], [1, 2], [2, 1]]), ("", "a", "b"))
    sentences = Sentences(ids, 9, 5, ["{user} {history}"])
    _, numbers = sentences.write(np.array([3]), np.array([[1, 2, 3]]))
    assert numbers[0, 2:].tolist() == word_numbers.reference([2, 2, 2])


def test_items_are_numbered_as_in_the_package():
    ids = sequential_ids(events_of([3, 1], [1, 4, 3]), n_items=4)
    ours = number_items.reference([["3", "1"], ["1", "4", "3"]])
    assert {item: int(ids.text(int(item))) for item in ours} == ours


def unchecked(names, log_p, n_beams):
    """Let beams write anything, and drop at the end what names nothing."""
    beams = [((), 0.0)]
    for _ in range(len(next(iter(names.values())))):
        longer = [((*b, t), s + v) for b, s in beams for t, v in log_p.get(b, {}).items()]
        beams = sorted(longer, key=lambda one: -one[1])[:n_beams]
    items = {name: item for item, name in names.items()}
    return [items[b] for b, _ in beams if b in items]


def last_token_alone(names, log_p, n_beams):
    score = {item: log_p[name[:-1]][name[-1]] for item, name in names.items()}
    return sorted(score, key=lambda item: -score[item])[:n_beams]


def exact(names, log_p, n_beams):
    score = {
        item: sum(log_p[name[:k]][name[k]] for k in range(len(name)))
        for item, name in names.items()
    }
    return sorted(score, key=lambda item: -score[item])[:n_beams]


MISTAKES = {
    beam_names: {
        "no tree": unchecked,
        "the last token alone": last_token_alone,
        "every name scored": exact,
        "the worst first": lambda n, p, w: beam_names.reference(n, p, w)[::-1],
        "one beam": lambda n, p, w: beam_names.reference(n, p, 1),
        "names for items": lambda n, p, w: [n[item] for item in beam_names.reference(n, p, w)],
    },
    word_numbers: {
        "from the front": lambda n: [i + 1 for i, many in enumerate(n) for _ in range(many)],
        "from zero": lambda n: [x - 1 for x in word_numbers.reference(n)],
        "each token its own": lambda n: list(range(sum(n), 0, -1)),
        "one number a word": lambda n: [len(n) - i for i in range(len(n))],
    },
    number_items: {
        "in the order of names": lambda h: {
            item: i for i, item in enumerate(sorted({i for one in h for i in one}))
        },
        "from one": lambda h: {item: n + 1 for item, n in number_items.reference(h).items()},
        "the last time counts": lambda h: {
            item: n
            for n, item in enumerate(dict.fromkeys(i for one in reversed(h) for i in reversed(one)))
        },
        "repeats are counted": lambda h: {
            item: [i for one in h for i in one].index(item) for one in h for item in one
        },
    },
}

test_each_usual_mistake_fails = each_mistake_fails(MISTAKES)
test_right_answers_pass = each_reference_passes(MISTAKES)


def test_the_closing_questions_look_back():
    assert [lesson for lesson, _, _ in QUESTIONS] == ["05", "04", "03"]
