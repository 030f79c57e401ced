"""Exposure by hand: who is shown, at what k, and what the knobs do to it."""

import numpy as np
import pytest

from rectutor.analysis.exposure_lab import (
    AS_IT_IS,
    KS,
    SHARES,
    WAYS,
    Catalogue,
    Ranking,
    exposure_of,
    exposure_rows,
    interactions_rows,
    measure,
    measure_scores,
    ranked,
    settings,
)
from rectutor.metrics.ranking import MISS
from rectutor.models.markov import Markov
from rectutor.models.popularity import Popularity
from rectutor.models.random_scores import RandomScores
from rectutor.training import fit
from tests.models.worlds import cycle_world

COUNTS = np.array([0, 40, 30, 20, 10])  # of four items; the first is padding
ITEMS = Catalogue(COUNTS, np.eye(5))


def test_zero_items_are_counted_in_gini_lorenz_and_tenths():
    row = exposure_of(np.array([0, 0, 0, 8]), np.array([1, 2, 3, 4]))
    assert row["Gini"] == pytest.approx(0.75)  # 0 among the shown alone
    assert row["L0.7"] == 0 and row["L1"] == 1
    assert [row[f"tenth {n}"] for n in range(1, 5)] == [0, 0, 0, 1]


def test_the_curve_of_even_exposure_is_the_diagonal():
    row = exposure_of(np.full(20, 3), np.repeat(np.arange(1, 11), 2))
    assert row["Gini"] == 0
    np.testing.assert_allclose([row[f"L{share:g}"] for share in SHARES], SHARES)


def test_each_length_is_measured_on_its_own_beginning_of_the_list():
    found = Ranking(np.array([[1], [2], [MISS]]), np.array([[1, 2], [2, 1], [1, 0]]))
    rows = exposure_rows(found, ITEMS, ks=(1, 2)).set_index("k")
    assert rows["HR"].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert rows.loc[2, "NDCG"] == pytest.approx((1 + 1 / np.log2(3)) / 3)
    # k = 1: items 1, 2, 1; k = 2: item 1 three times, item 2 twice
    assert rows.loc[1, "tenth 1"] == pytest.approx(2 / 3)
    assert rows.loc[2, "tenth 1"] == pytest.approx(3 / 5)
    assert (rows["coverage"] == 0.5).all()
    assert rows.loc[2, "ILD"] == 1  # features at right angles
    assert (rows["change"] == 0).all()


def test_change_is_against_the_base_over_the_same_people():
    top = np.ones((4, 1), dtype=int)
    base = Ranking(np.array([[1], [1], [1], [MISS]]), top)
    other = Ranking(np.array([[1], [MISS], [MISS], [MISS]]), top)
    rows = exposure_rows(other, ITEMS, ks=(1,), base=base)
    assert rows["change"].tolist() == [-0.5]
    assert rows.loc[0, "change low"] <= -0.5 <= rows.loc[0, "change high"]


def test_lists_that_are_too_short_are_refused():
    with pytest.raises(ValueError, match="k = 5 needs lists as long, got 2 items"):
        exposure_rows(Ranking(np.ones((1, 1)), np.ones((1, 2), dtype=int)), ITEMS, ks=(1, 5))


def test_popularity_weight_moves_exposure_away_from_the_popular():
    rng = np.random.default_rng(0)
    counts = np.concatenate([[0], np.geomspace(400, 1, 40).round()])
    scores = np.log(counts + 1)[None] + rng.normal(size=(300, 41))
    scores[:, 0] = -np.inf
    shares = []
    for way, _, changed in settings(scores, counts):
        if way == "popularity weight":
            shares.append((changed[:, 1:].argmax(axis=1) < 4).mean())
    assert len(shares) == len(WAYS["popularity weight"])
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.5 > shares[-1]


def test_draws_are_the_same_for_the_same_seed_and_others_for_another():
    scores = np.random.default_rng(0).normal(size=(3, 6))
    one, again, other = (
        [changed for _, _, changed in settings(scores, np.zeros(6), seed)] for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one[-1], other[-1])


def test_seen_items_are_left_out_of_the_lists():
    split = cycle_world()
    cases = split.test
    scores = np.random.default_rng(0).normal(size=(len(cases.targets), split.n_items + 1))
    found = ranked(scores, cases, 6)
    for history, target, top in zip(cases.queries.history, cases.targets, found.top, strict=True):
        assert not (set(history) - {0} - set(target)) & set(top)


def test_a_model_is_measured_as_it_is_and_in_every_way():
    split = cycle_world(n_items=60, length=6)
    counts = np.bincount(split.train.item_index, minlength=61)
    catalogue = Catalogue(counts, np.eye(61))
    table = {}
    for model in (Markov(), Popularity(), RandomScores()):
        fit(model, split)
        table[model.name] = measure(model, split, catalogue, is_swept=model.name == "Markov")
    swept = table["Markov"]
    assert len(swept) == len(KS) * (1 + sum(map(len, WAYS.values())))
    assert set(swept["way"]) == {AS_IT_IS, *WAYS} and set(swept["on"]) == {"test"}
    at_one = {name: rows[(rows["k"] == 1) & (rows["way"] == AS_IT_IS)].iloc[0]
              for name, rows in table.items()}  # fmt: skip
    assert at_one["Markov"]["HR"] > 0.8 and at_one["Popularity"]["HR"] < 0.3
    assert at_one["Markov"]["Gini"] < at_one["Popularity"]["Gini"]  # a circle has no favourites


def test_scores_of_any_origin_are_measured_and_left_as_they_are():
    split = cycle_world(n_items=60, length=6)
    catalogue = Catalogue(np.bincount(split.train.item_index, minlength=61), np.eye(61))
    markov = Markov()
    fit(markov, split)
    scores = markov.score(split.test.queries)
    kept = scores.copy()
    variants = settings(scores, catalogue.counts)
    rows = measure_scores("counts", scores, split.test, catalogue, variants)
    np.testing.assert_array_equal(scores, kept)
    whole = measure(markov, split, catalogue, is_swept=True)
    assert rows["model"].unique().tolist() == ["counts"]
    assert rows.drop(columns="model").equals(whole.drop(columns="model"))


def test_what_people_chose_is_described_as_if_it_were_shown():
    row = interactions_rows(COUNTS).iloc[0]
    assert (row["model"], row["on"], row["k"]) == ("interactions", "train", 0)
    assert [row[f"tenth {n}"] for n in range(1, 5)] == pytest.approx([0.4, 0.3, 0.2, 0.1])
    assert row["Gini"] == pytest.approx((-3 * 10 - 20 + 30 + 3 * 40) / (4 * 100))
