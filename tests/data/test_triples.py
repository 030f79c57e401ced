"""What is known about films and books as triples."""

import pandas as pd
import pytest

from rectutor.data import load
from rectutor.data.triples import RELATIONS, derive, load_triples, name_of_item, write_knowledge
from rectutor.files import shipped

ITEMS = pd.DataFrame(
    {
        "item_id": [3, 4],
        "title": ["Heat", "Up"],
        "year": pd.array([1995, 2009], dtype="Int64"),
        "directors": [("Michael Mann",), ()],
        "genres": [("Crime", "Drama"), ("Children",)],
        "franchise": ["", pd.NA],
    }
)


def test_each_fact_is_one_triple_and_an_empty_cell_is_none():
    assert derive(ITEMS).to_numpy().tolist() == [
        [3, "Heat (1995)", "directed by", "Michael Mann"],
        [3, "Heat (1995)", "has genre", "Crime"],
        [3, "Heat (1995)", "has genre", "Drama"],
        [3, "Heat (1995)", "came out in", "1995"],
        [4, "Up (2009)", "has genre", "Children"],
        [4, "Up (2009)", "came out in", "2009"],
    ]


@pytest.mark.parametrize("world", ["films", "books"])
def test_what_is_shipped_is_what_the_facts_say(world):
    shipped_ones = load_triples(world)
    pd.testing.assert_frame_equal(shipped_ones, derive(load(world).items), check_dtype=False)
    assert set(shipped_ones["relation"]) <= set(RELATIONS)


def test_names_of_items_do_not_repeat():
    heads = load_triples("films").drop_duplicates("item_id")["head"]
    assert heads.is_unique
    assert name_of_item("Heat", 1995) in set(heads)


def test_the_files_are_made_again_as_they_are(tmp_path):
    write_knowledge(tmp_path)
    for name in ("films.csv", "books.csv"):
        made, there = tmp_path / name, shipped("datasets_small", "knowledge", name)
        assert made.read_bytes() == there.read_bytes()


def test_another_world_has_none():
    with pytest.raises(ValueError, match="shipped for films and books, got 'tiny'"):
        load_triples("tiny")
