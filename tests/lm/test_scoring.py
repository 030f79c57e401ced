"""Scores of continuations: exact, whatever is batched, padded, cached or asked for twice."""

import numpy as np
import pytest
from transformers import (
    BloomConfig,
    BloomForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    MistralConfig,
    MistralForCausalLM,
)

from rectutor.lm import transformer
from rectutor.lm.causal import CausalLM
from rectutor.lm.seq2seq import Seq2SeqLM
from rectutor.schema import LanguageModel, seeded
from tests.lm.small import BEGIN, END, LIMIT, by_hand, next_log_p, sizes, tokenizer

PROMPTS = [
    "Would this person enjoy the film?",
    "A thriller from the seventies, directed by a critic. Would the viewer enjoy it?",
    "Yes",
]
CONTINUATIONS = [
    [" Yes", " No, because nothing in it is a western.", " the other film"],
    [" No"],
    [" because", " and the next film, enjoyed by every critic", " Yes</s>", "?"],
]


def copy_of(lm, **knobs):
    return type(lm)(lm.model, lm.tokenizer, lm.name, **knobs)


def expected(lm):
    return [
        [by_hand(lm, prompt, text) for text in texts]
        for prompt, texts in zip(PROMPTS, CONTINUATIONS, strict=True)
    ]


def assert_equal(found, wanted, atol=1e-5):
    assert [len(row) for row in found] == [len(row) for row in wanted]
    for row, hand in zip(found, wanted, strict=True):
        np.testing.assert_allclose(row, hand, rtol=0, atol=atol)


def shapes_fed(lm, monkeypatch):
    """Return a list that grows by the shape of every batch that is fed after its prompts."""
    fed = []
    monkeypatch.setattr(
        lm,
        "extend",
        lambda kept, ids, real: fed.append(ids.shape) or type(lm).extend(lm, kept, ids, real),
    )
    return fed


def test_cached_scores_are_those_of_reading_everything_at_once(lm):
    assert isinstance(lm, LanguageModel)
    scores = lm.score(PROMPTS, CONTINUATIONS)
    assert_equal(scores, expected(lm))
    assert all(row.dtype == np.float32 for row in scores)


@pytest.mark.parametrize("batch_tokens", [1, 30, 100])
def test_the_size_of_batches_changes_no_score(lm, batch_tokens):
    assert_equal(copy_of(lm, batch_tokens=batch_tokens).score(PROMPTS, CONTINUATIONS), expected(lm))


def test_a_large_vocabulary_makes_smaller_batches_and_the_same_scores(lm, monkeypatch):
    fed = shapes_fed(lm, monkeypatch)
    lm.score(PROMPTS, CONTINUATIONS)
    monkeypatch.setattr(transformer, "_LOGITS_PER_TOKEN", 1)
    whole = fed.pop()
    assert_equal(lm.score(PROMPTS, CONTINUATIONS), expected(lm))
    V = lm.model.config.vocab_size
    assert whole[0] * whole[1] * V > lm.batch_tokens
    assert sum(rows for rows, _ in fed) == whole[0]
    assert all(rows == 1 or rows * length * V <= lm.batch_tokens for rows, length in fed)


def test_padding_changes_no_score(lm):
    alone = [lm.score([p], [texts])[0] for p, texts in zip(PROMPTS, CONTINUATIONS, strict=True)]
    assert_equal(lm.score(PROMPTS, CONTINUATIONS), alone)


def test_scores_stand_in_the_order_of_the_continuations(lm):
    (forward,) = lm.score(PROMPTS[:1], CONTINUATIONS[:1])
    (backward,) = lm.score(PROMPTS[:1], [CONTINUATIONS[0][::-1]])
    assert len(set(forward.tolist())) == 3
    np.testing.assert_allclose(backward[::-1], forward, rtol=0, atol=1e-5)


def test_a_question_asked_twice_has_one_answer_and_an_empty_one_none(lm):
    asked = [[" Yes", " No, because"], [], [" No, because", " Yes", " Yes"]]
    first, none, second = lm.score([PROMPTS[0]] * 3, asked)
    assert second.tolist() == [first[1], first[0], first[0]]
    assert none.shape == (0,)
    assert lm.score([], []) == []


def test_equal_prompts_are_read_once_and_only_tails_are_read_after_them(lm, monkeypatch):
    read, fed = [], shapes_fed(lm, monkeypatch)
    monkeypatch.setattr(
        lm, "read", lambda ids, real: read.append(ids.shape) or type(lm).read(lm, ids, real)
    )
    n_tokens = len(lm.tokenizer(PROMPTS[0])["input_ids"])
    lm.score([PROMPTS[0]] * 2, [[" Yes", "?"], ["?", "</s>"]])
    assert (read, fed) == ([(1, n_tokens)], [])  # one token each: nothing is left to be read
    lm.score([PROMPTS[0]] * 2, [["?</s>", " Yes"], ["?</s>", "???"]])
    assert (read, fed) == ([(1, n_tokens)] * 2, [(2, 2)])


def test_all_continuations_of_one_token_together_are_certain(lm):
    texts = [lm.tokenizer.decode([token]) for token in range(len(lm.tokenizer))]
    assert lm.tokenizer(texts, add_special_tokens=False)["input_ids"] == [
        [token] for token in range(len(lm.tokenizer))
    ]
    (scores,) = lm.score(PROMPTS[:1], [texts])
    assert np.exp(scores.astype(np.float64)).sum() == pytest.approx(1, abs=1e-5)
    assert len(texts) == lm.model.config.vocab_size


def test_a_continuation_may_go_on_unless_it_is_ended(lm):
    (begun, ended) = lm.score(PROMPTS[:1], [[" Yes", " Yes</s>"]])[0]
    begin = lm.tokenizer(" Yes", add_special_tokens=False)["input_ids"]
    after = next_log_p(lm, PROMPTS[0], begin)[-1]  # [V]
    assert ended - begun == pytest.approx(after[END].item(), abs=1e-5)
    assert begun == pytest.approx(by_hand(lm, PROMPTS[0], " Yes"), abs=1e-5)


def test_scores_do_not_depend_on_the_mode_in_which_training_left_the_model(lm):
    lm.model.train()
    assert_equal(lm.score(PROMPTS, CONTINUATIONS), expected(lm))


def test_a_prompt_does_not_end_before_its_answer_begins(llama):
    closing = CausalLM(llama.model, tokenizer("<s> $A </s>"), "closing")
    assert closing.tokenizer("Yes")["input_ids"][-1] == END
    assert_equal(closing.score(PROMPTS, CONTINUATIONS), expected(llama))


def other_decoders(n_entries):
    sliding = MistralConfig(**sizes(n_entries), sliding_window=4)
    small = {"vocab_size": n_entries, "n_layer": 2, "n_head": 2, "initializer_range": 0.3}
    ends = {"bos_token_id": BEGIN, "eos_token_id": END}
    return [
        MistralForCausalLM(sliding),
        GPT2LMHeadModel(GPT2Config(**small, **ends, n_embd=32, n_positions=LIMIT)),
        BloomForCausalLM(BloomConfig(**small, **ends, hidden_size=32)),
    ]


@pytest.mark.parametrize("place", range(3), ids=["sliding window", "learned positions", "none"])
def test_decoders_of_other_kinds_are_scored_exactly_too(place):
    words = tokenizer()
    with seeded(1):
        lm = CausalLM(other_decoders(len(words))[place], words, "other")
    assert_equal(lm.score(PROMPTS, CONTINUATIONS), expected(lm))
    assert_equal(copy_of(lm, batch_tokens=1).score(PROMPTS, CONTINUATIONS), expected(lm))


class Wrapped:
    """Like a model of peft: its own forward names nothing."""

    def __init__(self, model, tuning=None):
        self.inner, self.active_peft_config = model, tuning
        self.config, self.device = model.config, model.device
        self.get_input_embeddings, self.eval = model.get_input_embeddings, model.eval

    def get_base_model(self):
        return self.inner

    def __call__(self, **options):
        return self.inner(**options)


def test_a_wrapped_model_gets_what_the_inner_one_understands(llama):
    wrapped = CausalLM(Wrapped(llama.model), llama.tokenizer, "wrapped")
    assert_equal(wrapped.score(PROMPTS, CONTINUATIONS), expected(llama))


def test_a_model_that_reads_more_than_its_text_is_refused(llama):
    class PrefixTuningConfig:
        is_prompt_learning = True

    with pytest.raises(ValueError, match="tuned: PrefixTuningConfig puts vectors before"):
        CausalLM(Wrapped(llama.model, PrefixTuningConfig()), llama.tokenizer, "tuned")


def test_a_prompt_that_is_too_long_for_a_decoder_is_refused_with_both_numbers(llama):
    answer, fits = " No, because", "?" * 60
    assert len(llama.tokenizer(fits)["input_ids"]) == 61  # the answer has 3: exactly the limit
    assert_equal(llama.score([fits], [[answer]]), [[by_hand(llama, fits, answer)]])
    message = r"reads at most 64 tokens, but 65 are needed for the text '\?{40}' \(it has 62\)"
    with pytest.raises(ValueError, match=message):
        llama.score(["Yes", fits + "?"], [[" No"], [answer]])


def test_a_prompt_that_is_too_long_for_an_encoder_is_refused_with_both_numbers(t5):
    words = tokenizer("$A </s>")
    words.model_max_length = 10
    short = Seq2SeqLM(t5.model, words, "short t5")
    assert_equal(short.score(["?" * 9], [["?" * 10]]), [[by_hand(t5, "?" * 9, "?" * 10)]])
    with pytest.raises(ValueError, match=r"at most 10 tokens, but 11 are needed .*it has 11"):
        short.score(["?" * 10], [["?"]])
    with pytest.raises(ValueError, match=r"at most 10 tokens, but 12 are needed .*it has 3"):
        short.score(["??"], [["?" * 12]])


def test_a_text_without_tokens_is_named(llama):
    bare = CausalLM(llama.model, tokenizer("$A"), "bare")
    with pytest.raises(ValueError, match="at least one token, '' has none"):
        bare.score([""], [[" Yes"]])
    with pytest.raises(ValueError, match="at least one token, 'é' has none"):
        llama.score(["Yes"], [["é"]])  # the small alphabet is ASCII


def test_a_tokenizer_of_another_model_is_refused(llama):
    words = tokenizer()
    n = len(words)
    words.add_tokens(["[item 1]", "[item 2]"])
    with pytest.raises(ValueError, match=f"x: the tokenizer has {n + 2} entries.* embeds {n};"):
        CausalLM(llama.model, words, "x")
