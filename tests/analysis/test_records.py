import datetime

import pandas as pd
import pytest

from rectutor.analysis.records import read_record, write_record

TABLE = pd.DataFrame({"model": ["Random", "Popularity"], "HR@10": [0.01, 1 / 3]})


def test_a_record_comes_back_as_it_was_written(tmp_path):
    write_record("sweep", TABLE, "python -m sweep", "films 123", tmp_path)
    record = read_record("sweep", tmp_path)
    assert record.table["model"].tolist() == ["Random", "Popularity"]
    assert record.table["HR@10"].tolist() == [0.01, 0.333333]
    assert record.fingerprint == "films 123"


def test_a_record_says_where_it_comes_from(tmp_path):
    write_record("sweep", TABLE, "python -m sweep", "", tmp_path)
    said = read_record("sweep", tmp_path).said()
    assert said.startswith(f"Recorded by `python -m sweep` on {datetime.date.today()} (")


def test_a_table_changed_by_hand_is_refused(tmp_path):
    path = write_record("sweep", TABLE, "python -m sweep", "", tmp_path)
    path.write_text(path.read_text().replace("0.01", "0.09"))
    with pytest.raises(ValueError, match=r"sweep.csv was changed by hand.*`python -m sweep`"):
        read_record("sweep", tmp_path)


def test_a_missing_record_lists_those_there_are(tmp_path):
    write_record("sweep", TABLE, "python -m sweep", "", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"no record .other. in .*; there are: sweep"):
        read_record("other", tmp_path)
