"""P5 of five families: its answers are those of the weights, however they are computed."""

import numpy as np
import pytest
import torch

from rectutor.data.events import queries_from_histories
from rectutor.models.item_ids import random_ids
from rectutor.models.p5_families import P5Families, P5FamiliesConfig
from rectutor.models.p5_questions import Asked
from rectutor.prompts.p5 import TASKS, tasks
from rectutor.schema import Recommender
from tests.models.test_p5_questions import TITLES, WORDS, asked


def model(seed=0):
    config = P5FamiliesConfig(200, max_length=3, n_candidates=4, width=16, n_heads=2)
    return P5Families(config, random_ids(12), TITLES, sorted(WORDS), seed).eval()


def test_scores_of_candidates_are_those_of_the_loss():
    own, some, task = model(), asked(2), tasks("direct")[0]
    scores = own.score_candidates(task, some)
    assert scores.shape == (2, 4)
    source, words = map(torch.from_numpy, own.questions.source(task, some))
    for column in range(4):
        names = torch.from_numpy(own.vocabulary.ids.codes[some.candidates[:, column]])
        with torch.no_grad():
            loss = own.loss(source, words, names)
        total = -float(loss) * names.numel()
        assert scores[:, column].sum() == pytest.approx(total, abs=1e-4)


def test_it_writes_the_likeliest_token_each_time():
    own, some, task = model(), asked(2), tasks("explanation")[0]
    written = own.write(task, some, max_tokens=5)
    source, words = map(torch.from_numpy, own.questions.source(task, some))
    tokens = torch.zeros(2, 0, dtype=torch.long)
    with torch.no_grad():
        for _ in range(5):
            logits = own.t5(
                inputs_embeds=own._embedded(source, words),
                decoder_input_ids=torch.cat([torch.zeros(2, 1, dtype=torch.long), tokens], dim=1),
            ).logits[:, -1]
            tokens = torch.cat([tokens, logits.argmax(dim=1)[:, None]], dim=1)
    assert written == [own.vocabulary.said(row) for row in tokens.tolist()]


def test_probabilities_of_all_words_are_at_most_one():
    own = model()
    p = own.probabilities(tasks("rating")[0], asked(3), own.vocabulary.words)
    assert p.shape == (3, len(own.vocabulary.words))
    assert 0 < p.sum(axis=1).max() < 1 and np.allclose(p[0], p[1])


def test_it_recommends_what_was_not_chosen():
    own = model()
    assert isinstance(own, Recommender)
    items = own.recommend(queries_from_histories([[1, 2, 3], [4]]), 9)
    for row, seen in zip(items, ({1, 2, 3}, {4}), strict=True):
        assert len(set(row)) == 9 and not seen & set(row) and 0 not in row


def test_questions_beyond_one_chunk_get_the_same_answers():
    own, task = model(), tasks("direct")[0]
    many = own.score_candidates(task, asked(600))
    assert many.shape == (600, 4) and np.allclose(many, many[0], atol=1e-5)


def test_what_comes_next_is_asked_without_knowing_an_item():
    queries = queries_from_histories([[1, 2, 3]])
    some = Asked.of_queries(queries)
    known, _ = model().questions.source(tasks("sequential")[0], some)
    held_out = next(task for task in TASKS if task.name == "sequential-held-out")
    assert known.min() > 0 and model().questions.source(held_out, some)[0].min() > 0


def test_the_seed_decides_the_weights():
    assert torch.equal(model(1).t5.shared.weight, model(1).t5.shared.weight)
    assert not torch.equal(model(1).t5.shared.weight, model(2).t5.shared.weight)
