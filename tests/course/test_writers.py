"""Who writes ids in the leaderboard: what the ids are made from, and whose knobs are used."""

import numpy as np
import pandas as pd
import pytest

from rectutor.course.writers import crab_of, rpg_of, shipped_titles, tiger_of, vectors_of
from rectutor.data import load
from rectutor.models.bigrec import BIGRec, TitleBeam
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.training.assets import fit_or_load, split_of
from rectutor.training.crab_recipe import CRAB_FILMS
from rectutor.training.recipes import behaviour_vectors, text_vectors
from rectutor.training.rpg_recipe import RPG_FILMS
from rectutor.training.semantic_ids import side_by_side
from rectutor.training.tiger_recipe import TIGER_FILMS


def test_vectors_know_behaviour_and_texts_where_there_are_any():
    split, items = split_of("films"), load("films").items
    sasrec = SASRec(SASRecConfig(split.n_items))
    silent, seconds = vectors_of(lambda: (sasrec, 7.0), split, pd.DataFrame(items["item_id"]))
    assert silent.shape == (split.n_items, sasrec.config.width) and seconds >= 7
    both, _ = vectors_of(lambda: (sasrec, 7.0), split, items)
    assert both.shape[1] > silent.shape[1]
    np.testing.assert_allclose(both[:, -silent.shape[1] :], silent, atol=1e-6)


def test_ids_are_written_as_the_shipped_models_write_them():
    vectors = np.random.default_rng(0).normal(size=(80, 20)).astype(np.float32)
    tiger, knobs = tiger_of(vectors, seed=0)
    assert tiger.trie.n_levels == 2 and knobs == TIGER_FILMS.knobs
    rpg, knobs = rpg_of(vectors, seed=0)
    assert rpg.codes.shape == (81, 16) and knobs == RPG_FILMS.knobs


def test_codes_are_split_as_those_of_the_shipped_model_were():
    split, shipped = split_of("films"), fit_or_load("crab-films")
    vectors = side_by_side(text_vectors("films", split)[1:], behaviour_vectors("films"))
    made, knobs = crab_of(split, lambda: (vectors, 7.0), fit_or_load("tiger-films"), seed=0)
    assert made.codes.tolist() == shipped.codes.tolist()
    assert made.parents.tolist() == shipped.parents.tolist()
    assert made.penalty == shipped.penalty == 1.0 and knobs == CRAB_FILMS.knobs


@pytest.mark.parametrize("finds", [BIGRec, TitleBeam])
def test_titles_are_found_in_the_way_that_was_asked_for(finds):
    found = shipped_titles(finds, split_of("films"))
    assert isinstance(found, finds)
    writes = found if finds is BIGRec else found.writes
    assert writes.config.own == "last" and len(writes.tokens.titles) == split_of("films").n_items
