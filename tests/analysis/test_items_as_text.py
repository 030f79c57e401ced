"""Readers of items as text: who they are, what they are told, how they are measured."""

import numpy as np
import pytest

from rectutor.analysis.items_as_text import (
    COLUMNS,
    FACTS,
    FORETOLD,
    TOLD,
    Reader,
    measured,
    readers,
    texts_of,
)
from rectutor.models.two_tower import TwoTower, TwoTowerConfig
from rectutor.training.assets import split_of
from tests.models.worlds import cycle_world


@pytest.fixture(scope="module")
def films():
    return split_of("films")


def test_texts_tell_the_asked_facts_alone_in_the_order_of_the_split(films):
    texts = texts_of("films", films, ("genres",))
    assert len(texts) == films.n_items and all(text.startswith("Genre: ") for text in texts)


def test_every_reader_has_a_control_that_has_not_learned(films):
    names = [reader.name for reader in readers(films)]
    untrained = [reader.name for reader in readers(films) if reader.epochs == 0]
    assert untrained == ["RecFormer, untrained", "NoteLLM, untuned"]
    assert {name.split(",")[0] for name in names} >= {"RecFormer", "NoteLLM", "Two-tower"}


def test_nobody_is_told_what_a_note_has_to_foretell(films):
    assert not set(TOLD) & set(FORETOLD)
    (note,) = (reader for reader in readers(films) if reader.name == "NoteLLM")
    texts, words = note.catalogue("books", split_of("books"))
    assert len(texts) == len(words) == split_of("books").n_items + 1
    assert (words[1:] > 0).any(axis=1).all()
    assert note.told == TOLD and "themes" in FACTS


def test_a_reader_is_measured_at_home_and_abroad():
    rng, home, shelf = np.random.default_rng(0), cycle_world(), cycle_world(n_users=20, n_items=12)
    vectors = {
        n: np.vstack([np.zeros(8), rng.normal(size=(n, 8))]).astype(np.float32)
        for n in (home.n_items, shelf.n_items)
    }
    reader = Reader(
        "A tower",
        ("genres", "year"),
        lambda: TwoTower(vectors[home.n_items], TwoTowerConfig()),
        lambda world, split: (vectors[split.n_items],),
        epochs=1,
    )
    at_home, abroad = measured(reader, home, shelf)
    assert tuple(at_home) == COLUMNS
    assert (at_home["catalogue"], abroad["catalogue"]) == ("films", "books")
    assert (at_home["items"], abroad["items"]) == (home.n_items, 12)
    assert abroad["told"] == "genres year"
    assert at_home["low"] <= at_home["value"] <= at_home["high"]
    assert 1 <= abroad["rank"] <= 12
