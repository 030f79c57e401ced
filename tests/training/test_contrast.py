"""Training a text encoder on pairs."""

import math
from collections import Counter

import numpy as np
import pytest
import torch

from rectutor.lm.encoder import EncoderConfig, TextEncoder, small_encoder
from rectutor.lm.views import TwoTexts
from rectutor.training import contrast as module
from rectutor.training.contrast import contrast
from tests.lm.small import tokenizer

WORDS = ["western", "musical", "thriller", "comedy", "critic", "woman", "person", "film"]
OTHER = {word: chr(ord("a") + n) * 3 for n, word in enumerate(WORDS)}  # a second language


def draw(rng: np.random.Generator) -> list[TwoTexts]:
    return [
        TwoTexts(f"The {word} {rng.integers(9)}.", f"{OTHER[word]} {rng.integers(9)}.", n)
        for n, word in enumerate(WORDS)
    ]


def fresh(seed: int = 0) -> TextEncoder:
    own = tokenizer()
    config = EncoderConfig(len(own), max_length=16, width=24, n_layers=1, n_heads=2, inner=32)
    return TextEncoder(small_encoder(config, seed), own, "small")


def learn(encoder: TextEncoder, **knobs):
    knobs = {"epochs": 60, "batch_size": 8, "learning_rate": 1e-2, "progress": False} | knobs
    return contrast(encoder, draw, **knobs)


def partners_found(encoder: TextEncoder) -> float:
    drawn = draw(np.random.default_rng(99))
    one, other = encoder.embed([p.one for p in drawn]), encoder.embed([p.other for p in drawn])
    return float(((one @ other.T).argmax(axis=1) == np.arange(len(WORDS))).mean())


def test_texts_in_two_languages_come_together():
    encoder = fresh()
    before = partners_found(encoder)
    report = learn(encoder)
    assert before < 0.6
    assert partners_found(encoder) == 1.0
    assert report.losses[0] > 1.5  # ln 8 is a guess
    assert report.losses[-1] < report.losses[0] - 0.4  # with tokens hidden it stays hard
    assert report.texts == 60 * 2 * 8
    assert report.seconds > 0


def test_the_same_seed_gives_the_same_weights():
    one, again, other = fresh(), fresh(), fresh()
    learn(one, epochs=3, seed=1)
    learn(again, epochs=3, seed=1)
    learn(other, epochs=3, seed=2)
    weights = [e.model.embeddings.word_embeddings.weight for e in (one, again, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_vectors_come_back_in_the_order_of_the_texts(monkeypatch):
    monkeypatch.setattr(module, "_TOKENS_AT_ONCE", 8)  # several groups
    encoder = fresh()
    encoder.model.eval()
    texts = ["The film.", "The critic liked both of them, and a comedy too.", "No.", "A woman."]
    with torch.inference_mode():
        vectors = module._vectors(encoder, encoder.sequences(texts)).numpy()
    assert vectors == pytest.approx(encoder.embed(texts), abs=1e-5)


def test_no_batch_is_short_and_none_repeats_an_item(monkeypatch):
    sizes, batch_of = Counter(), module._batch

    def counted(encoder, pairs, rng):
        assert len({pair.item_id for pair in pairs}) == len(pairs)
        sizes[len(pairs)] += 1
        return batch_of(encoder, pairs, rng)

    monkeypatch.setattr(module, "_batch", counted)
    learn(fresh(), epochs=2, batch_size=3)
    assert sizes == {3: 4}  # two batches of three in each epoch; the other two pairs wait


def test_three_tokens_in_ten_are_hidden_but_never_the_first():
    encoder, pairs = fresh(), draw(np.random.default_rng(0)) * 50
    whole = encoder.sequences([p.one for p in pairs] + [p.other for p in pairs])
    kept = module._batch(encoder, pairs, np.random.default_rng(1))
    assert all(own[0] == every[0] for own, every in zip(kept, whole, strict=True))
    left = sum(len(own) - 1 for own in kept) / sum(len(every) - 1 for every in whole)
    assert left == pytest.approx(0.7, abs=0.02)


def test_a_single_pair_is_refused():
    with pytest.raises(ValueError, match="two or more pairs to tell apart, got 1"):
        contrast(fresh(), lambda rng: draw(rng)[:1], progress=False)


def test_a_loss_that_is_no_number_stops_the_training(monkeypatch):
    monkeypatch.setattr(module, "info_nce", lambda *_: torch.tensor(math.nan, requires_grad=True))
    with pytest.raises(FloatingPointError, match="the loss of contrast became nan; lower"):
        learn(fresh(), epochs=1)
