"""Tuning on questions and texts: the share says how much each counts."""

import copy

import pytest
import torch

from rectutor.lm.causal import CausalLM
from rectutor.lm.pairs import one_row, tokenized_pairs
from rectutor.lm.side_by_side import row_loss
from rectutor.training.mixed import tune_mixed
from tests.training.test_tune import GENRES, TRUTHS, WORDS_AND_ANSWERS, decoder

TEXTS = ["likes western, dislikes musical.", "Also seen: comedy thriller"] * 3


def model_of(seed=0):
    return CausalLM(decoder(seed), WORDS_AND_ANSWERS, "small")


def surprise(model, prompts, answers, loss_on="answer"):
    pairs = tokenized_pairs(model.model, model.tokenizer, prompts, answers)
    with torch.no_grad():
        return float(row_loss(model.model, one_row(pairs, loss_on)))


def mixed(share, model=None, **knobs):
    model = model or model_of()
    options = {"epochs": 2, "batch_size": 8, "learning_rate": 3e-3, "progress": False} | knobs
    report = tune_mixed(model, GENRES, TRUTHS, TEXTS, share, **options)
    return model, report


def test_texts_are_learned_where_they_count_and_forgotten_where_they_do_not():
    about = [surprise(mixed(share)[0], [""] * 6, TEXTS, "all") for share in (0.0, 0.25, 0.75)]
    assert about[2] < about[1] < about[0]


def test_answers_are_learned_with_any_share():
    before = surprise(model_of(), GENRES, TRUTHS)
    for share in (0.0, 0.5):
        model, report = mixed(share)
        assert surprise(model, GENRES, TRUTHS) < before - 1
        assert len(report.losses) == 2 and report.losses[1] < report.losses[0]
        assert report.seconds > 0


def test_without_a_share_no_text_is_read():
    _, without = mixed(0.0)
    _, some = mixed(0.5)
    prompts = tokenized_pairs(decoder(), WORDS_AND_ANSWERS, GENRES, TRUTHS)
    assert without.tokens == 2 * sum(len(p.prompt) + len(p.answer) for p in prompts)
    assert some.tokens > without.tokens


def test_a_step_goes_down_the_weighted_sum():
    """One plain step by hand gives the same weights."""
    share = 0.4
    model = model_of()
    twin = CausalLM(copy.deepcopy(model.model), WORDS_AND_ANSWERS, "twin")
    one = ([GENRES[0]], [TRUTHS[0]], ["Also seen: comedy"])
    tune_mixed(model, *one, share, epochs=1, batch_size=4, learning_rate=1e-3, progress=False)
    asked = tokenized_pairs(twin.model, twin.tokenizer, *one[:2])
    told = tokenized_pairs(twin.model, twin.tokenizer, [""], one[2])
    twin.model.train()
    loss = (1 - share) * row_loss(twin.model, one_row(asked))
    (loss + share * row_loss(twin.model, one_row(told, "all"))).backward()
    torch.nn.utils.clip_grad_norm_(twin.model.parameters(), 1.0)
    for (name, own), (_, other) in zip(
        model.model.named_parameters(), twin.model.named_parameters(), strict=True
    ):
        moved = own - other  # Adam's first step is the step size in the direction of the gradient
        big = other.grad.abs() > 1e-4
        assert torch.equal(moved[big].sign(), -other.grad[big].sign()), name


def test_the_same_seed_gives_the_same_weights():
    (one, _), (same, _), (other, _) = mixed(0.25), mixed(0.25), mixed(0.25, seed=1)
    first = [next(m.model.parameters()) for m in (one, same, other)]
    assert torch.equal(first[0], first[1]) and not torch.equal(first[0], first[2])


@pytest.mark.parametrize("share", [-0.1, 1.0])
def test_a_share_out_of_range_is_refused(share):
    with pytest.raises(ValueError, match=f"share must be from 0 to below 1, got {share}"):
        mixed(share)


def test_a_loss_that_is_no_number_stops_tuning():
    model = model_of()
    with torch.no_grad():
        next(model.model.parameters())[:] = float("nan")
    with pytest.raises((FloatingPointError, ValueError), match="nan"):
        mixed(0.25, model)
