"""Rectangles of tokens, batches under a budget, and caches that are shared and not harmed."""

import numpy as np
import pytest
import torch

from rectutor.lm.batching import by_length, padded
from rectutor.lm.tokens import check_fit, limit_of, tokenized


def test_padding_stands_on_the_side_that_is_asked_for():
    sequences = [np.array([5]), np.array([6, 0, 8])]  # 0 is a token like any other
    tokens, is_real = padded(sequences, side="left")
    assert tokens.tolist() == [[0, 0, 5], [6, 0, 8]]
    assert is_real.tolist() == [[0, 0, 1], [1, 1, 1]]
    tokens, is_real = padded(sequences, side="right")
    assert tokens.tolist() == [[5, 0, 0], [6, 0, 8]]
    assert is_real.tolist() == [[1, 0, 0], [1, 1, 1]]


def test_no_batch_takes_more_than_its_budget_and_every_row_comes_once():
    costs = np.random.default_rng(0).integers(1, 50, size=200)
    batches = list(by_length(costs, budget=100))
    assert sorted(np.concatenate(batches).tolist()) == list(range(200))
    assert max(len(rows) * costs[rows].max() for rows in batches) <= 100
    # the dearest first, and as many in each as there is room for
    assert [costs[rows].max() for rows in batches] == sorted(
        (costs[rows].max() for rows in batches), reverse=True
    )
    assert all(len(rows) == 100 // costs[rows].max() for rows in batches[:-1])


def test_a_row_that_is_dearer_than_the_budget_comes_alone():
    assert [rows.tolist() for rows in by_length(np.array([3, 500]), budget=6)] == [[1], [0]]
    assert list(by_length(np.array([], dtype=np.int64), budget=6)) == []


def keys_of(cache):
    part = getattr(cache, "self_attention_cache", cache)
    return [layer.keys.clone() for layer in part.layers]


def test_rows_of_a_cache_are_repeated_and_the_cache_stays_as_it_was(lm):
    tokens = torch.tensor([[5, 6, 7], [8, 9, 10]])
    with torch.inference_mode():
        reading, _ = lm.read(tokens, torch.ones_like(tokens))
        before = keys_of(reading.cache)
        rows = torch.tensor([1, 0, 1])
        taken = reading.take(rows)
        lm.extend(taken, torch.tensor([[5], [6], [7]]), torch.ones(3, 1, dtype=torch.int64))
    for old, now, longer in zip(before, keys_of(reading.cache), keys_of(taken.cache), strict=True):
        assert torch.equal(old, now)
        assert torch.equal(longer[:, :, :-1], old[rows])  # and one token more


def test_each_text_is_tokenized_alone_and_equal_texts_alike(llama):
    words = llama.tokenizer
    first, second, again = tokenized(words, [" Yes", "Yes", " Yes"], special=False)
    assert words.decode(first) == " Yes"
    assert first.tolist() == again.tolist() != second.tolist()
    assert tokenized(words, ["Yes"], special=True)[0].tolist() == [1, *second]
    assert tokenized(words, [], special=True) == []


def test_the_limit_is_that_of_the_positions_or_else_of_the_tokenizer(llama, t5):
    assert limit_of(llama.model, llama.tokenizer) == 64
    assert limit_of(t5.model, t5.tokenizer) > 10**9


def test_the_text_that_needs_most_is_named():
    lengths, needed = np.array([3, 9]), np.array([12, 11])
    check_fit(["a", "b"], lengths, needed, limit=12)
    with pytest.raises(
        ValueError, match=r"at most 10 tokens, but 12 are needed .*'a' \(it has 3\)"
    ):
        check_fit(["a", "b"], lengths, needed, limit=10)
