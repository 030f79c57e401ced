"""Soft tokens: they are read where they stand, and nowhere else."""

import numpy as np
import pytest
import torch
from transformers import DynamicCache

from rectutor.lm.lora import n_trainable
from rectutor.lm.soft_tokens import SoftTokens, add_soft_tokens
from rectutor.training.taste import decoder
from rectutor.training.tune import tune

PROMPTS = ["Did you like Jaws (1975)? Answer:", "Yes or no?"]
ANSWERS = [[" Yes", " No way"]] * 2


def scores(model, prompts=PROMPTS):
    return np.concatenate(model.score(prompts, ANSWERS))


def behind(soft, prompts=PROMPTS):
    return [soft.text + prompt for prompt in prompts]


@pytest.mark.parametrize(("deep", "blocks"), [(False, 1), (True, 4)])
def test_a_prompt_without_them_is_read_as_before(deep, blocks):
    model = decoder()
    before = scores(model)
    soft = add_soft_tokens(model, 5, deep)
    assert np.array_equal(scores(model), before)
    assert not np.allclose(scores(model, behind(soft)), before, atol=0.01)
    assert n_trainable(model.model) == 5 * 192 * blocks
    assert len(model.tokenizer.tokenize(soft.text)) == 5


@pytest.mark.parametrize("deep", [False, True])
def test_they_stand_behind_the_begin_token_and_in_front_of_the_prompt(deep):
    model = decoder()
    n_words = len(model.tokenizer)
    soft = add_soft_tokens(model, 3, deep)
    tokens = model.prompt_tokens(behind(soft))[0]
    assert tokens[0] == model.tokenizer.bos_token_id
    assert tokens[1:4].tolist() == [n_words, n_words + 1, n_words + 2]
    assert tokens[4:].max() < n_words and soft.weight.shape == (n_words + 3, 192)


@pytest.mark.parametrize("deep", [False, True])
def test_padding_and_the_cache_change_no_score(deep):
    """A short prompt beside a long one is padded; a second token of an answer reads the cache."""
    model = decoder()
    soft = add_soft_tokens(model, 4, deep)
    together = scores(model, behind(soft))
    alone = np.concatenate([model.score([p], ANSWERS[:1])[0] for p in behind(soft)])
    assert together == pytest.approx(alone, abs=1e-4)


def test_a_prefix_is_keys_and_values_in_every_block():
    """Feed the keys and values that follow from the trained states, and compare."""
    model = decoder()
    prompt = model.prompt_tokens(PROMPTS[:1])[0]
    network = model.model
    soft = add_soft_tokens(model, 4, deep=True)
    with torch.no_grad():
        soft.states.add_(torch.randn(soft.states.shape, generator=torch.Generator().manual_seed(1)))
    own = torch.arange(4) + soft.base.num_embeddings
    tokens = torch.cat([own, torch.from_numpy(prompt)])[None]
    with torch.no_grad():
        whole = network(tokens).logits[:, -1]
        cache = DynamicCache()
        rotary = network.model.rotary_emb(soft.states[:1], torch.arange(4)[None])
        for block, states in zip(network.model.layers, soft.states, strict=True):
            inner = block.input_layernorm(states[None])
            block.self_attn(
                inner, position_embeddings=rotary, attention_mask=None, past_key_values=cache
            )
        by_cache = network(torch.from_numpy(prompt)[None], past_key_values=cache).logits[:, -1]
    assert torch.allclose(whole, by_cache, atol=1e-4)


@pytest.mark.parametrize("deep", [False, True])
def test_they_learn_to_answer_and_nothing_else_changes(deep):
    model = decoder()
    words = model.model.get_input_embeddings().weight.detach().clone()
    soft = add_soft_tokens(model, 4, deep)
    before = scores(model, behind(soft)).reshape(2, 2)
    plain = scores(model)
    tune(
        model.model, model.tokenizer, behind(soft), [" Yes", " Yes"], epochs=30,
        learning_rate=3e-2, progress=False,
    )  # fmt: skip
    after = scores(model, behind(soft)).reshape(2, 2)
    assert (after[:, 0] > before[:, 0] + 1).all()
    assert np.array_equal(scores(model), plain) and torch.equal(soft.base.weight, words)


def test_they_start_as_words_drawn_by_the_seed():
    table = torch.nn.Embedding(9, 4)
    one, same, other = (
        SoftTokens(table, 6, 2, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2)
    )
    assert torch.equal(one.states, same.states) and not torch.equal(one.states, other.states)
    assert all((state == table.weight).all(dim=1).any() for state in one.states.flatten(0, 1))


def test_what_cannot_be_done_is_refused():
    model = decoder()
    with pytest.raises(ValueError, match="n must be 1 or more tokens, got 0"):
        add_soft_tokens(model, 0)
    add_soft_tokens(model, 1)
    with pytest.raises(ValueError, match="already"):
        add_soft_tokens(model, 1)
