import numpy as np

from rectutor.analysis.code_vectors import CODE, NAME, made_from, row_of, trained_rows
from rectutor.analysis.records import read_record
from rectutor.evaluation import evaluate
from rectutor.models.sasrec import SASRecConfig
from rectutor.models.vqrec import VQRec
from tests.models.worlds import cycle_world

CONFIG = SASRecConfig(40, max_length=8, width=16, n_blocks=1, n_heads=1, dropout=0.0)


def test_every_way_is_trained_and_measured():
    split = cycle_world(n_users=160, n_items=40)
    tables = {"alone": np.arange(40)[:, None], "one code": np.zeros((40, 1), dtype=int)}
    done = list(trained_rows(split, tables, CONFIG, epochs=2))
    rows = {row["way"]: row for row, _ in done}
    assert list(rows) == ["SASRec", "alone", "one code"]
    assert [rows[way]["weights"] for way in rows] == [41 * 16, 40 * 16, 16]
    assert rows["one code"]["HR@10"] == 0  # all alike, and ties count against the target
    assert isinstance(done[1][1], VQRec) and 1 <= rows["alone"]["best epoch"] <= 2


def test_the_record_is_made_from_todays_code_data_and_encoder():
    stamp = made_from(("films", "books"), CODE, ("text-encoder",))
    assert read_record(NAME).fingerprint == stamp
    assert len(set(stamp.split())) == 3  # the worlds differ, and the weights count
    assert made_from(("films",), CODE[1:], ()) not in stamp


def test_a_row_holds_hits_with_their_interval():
    split = cycle_world(n_users=160, n_items=40)
    judged = evaluate(VQRec(np.arange(40)[:, None], CONFIG), split)
    row = row_of("untrained", "circle", judged)
    assert row["HR@10"] == judged.mean("HR@10") and row["low"] <= row["HR@10"] <= row["high"]
    assert row["Gini"] == judged.gini and row["world"] == "circle"
