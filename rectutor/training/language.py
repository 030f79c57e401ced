"""The shipped language models: how the tiny decoder and the text encoder are made.

`python -m rectutor.training.language [NAME ...]` makes them again, in about an hour on one core; a
run that was stopped goes on from `build/`. Without a name (or `make assets`) it makes those that
are missing or stale. Each lies in `rectutor/assets/NAME/`
as transformers saves it, in half precision, with a card and checksums, and is loaded by
`rectutor.lm.loading`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rectutor.data.worlds import load
from rectutor.files import ASSETS, write_sums
from rectutor.lm.causal import CausalLM
from rectutor.lm.corpus import corpus
from rectutor.lm.encoder import EncoderConfig, TextEncoder, small_encoder
from rectutor.lm.judging import right_by_kind, unigram_perplexity
from rectutor.lm.quiz import all_questions
from rectutor.lm.retrieval import what_it_finds
from rectutor.lm.sources import sources
from rectutor.lm.tiny import TinyConfig, tiny_decoder, tokenized_documents
from rectutor.lm.tokenizer import learn_tokenizer
from rectutor.lm.views import TwoTexts, pairs
from rectutor.training.contrast import contrast
from rectutor.training.fingerprint import code_fingerprint
from rectutor.training.language_cards import card
from rectutor.training.pretrain import perplexity, pretrain
from rectutor.training.shipped import is_stale, left_to_make

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["LANGUAGE", "make_language", "stale", "today"]

SEED = 0
DECODER: dict[str, Any] = {"epochs": 5, "length": 512, "batch_size": 4}
ENCODER: dict[str, Any] = {"epochs": 60, "batch_size": 128, "learning_rate": 3e-3}
_FEW = 3  # people; the texts about items do not depend on them
_MADE_BY = {
    "tiny-decoder": ("rectutor.lm.tiny", "rectutor.lm.tokenizer", "rectutor.training.pretrain"),
    "text-encoder": (
        "rectutor.lm.encoder",
        "rectutor.lm.tokenizer",
        "rectutor.training.contrast",
        "rectutor.training.step",
    ),
}


def today(name: str) -> str:
    """Return the fingerprint that an asset made now would have: of its texts and its code."""
    total = hashlib.sha256("\n".join(corpus(SEED).documents["text"]).encode())
    knobs = DECODER if name == "tiny-decoder" else ENCODER
    if name == "text-encoder":
        total.update("\n".join(pair.one + pair.other for pair in _draw(_rng())).encode())
    total.update(code_fingerprint(_MADE_BY[name]).encode())
    return f"{total.hexdigest()[:16]} {sorted(knobs.items())}"


def stale(name: str) -> bool:
    """Tell whether a model is missing, or was made from other texts or code than today's."""
    return is_stale(ASSETS / name, today(name), "facts.json")


def make_decoder(build: Path) -> tuple[PreTrainedModel, PreTrainedTokenizerBase, dict[str, Any]]:
    """Learn the tokenizer, pretrain the decoder, and measure what it has learned."""
    texts = corpus(SEED)
    tokenizer = learn_tokenizer(texts.documents["text"])
    documents, held_out = (tokenized_documents(list(t["text"]), tokenizer) for t in texts)
    model = tiny_decoder(TinyConfig(len(tokenizer)), SEED)
    untrained = perplexity(model, held_out, DECODER["length"])
    report = pretrain(
        model,
        documents,
        held_out,
        **DECODER,
        seed=SEED,
        checkpoint=build / "tiny-decoder.safetensors",
        progress=sys.stderr.isatty(),
    )
    unigram = unigram_perplexity(documents, held_out, len(tokenizer))
    facts = {
        "weights": sum(p.numel() for p in model.parameters()),
        "documents": len(documents),
        "tokens": report.tokens,
        "cpu_seconds": round(report.seconds),
        "loss": [round(loss, 3) for loss in report.losses],
        "perplexity": round(report.held_out[-1], 2),
        "perplexity_unigram": round(unigram, 1),
        "perplexity_untrained": round(untrained, 1),
        "quiz": right_by_kind(CausalLM(model, tokenizer, "tiny-decoder"), all_questions()),
    }
    return model, tokenizer, facts


def make_encoder(build: Path) -> tuple[PreTrainedModel, PreTrainedTokenizerBase, dict[str, Any]]:
    """Train the text encoder, and measure what it finds."""
    tokenizer = learn_tokenizer(corpus(SEED).documents["text"])
    model = small_encoder(EncoderConfig(len(tokenizer)), SEED)
    encoder = TextEncoder(model, tokenizer, "text-encoder")
    report = contrast(encoder, _draw, **ENCODER, seed=SEED, progress=sys.stderr.isatty())
    facts = {
        "weights": sum(p.numel() for p in model.parameters()),
        "texts": report.texts,
        "cpu_seconds": round(report.seconds),
        "loss": round(report.losses[-1], 3),
        "films": what_it_finds(encoder, load("films").items),
    }
    return model, tokenizer, facts


LANGUAGE: dict[str, Callable[[Path], tuple[Any, Any, dict[str, Any]]]] = {
    "tiny-decoder": make_decoder,
    "text-encoder": make_encoder,
}


def make_language(name: str, into: Path = ASSETS, build: Path = Path("build")) -> Path:
    """Train one language model and write its folder.

    Args:
        name: one of `LANGUAGE`.
        into: where its folder goes; an older one is replaced when the new one is whole.
        build: where a training that takes long keeps its checkpoint.

    Raises:
        ValueError: there is no such model.
    """
    if name not in LANGUAGE:
        raise ValueError(f"language model must be one of {', '.join(LANGUAGE)}, got {name!r}")
    model, tokenizer, facts = LANGUAGE[name](build)
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into) as folder:
        draft = Path(folder) / name
        model.half().save_pretrained(draft)
        tokenizer.save_pretrained(draft)
        facts = {
            "fingerprint": today(name),
            "seed": SEED,
            "date": time.strftime("%Y-%m-%d"),
        } | facts
        (draft / "facts.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
        (draft / "README.md").write_text(card(name, facts), encoding="utf-8")
        for path in draft.iterdir():
            path.chmod(0o644)
        write_sums(draft)
        shutil.rmtree(into / name, ignore_errors=True)
        draft.rename(into / name)
    return into / name


def _rng() -> np.random.Generator:
    return np.random.default_rng([SEED, 0])


def _draw(rng: np.random.Generator) -> list[TwoTexts]:
    return [pair for source in sources(_FEW) for pair in pairs(source, rng)]


if __name__ == "__main__":
    for _name in left_to_make(sys.argv[1:], LANGUAGE, stale):
        print(make_language(_name))
