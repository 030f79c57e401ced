"""The made-up city: what is said to be planted is there."""

import numpy as np
import pytest

from rectutor.data.places import (
    EVENINGS,
    FOOD,
    HOME,
    KINDS,
    WORK,
    draw_city,
    draw_visits,
    place_vectors,
)

CITY = draw_city(0)
VISITS = draw_visits(CITY, 200, 14)
KIND = CITY.kind[VISITS.item_index - 1]


def pairs():
    """Return rows of visits that follow each other in one person."""
    same = VISITS.user_index[1:] == VISITS.user_index[:-1]
    return np.flatnonzero(same)


def test_events_are_laid_out_like_all_others():
    assert VISITS.offsets[0] == 0 and VISITS.offsets[-1] == len(VISITS.item_index)
    assert (np.diff(VISITS.user_index) >= 0).all() and len(np.unique(VISITS.user_index)) == 200
    assert (np.diff(VISITS.timestamp)[pairs()] > 0).all()
    assert VISITS.item_index.min() >= 1 and VISITS.item_index.max() <= len(CITY.kind)


def test_nobody_checks_in_twice_in_a_row_at_one_place():
    at = pairs()
    assert (VISITS.item_index[at] != VISITS.item_index[at + 1]).all()


def test_a_day_keeps_its_order():
    at = pairs()
    followers = {kind: set(KIND[at + 1][KIND[at] == kind]) for kind in range(len(KINDS))}
    assert followers[HOME] == {WORK} and followers[FOOD] == {WORK}
    assert followers[WORK] == {FOOD, HOME, *EVENINGS}
    assert all(followers[kind] == {HOME} for kind in EVENINGS)


def test_what_follows_work_depends_on_what_came_before_it():
    at = pairs()
    at = at[at > 0]
    at = at[(VISITS.user_index[at] == VISITS.user_index[at - 1]) & (KIND[at] == WORK)]
    after_lunch = KIND[at + 1][KIND[at - 1] == FOOD] == FOOD
    in_the_morning = KIND[at + 1][KIND[at - 1] == HOME] == FOOD
    assert after_lunch.mean() == 0 and 0.6 < in_the_morning.mean() < 0.73


def test_lunch_is_near_work_and_work_has_one_place_for_each_person():
    at = pairs()
    at = at[(KIND[at] == WORK) & (KIND[at + 1] == FOOD)]
    xy = CITY.xy[VISITS.item_index - 1]
    away = np.linalg.norm(xy[at] - xy[at + 1], axis=1).mean()
    by_lot = np.linalg.norm(xy[at] - np.random.default_rng(0).permutation(xy[at + 1]), axis=1)
    assert away < 0.5 * by_lot.mean()
    offices = {
        (u, i)
        for u, i in zip(
            VISITS.user_index[KIND == WORK], VISITS.item_index[KIND == WORK], strict=True
        )
    }
    assert len(offices) == 200


def test_everybody_has_a_kind_of_evening():
    out = np.isin(KIND, EVENINGS)
    counts = np.zeros((200, len(KINDS)))
    np.add.at(counts, (VISITS.user_index[out], KIND[out]), 1)
    share = (counts.max(axis=1).sum()) / counts.sum()
    assert 0.78 < share < 0.9  # 3/4, and a third of the rest, of few evenings each


def test_the_seed_decides_the_city_and_the_days():
    again = draw_visits(CITY, 200, 14)
    np.testing.assert_array_equal(again.item_index, VISITS.item_index)
    other = draw_visits(CITY, 200, 14, seed=1)
    assert len(other.item_index) != len(VISITS.item_index)
    assert not np.array_equal(draw_city(1).xy, CITY.xy)


def test_a_vector_says_where_and_of_what_kind():
    vectors = place_vectors(CITY, kind_weight=0.5)
    assert vectors.shape == (160, 8)
    np.testing.assert_allclose(vectors[:, :2], CITY.xy, atol=1e-6)
    assert np.linalg.norm(vectors[0, 2:] - vectors[-1, 2:]) == pytest.approx(0.5)


def test_a_city_without_people_is_refused():
    with pytest.raises(ValueError, match="1 person and 2 days or more, got 0 and 14"):
        draw_visits(CITY, 0, 14)
