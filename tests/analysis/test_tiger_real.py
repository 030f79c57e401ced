"""TIGER beside two SASRecs: who is compared, and that each learned."""

import numpy as np

from rectutor.analysis.tiger_real import beside_sasrec
from tests.models.worlds import cycle_world


def test_each_way_to_write_items_gets_a_row_beside_the_two_sasrecs():
    split = cycle_world(n_users=96, n_items=36)
    angle = 2 * np.pi * np.arange(36) / 36
    text = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
    table = beside_sasrec(split, text, 1e6, epochs=12, max_length=3, width=32, dropout=0.0)
    kinds = ("by lot", "of text", "of text and behaviour")
    names = ["SASRec (CE)", "SASRec (BCE)", *(f"TIGER, codes {kind}" for kind in kinds)]
    assert table["model"].tolist() == names
    found = table.set_index("model")["value"]
    assert found["TIGER, codes of text"] > 0.6 > 10 / 31  # by luck 10 of 31 unseen items
    assert (table["low"] <= table["value"]).all() and (table["value"] <= table["high"]).all()
    assert table["best_epoch"].between(1, 12).all()
