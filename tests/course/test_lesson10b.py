"""The exercises of lesson 10b: the right answer passes, each usual mistake fails."""

import numpy as np
import torch

from rectutor.course.lesson10b import QUESTIONS, next_steps, product_code, walk
from rectutor.data.events import queries_from_histories
from rectutor.decoding.graph import walk as package_walk
from rectutor.models.own_places import OwnPlaces
from tests.course.learners import each_mistake_fails, each_reference_passes


def test_the_walk_is_that_of_the_package():
    for ids, log_p, graph, starts, rounds in walk.cases(np.random.default_rng(0)):
        answers = torch.tensor(log_p)[None].double()
        codes = torch.tensor([ids[0], *ids])  # items from 1 on; row 0 is padding
        edges = torch.tensor([[0] * len(graph[0]), *([n + 1 for n in own] for own in graph)])
        nobody = torch.zeros(1, 1, dtype=torch.long)
        begin = torch.tensor([starts]) + 1
        found = package_walk(answers, codes, edges, begin, rounds, nobody)
        own = walk.reference(ids, log_p, graph, starts, rounds)
        scores = [sum(p[c] for p, c in zip(log_p, ids[item], strict=True)) for item in own]
        np.testing.assert_allclose(found.scores[0], scores, atol=1e-6)


def test_product_codes_are_nearest_entries_of_blocks():
    for vector, codebooks in product_code.cases(np.random.default_rng(0)):
        books = np.array(codebooks)  # [M, K, D / M]
        blocks = np.array(vector).reshape(len(books), 1, -1)
        nearest = ((blocks - books) ** 2).sum(axis=2).argmin(axis=1)
        assert product_code.reference(vector, codebooks) == nearest.tolist()


def test_steps_are_those_that_the_package_counts():
    for history, n_places in next_steps.cases(np.random.default_rng(0)):
        model = OwnPlaces(1)
        model.count(None, n_places)
        scores = model.score(queries_from_histories([[place + 1 for place in history]]))
        assert next_steps.reference(history, n_places) == scores[0, 1:].round().tolist()


def forgetful(ids, log_p, graph, starts, rounds):
    kept = list(starts)
    for _ in range(rounds):
        around = [near for item in kept for near in graph[item]]
        kept = walk.reference(ids, log_p, graph, sorted(set(around)), 0)[: len(starts)]
    return walk.reference(ids, log_p, graph, kept, 0)


def mass(ids, log_p, graph, starts, rounds):
    flat = [[np.exp(p) for p in own] for own in log_p]
    return walk.reference(ids, flat, graph, starts, rounds)


def whole(ids, log_p, graph, starts, rounds):
    everything = walk.reference(ids, log_p, graph, list(range(len(ids))), 0)
    return everything[: len(starts)]


MISTAKES = {
    walk: {
        "what was kept is forgotten": forgetful,
        "probabilities are added": mass,
        "all items are scored": whole,
        "a round too few": lambda i, p, g, s, n: walk.reference(i, p, g, s, max(0, n - 1)),
        "worst first": lambda *case: walk.reference(*case)[::-1],
    },
    product_code: {
        "always the first block": lambda v, books: [
            product_code.reference(v[: len(b[0])], [b])[0] for b in books
        ],
        "the largest product": lambda v, books: [
            int((np.array(b) @ v[i * len(b[0]) : (i + 1) * len(b[0])]).argmax())
            for i, b in enumerate(books)
        ],
        "only one block": lambda v, books: product_code.reference(v, books)[:1],
    },
    next_steps: {
        "what came before": lambda h, n: next_steps.reference([*h[-2::-1], h[-1]], n),
        "all visits": lambda h, n: [h.count(place) for place in range(n)],
        "no counts": lambda h, n: [min(1, count) for count in next_steps.reference(h, n)],
        "the last visit wraps round": lambda h, n: next_steps.reference([*h, h[0], h[-1]], n),
    },
}

test_each_usual_mistake_fails = each_mistake_fails(MISTAKES)
test_right_answers_pass = each_reference_passes(MISTAKES)


def test_the_closing_questions_look_back():
    assert [lesson for lesson, _, _ in QUESTIONS] == ["10b", "10", "04"]
