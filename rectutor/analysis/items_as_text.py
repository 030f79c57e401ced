"""Items that are nothing but text: what the encoder's own training adds, at home and abroad.

`python -m rectutor.analysis.items_as_text` trains RecFormer and NoteLLM on films, where items are
told by a few facts, and measures them on films and on books that they have never met; beside a
two-tower over a frozen encoder. Lesson 04 shows the record.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.data.describe import by_index, describe
from rectutor.data.worlds import load
from rectutor.evaluation import evaluate
from rectutor.lm.causal import CausalLM
from rectutor.lm.tiny import TinyConfig, tiny_decoder
from rectutor.metrics.bootstrap import mean_interval
from rectutor.models.notellm import NoteLLM, NoteLLMConfig, token_rows
from rectutor.models.recformer import RecFormer, RecFormerConfig, item_sentences
from rectutor.models.two_tower import TwoTower, TwoTowerConfig
from rectutor.schema import Split
from rectutor.training import fit
from rectutor.training.assets import split_of, text_vectors
from rectutor.training.fingerprint import fingerprint
from rectutor.training.taste import decoder

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM

__all__ = [
    "COLUMNS",
    "FACTS",
    "FORETOLD",
    "NAME",
    "TOLD",
    "Reader",
    "measured",
    "readers",
    "texts_of",
]

NAME = "items_as_text"
FACTS = ("genres", "themes", "year")  # what films and books have in common
TOLD, FORETOLD = ("genres", "year", "synopsis"), ("themes",)  # of NoteLLM
EPOCHS, NOTE_EPOCHS = 10, 5  # at most; an epoch of NoteLLM takes a minute
COLUMNS = ("model", "told", "catalogue", "value", "low", "high", "rank", "items", "seconds")
_CODE = (
    "rectutor.data.describe",
    "rectutor.models.notellm",
    "rectutor.models.recformer",
    "rectutor.models.text_model",
    "rectutor.models.two_tower",
    "rectutor.training.loop",
)


class Reader(NamedTuple):
    """One model of items as text."""

    name: str
    told: tuple[str, ...]  # facts of an item
    make: Callable[[], Any]  # over films
    catalogue: Callable[[str, Split], tuple[np.ndarray, ...]]  # for `with_items`, of a world
    epochs: int = EPOCHS  # at most; 0 leaves the first weights as they are


def texts_of(world: str, split: Split, fields: tuple[str, ...]) -> list[str]:
    """Write N texts, by item index, from some facts of a shipped world."""
    items = load(world).items
    return by_index(describe(items, fields), items, split.item_ids)


def readers(home: Split, seed: int = 0) -> Iterator[Reader]:
    """List who reads, over the films of a split."""
    tower = TwoTowerConfig(decay=0.9)

    def vectors(world: str, split: Split) -> tuple[np.ndarray, ...]:
        return (text_vectors(world, split, FACTS),)

    yield Reader(
        "Two-tower, frozen encoder", FACTS,
        lambda: TwoTower(vectors("films", home)[0], tower, seed), vectors,
    )  # fmt: skip
    yield from _recformers(home, seed)
    yield from _notellms(home, seed)


def _recformers(home: Split, seed: int) -> Iterator[Reader]:
    words = decoder().tokenizer

    def tables(world: str, split: Split) -> tuple[np.ndarray, ...]:
        return tuple(item_sentences(texts_of(world, split, FACTS), words))

    def make() -> RecFormer:
        tokens, types = tables("films", home)
        return RecFormer(RecFormerConfig(len(words)), tokens, types, seed)

    yield Reader("RecFormer, untrained", FACTS, make, tables, epochs=0)
    yield Reader("RecFormer", FACTS, make, tables)


def _notellms(home: Split, seed: int) -> Iterator[Reader]:
    def tables(world: str, split: Split) -> tuple[np.ndarray, ...]:
        words = decoder().tokenizer
        rows = []
        for fields, end in ((TOLD, ""), (FORETOLD, words.eos_token)):
            texts = [f"{text}{end}" for text in texts_of(world, split, fields)]
            tokens = words(texts, add_special_tokens=False)["input_ids"]
            rows.append(token_rows(tokens, max(map(len, tokens))))
        return tuple(rows)

    def make(lm: CausalLM, weight: float) -> NoteLLM:
        config = NoteLLMConfig(generation_weight=weight)
        texts, foretold = tables("films", home)
        return NoteLLM(config, cast("LlamaForCausalLM", lm.model), texts, foretold, seed)

    def random_weights() -> CausalLM:
        known = decoder()
        size = TinyConfig(len(known.tokenizer))
        return CausalLM(tiny_decoder(size, seed), known.tokenizer, "untrained")

    yield Reader("NoteLLM, untuned", TOLD, lambda: make(decoder(), 0.0), tables, epochs=0)
    trained = {
        "NoteLLM": lambda: make(decoder(), 0.01),
        "NoteLLM, nothing to foretell": lambda: make(decoder(), 0.0),
        "NoteLLM on random weights": lambda: make(random_weights(), 0.01),
    }
    for name, start in trained.items():
        yield Reader(name, TOLD, start, tables, epochs=NOTE_EPOCHS)


def measured(reader: Reader, home: Split, shelf: Split) -> list[dict[str, Any]]:
    """Train a reader on films, and measure it on films and on books.

    Returns:
        One row for each catalogue: model, told, catalogue, value, low, high (HR@10), rank (mean
        rank of the held-out item), items (of the catalogue), seconds (of training).
    """
    model, started = reader.make(), time.process_time()
    if reader.epochs:
        fit(model, home, epochs=reader.epochs, patience=3, progress=False)
    else:
        model.train()
        model.prepare(home.train)
        model.eval()  # leaving training reads the items
    seconds = round(time.process_time() - started)
    away = model.with_items(*reader.catalogue("books", shelf))
    rows = []
    for catalogue, one, split in (("films", model, home), ("books", away, shelf)):
        found = evaluate(one, split)
        value, low, high = mean_interval(found.per_user("HR@10"), seed=0)
        rank = float(found.ranks.mean())
        row = (reader.name, " ".join(reader.told), catalogue, value, low, high, rank)
        rows.append(dict(zip(COLUMNS, (*row, split.n_items, seconds), strict=True)))
        print(rows[-1], flush=True)
    return rows


def main() -> None:
    """Train and measure all readers, and write the record."""
    home, shelf = split_of("films"), split_of("books")
    rows = [row for reader in readers(home) for row in measured(reader, home, shelf)]
    command = f"python -m rectutor.analysis.{NAME}"
    print(write_record(NAME, pd.DataFrame(rows), command, fingerprint("films", _CODE)))


if __name__ == "__main__":
    main()
