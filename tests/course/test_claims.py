import pytest

from rectutor.course import claims
from rectutor.course.claims import (
    COLUMNS,
    MEASURED_CHECKS,
    PAPER_CHECKS,
    claims_of,
    ledger,
    show_claims,
)

CLAIMS = "claim_id,lesson,claim,survey_value,paper_value\nC1,02,<b>SASRec</b> wins,0.2,\n"
VERDICTS = "claim_id,paper_check,measured_check,value,cell,reason\n"


@pytest.fixture
def files(tmp_path, monkeypatch):
    def write(verdicts, said=CLAIMS):
        (tmp_path / "claims.csv").write_text(said)
        (tmp_path / "verdicts.csv").write_text(VERDICTS + verdicts)
        ledger.cache_clear()

    monkeypatch.setattr(claims, "_FOLDER", tmp_path)
    yield write
    ledger.cache_clear()


def test_every_verdict_has_its_claim_and_uses_the_closed_vocabulary():
    table = ledger()  # raises otherwise
    assert table["claim_id"].is_unique
    assert set(table["paper_check"]) <= set(PAPER_CHECKS)
    assert set(table["measured_check"]) <= set(MEASURED_CHECKS)


def test_a_verdict_says_what_it_rests_on():
    for row in ledger().itertuples():
        if row.measured_check in ("holds", "does not"):
            assert row.value and row.cell.startswith(f"{row.lesson}"), row.claim_id
        if row.measured_check == "cannot be tested here":
            assert row.reason, row.claim_id
        if row.paper_check != "not looked up":
            assert row.paper_value and row.paper_source, row.claim_id


def test_an_empty_paper_value_is_not_looked_up():
    table = ledger()
    assert set(table.loc[table["paper_value"] == "", "paper_check"]) == {"not looked up"}


def test_a_lesson_gets_its_own_claims(files):
    files("C1,not looked up,holds,0.31,02-sweep,It does.\n")
    table = claims_of("02")
    assert list(table.columns) == list(COLUMNS.values())
    assert table.loc[0, ["paper", "measured here", "cell"]].tolist() == [
        "not looked up",
        "0.31",
        "02-sweep",
    ]


def test_a_paper_value_from_hearsay_is_marked(files):
    files("C1,not looked up,holds,1,c,r\n", CLAIMS.replace("0.2,\n", "0.2,0.1\n"))
    assert claims_of("02").loc[0, "paper"] == "not looked up; said to be: 0.1"
    files("C1,differs,holds,1,c,r\n", CLAIMS.replace("0.2,\n", "0.2,0.1\n"))
    assert claims_of("02").loc[0, "paper"] == "0.1"


def test_a_lesson_without_claims_lists_those_with_some(files):
    files("C1,agrees,holds,1,c,r\n")
    with pytest.raises(ValueError, match="for the lessons 02, none for '17'"):
        claims_of("17")


def test_another_word_in_a_verdict_is_refused(files):
    files("C1,agrees,maybe,1,c,r\n")
    with pytest.raises(ValueError, match=r"C1: measured_check may be holds, .*; got 'maybe'"):
        ledger()


def test_a_verdict_without_a_claim_is_refused(files):
    files("C1,agrees,holds,1,c,r\nC9,agrees,holds,1,c,r\n")
    with pytest.raises(ValueError, match="C9 stands in only one of"):
        ledger()


def test_the_table_is_escaped_and_has_a_text_twin(files, monkeypatch):
    said = CLAIMS.replace("0.2,\n", "0.2,0.1\n")
    files("C1,differs,does not,0.31,02-sweep,It was the loss.\n", said)
    shown = []
    monkeypatch.setattr(claims, "show", lambda *twins: shown.extend(twins))
    show_claims("02")
    html, text = shown
    assert "<b>" not in html and "&lt;b&gt;SASRec&lt;/b&gt; wins" in html
    assert text.splitlines()[1:] == [
        "C1 Here: Does not hold. 0.31. It was the loss.",
        "    Paper: differs: 0.1",
        "    Survey: <b>SASRec</b> wins [0.2]",
    ]


def test_what_was_measured_comes_before_what_cannot_be(files, monkeypatch):
    files(
        "C1,not looked up,cannot be tested here,,,No data.\nC2,agrees,holds,1,02-x,\n",
        CLAIMS + "C2,02,EASE wins,,0.3\n",
    )
    shown = []
    monkeypatch.setattr(claims, "show", lambda *twins: shown.extend(twins))
    show_claims("02")
    assert shown[1].index("C2 Here: Holds. 1.") < shown[1].index("C1 Here: Cannot be tested here.")
