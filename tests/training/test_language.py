"""The shipped language models: whole, of today's making, and able to do what their cards say."""

import json
import math
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from rectutor.data.worlds import load
from rectutor.lm import hub
from rectutor.lm.causal import CausalLM
from rectutor.lm.corpus import corpus
from rectutor.lm.judging import right_by_kind, unigram_perplexity
from rectutor.lm.loading import language_model, text_encoder
from rectutor.lm.quiz import all_questions, quiz
from rectutor.lm.retrieval import what_it_finds
from rectutor.lm.tiny import TinyConfig, tiny_decoder, tokenized_documents
from rectutor.lm.tokenizer import learn_tokenizer
from rectutor.training import language
from rectutor.training.language_cards import card
from rectutor.training.pretrain import perplexity, pretrain

NAMES = sorted(language.LANGUAGE)
OPENED = [("text-encoder", text_encoder), ("tiny-decoder", language_model)]


def facts_of(name: str) -> dict:
    return json.loads((language.ASSETS / name / "facts.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def texts():
    return corpus(language.SEED)


@pytest.mark.parametrize("name", NAMES)
def test_every_model_is_of_todays_text_and_code(name: str):
    again = f"run `python -m rectutor.training.language {name}`"
    assert not language.stale(name), again


@pytest.mark.parametrize("name", NAMES)
def test_every_model_is_small_and_has_a_card(name: str):
    folder = language.ASSETS / name
    assert sum(path.stat().st_size for path in folder.iterdir()) < 16e6
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert text == card(name, facts_of(name))
    assert f"`python -m rectutor.training.language {name}`" in text
    assert f"{facts_of(name)['cpu_seconds']:,} processor seconds" in text


def test_the_decoder_learned_its_language_and_its_facts(texts):
    facts, model = facts_of("tiny-decoder"), language_model()
    held_out = tokenized_documents(list(texts.held_out["text"][:400]), model.tokenizer)
    found = perplexity(model.model, held_out, 512)
    assert found == pytest.approx(facts["perplexity"], rel=0.15)  # of a part of the texts
    assert found < facts["perplexity_unigram"] / 10 < facts["perplexity_untrained"] / 10
    asked = all_questions()
    for kind, share in right_by_kind(model, asked).items():
        assert share == pytest.approx(facts["quiz"][kind], abs=0.03)  # other processors round
        n = (asked["kind"] == kind).sum()
        assert share > 0.25 + 4 * math.sqrt(0.25 * 0.75 / n)  # chance, and its noise


def test_the_tokenizer_is_the_one_that_the_corpus_gives(texts):
    again, shipped = learn_tokenizer(texts.documents["text"]), language_model().tokenizer
    assert again.get_vocab() == shipped.get_vocab()
    some = texts.held_out["text"].iloc[0]
    assert again(some)["input_ids"] == shipped(some)["input_ids"]
    assert text_encoder().tokenizer.get_vocab() == shipped.get_vocab()


def test_the_encoder_finds_what_its_card_says():
    found = what_it_finds(text_encoder(), load("films").items)
    assert found == pytest.approx(facts_of("text-encoder")["films"], abs=0.03)
    assert found["query finds its film"] > 20 * found["chance to find"]
    assert found["the same, unseen films"] > 3 * found["chance to find"]
    assert found["neighbours by synopsis share a theme"] > 2 * found["chance of a theme"]
    assert found["neighbours are of one series"] > 20 * found["chance of a series"]


@pytest.mark.parametrize(("name", "open_it"), OPENED)
def test_a_flipped_bit_is_found_before_the_weights_are_used(name, open_it, tmp_path, monkeypatch):
    shutil.copytree(hub.ASSETS / name, tmp_path / name)
    monkeypatch.setattr(hub, "ASSETS", tmp_path)
    path = tmp_path / name / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-9] ^= 1
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"model\.safetensors should have SHA-256 .*make assets"):
        open_it()


@pytest.mark.parametrize(("name", "open_it"), OPENED)
def test_a_shipped_model_that_is_missing_names_the_command(name, open_it, tmp_path, monkeypatch):
    monkeypatch.setattr(hub, "ASSETS", tmp_path)
    with pytest.raises(
        FileNotFoundError, match=f"'{name}' ships .* not at {tmp_path}.*make assets"
    ):
        open_it()


def test_an_unknown_model_is_refused_with_the_choices(tmp_path: Path):
    with pytest.raises(ValueError, match="must be one of tiny-decoder, text-encoder, got 'x'"):
        language.make_language("x", tmp_path)


def test_a_made_model_is_written_whole_and_opens_again(tmp_path: Path, monkeypatch):
    tokenizer = learn_tokenizer(["a film", "a book"], 300)
    model = tiny_decoder(TinyConfig(len(tokenizer), width=16, n_layers=1, n_heads=2, inner=16))
    weights = {name: p.detach().clone() for name, p in model.named_parameters()}
    kinds = dict.fromkeys(("creator", "decade", "genre"), 0.5)
    numbers = ("weights", "documents", "tokens", "cpu_seconds")
    facts = {
        **dict.fromkeys(numbers, 1),
        **dict.fromkeys(("perplexity", "perplexity_unigram", "perplexity_untrained"), 2.0),
        "quiz": kinds,
        "loss": [1.0],
    }
    monkeypatch.setitem(language.LANGUAGE, "tiny-decoder", lambda _: (model, tokenizer, facts))
    monkeypatch.setattr(language, "today", lambda _: "now")
    (tmp_path / "tiny-decoder").mkdir()
    (tmp_path / "tiny-decoder" / "left-over").write_text("old")
    folder = language.make_language("tiny-decoder", tmp_path)
    assert not (folder / "left-over").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["tiny-decoder"]
    again = language_model(folder).model
    for name, parameter in again.named_parameters():
        assert parameter.dtype == torch.float32
        assert torch.allclose(parameter, weights[name], atol=2e-4)


@pytest.mark.slow
def test_a_smaller_twin_learns_the_same_way(texts):
    films = load("films").items.iloc[:24]
    about = texts.documents[texts.documents["kind"].isin(["facts", "synopses"])]
    is_mine = about["text"].str.contains("|".join(map(re.escape, films["title"])))
    mine = list(about["text"][is_mine][:1500])
    tokenizer = learn_tokenizer(mine, 1500)
    documents = tokenized_documents(mine, tokenizer)
    config = TinyConfig(len(tokenizer), width=96, n_layers=2, n_heads=4, inner=256)
    model, held_out = tiny_decoder(config), documents[::20]
    documents = [own for n, own in enumerate(documents) if n % 20]
    untrained = perplexity(model, held_out)
    pretrain(model, documents, epochs=25, length=128, batch_size=8, progress=False)
    trained = perplexity(model, held_out)
    assert trained < unigram_perplexity(documents, held_out, len(tokenizer)) / 5
    assert trained < untrained / 10
    questions = quiz(films, np.random.default_rng(0), 40)
    share = np.mean(list(right_by_kind(CausalLM(model, tokenizer, "twin"), questions).values()))
    assert share > 0.25 + 3 * math.sqrt(0.25 * 0.75 / len(questions))
