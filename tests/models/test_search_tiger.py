"""One generator for histories and queries."""

import numpy as np
import pytest
import torch

from rectutor.data import leave_one_out, load
from rectutor.decoding import exact_scores
from rectutor.models.search_tiger import Searches, SearchTIGER
from rectutor.models.tiger import TIGER, TIGERConfig
from rectutor.training import fit

CODES = np.array([[i, j] for i in range(4) for j in range(3)])  # twelve ids
SIZES = TIGERConfig(width=16, n_heads=2, max_length=8)
SEARCHES = Searches(np.eye(12, dtype=np.float32), np.arange(1, 13))


def model(seed=0):
    return SearchTIGER(CODES, SEARCHES, SIZES, seed)


def test_recommendation_is_that_of_tiger(tiny_split):
    own, plain = model(), TIGER(CODES, SIZES)
    queries = tiny_split.test.queries
    assert np.array_equal(own.log_probabilities(queries), plain.log_probabilities(queries))


def test_each_batch_holds_both_tasks_and_every_query_is_learned_once(tiny_split):
    batches = model().epoch(tiny_split.train, 4, np.random.default_rng(0))
    items = torch.cat([batch[-1] for batch in batches])
    assert sorted(items.tolist()) == list(range(1, 13))
    for *_, vectors, asked in batches:
        assert torch.equal(vectors.argmax(dim=1) + 1, asked)


def test_both_losses_are_added(tiny_split):
    own = model().eval()
    batch = own.epoch(tiny_split.train, 4, np.random.default_rng(0))[0]
    alone = TIGER(CODES, SIZES).eval().loss(*batch[:3])
    added = own.loss(*batch).item()
    assert added == pytest.approx(alone.item() + own.search_loss(*batch[3:]).item(), abs=1e-5)
    nothing = (*batch[:3], batch[3][:0], batch[4][:0])
    assert own.loss(*nothing).item() == pytest.approx(alone.item(), abs=1e-5)


def test_the_search_loss_is_the_surprise_of_the_written_id():
    own = model().eval()
    vectors = torch.from_numpy(SEARCHES.vectors)
    scores = exact_scores(own.trie, own.write_queries(SEARCHES.vectors))
    surprise = -scores[np.arange(12), SEARCHES.items].mean()
    loss = own.search_loss(vectors, torch.from_numpy(SEARCHES.items)).item()
    assert loss == pytest.approx(surprise, abs=1e-4)


def test_queries_are_learned_beside_histories():
    own = model()
    split = leave_one_out(load("tiny").interactions)
    fit(own, split, epochs=150, patience=150, progress=False)
    with torch.no_grad():
        scores = exact_scores(own.trie, own.write_queries(SEARCHES.vectors))
    assert (scores.argmax(axis=1) == SEARCHES.items).mean() >= 0.9


def test_a_query_without_an_item_is_refused():
    with pytest.raises(ValueError, match="got 12 vectors and 3 items"):
        Searches(np.eye(12, dtype=np.float32), np.arange(3))
