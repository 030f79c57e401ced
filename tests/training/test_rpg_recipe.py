"""How an RPG is made: its long ids, and what its fingerprint covers."""

from dataclasses import replace

import numpy as np

from rectutor.models.rpg import RPG, RPGConfig
from rectutor.training.rpg_recipe import RPGRecipe, long_ids


def test_long_ids_know_every_kind_of_vector():
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(80, 16)), rng.normal(size=(80, 16))
    both = long_ids(one, other, n_codes=8)
    assert both.shape == (80, 8) and both.min() >= 0 and both.max() <= 63
    assert (both != long_ids(one, rng.normal(size=(80, 16)), n_codes=8)).any()
    np.testing.assert_array_equal(both, long_ids(one, 5 * other + 1, n_codes=8))


def test_few_items_have_as_many_entries_as_there_are_items():
    vectors = np.random.default_rng(0).normal(size=(20, 16))
    assert long_ids(vectors, n_codes=4).max() < 20


def test_the_fingerprint_covers_knobs_and_sizes():
    recipe = RPGRecipe(knobs={"epochs": 3})
    assert recipe.fingerprint != replace(recipe, knobs={"epochs": 4}).fingerprint
    assert recipe.fingerprint != replace(recipe, config=RPGConfig(width=32)).fingerprint


def test_a_model_comes_back_from_its_tensors():
    codes = np.stack([np.arange(6), np.arange(6)[::-1]], axis=1)
    model = RPG(codes, RPGConfig(width=16), seed=3)
    recipe = RPGRecipe(RPGConfig(width=16))
    again = recipe.restored(model.state_dict(), {})
    again.load_state_dict(model.state_dict())
    np.testing.assert_array_equal(again.codes, model.codes)
    np.testing.assert_array_equal(again.heads.detach(), model.heads.detach())
