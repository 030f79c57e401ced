"""The whole tree at once says what reading title by title says."""

import numpy as np
import pytest
import torch

from rectutor.decoding import exact_scores
from rectutor.lm import title_tree
from rectutor.lm.title_rows import TitleTokens
from rectutor.lm.title_tree import TitleTree
from rectutor.models.bigrec import BIGRec
from tests.lm.small import small_llama
from tests.models.test_bigrec import TITLES, asked

HISTORY = np.array([[2, 1], [0, 3]])


@pytest.fixture(scope="module")
def model():
    return small_llama()


@torch.no_grad()
def alone(model, tokens, row: int, item: int) -> list[float]:
    """Read one history and one title in one go, without a cache; a number for each token."""
    rows = tokens.rows(HISTORY[row : row + 1])
    given = rows.tokens[0][rows.is_real[0].bool()].tolist()
    title = tokens.codes[item][: tokens.lengths[item + 1]].tolist()
    logits = model.model(input_ids=torch.tensor([given + title]), use_cache=False).logits[0]
    log_p = logits.log_softmax(dim=1)
    return [float(log_p[len(given) - 1 + i, token]) for i, token in enumerate(title)]


@pytest.mark.parametrize("at_once", [1, 400])
def test_each_token_is_that_of_its_title_read_alone(model, at_once, monkeypatch):
    monkeypatch.setattr(title_tree, "_AT_ONCE", at_once)
    tokens = TitleTokens(TITLES[1:], model.tokenizer)
    table = TitleTree(tokens).log_p(model, tokens.rows(HISTORY))
    assert table.shape == (2, 5, tokens.codes.shape[1])
    for row in range(2):
        for item in range(5):
            own = alone(model, tokens, row, item)
            np.testing.assert_allclose(table[row, item, : len(own)], own, atol=1e-4)
            assert not table[row, item, len(own) :].any()


def test_sums_are_the_exact_scores_of_the_trie(model):
    rec, queries = BIGRec(model, TITLES), asked()
    rows = rec.tokens.rows(queries.history)
    table = TitleTree(rec.tokens).log_p(model, rows)
    exact = exact_scores(rec.trie, rec.writer(queries))
    np.testing.assert_allclose(table.sum(axis=2), exact[:, 1:], atol=1e-3)
