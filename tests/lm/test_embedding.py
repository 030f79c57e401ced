"""Embeddings: a mean over real tokens, whatever stands beside a text."""

import numpy as np
import pytest
import torch

from tests.lm.small import LIMIT

TEXTS = ["A thriller from the seventies, directed by a woman.", "Yes", "the western"]


@torch.no_grad()
def by_hand(lm, text):
    ids = torch.tensor([lm.tokenizer(text)["input_ids"]])
    lm.model.eval()
    inner = lm.model.encoder if lm.model.config.is_encoder_decoder else lm.model.model
    return inner(input_ids=ids).last_hidden_state[0].mean(dim=0).numpy()


def test_an_embedding_is_the_mean_of_the_last_hidden_states(lm):
    vectors = lm.embed(TEXTS)
    assert vectors.shape == (3, 32)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, [by_hand(lm, text) for text in TEXTS], rtol=0, atol=1e-5)


def test_padding_and_batches_change_no_embedding(lm):
    one_by_one = type(lm)(lm.model, lm.tokenizer, lm.name, batch_tokens=1)
    np.testing.assert_allclose(one_by_one.embed(TEXTS), lm.embed(TEXTS), rtol=0, atol=1e-5)
    assert not np.allclose(lm.embed(TEXTS)[0], lm.embed(TEXTS)[1], atol=1e-2)


def test_no_texts_have_no_embeddings(lm):
    assert lm.embed([]).shape == (0, 32)


def test_a_text_that_is_too_long_is_refused_with_both_numbers(llama):
    assert llama.embed(["?" * (LIMIT - 1)]).shape == (1, 32)
    with pytest.raises(ValueError, match=r"at most 64 tokens, but 65 are needed .*it has 65\)"):
        llama.embed(["Yes", "?" * LIMIT])
