"""The tokenizer gives text back, the decoder has the sizes it says, packing loses nothing."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from rectutor.lm.tiny import (
    TinyConfig,
    next_token_loss,
    packed,
    tiny_decoder,
    tokenized_documents,
)
from rectutor.lm.tokenizer import BEGIN, END, PADDING, learn_tokenizer

TEXTS = ["the hat of the cat", "the cat sat", "a hat, a cat; the mat"] * 3
CONFIG = TinyConfig(n_entries=20, max_length=16, width=16, n_layers=2, n_heads=2, inner=24)


@pytest.fixture(scope="module")
def tokenizer():
    return learn_tokenizer(TEXTS, n_entries=280)


@pytest.mark.parametrize("text", ["the cat sat", "Amélie (2001)", "七人の侍 🎬", "  two  blanks "])
def test_any_text_comes_back_whole(tokenizer, text: str):
    tokens = tokenizer(text, add_special_tokens=False)["input_ids"]
    assert tokenizer.decode(tokens) == text
    assert max(tokens) < len(tokenizer) <= 280


def test_a_common_word_is_one_token_and_an_unknown_one_is_spelled(tokenizer):
    assert len(tokenizer.tokenize(" cat")) == 1
    assert len(tokenizer.tokenize("xyz")) == 3


def test_the_special_tokens_come_first_and_have_their_roles(tokenizer):
    assert tokenizer.convert_tokens_to_ids([PADDING, BEGIN, END]) == [0, 1, 2]
    assert (tokenizer.pad_token_id, tokenizer.bos_token_id, tokenizer.eos_token_id) == (0, 1, 2)


def test_a_prompt_begins_with_the_begin_token_and_nothing_ends_it(tokenizer):
    assert tokenizer(" cat")["input_ids"] == [1, *tokenizer.convert_tokens_to_ids(["Ġcat"])]


def test_the_same_texts_give_the_same_tokenizer(tokenizer):
    assert learn_tokenizer(TEXTS, n_entries=280).get_vocab() == tokenizer.get_vocab()


def test_a_vocabulary_without_room_for_the_bytes_is_refused():
    with pytest.raises(ValueError, match=r"n_entries of 259 or more .* got 100"):
        learn_tokenizer(TEXTS, n_entries=100)


def test_documents_begin_and_end(tokenizer):
    one, _ = tokenized_documents(["the cat", "a hat"], tokenizer)
    assert (one[0], one[-1]) == (1, 2)
    assert tokenizer.decode(one[1:-1]) == "the cat"


def test_the_weights_are_counted_on_paper_and_one_table_serves_both_ends():
    model = tiny_decoder(CONFIG)
    block = 4 * 16 * 16 + 3 * 16 * 24 + 2 * 16  # attention, feed-forward, two norms
    assert sum(p.numel() for p in model.parameters()) == 20 * 16 + 2 * block + 16
    assert model.lm_head.weight is model.get_input_embeddings().weight


def test_the_seed_decides_the_weights_and_nobody_elses_randomness():
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    one, again, other = tiny_decoder(CONFIG, 1), tiny_decoder(CONFIG, 1), tiny_decoder(CONFIG, 2)
    assert torch.rand(1) == expected
    assert torch.equal(one.lm_head.weight, again.lm_head.weight)
    assert not torch.equal(one.lm_head.weight, other.lm_head.weight)


def test_the_loss_is_the_cross_entropy_of_the_models_own_logits():
    model = tiny_decoder(CONFIG).eval()
    rows = torch.arange(14).view(2, 7)
    logits = model(input_ids=rows[:, :-1]).logits
    expected = F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    torch.testing.assert_close(next_token_loss(model, rows), expected)
    assert abs(expected.item() - math.log(20)) < 0.2  # untrained: a guess among 20


def test_packing_cuts_one_stream_into_rows_that_share_a_token():
    documents = [np.array([1, 10 + i, 2]) for i in range(5)]
    rows = packed(documents, 4, np.random.default_rng(0))
    assert rows.shape == (3, 5)
    assert (rows[:-1, -1] == rows[1:, 0]).all()
    stream = np.concatenate([rows[:, :-1].ravel(), rows[-1, -1:]])
    assert stream[:12:3].tolist() == [1] * 4 and stream[2:12:3].tolist() == [2] * 4
    assert sorted(stream[1:12:3]) == sorted(set(stream[1:12:3]))  # four documents, each once


def test_another_draw_packs_in_another_order():
    documents = [np.array([1, 10 + i, 2]) for i in range(5)]
    draws = [packed(documents, 4, np.random.default_rng(seed)).tolist() for seed in (0, 0, 1)]
    assert draws[0] == draws[1] != draws[2]


def test_too_little_text_for_one_row_is_refused():
    with pytest.raises(ValueError, match="rows of 8 tokens needs 9 tokens or more, got 3 in 1 doc"):
        packed([np.array([1, 5, 2])], 8, np.random.default_rng(0))
