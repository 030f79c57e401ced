"""New items: ids that disturb no old one, and hits among new items counted on paper."""

import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.tiger_cold import against_cold, among, ids_of_new, makers, new_items
from rectutor.data import cold_items
from rectutor.models.residual_codes import residual_kmeans
from rectutor.models.unique_codes import next_nearest, with_suffix
from rectutor.schema import PAD, Cases, Events, Queries


def catalogue(n=40, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 4)), np.arange(n) % 4 == 0


def test_known_items_have_the_ids_they_had_before():
    vectors, is_new = catalogue()
    found = ids_of_new(vectors, is_new, 2, 8)
    about = vectors[~is_new] - vectors[~is_new].mean(axis=0)
    table = residual_kmeans(about, 2, 8)
    assert (found["suffix"][~is_new] == with_suffix(table.codes)).all()
    assert (found["next nearest"][~is_new] == next_nearest(about, table)).all()


def test_no_two_items_have_one_id():
    found = ids_of_new(*catalogue(), 2, 8)
    for ids in found.values():
        assert len(np.unique(ids, axis=0)) == 40
    assert {name: ids.shape[1] for name, ids in found.items()} == {"suffix": 3, "next nearest": 2}


class Fixed:
    """Scores items by number: the higher, the better."""

    name = "fixed"

    def score(self, queries, candidates=None):
        return candidates.astype(np.float64)


def asked(targets):
    n = len(targets)
    none = np.zeros((n, 1), dtype=np.int64)
    queries = Queries(np.arange(n), none + PAD, none * 1.0, none, np.zeros(n, dtype=np.int64))
    return Cases(queries, np.array(targets)[:, None])


def events_of(items):
    return Events(*[np.array(items)] * 4, np.array([0, len(items)]))


def test_hits_are_counted_among_new_items_alone():
    class Split:
        test = asked([2, 5, 9])

    is_new = np.isin(np.arange(1, 13), [2, 5, 9])  # 10 to 12 would be ahead of them
    assert among(Fixed(), Split, is_new, k=1).tolist() == [0, 0, 1]
    assert among(Fixed(), Split, is_new, k=2).tolist() == [0, 1, 1]


@pytest.fixture(scope="module")
def small_table():
    rng = np.random.default_rng(0)
    rows = [(u, i, 1.0, t) for u in range(60) for t, i in enumerate(rng.permutation(30)[:8])]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "rating", "timestamp"])
    split = cold_items(frame, 0.2, seed=0, max_cases=50)
    is_new = new_items(split)
    vectors = rng.normal(size=(30, 4))
    made = makers(vectors, is_new, codebook_size=8, width=16)
    return against_cold(split, is_new, made, epochs=1), is_new


def test_each_model_gets_a_row_with_its_chance(small_table):
    table, is_new = small_table
    kept = [f"TIGER, suffix, {share} kept for new" for share in ("10%", "50%")]
    names = ["SASRec", "UniSRec", "TIGER, suffix", *kept, "TIGER, next nearest"]
    assert table["model"].tolist() == names
    assert table["how"].tolist()[0] == "all items" and table["how"].tolist()[-1] == "beam of 20"
    assert table["among"].isna().tolist() == [False] * 3 + [True] * 2 + [False]
    assert (table["chance"] == 10 / is_new.sum()).all()
    assert ((table["low"] <= table["value"]) & (table["value"] <= table["high"])).all()


def test_an_item_of_validation_is_not_new():
    class Split:
        n_items = 4
        train = events_of([1, 2])
        validation = asked([3])

    assert new_items(Split).tolist() == [False, False, False, True]


def test_where_content_decides_new_items_are_named():
    rng = np.random.default_rng(0)
    kind = np.repeat(np.arange(5), 12)  # 60 items of 5 kinds; everybody keeps to one kind
    rows = [
        (user, item, 1.0, when)
        for user in range(120)
        for when, item in enumerate(rng.permutation(12)[:7] + 12 * (user % 5))
    ]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "rating", "timestamp"])
    split = cold_items(frame, 0.2, seed=0, max_cases=100)
    is_new = new_items(split)
    vectors = np.eye(5)[kind] + 0.05 * rng.normal(size=(60, 5))
    half = "TIGER, suffix, 50% kept for new"
    models = makers(vectors, is_new, codebook_size=8, width=32)
    found = against_cold(split, is_new, models, epochs=12).set_index("model")["value"]
    assert found["SASRec"] < 0.05 < 0.5 < found["UniSRec"]
    assert found[half] > found["TIGER, suffix"] + 0.1
    models = makers(rng.permutation(vectors), is_new, codebook_size=8, width=32)
    control = {"TIGER, suffix": models["TIGER, suffix"]}
    by_lot = against_cold(split, is_new, control, epochs=12).set_index("model")["value"]
    assert found[half] > by_lot[half] + 0.1
