"""One vocabulary of codes: two catalogues in it, weights that move, worlds that join."""

import numpy as np
import pytest

from rectutor.analysis.one_vocabulary import joined, measured, moved, shared_ids
from rectutor.evaluation import evaluate
from rectutor.models.rpg import RPG, RPGConfig
from rectutor.training import fit
from tests.models.worlds import cycle_world

IDS = np.stack([np.arange(12) // 4, np.arange(12) % 4], axis=1)  # 12 items, M = 2, K = 4
SMALL = RPGConfig(max_length=3, width=16, dropout=0.0)


@pytest.fixture(scope="module")
def walker():
    model = RPG(IDS, SMALL)
    knobs = {"epochs": 40, "patience": 40, "learning_rate": 1e-2, "batch_size": 8}
    fit(model, cycle_world(), progress=False, **knobs)
    return model


def test_two_catalogues_share_codes():
    rng = np.random.default_rng(0)
    home = np.repeat(10 * rng.normal(size=(4, 4)), 6, axis=0) + rng.normal(size=(24, 4))
    ids, away = shared_ids(home, home[::6] + 1e-4, n_levels=2, codebook_size=8)
    assert ids.shape == (24, 2) and ids.max() < 8
    np.testing.assert_array_equal(away, ids[::6])  # a twin has the codes of its twin


def test_codebooks_are_learned_from_the_first_catalogue_alone():
    rng = np.random.default_rng(0)
    home, away = rng.normal(size=(40, 4)), rng.normal(size=(9, 4))
    ids, _ = shared_ids(home, away, 2, 8)
    again, _ = shared_ids(home, away + 3, 2, 8)
    np.testing.assert_array_equal(ids, again)


def test_what_was_learned_moves_with_the_codes(walker):
    """The same circle with items in another order: whoever reads codes need not learn anew."""
    split, order = cycle_world(), np.random.default_rng(0).permutation(12)
    there = moved(walker, IDS[order])
    queries = split.test.queries
    back = np.concatenate([[0], 1 + np.argsort(order)])  # item of the first world to the second
    asked = queries._replace(history=back[queries.history])
    own, theirs = walker.score(queries), there.score(asked)
    np.testing.assert_allclose(theirs[:, back], own, atol=1e-4)


def test_ids_by_lot_take_away_what_was_learned(walker):
    split = cycle_world()
    lost = moved(walker, np.random.default_rng(1).permutation(IDS))
    assert evaluate(walker, split, k=1).mean("HR@1") > 0.6
    assert evaluate(lost, split, k=1).mean("HR@1") < 0.3


def test_a_catalogue_without_the_last_codes_keeps_all_vectors(walker):
    part = moved(walker, IDS[[0, 1, 4, 5]])
    np.testing.assert_array_equal(part.vectors.detach(), walker.vectors.detach())
    assert part.codes.shape == (5, 2)


def test_a_code_that_the_model_does_not_know_is_refused(walker):
    with pytest.raises(ValueError, match=r"codes 0\.\.3, and an id holds 5"):
        moved(walker, np.array([[0, 5], [1, 1]]))


def test_joined_worlds_keep_their_people_and_items_apart():
    one, other = cycle_world(n_users=5), cycle_world(n_users=4, n_items=7, length=5, seed=1)
    both = joined(one, other)
    assert (both.n_users, both.n_items) == (9, 19)
    assert both.train.offsets.tolist() == [0, 4, 8, 12, 16, 20, 23, 26, 29, 32]
    np.testing.assert_array_equal(both.train.item_index[20:], other.train.item_index + 12)
    np.testing.assert_array_equal(both.test.targets[5:], other.test.targets + 12)
    late = both.test.queries.history[5:]
    assert late.shape[1] == 5 and (late[:, 0] == 0).all()  # padded to the longer histories
    np.testing.assert_array_equal(late[:, 1:], other.test.queries.history + 12)


def test_a_row_says_what_was_measured(walker):
    row = measured(walker, cycle_world(), "walker", "circle", "the circle")
    assert row["value"] == 1 and row["low"] == row["high"] == 1  # 12 items, 6 of them seen
    assert 1 <= row["rank"] < 3 and (row["model"], row["seen"]) == ("walker", "the circle")
