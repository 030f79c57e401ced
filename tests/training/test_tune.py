"""`tune`: what is learned, what stays frozen, and what it refuses."""

import copy
import itertools
import math

import numpy as np
import pytest
import torch

from rectutor.lm.causal import CausalLM
from rectutor.lm.lora import add_lora, merge_lora
from rectutor.lm.pairs import one_row, tokenized_pairs
from rectutor.lm.side_by_side import row_loss
from rectutor.lm.tiny import TinyConfig, tiny_decoder
from rectutor.lm.tokenizer import learn_tokenizer
from rectutor.training import tune as module
from rectutor.training.tune import tune

# The answer depends on the second word alone: who likes westerns or musicals enjoys the film.
WORDS = ["western", "musical", "comedy", "thriller"]
GENRES = [
    f"likes {one}, dislikes {two}.{' Also seen:' * more} Enjoys it?"
    for one, two in itertools.permutations(WORDS, 2)
    for more in range(4)
]
TRUTHS = [" Yes" if text.split()[1] in ("western,", "musical,") else " No" for text in GENRES]
WORDS_AND_ANSWERS = learn_tokenizer([*GENRES, *[" Yes", " No"] * 9] * 2, n_entries=400)


def decoder(seed: int = 0):
    sizes = TinyConfig(len(WORDS_AND_ANSWERS), 32, width=32, n_layers=2, n_heads=2, inner=48)
    return tiny_decoder(sizes, seed)


def learn(model, prompts=GENRES, answers=TRUTHS, **knobs):
    knobs = {"epochs": 2, "batch_size": 8, "progress": False} | knobs
    return tune(model, WORDS_AND_ANSWERS, prompts, answers, **knobs)


def accuracy(model) -> float:
    scores = CausalLM(model, WORDS_AND_ANSWERS, "x").score(GENRES, [[" Yes", " No"]] * len(GENRES))
    said = [" Yes" if yes > no else " No" for yes, no in scores]
    return float(np.mean([a == b for a, b in zip(said, TRUTHS, strict=True)]))


def same(one, other) -> bool:
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_an_answer_that_depends_on_one_word_is_learned_through_lora_alone():
    model = decoder()
    with torch.no_grad():  # as large as after training: small frozen layers pass little on
        for parameter in model.parameters():
            parameter.mul_(10 if parameter.dim() > 1 else 1)
    assert TRUTHS.count(" Yes") == len(TRUTHS) / 2
    assert 0.25 <= accuracy(model) <= 0.75  # chance
    table = model.get_input_embeddings().weight.clone()
    add_lora(model, rank=8)
    report = learn(model, epochs=20, learning_rate=1e-2)
    assert accuracy(model) == 1.0
    assert report.losses[-1] < 2 < 4 < report.losses[0]
    assert torch.equal(model.get_input_embeddings().weight, table)
    merge_lora(model)
    assert accuracy(model) == 1.0


def test_all_weights_learn_it_too_and_from_shuffled_answers_nothing_is_learned():
    model, control = decoder(), decoder()
    learn(model, epochs=20, learning_rate=3e-3)
    shuffled = np.random.default_rng(0).permutation(TRUTHS).tolist()
    learn(control, answers=shuffled, epochs=20, learning_rate=3e-3)
    assert accuracy(model) == 1.0
    assert accuracy(control) < 0.75


def test_only_what_requires_a_gradient_moves():
    model, before = decoder(), decoder()
    model.requires_grad_(False)
    model.model.layers[1].mlp.requires_grad_(True)
    learn(model)
    moved = {
        name
        for (name, a), b in zip(model.named_parameters(), before.parameters(), strict=True)
        if not torch.equal(a, b)
    }
    assert moved == {f"model.layers.1.mlp.{n}_proj.weight" for n in ("gate", "up", "down")}


def test_the_same_seed_gives_the_same_weights():
    one, again, other = (decoder() for _ in range(3))
    learn(one, seed=1)
    learn(again, seed=1)
    learn(other, seed=2)
    assert same(one, again)
    assert not same(one, other)


def test_the_callers_own_randomness_goes_on_undisturbed():
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    learn(decoder())
    assert torch.rand(1) == expected


def test_a_step_is_that_of_adamw_on_the_loss_of_the_row():
    model, by_hand = decoder(), decoder()
    report = learn(model, epochs=1, batch_size=len(GENRES), learning_rate=1e-3)
    loss = row_loss(by_hand, one_row(tokenized_pairs(by_hand, WORDS_AND_ANSWERS, GENRES, TRUTHS)))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(by_hand.parameters(), 1.0)
    torch.optim.AdamW(by_hand.parameters(), lr=1e-3, weight_decay=0.0).step()
    assert report.losses == [pytest.approx(loss.item(), abs=1e-5)]
    moved = [
        torch.allclose(a, b, atol=1e-4)
        for a, b in zip(model.parameters(), by_hand.parameters(), strict=True)
    ]
    assert all(moved) and not same(model, decoder())


def test_a_report_counts_tokens_and_weighs_batches_by_theirs():
    model = decoder()
    report = learn(model, epochs=1, batch_size=20, learning_rate=1e-12)  # 20 + 20 + 8 pairs
    pairs = tokenized_pairs(model, WORDS_AND_ANSWERS, GENRES, TRUTHS)
    with torch.no_grad():
        whole = row_loss(model, one_row(pairs)).item()
    assert report.losses == [pytest.approx(whole, abs=1e-5)]
    assert report.tokens == sum(len(pair.prompt) + len(pair.answer) for pair in pairs)
    assert report.seconds > 0


def test_a_loss_on_everything_learns_the_prompts_too():
    answers_only, everything = decoder(), decoder()
    pairs = tokenized_pairs(everything, WORDS_AND_ANSWERS, GENRES, TRUTHS)
    with torch.no_grad():
        before = row_loss(everything, one_row(pairs, "all")).item()
    report = learn(everything, loss_on="all", batch_size=len(GENRES), learning_rate=3e-3)
    learn(answers_only, batch_size=len(GENRES), learning_rate=3e-3)
    assert report.losses[0] == pytest.approx(before, abs=1e-5)
    with torch.no_grad():
        after, without = (
            row_loss(model, one_row(pairs, "all")).item() for model in (everything, answers_only)
        )
    assert after < without


def test_a_tuned_answer_has_the_probability_that_its_loss_says():
    model = decoder()
    learn(model, GENRES[:1], TRUTHS[:1], epochs=30, learning_rate=2e-2)
    pairs = tokenized_pairs(model, WORDS_AND_ANSWERS, GENRES[:1], TRUTHS[:1])
    with torch.no_grad():
        loss = row_loss(model, one_row(pairs)).item()
    (score,) = CausalLM(model, WORDS_AND_ANSWERS, "x").score(GENRES[:1], [TRUTHS[:1]])
    assert len(pairs[0].answer) == 1
    assert math.exp(-loss) == pytest.approx(math.exp(score[0]), abs=1e-6)
    assert math.exp(-loss) > 0.9


def test_the_model_is_left_as_it_came_but_for_its_weights():
    model = decoder()
    learn(model)
    assert not model.training
    assert model.config._attn_implementation == "sdpa"


def test_a_loss_that_is_not_a_number_stops_before_the_weights_are_touched(monkeypatch):
    model = decoder()
    before = copy.deepcopy(model)
    monkeypatch.setattr(module, "row_loss", lambda model, row: row_loss(model, row) * math.nan)
    with pytest.raises(FloatingPointError, match=r"became nan in epoch 1; .* which was 0\.25"):
        learn(model, learning_rate=0.25)
    assert same(model, before)
    assert model.config._attn_implementation == "sdpa"


def test_a_frozen_model_is_refused():
    with pytest.raises(ValueError, match="all of this model are frozen; call add_lora"):
        learn(decoder().requires_grad_(False))


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"epochs": 0}, "epochs must be 1 or more, got 0"),
        ({"batch_size": -2}, "batch_size must be 1 or more, got -2"),
        ({"learning_rate": 0.0}, r"learning_rate must be above 0, got 0\.0"),
        ({"loss_on": "prompt"}, 'loss_on must be "answer" or "all", got \'prompt\''),
    ],
)
def test_a_knob_out_of_range_is_named(knobs, message):
    with pytest.raises(ValueError, match=message):
        learn(decoder(), **knobs)


def test_pairs_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match="got 48 prompts and 47 answers"):
        learn(decoder(), answers=TRUTHS[1:])
    with pytest.raises(ValueError, match=r"answers\[0\] is empty"):
        learn(decoder(), answers=["", *TRUTHS[1:]])
    long = "likes" + " likes" * 30
    n_tokens = len(WORDS_AND_ANSWERS(long)["input_ids"])
    with pytest.raises(ValueError, match=rf"at most 32 tokens, but {n_tokens + 1} .* 'likes likes"):
        learn(decoder(), [long], [" Yes"])
