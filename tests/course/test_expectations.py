from datetime import date

import pytest

from rectutor.course import expectations as module
from rectutor.course.expectations import Expectation, expect, expectations

HEAD = "name,value,tolerance,command,date\n"


@pytest.fixture
def one_row(monkeypatch):
    row = Expectation("HR@10 of SASRec", "0.30", "0.02", "make bench", "2026-01-01")
    monkeypatch.setattr(module, "expectations", lambda: {row.name: row})


@pytest.mark.parametrize("measured", [0.28, 0.30, 0.3149, 0.32])
def test_a_value_within_its_tolerance_prints_one_and_the_same_sentence(one_row, capsys, measured):
    expect("HR@10 of SASRec", measured)
    assert capsys.readouterr().out == "HR@10 of SASRec: within 0.02 of 0.30: yes\n"


@pytest.mark.parametrize(("measured", "text"), [(0.41, "0.41"), (0.2799, "0.2799")])
def test_a_value_outside_changes_the_sentence(one_row, capsys, measured, text):
    expect("HR@10 of SASRec", measured)
    assert capsys.readouterr().out == f"HR@10 of SASRec: within 0.02 of 0.30: no, it is {text}\n"


def test_nan_is_never_within(one_row, capsys):
    expect("HR@10 of SASRec", float("nan"))
    assert "no, it is nan" in capsys.readouterr().out


def test_an_unknown_name_shows_the_row_to_add(one_row):
    with pytest.raises(LookupError, match=r"no row for 'HR@10 of EASE'.*HR@10 of EASE,0\.123,"):
        expect("HR@10 of EASE", 0.1234)


def test_a_name_that_stands_twice_is_refused(tmp_path):
    path = tmp_path / "twice.csv"
    path.write_text(HEAD + "a,1,0.1,make,2026-01-01\n" * 2)
    with pytest.raises(ValueError, match=r"twice\.csv: 'a' stands twice"):
        expectations(path)


def test_every_row_on_file_is_complete():
    for row in expectations().values():
        assert float(row.tolerance) > 0, row.name
        assert float(row.value) == float(row.value), row.name
        assert row.command, row.name
        assert date.fromisoformat(row.date), row.name
