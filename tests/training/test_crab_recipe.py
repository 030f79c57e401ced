"""The rebalanced TIGER that ships: what was split, and what its weights were made from."""

import numpy as np
import pytest

from rectutor.evaluation import evaluate
from rectutor.metrics.exposure import exposure_counts
from rectutor.models.crab import code_exposure
from rectutor.models.tiger import TIGER, TIGERConfig
from rectutor.training import crab_recipe
from rectutor.training.assets import fit_or_load, split_of
from rectutor.training.crab_recipe import CRAB_FILMS, CRABRecipe, rebalanced
from tests.models.worlds import cycle_world

N_ITEMS = 12


def small_tiger():
    """Return a world, a TIGER of three first codes, each with four items, and items' vectors."""
    codes = np.stack([np.arange(N_ITEMS) % 3, np.arange(N_ITEMS) // 3], axis=1)
    model = TIGER(codes, TIGERConfig(width=8, n_heads=2, n_beams=10), seed=0).eval()
    vectors = np.random.default_rng(0).normal(size=(N_ITEMS, 4))
    return cycle_world(n_users=30, n_items=N_ITEMS), model, vectors


def test_the_code_that_lists_for_validation_show_most_is_split_and_no_other():
    split, model, vectors = small_tiger()
    shown = exposure_counts(evaluate(model, split, on="validation").top, split.n_items)
    exposure = code_exposure(shown, model.codes[1:].numpy())
    made = rebalanced(model, split, vectors, share=1 / 3)  # one of three
    assert made.parents.tolist() == [0, 1, 2, exposure.argmax()]
    moved = (made.codes != model.codes).any(dim=1).numpy()
    assert (model.codes[moved, 0] == exposure.argmax()).all() and 0 < moved.sum() < 4
    assert made.penalty == 1.0


def test_without_a_share_nothing_is_split_and_nothing_is_answered_otherwise():
    split, model, vectors = small_tiger()
    made = rebalanced(model, split, vectors, share=0.0, penalty=0.0)
    assert made.codes.tolist() == model.codes.tolist()
    queries = split.test.queries
    np.testing.assert_allclose(
        made.log_probabilities(queries), model.log_probabilities(queries), atol=1e-5
    )


def test_a_share_beyond_all_codes_is_refused():
    split, model, vectors = small_tiger()
    with pytest.raises(ValueError, match=r"share must be in 0\.\.1, got 1\.5"):
        rebalanced(model, split, vectors, share=1.5)


def test_the_shipped_one_has_four_codes_more_and_the_halves_know_their_whole():
    crab, tiger = fit_or_load("crab-films"), fit_or_load("tiger-films")
    n = tiger.trie.codebook_size
    assert n == 64 and len(crab.parents) == 68  # a twentieth of 64, rounded up
    first = crab.parents[crab.codes[1:, 0]]
    assert (first == tiger.codes[1:, 0]).all() and (crab.codes[:, 1] == tiger.codes[:, 1]).all()


def test_it_is_put_together_again_from_what_was_stored():
    crab = fit_or_load("crab-films")
    again = CRAB_FILMS.restored(crab.state_dict(), CRAB_FILMS.notes(split_of("films"), crab))
    again.load_state_dict(crab.state_dict())
    queries = split_of("films").test.queries.take(np.arange(20))
    assert again.eval().recommend(queries, 10).tolist() == crab.recommend(queries, 10).tolist()
    assert again.tree_penalty() == crab.tree_penalty() > 0


def test_other_knobs_shares_and_penalties_are_another_asset():
    kinds = [CRAB_FILMS, CRABRecipe(), CRABRecipe(share=0.1), CRABRecipe(penalty=0.0)]
    assert len({recipe.fingerprint for recipe in kinds}) == len(kinds)


def test_other_weights_of_the_tiger_below_make_it_stale(monkeypatch):
    today = CRAB_FILMS.fingerprint
    monkeypatch.setattr(crab_recipe, "sha256", lambda path: "0" * 64)
    assert CRAB_FILMS.fingerprint != today
