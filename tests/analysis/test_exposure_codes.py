"""Balanced and split codes: what is trained, in which order, and what is measured of codes."""

import numpy as np
import pytest

from rectutor.analysis.exposure_codes import Plan, balanced_ids, rows_of, trained
from rectutor.analysis.exposure_lab import Catalogue
from rectutor.metrics.exposure import gini
from rectutor.models.tiger import TIGERConfig
from tests.models.worlds import cycle_world

SIZES = TIGERConfig(max_length=6, width=16, n_heads=2, dropout=0.0, n_beams=10)
ANGLES = 2 * np.pi * np.arange(60) / 60
VECTORS = np.stack([np.cos(ANGLES), np.sin(ANGLES), 0.1 * np.cos(5 * ANGLES)], axis=1)


@pytest.fixture(scope="module")
def done():
    split = cycle_world(n_users=120, n_items=60)
    counts = np.bincount(split.train.item_index, minlength=61)
    plan = Plan(epochs=3, more=1, share=0.1)
    models = dict(trained(split, VECTORS, counts, plan, SIZES))
    return split, Catalogue(counts, np.eye(61)), models


def test_six_are_made_in_order(done):
    _, _, models = done
    assert list(models) == [
        *("codes of k-means", "balanced codes", "split, not tuned"),
        *("tuned as long, not split", "split and tuned", "split and tuned, penalty"),
    ]
    penalties = [models[name].penalty for name in list(models)[2:]]
    assert penalties == [0, 0, 0, 1]


def test_a_tenth_of_the_codes_is_split_and_the_control_is_not(done):
    _, _, models = done
    n_before = int(models["codes of k-means"].codes[1:, 0].max()) + 1
    parents = models["split and tuned"].parents
    assert n_before < len(parents) <= n_before + -(-n_before // 10)
    assert len(models["tuned as long, not split"].parents) == n_before


def test_balanced_ids_are_more_even_and_unique():
    rng = np.random.default_rng(0)
    crowd = np.concatenate([rng.normal(0, 0.1, (70, 4)), rng.normal(3, 2, (30, 4))])
    ids = balanced_ids(crowd, 16)
    assert len(np.unique(ids, axis=0)) == 100
    assert gini(np.bincount(ids[:, 0], minlength=16)) < 0.2


def test_codes_are_measured_beside_items(done):
    split, catalogue, models = done
    rows = rows_of("control", models["codes of k-means"], split, catalogue)
    assert set(rows["on"]) == {"validation", "test"} and set(rows["model"]) == {"control"}
    row = rows.iloc[0]
    codes = models["codes of k-means"].codes[1:, 0].numpy()
    assert row["items a code"] == pytest.approx(gini(np.bincount(codes)))
    assert 0 <= row["Gini of codes"] < 1 and 0 < row["code share"] <= 1
