"""`pretrain`: what it learns, how it goes on, and what it refuses."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from rectutor.lm.tiny import TinyConfig, next_token_loss, packed, tiny_decoder
from rectutor.training import pretrain as module
from rectutor.training.pretrain import perplexity, pretrain, share_of_rate

CONFIG = TinyConfig(n_entries=12, max_length=16, width=16, n_layers=1, n_heads=2, inner=32)
# 1 and 2 begin and end; between them a number and its double, modulo 9
DOCUMENTS = [np.array([1, 3 + n % 9, 3 + 2 * n % 9, 2]) for n in range(60)]


def learn(model, **knobs):
    knobs = {"epochs": 4, "length": 8, "batch_size": 4, "progress": False} | knobs
    return pretrain(model, DOCUMENTS, **knobs)


def test_a_rule_between_two_tokens_is_learned():
    model = tiny_decoder(CONFIG)
    before = perplexity(model, DOCUMENTS, 8)
    report = learn(model, epochs=30, learning_rate=1e-2)
    # of four tokens only the number is free: its nine values cost ln 9, a quarter of the tokens
    assert before > 10
    assert perplexity(model, DOCUMENTS, 8) == pytest.approx(math.exp(math.log(9) / 4), rel=0.1)
    assert report.tokens == 30 * 8 * ((60 * 4 - 1) // 8)


def test_the_same_seed_gives_the_same_weights():
    one, again, other = (tiny_decoder(CONFIG) for _ in range(3))
    learn(one, seed=1)
    learn(again, seed=1)
    learn(other, seed=2)
    assert same(one, again)
    assert not same(one, other)


def same(one, other) -> bool:
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_a_run_that_goes_on_ends_where_an_uninterrupted_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    whole, broken, resumed = (tiny_decoder(CONFIG, seed) for seed in (0, 0, 5))
    path = tmp_path / "run.safetensors"
    expected = learn(whole)
    calls = iter(range(100))

    def loss_that_breaks(model, rows):
        if next(calls) == 17:  # in the third of four epochs of eight steps
            raise KeyboardInterrupt
        return next_token_loss(model, rows)

    monkeypatch.setattr(module, "next_token_loss", loss_that_breaks)
    with pytest.raises(KeyboardInterrupt):
        learn(broken, checkpoint=path)
    monkeypatch.undo()
    report = learn(resumed, checkpoint=path)
    assert same(whole, resumed)
    assert (report.losses, report.tokens) == (expected.losses, expected.tokens)


def test_a_checkpoint_of_another_run_is_refused(tmp_path: Path):
    learn(tiny_decoder(CONFIG), epochs=1, checkpoint=tmp_path / "x.safetensors")
    with pytest.raises(ValueError, match="another run: its seed is 0, this run's is 3"):
        learn(tiny_decoder(CONFIG), epochs=1, seed=3, checkpoint=tmp_path / "x.safetensors")


def test_held_out_text_is_judged_after_every_epoch():
    model = tiny_decoder(CONFIG)
    knobs = {"epochs": 2, "length": 8, "progress": False}
    report = pretrain(model, DOCUMENTS, DOCUMENTS[:9], **knobs)
    assert len(report.held_out) == 2
    assert report.held_out[-1] == perplexity(model, DOCUMENTS[:9], 8)


def test_a_loss_that_is_not_a_number_stops_the_training(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(
        module, "next_token_loss", lambda model, rows: next_token_loss(model, rows) * math.nan
    )
    with pytest.raises(FloatingPointError, match="loss of pretraining became nan in epoch 1"):
        learn(tiny_decoder(CONFIG))


def test_the_step_size_rises_then_falls_to_a_tenth():
    shares = [share_of_rate(step, 200) for step in range(200)]
    assert shares[:2] == [0.1, 0.2]
    assert shares.index(1.0) == 9 and shares[10] == 1.0
    assert all(a >= b for a, b in itertools.pairwise(shares[10:]))
    assert shares[-1] == pytest.approx(0.1)
    assert share_of_rate(0, 1) == 1.0


def test_an_untrained_model_is_as_surprised_as_a_guess():
    model = tiny_decoder(CONFIG)
    with torch.no_grad():
        model.get_input_embeddings().weight.zero_()  # all logits alike
    assert perplexity(model, DOCUMENTS, 8) == pytest.approx(12)


def test_perplexity_is_the_mean_over_all_rows_however_many_are_asked_at_once(
    monkeypatch: pytest.MonkeyPatch,
):
    model = tiny_decoder(CONFIG)
    whole = perplexity(model, DOCUMENTS, 8)
    monkeypatch.setattr(module, "_ROWS_AT_ONCE", 4)
    assert perplexity(model, DOCUMENTS, 8) == pytest.approx(whole, rel=1e-6)
    rows = torch.from_numpy(packed(DOCUMENTS, 8, np.random.default_rng(0)))
    assert math.log(whole) == pytest.approx(float(next_token_loss(model, rows).detach()), rel=1e-5)
