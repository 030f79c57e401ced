"""Next place: what is held out, how places are ranked, and that codes of the map help."""

import numpy as np
import pytest

from rectutor.analysis.next_place import last_visits, place_ids, place_ranks, row_of, taught
from rectutor.data.places import draw_city, draw_visits
from rectutor.models.code_recommender import Exact
from rectutor.models.own_places import OwnPlaces
from rectutor.models.popularity import Popularity
from rectutor.models.tiger import TIGER, TIGERConfig

CITY = draw_city()
VISITS = draw_visits(CITY, 60, 4)


def test_the_last_visit_of_each_person_is_held_out():
    train, cases = last_visits(VISITS)
    assert len(train.item_index) == len(VISITS.item_index) - 60
    np.testing.assert_array_equal(cases.targets[:, 0], VISITS.item_index[VISITS.offsets[1:] - 1])
    own = cases.queries.history[7]
    np.testing.assert_array_equal(
        own[own > 0], VISITS.item_index[VISITS.offsets[7] : VISITS.offsets[8] - 1]
    )
    assert (np.diff(train.offsets) == np.diff(VISITS.offsets) - 1).all()


def test_places_where_somebody_was_are_ranked_too():
    _, cases = last_visits(VISITS)
    model = OwnPlaces()
    model.count(VISITS, 160)
    ranks, is_new = place_ranks(model, cases)
    assert 0 < is_new.sum() < 60
    assert (ranks[is_new] == 160).all()  # equal scores count against
    assert ranks[~is_new].max() < 15


def test_a_row_counts_what_is_ranked_first():
    _, cases = last_visits(VISITS)
    model = OwnPlaces(1)
    model.count(VISITS, 160)
    found = place_ranks(model, cases)
    row = row_of(model.name, found, np.nan)
    assert row["value"] == pytest.approx((found.ranks == 1).mean())
    assert row["low"] <= row["value"] <= row["high"] <= row["HR@5"]
    assert row["new HR@5"] == 0 and row["new places"] == found.is_new.sum()


def test_every_place_has_an_id_of_its_own_and_neighbours_begin_alike():
    ids = place_ids(CITY)
    assert ids.shape == (160, 3) and len(np.unique(ids, axis=0)) == 160 and ids.max() == 7
    inside = [CITY.xy[ids[:, 0] == code].std(axis=0).mean() for code in range(8)]
    assert np.mean(inside) < 0.6 * CITY.xy.std(axis=0).mean()


def test_a_writer_learns_where_people_go():
    visits = draw_visits(CITY, 150, 4)
    train, cases = last_visits(visits)
    model = TIGER(place_ids(CITY), TIGERConfig(width=32, n_encoder_blocks=1))
    untrained = (place_ranks(Exact(model), cases).ranks <= 5).mean()
    assert taught(model, train, epochs=4) > 0
    popular = Popularity()
    popular.count(train, 160)
    learned = (place_ranks(Exact(model), cases).ranks <= 5).mean()
    assert learned > 2 * max(untrained, (place_ranks(popular, cases).ranks <= 5).mean())
