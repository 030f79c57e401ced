"""TIGER under different tables of codes: what is compared, and that codes decide."""

import re

import numpy as np

from rectutor.analysis.tiger_codes import against_codes, tables_of
from tests.models.worlds import cycle_world


def test_no_two_items_share_an_id_in_any_table():
    rng = np.random.default_rng(0)
    text, behaviour = rng.normal(size=(300, 6)), rng.normal(size=(300, 5))
    tables = tables_of(text, behaviour)
    assert len(tables) == 8
    for name, codes in tables.items():
        assert len(np.unique(codes, axis=0)) == len(codes) == 300, name
    assert tables["text, 3 x 64 and suffix"].shape[1] == 4
    for name in tables:  # says how many levels and codes there are
        n_levels, n_codes = (int(n) for n in re.search(r"(\d) x (\d+)", name).groups())
        meant = tables[name][:, :n_levels]
        assert meant.shape[1] == n_levels and n_codes / 2 <= meant.max() < n_codes, name


def test_each_table_gets_a_row_and_training_helps():
    split = cycle_world(n_users=96, n_items=36)
    codes = np.stack([np.arange(36) // 6, np.arange(36) % 6], axis=1)
    sizes = {"max_length": 3, "width": 16, "dropout": 0.0}
    table = against_codes(split, {"in order": codes, "turned": codes[:, ::-1]}, 12, (0, 1), **sizes)
    assert table["codes"].tolist() == ["in order"] * 2 + ["turned"] * 2
    assert table["seed"].tolist() == [0, 1] * 2 and table["best_epoch"].between(1, 12).all()
    assert (table["exact"] > 0.9).all() and table["untrained"].nunique() > 1
    assert (table["levels"] == 2).all() and (table["epochs"] == 12).all()
    assert (table["low"] <= table["value"]).all() and (table["value"] <= table["high"]).all()
    assert (table["NDCG@10"] > 0.75).all() and (table["weights"] > 1000).all()  # untrained .54
