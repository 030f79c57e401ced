"""Six ways of writing items: made of training events or metadata, and compared alike."""

import numpy as np
import pandas as pd
import pytest

from rectutor.analysis import p5_indexing
from rectutor.analysis.p5_indexing import (
    against_schemes,
    genre_paths,
    same_among_prefix,
    schemes,
)
from rectutor.analysis.records import read_record
from rectutor.data.worlds import load, load_truth
from rectutor.models.item_ids import ItemIds, random_ids, token_ids
from rectutor.training.assets import split_of
from tests.models.worlds import cycle_world


@pytest.fixture(scope="module")
def films():
    split = split_of("films")
    return split, {ids.name: ids for ids in schemes(split, load("films").items)}


def test_each_scheme_names_every_film(films):
    split, every = films
    assert list(every) == [
        "one token", "random", "sequential", "content", "collaborative", "succession",
    ]  # fmt: skip
    for ids in every.values():
        assert len(np.unique(ids.codes[1:], axis=0)) == split.n_items


def test_only_succession_knows_the_hidden_kinds(films):
    _, every = films
    kinds = load_truth("films")["hidden.kind"][1:].astype(int)
    share = {name: same_among_prefix(ids, kinds) for name, ids in every.items()}
    assert share["succession"] > 0.6
    for name in ("random", "sequential", "content", "collaborative"):
        assert share[name] == pytest.approx(0.05, abs=0.01)


def test_pairs_that_begin_alike_are_counted_by_hand():
    codes = np.array([[0, 0], [1, 1], [1, 2], [1, 3], [2, 1]])
    ids = ItemIds("hand", codes, ("", "a", "b", "c"))
    assert same_among_prefix(ids, np.array([7, 7, 0, 0])) == pytest.approx(1 / 3)
    assert np.isnan(same_among_prefix(token_ids(4), np.zeros(4, dtype=int)))


def test_a_path_is_the_first_two_genres():
    items = pd.DataFrame({"item_id": [5, 3, 4], "genres": [("War",), (), ("Drama", "War", "Sci")]})
    assert genre_paths(items, np.array([0, 3, 4, 5])) == [("", ""), ("Drama", "War"), ("War", "")]


def test_every_scheme_is_trained_with_every_seed(capsys):
    split = cycle_world(n_users=20, n_items=30)
    names = [token_ids(30), random_ids(30)]
    table, curves = against_schemes(split, names, seeds=(0, 1), epochs=2, width=8, n_heads=2)
    assert table[["scheme", "seed", "tokens", "epochs"]].to_numpy().tolist() == [
        ["one token", 0, 1, 2], ["random", 0, 1, 2], ["one token", 1, 1, 2], ["random", 1, 1, 2],
    ]  # fmt: skip
    assert (table["low"] <= table["value"]).all() and (table["value"] <= table["high"]).all()
    assert len(curves) == 8 and curves["loss"].gt(0).all()
    assert capsys.readouterr().out.count("HR@10") == 4


def test_the_records_hold_every_scheme_and_seed():
    table = read_record(p5_indexing.NAME).table
    assert table.groupby("scheme")["seed"].nunique().eq(len(p5_indexing.SEEDS)).all()
    curves = read_record(p5_indexing.CURVES).table
    assert len(curves) == len(table) * p5_indexing.EPOCHS
    assert "rectutor.analysis.p5_indexing" in read_record(p5_indexing.NAME).command
