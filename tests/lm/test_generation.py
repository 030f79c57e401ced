"""Replies: greedy, by beams, drawn, and held to what a processor allows."""

import itertools

import numpy as np
import pytest
import torch

from rectutor.lm.causal import CausalLM
from rectutor.lm.seq2seq import Seq2SeqLM
from rectutor.lm.transformer import TransformerLM
from tests.lm.small import END, next_log_p, tokenizer

PROMPTS = ["Would this person enjoy the film?", "Yes", "A thriller, directed by a critic."]


class Allow:
    """A processor that forbids all tokens but a few, and keeps what it was shown."""

    def __init__(self, *allowed: int) -> None:
        self.allowed, self.shown = list(allowed), []

    def __call__(self, tokens: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        self.shown.append(tokens.clone())
        forbidden = torch.full_like(scores, -torch.inf)
        forbidden[:, self.allowed] = 0.0
        return scores + forbidden


def token_of(lm: TransformerLM, text: str) -> int:
    (token,) = lm.tokenizer(text, add_special_tokens=False)["input_ids"]
    return token


def greedy_by_hand(lm: TransformerLM, prompt: str, n: int) -> str:
    answer: list[int] = []
    while len(answer) < n and END not in answer:
        answer.append(int(next_log_p(lm, prompt, answer)[-1].argmax()))
    return lm.tokenizer.decode(answer, skip_special_tokens=True)


def best_by_hand(lm: TransformerLM, prompt: str, allowed: list[int], n: int) -> str:
    """Return the most probable of all replies of n allowed tokens, or fewer and the end."""
    found = {}
    for answer in itertools.product(allowed, repeat=n):
        stop = answer.index(END) + 1 if END in answer else n
        own = list(answer[:stop])
        log_p = next_log_p(lm, prompt, own)
        found[tuple(own)] = sum(log_p[i, token].item() for i, token in enumerate(own))
    return lm.tokenizer.decode(max(found, key=found.__getitem__), skip_special_tokens=True)


def test_the_greedy_reply_takes_the_most_probable_token_each_time(lm):
    replies = lm.generate(PROMPTS, 6)
    assert replies == [greedy_by_hand(lm, prompt, 6) for prompt in PROMPTS]
    assert len(set(replies)) == 3


def test_the_size_of_batches_changes_no_reply(lm):
    one_by_one = type(lm)(lm.model, lm.tokenizer, lm.name, batch_tokens=1)
    assert one_by_one.generate(PROMPTS, 6) == lm.generate(PROMPTS, 6)
    assert lm.generate([], 6) == []


@pytest.mark.parametrize("n_beams", [1, 3])
def test_a_processor_that_allows_two_tokens_is_obeyed(lm, n_beams):
    yes, no = token_of(lm, "Y"), token_of(lm, "N")
    for reply in lm.generate(PROMPTS, 5, n_beams=n_beams, logits_processor=Allow(yes, no)):
        assert len(reply) == 5
        assert set(reply) <= {"Y", "N"}


def test_a_processor_is_shown_the_new_tokens_only(lm):
    yes, no = token_of(lm, "Y"), token_of(lm, "N")
    allow = Allow(yes, no)
    replies = lm.generate(PROMPTS, 3, logits_processor=allow)
    assert [tuple(tokens.shape) for tokens in allow.shown] == [(3, 0), (3, 1), (3, 2)]
    shown = sorted(lm.tokenizer.batch_decode(allow.shown[-1]))
    assert shown == sorted(reply[:2] for reply in replies)


def test_beams_that_are_wide_enough_find_the_best_of_all_replies(lm):
    allowed = [END, *(token_of(lm, text) for text in ("Y", "N", "?", " the"))]
    best = [best_by_hand(lm, prompt, allowed, n=3) for prompt in PROMPTS]
    # 25 beams hold every beginning of two tokens
    assert lm.generate(PROMPTS, 3, n_beams=25, logits_processor=Allow(*allowed)) == best


def test_beams_find_a_better_reply_than_greed(llama):
    allow = Allow(*range(3, len(llama.tokenizer)))  # no end, so that all replies are as long
    greedy = llama.generate(PROMPTS, 4, logits_processor=allow)
    beams = llama.generate(PROMPTS, 4, n_beams=20, logits_processor=allow)
    assert greedy != beams
    ids = [llama.tokenizer(text, add_special_tokens=False)["input_ids"] for text in greedy + beams]
    sums = [
        sum(next_log_p(llama, prompt, own)[range(len(own)), own].tolist())
        for prompt, own in zip(PROMPTS * 2, ids, strict=True)
    ]
    assert all(better >= worse for better, worse in zip(sums[3:], sums[:3], strict=True))


def test_the_end_token_ends_a_reply_and_is_not_shown(lm):
    assert lm.generate(PROMPTS[:1], 5, logits_processor=Allow(END)) == [""]


def test_the_seed_decides_what_is_drawn_and_leaves_the_callers_randomness_alone(lm):
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    one, same, other = (lm.generate(PROMPTS, 8, temperature=2.0, seed=s) for s in (1, 1, 2))
    assert torch.equal(torch.rand(1), expected)
    assert one == same
    assert one != other


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_tokens_are_drawn_as_often_as_the_temperature_says(lm, temperature):
    yes, no = token_of(lm, "Y"), token_of(lm, "N")
    log_p = next_log_p(lm, PROMPTS[0], [])[0]
    odds = np.exp((log_p[yes] - log_p[no]).item() / temperature)
    replies = lm.generate(
        [PROMPTS[0]] * 400, 1, temperature=temperature, logits_processor=Allow(yes, no)
    )
    # three standard deviations of a share of 400 are at most 0.075
    assert replies.count("Y") / 400 == pytest.approx(odds / (1 + odds), abs=0.075)


def test_the_habits_of_a_published_model_are_not_taken_up(lm, monkeypatch):
    plain = lm.generate(PROMPTS, 6), lm.generate(PROMPTS, 6, temperature=1.0)
    for habit, value in {"repetition_penalty": 9.0, "do_sample": True, "top_k": 1}.items():
        monkeypatch.setattr(lm.model.generation_config, habit, value)
    monkeypatch.setattr(lm.model.generation_config, "no_repeat_ngram_size", 1)
    assert (lm.generate(PROMPTS, 6), lm.generate(PROMPTS, 6, temperature=1.0)) == plain


def test_nothing_is_printed_while_generating(lm, capfd):
    lm.generate(PROMPTS, 3)
    lm.generate(PROMPTS, 3, n_beams=2)
    lm.generate(PROMPTS, 3, temperature=1.0)
    assert capfd.readouterr() == ("", "")


def test_a_reply_that_ends_early_is_filled_up_with_nothing_that_shows(llama):
    words = tokenizer()
    words.pad_token = None  # as of many published decoders
    bare = CausalLM(llama.model, words, "bare")
    yes = token_of(bare, "Y")

    def end_the_first(tokens: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        chosen = torch.full_like(scores, -torch.inf)
        chosen[:, yes] = 0.0
        if tokens.shape[1] == 1:
            chosen[0, END] = 1.0
        return chosen

    assert sorted(bare.generate(PROMPTS, 4, logits_processor=end_the_first)) == ["Y", *["YYYY"] * 2]


def test_a_reply_that_does_not_fit_is_refused_before_it_is_begun(llama, t5):
    with pytest.raises(ValueError, match=r"at most 64 tokens, but 65 are needed .*it has 5\)"):
        llama.generate(["????"], 60)
    words = tokenizer("$A </s>")
    words.model_max_length = 10
    with pytest.raises(ValueError, match=r"at most 10 tokens, but 11 are needed .*it has 5\)"):
        Seq2SeqLM(t5.model, words, "short t5").generate(["????"], 11)


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"max_new_tokens": 0}, "max_new_tokens must be 1 or more, got 0"),
        ({"n_beams": 0}, "n_beams must be 1 or more, got 0"),
        ({"temperature": -0.5}, r"temperature must be 0 \(greedy\) or more, got -0\.5"),
        ({"temperature": 0.7, "n_beams": 4}, r"got n_beams=4 and temperature=0\.7; leave one"),
    ],
)
def test_a_knob_that_is_out_of_range_is_refused_with_its_value(lm, knobs, message):
    with pytest.raises(ValueError, match=message):
        lm.generate(PROMPTS, **{"max_new_tokens": 3, **knobs})
