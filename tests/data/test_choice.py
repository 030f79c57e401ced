import math

import numpy as np
import pytest

from rectutor.data.choice import MOOD, NEXT_PART, SAME_LEAD, ChoiceModel, Knobs, Truth
from rectutor.data.film_facts import FilmFacts
from rectutor.data.fixed_point import (
    ONE,
    exact_product,
    exp_table,
    ln_on_grid,
    on_grid,
    scaled,
    standardise,
    weights_of,
)
from rectutor.data.people import HiddenFilms, People

DAY = 86400
OFF = Knobs(n_users=1, popularity=0, content=0, latent=0, order=0, recency=0)


def three_films(knobs=OFF, **given):
    """One person and three films that nothing tells apart, but for what is given."""
    nothing = np.zeros(4, dtype=np.int16)
    facts = {
        "item_id": np.arange(4),
        "features": np.zeros((1, 4), dtype=np.int16),
        "family": np.array([0, 1, 1, 1], dtype=np.int16),
        "directors": np.zeros((4, 3), dtype=np.int16),
        "leads": np.zeros((4, 3), dtype=np.int16),
        "franchise": nothing,
        "part": nothing,
        "out_on": np.zeros(4, dtype=np.int64),
    }
    hidden = {
        "popularity": nothing,
        "latent": np.zeros((4, 3), dtype=np.int16),
        "quality": nothing,
        "kind": np.array([0, 1, 1, 1], dtype=np.int16),
        "next_kinds": np.array([[0, 0], [2, 2], [2, 2]], dtype=np.int16),
        "next_families": np.array([[0, 0], [2, 2], [1, 1]], dtype=np.int16),
    }
    people = {
        "persona": np.zeros(1, dtype=np.int16),
        "tastes": np.zeros((1, 1), dtype=np.int16),
        "favourites": np.zeros((1, 3), dtype=np.int16),
        "latent": np.zeros((1, 3), dtype=np.int16),
        "generosity": np.zeros(1, dtype=np.int16),
    }
    for table in (facts, hidden, people):
        table.update({name: given.pop(name) for name in list(given) if name in table})
    assert not given
    return ChoiceModel(Truth(knobs, FilmFacts(**facts), HiddenFilms(**hidden), People(**people)))


def chances(model, history=(), now=0):
    """Ask for the one person's next film."""
    recent = np.array([([0, 0, 0, *history])[-3:]])
    is_seen = np.zeros((1, 4), dtype=bool)
    is_seen[0, list(history)] = True
    return model.probabilities(np.array([0]), recent, np.array([now]), is_seen)[0]


def knobs(**given):
    return Knobs(**{**OFF.__dict__, **given})


def test_with_popularity_alone_the_chances_are_a_softmax_of_it():
    model = three_films(knobs(popularity=1.0), popularity=np.array([0, 256, 0, -256]))
    total = math.e + 1 + 1 / math.e
    expected = [0, math.e / total, 1 / total, 1 / math.e / total]
    np.testing.assert_allclose(chances(model), expected, atol=1e-8)


def test_the_next_part_is_chosen_but_for_four_choices_in_a_hundred_that_wander():
    model = three_films(
        knobs(order=1.0, popularity=1.0),
        popularity=np.array([0, 0, 0, 256]),
        franchise=np.array([0, 1, 1, 0]),
        part=np.array([0, 1, 2, 0]),
        family=np.array([0, 0, 0, 0]),
    )
    link = math.exp(NEXT_PART / ONE)
    considered, wandering = link / (link + math.e), 1 / (1 + math.e)
    expected = 0.96 * considered + 0.04 * wandering
    np.testing.assert_allclose(chances(model, [1]), [0, 0, expected, 1 - expected], atol=1e-8)


def test_the_film_before_the_last_speaks_half_as_loud():
    model = three_films(
        knobs(order=1.0),
        leads=np.array([[0, 0, 0], [7, 0, 0], [0, 0, 0], [5, 7, 0]]),
        family=np.zeros(4, dtype=np.int16),
    )
    utilities = model.utilities(np.array([0, 0]), np.array([[0, 0, 1], [0, 1, 2]]), np.zeros(2))
    assert utilities[:, 3].tolist() == [SAME_LEAD, SAME_LEAD // 2]


def test_content_taste_is_standardised_per_person():
    model = three_films(
        knobs(content=2.0), tastes=np.array([[256]]), features=np.array([[0, 256, 0, -256]])
    )
    weights = [math.exp(2 * z) for z in (1.5**0.5, 0, -(1.5**0.5))]
    considered = np.array([0, *weights]) / sum(weights)
    expected = 0.96 * considered + 0.04 * np.array([0, 1, 1, 1]) / 3
    np.testing.assert_allclose(chances(model), expected, atol=0.002)  # tastes lie on a grid


def test_a_film_loses_its_freshness_at_the_stated_pace():
    model = three_films(knobs(recency=1.0), out_on=np.array([0, 0, 1095, 2190]) * DAY)
    utilities = model.utilities(np.array([0]), np.zeros((1, 3), dtype=int), np.array([2190 * DAY]))
    assert utilities[0, 1:].tolist() == [round(256 * math.exp(-2)), round(256 / math.e), 256]


def test_what_is_seen_or_not_yet_out_is_never_chosen():
    model = three_films(out_on=np.array([0, 0, 0, DAY]))
    np.testing.assert_allclose(chances(model, [1], now=DAY - 1), [0, 0, 1, 0])
    np.testing.assert_allclose(chances(model, [1], now=DAY), [0, 0, 0.5, 0.5])


def test_a_mood_stays_with_a_family_and_drifts_after_three_films_of_it():
    model = three_films(knobs(order=1.0), family=np.array([0, 1, 1, 2]))
    recent = np.array([[0, 0, 0], [0, 0, 1], [2, 3, 1], [1, 2, 1], [3, 3, 3]])
    moods = model.utilities(np.zeros(5, dtype=int), recent, np.zeros(5))[:, [1, 3]]
    assert moods.tolist() == [[0, 0], [MOOD, 0], [MOOD, 0], [0, MOOD], [MOOD, 0]]


def test_a_knob_out_of_range_is_named():
    with pytest.raises(ValueError, match=r"Knobs needs order between 0 and 3, got 3\.5"):
        Knobs(order=3.5)
    with pytest.raises(ValueError, match="Knobs needs cold_users between 0 and 10, got 11"):
        Knobs(n_users=10, cold_users=11)


def test_weights_are_whole_numbers_in_proportion_to_exp():
    weights = weights_of(np.array([[0, -256, 512, 0]]), np.array([[True, True, False, True]]))
    best = 2**32
    assert weights.tolist() == [[best, round(best / math.e), 0, best]]
    assert weights_of(np.array([[0, -23 * 256]]), np.ones((1, 2), dtype=bool))[0, 1] == 0


def test_tables_agree_with_the_mathematical_functions():
    table = exp_table(-300, 300, ONE, 1 << 20)
    expected = [round(math.exp(i / 256) * 2**20) for i in range(-300, 301)]
    assert table.tolist() == expected
    numbers = np.array([1, 2, 10, 2])
    assert ln_on_grid(numbers).tolist() == [round(256 * math.log(n)) for n in numbers]


def test_grid_numbers_multiply_to_grid_numbers():
    assert scaled(int(on_grid(1.5)), on_grid(np.array([2.0, -2.0, 0.25]))).tolist() == [
        768, -768, 96,
    ]  # fmt: skip


def test_standardised_rows_have_mean_0_and_deviation_1_and_a_flat_row_becomes_zeros():
    z = standardise(np.array([[1, 2, 3], [5, 5, 5]]))
    assert z.tolist() == [[-314, 0, 314], [0, 0, 0]]  # sqrt(1.5) * 256 = 313.5


def test_products_are_exact_and_refuse_what_floats_cannot_hold():
    big = np.array([[2**26 - 1, 1]])
    assert exact_product(big, big.T)[0, 0] == (2**26 - 1) ** 2 + 1
    with pytest.raises(OverflowError, match=r"below 2\*\*53, these may reach 1\.8e\+16"):
        exact_product(np.array([[2**27]]), np.array([[2**27]]))
