"""Snapping of tuples: who is nearest by hand, what lists are made of, and what is recorded."""

import numpy as np
import pytest

from rectutor.analysis import snapped_codes
from rectutor.analysis.records import read_record
from rectutor.analysis.snapped_codes import WAYS, drawn, lists_of, overlap, rows_of, snapped
from rectutor.models.residual_codes import entries_for
from rectutor.models.tiger import TIGER, TIGERConfig
from rectutor.training.fingerprint import code_fingerprint
from rectutor.training.tiger_recipe import TIGER_FILMS
from tests.models.worlds import cycle_world

# Entries on a line: first codes at 0, 10 and 11, second codes add 0, 1 and 4.
BOOKS = np.array([[[0.0], [10.0], [11.0]], [[0.0], [1.0], [4.0]]])
CODES = np.array([[0, 0], [0, 2], [1, 0], [2, 1]])  # at 0, 4, 10, 12


def test_by_hamming_several_films_are_equally_near_and_lots_decide():
    asked = np.full((3000, 2), [0, 1])  # at 1; codes 0, 0 and 0, 2 and 2, 1 differ once
    films, n_nearest = snapped(asked, CODES, BOOKS, "Hamming", np.random.default_rng(0))
    assert n_nearest == 3
    shares = np.bincount(films, minlength=5)[1:] / 3000
    assert shares == pytest.approx([1 / 3, 1 / 3, 0, 1 / 3], abs=0.03)


def test_codebooks_tell_them_apart_and_may_overrule_the_number_of_codes():
    rng = np.random.default_rng(0)
    for how in ("codebook", "Hamming, then codebook"):
        films, n_nearest = snapped(np.array([[0, 1]]), CODES, BOOKS, how, rng)
        assert films.tolist() == [1] and n_nearest == 1
    asked = np.array([[2, 0]])  # at 11: two films are 1 away, of which one shares a code more
    near_ten = np.array([[1, 1], [0, 0], [2, 2]])  # at 11, 0 and 15
    assert snapped(asked, near_ten, BOOKS, "codebook", rng)[0].tolist() == [1]
    both, n_nearest = snapped(asked, near_ten, BOOKS, "Hamming, then codebook", rng)
    assert both.tolist() == [3] and n_nearest == 1  # 0, 0 differs once, too, but is 11 away


def test_a_film_by_lot_is_any_film():
    films, n_nearest = snapped(
        np.zeros((4000, 2), dtype=int), CODES, BOOKS, "by lot", np.random.default_rng(0)
    )
    assert n_nearest == 4
    assert np.bincount(films)[1:] / 4000 == pytest.approx([0.25] * 4, abs=0.03)


def test_an_unknown_way_is_refused_with_the_choices():
    with pytest.raises(ValueError, match=r"one of \['by lot', 'Hamming'.*got 'trie'"):
        snapped(CODES, CODES, BOOKS, "trie", np.random.default_rng(0))


def test_a_list_holds_different_unseen_films_in_the_order_of_drawing():
    items = np.array([[4, 0, 4, 2, 7, 9], [0, 0, 0, 5, 5, 5]])
    history = np.array([[0, 2], [0, 0]])
    assert lists_of(items, history, 3).tolist() == [[4, 7, 9], [5, 0, 0]]
    assert lists_of(items, history, 1).tolist() == [[4], [5]]


def test_genres_in_common_are_a_share_of_all_that_either_has():
    features = np.array([[0, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 0]])
    assert overlap(np.array([1, 1, 3]), np.array([2, 1, 3]), features).tolist() == [1 / 3, 1, 0]


@pytest.fixture(scope="module")
def world():
    split = cycle_world(n_users=40, n_items=30)
    codes = np.stack(np.divmod(np.random.default_rng(0).permutation(64)[:30], 8), axis=1)
    model = TIGER(codes, TIGERConfig(width=8, n_heads=2), seed=0).eval()
    return split, model


def test_what_is_a_film_freely_is_the_same_film_along_the_trie(world):
    split, model = world
    draws = drawn(model, split.test, 1.5, n=12)
    assert draws.free.shape == (40, 12, 2) and draws.items.shape == draws.held.shape == (40, 12)
    is_film = draws.items > 0
    assert 0 < is_film.mean() < 1 and (draws.held > 0).all()
    assert np.array_equal(draws.items[is_film], draws.held[is_film])


def test_every_way_grounds_the_same_draws(world):
    split, model = world
    codes = model.codes[1:].numpy()
    books = entries_for(codes, np.random.default_rng(0).normal(size=(30, 3)), 8).codebooks
    table = rows_of(model, split.test, books, np.eye(31), 1.0)
    assert table["how"].tolist() == list(WAYS) and table["invalid"].nunique() == 1
    own = table.set_index("how")
    assert own["nearest"].isna().to_dict() == {way: way in ("dropped", "trie") for way in WAYS}
    assert own.loc["by lot", "nearest"] == 30 > own.loc["Hamming", "nearest"] > 1
    assert own.loc["Hamming, then codebook", "nearest"] == 1
    alone = table[table["how"] != "dropped"]  # each film has a genre of its own
    assert alone["genres"].tolist() == pytest.approx(alone["right"].tolist())


def test_the_record_holds_every_way_at_every_temperature():
    table = read_record(snapped_codes.NAME).table
    assert set(table["how"]) == set(WAYS) and len(table) == 18
    invalid = table.groupby("temperature")["invalid"].first()
    assert invalid.is_monotonic_increasing and invalid.iloc[0] > 0


def test_the_record_is_made_from_todays_model_and_code():
    made_from = f"{TIGER_FILMS.fingerprint} {code_fingerprint(snapped_codes._CODE)}"
    assert read_record(snapped_codes.NAME).fingerprint == made_from
