"""Pairs in one row: the loss and the gradients are those of padded rows, whatever the decoder."""

import math

import pytest
import torch
from transformers import (
    BloomConfig,
    BloomForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    GraniteConfig,
    GraniteForCausalLM,
    MistralConfig,
    MistralForCausalLM,
)

from rectutor.lm.batching import padded
from rectutor.lm.causal import CausalLM
from rectutor.lm.pairs import one_row, tokenized_pairs
from rectutor.lm.side_by_side import check_kept_apart, kept_apart, row_loss
from rectutor.schema import seeded
from tests.lm.small import LIMIT, by_hand, sizes, small_llama, tokenizer

PROMPTS = [
    "The viewer liked the western and disliked the musical.",
    "A thriller",
    "Would this person enjoy the other film?",
]
ANSWERS = [" Yes", " from the seventies", " No</s>"]


def llama():
    return small_llama().model.eval()


def gpt2():
    config = GPT2Config(vocab_size=300, n_positions=LIMIT, n_embd=32, n_layer=2, n_head=4)
    with seeded(0):
        return GPT2LMHeadModel(config).eval()


def mistral(window: int | None):
    with seeded(0):
        return MistralForCausalLM(MistralConfig(**sizes(300), sliding_window=window)).eval()


def pairs_of(model):
    return tokenized_pairs(model, tokenizer(), PROMPTS, ANSWERS)


def usual_loss(model, pairs, loss_on="answer"):
    """Let transformers pad on the right, mask, label the padding -100, and take the loss."""
    whole = [torch.cat([torch.from_numpy(part) for part in pair]).numpy() for pair in pairs]
    tokens, is_real = padded(whole, side="right")
    labels = tokens.masked_fill(is_real == 0, -100)
    if loss_on == "answer":
        for label, pair in zip(labels, pairs, strict=True):
            label[: len(pair.prompt)] = -100
    return model(input_ids=tokens, attention_mask=is_real, labels=labels, use_cache=False).loss


@pytest.mark.parametrize("loss_on", ["answer", "all"])
@pytest.mark.parametrize(
    "make", [llama, gpt2, lambda: mistral(None)], ids=["llama", "gpt2", "mistral"]
)
def test_loss_and_gradients_are_those_of_transformers_with_padding(make, loss_on):
    ours, theirs = make(), make()
    pairs = pairs_of(ours)
    with kept_apart(ours):
        loss = row_loss(ours, one_row(pairs, loss_on))
    expected = usual_loss(theirs, pairs, loss_on)
    loss.backward()
    expected.backward()
    torch.testing.assert_close(loss, expected, rtol=0, atol=1e-5)
    for own, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(own.grad, other.grad, rtol=0, atol=1e-5)


def test_packing_equals_not_packing():
    model = llama()
    pairs = pairs_of(model)
    with torch.no_grad(), kept_apart(model):
        together = row_loss(model, one_row(pairs))
        alone = [row_loss(model, one_row([pair])) for pair in pairs]
    m = [len(pair.answer) for pair in pairs]
    expected = sum(loss * n for loss, n in zip(alone, m, strict=True)) / sum(m)
    assert together.item() == pytest.approx(expected.item(), abs=1e-5)
    assert len({round(loss.item(), 3) for loss in alone}) == 3


def test_outside_of_the_block_transformers_own_mask_gives_the_same_loss():
    model = llama()
    row = one_row(pairs_of(model))
    with torch.no_grad():
        usual = row_loss(model, row)
        with kept_apart(model):
            assert model.config._attn_implementation == "rectutor_side_by_side"
            torch.testing.assert_close(row_loss(model, row), usual, rtol=0, atol=1e-5)
        assert model.config._attn_implementation == "sdpa"


def test_everything_is_put_back_after_an_accident():
    model = llama()
    own = model.model.layers[-1].forward
    with pytest.raises(KeyError), kept_apart(model):
        assert model.model.layers[-1].forward != own
        raise KeyError
    assert model.config._attn_implementation == "sdpa"
    assert model.model.layers[-1].forward == own


def test_the_last_feed_forward_part_works_only_where_it_is_asked():
    model = llama()
    row = one_row(pairs_of(model))
    n, m = row.tokens.shape[1], len(row.asked)
    seen = []
    for layer in model.model.layers:
        layer.mlp.register_forward_hook(lambda part, given, out: seen.append(out.shape[1]))
    with torch.no_grad(), kept_apart(model):
        row_loss(model, row)
    assert seen == [n, m] and m < n / 3


def test_a_loss_is_the_score_of_the_answer():
    lm = small_llama()
    pairs = tokenized_pairs(lm.model, lm.tokenizer, PROMPTS[1:2], ANSWERS[1:2])
    lm.model.eval()
    with torch.no_grad(), kept_apart(lm.model):
        loss = row_loss(lm.model, one_row(pairs)).item()
    score = lm.score(PROMPTS[1:2], [ANSWERS[1:2]])[0][0]
    n_tokens = len(lm.tokenizer(ANSWERS[1], add_special_tokens=False)["input_ids"])
    assert n_tokens > 1
    assert -loss * n_tokens == pytest.approx(score, abs=1e-5)
    assert score == pytest.approx(by_hand(lm, PROMPTS[1], ANSWERS[1]), abs=1e-5)


def test_an_end_that_a_tokenizer_writes_does_not_part_prompt_and_answer():
    model, closing = llama(), tokenizer("<s> $A </s>")
    (closed,) = tokenized_pairs(model, closing, ["A thriller"], [" Yes"])
    (plain,) = tokenized_pairs(model, tokenizer(), ["A thriller"], [" Yes"])
    assert closed.prompt.tolist() == plain.prompt.tolist()
    assert closed.answer.tolist() == plain.answer.tolist()
    lm = CausalLM(model, closing, "closing")
    with torch.no_grad(), kept_apart(model):
        loss = row_loss(model, one_row([closed])).item()
    assert math.exp(-loss) == pytest.approx(math.exp(lm.score(["A thriller"], [[" Yes"]])[0][0]))


def test_plain_attention_passes_the_check_and_comes_back_as_it_was():
    for model in (llama(), gpt2(), mistral(None), mistral(64)):
        usual = model.config._attn_implementation
        check_kept_apart(model, pairs_of(model))
        assert model.config._attn_implementation == usual


def test_attention_that_looks_back_only_so_far_is_refused():
    model = mistral(4)
    with pytest.raises(
        ValueError, match=r"MistralForCausalLM reads pairs otherwise .* differ by \d"
    ):
        check_kept_apart(model, pairs_of(model))


def test_a_block_that_only_looks_like_llamas_is_refused():
    with seeded(0):  # it halves what attention and the feed-forward layer add
        model = GraniteForCausalLM(GraniteConfig(**sizes(300), residual_multiplier=0.5))
    with pytest.raises(ValueError, match=r"GraniteForCausalLM reads pairs otherwise"):
        check_kept_apart(model, pairs_of(model))


def test_attention_that_cannot_be_exchanged_is_refused():
    model = BloomForCausalLM(BloomConfig(vocab_size=300, hidden_size=8, n_layer=1, n_head=2))
    with pytest.raises(ValueError, match="BloomForCausalLM does not let its attention be exch"):
        check_kept_apart(model, pairs_of(llama()))


def test_what_does_not_fit_together_is_named():
    model, words = llama(), tokenizer()
    with pytest.raises(ValueError, match="got 3 prompts and 2 answers"):
        tokenized_pairs(model, words, PROMPTS, ANSWERS[:2])
    with pytest.raises(ValueError, match="got 0 prompts and 0 answers"):
        tokenized_pairs(model, words, [], [])
    with pytest.raises(ValueError, match=r"answers\[1\] is empty, .* the prompt 'A thriller'"):
        tokenized_pairs(model, words, PROMPTS, [" Yes", "", " No"])
    with pytest.raises(TypeError, match="got int at position 1"):
        tokenized_pairs(model, words, PROMPTS, [" Yes", 1, " No"])
    long = ["A thriller", "?" * (LIMIT - 1)]  # with the begin token, the limit
    with pytest.raises(ValueError, match=rf"at most {LIMIT} tokens, but {LIMIT + 1} .*'\?\?\?"):
        tokenized_pairs(model, words, long, ["!", "!"])


def test_dropout_of_attention_is_that_of_the_model():
    model = small_llama().model.train()  # drops out half
    row = one_row(pairs_of(model))
    with torch.no_grad(), kept_apart(model), seeded(0):
        assert row_loss(model, row) != row_loss(model, row)
