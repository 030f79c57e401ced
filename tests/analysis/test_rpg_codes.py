"""RPG under different tables of long ids: what is compared, and that codes decide."""

import numpy as np

from rectutor.analysis.rpg_codes import against_long_ids, long_tables, walks
from rectutor.evaluation import evaluate
from rectutor.models.rpg import RPG, RPGConfig
from rectutor.training import fit
from tests.models.worlds import cycle_world

CODES = np.stack([np.arange(12) // 4, np.arange(12) % 4, np.arange(12) % 3], axis=1)


def test_every_table_writes_sixteen_codes():
    rng = np.random.default_rng(0)
    tables = long_tables(rng.normal(size=(90, 32)), rng.normal(size=(90, 20)))
    assert list(tables) == ["by lot", "text", "behaviour", "text and behaviour"]
    for codes in tables.values():
        assert codes.shape == (90, 16) and codes.max() < 64
    assert not (tables["text"] == tables["behaviour"]).all()


def test_each_table_gets_a_row_and_codes_that_are_all_alike_fail():
    split = cycle_world()
    sizes = {"max_length": 3, "width": 16, "dropout": 0.0}
    tables = {"planted": CODES, "all alike": np.zeros_like(CODES)}
    table = against_long_ids(split, tables, 20, **sizes).set_index("codes")
    assert (table["low"] <= table["value"]).all() and (table["value"] <= table["high"]).all()
    assert table.loc["planted", "NDCG@10"] > 0.8 > 0.6 > table.loc["all alike", "NDCG@10"]


def test_a_longer_walk_visits_more_and_agrees_more():
    split = cycle_world()
    model = RPG(CODES, RPGConfig(max_length=3, width=16, dropout=0.0))
    fit(model, split, epochs=20, patience=20, progress=False)
    table = walks(model, split, [(1, 0), (3, 2), (11, 1)], k=3)
    assert table["visited"].is_monotonic_increasing and table["agreement"].is_monotonic_increasing
    last = table.iloc[-1]
    assert last["visited"] == 1 and last["agreement"] == 1 and last["value"] == last["exact"]
    assert last["exact"] == evaluate(model, split, k=3).mean("HR@3")
