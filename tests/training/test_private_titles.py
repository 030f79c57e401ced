"""A decoder learns rows of titles person by person, in private or not."""

import math

import numpy as np
import pytest
import torch

from rectutor.lm.lora import add_lora
from rectutor.lm.title_rows import TitleTokens
from rectutor.schema import Events
from rectutor.training.private import Privacy, example_gradients
from rectutor.training.private_titles import newest_rows, person_losses, tune_private
from rectutor.training.titles import title_loss
from tests.lm.small import small_llama

TITLES = ("western", "the critic", "a thriller", "a musical")
ROWS = 1 + (np.arange(12)[:, None] + np.arange(4)) % 4  # people who watch 1, 2, 3, 4, 1, ...


@pytest.fixture
def model():
    small = small_llama()
    add_lora(small.model, rank=4, alpha=8)
    small.model.eval()  # it drops out in training mode
    return small


@pytest.fixture
def tokens(model):
    return TitleTokens(TITLES, model.tokenizer)


def test_rows_hold_the_newest_films_of_those_who_have_enough():
    events = Events(
        np.array([0, 0, 0, 1, 2, 2, 2, 2]), np.array([5, 6, 7, 9, 1, 2, 3, 4]),
        np.zeros(8, np.float32), np.arange(8), np.array([0, 3, 4, 8]),
    )  # fmt: skip
    rows = newest_rows(events, 2, 2, seed=0)
    assert sorted(rows.tolist()) == [[3, 4], [6, 7]]
    with pytest.raises(ValueError, match="3 people with 2 films are needed, 2 have as many"):
        newest_rows(events, 2, 3, seed=0)


def test_each_loss_is_the_mean_over_that_persons_tokens(model, tokens):
    rows = np.array([[1, 2, 3, 4], [2, 3, 4, 1]])
    each = person_losses(model, tokens, rows)
    for row in range(2):
        alone, _ = title_loss(model, tokens.rows(rows[[row]], "right"), torch.tensor([1]))
        assert float(each[row].detach()) == pytest.approx(float(alone.detach()), abs=1e-5)


def test_one_pass_gives_the_gradient_of_each_person(model, tokens):
    with torch.no_grad():
        for name, parameter in model.model.named_parameters():
            if name.endswith("up"):
                parameter.normal_(std=0.1)
    rows = np.array([[1, 2, 3, 4], [2, 3, 4, 1], [4, 3, 2, 1]])
    gradients, _ = example_gradients(model.model, lambda: person_losses(model, tokens, rows))
    trained = [p for p in model.model.parameters() if p.requires_grad]
    for row in range(3):
        alone = torch.autograd.grad(person_losses(model, tokens, rows[[row]]).sum(), trained)
        flat = torch.cat([part.flatten() for part in alone])
        torch.testing.assert_close(gradients[row], flat, rtol=1e-3, atol=1e-5)


def test_ordinary_tuning_learns_and_endless_noise_does_not(model, tokens):
    plain = tune_private(
        model, tokens, ROWS, Privacy(math.inf, 0.0, 0.5), 40, learning_rate=2e-2, progress=False
    )
    other = small_llama()
    add_lora(other.model, rank=4, alpha=8)
    noisy = tune_private(
        other, tokens, ROWS, Privacy(0.1, 100.0, 0.5), 40, learning_rate=2e-2, progress=False
    )
    assert plain.losses[-1] < 0.7 * plain.losses[0]
    assert noisy.losses[-1] > 0.9 * noisy.losses[0]
    assert np.mean(plain.drawn) == pytest.approx(6, abs=1.5)


def test_a_step_in_which_nobody_is_drawn_still_adds_noise(model, tokens):
    before = [p.detach().clone() for p in model.model.parameters() if p.requires_grad]
    report = tune_private(model, tokens, ROWS[:1], Privacy(1.0, 1.0, 1e-6), 1, progress=False)
    after = [p for p in model.model.parameters() if p.requires_grad]
    assert report.drawn == [0]
    assert math.isnan(report.losses[0])
    assert all(bool((a != b).any()) for a, b in zip(before, after, strict=True))


def test_the_same_seed_gives_the_same_weights_and_somebody_looks_after_each_step(tokens):
    seen, weights = [], []
    for _ in range(2):
        model = small_llama()
        add_lora(model.model, rank=4, alpha=8)
        tune_private(
            model, tokens, ROWS, Privacy(1.0, 0.5, 0.5), 3, after=seen.append, progress=False
        )
        weights.append([p.detach() for p in model.model.parameters() if p.requires_grad])
    assert seen == [1, 2, 3] * 2
    assert all(torch.equal(a, b) for a, b in zip(*weights, strict=True))
