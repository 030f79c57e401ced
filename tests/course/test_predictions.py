import json

import pytest

from rectutor.course import predictions
from rectutor.course.forms import Form, ask
from rectutor.course.predictions import JOURNAL, calibration, forget, predict, reveal


@pytest.fixture(autouse=True)
def fresh_kernel(monkeypatch):
    monkeypatch.delenv(JOURNAL, raising=False)
    forget()
    yield
    monkeypatch.delenv(JOURNAL, raising=False)
    forget()


def printed(capsys):
    return capsys.readouterr().out.splitlines()


def test_a_prediction_is_printed_back_with_its_reason(capsys):
    predict("flip", "Markov", 0.8, "it counts pairs")
    assert printed(capsys) == ["flip: you said Markov (80% sure, because it counts pairs)."]


def test_no_answer_is_no_prediction_and_nothing_is_revealed(capsys):
    predict("flip", None)
    reveal("flip", truth="EASE")
    said, told = printed(capsys)
    assert "no prediction yet" in said
    assert "Answer the question with the key 'flip' above" in told
    assert "EASE" not in told


def test_a_reveal_sets_the_prediction_beside_the_measured_answer(capsys):
    predict("gini", 0.55, 0.6)
    reveal("gini", 0.449, within=0.05, unit="Gini")
    assert printed(capsys)[1:] == [
        "gini: you said 0.55 (60% sure).",
        "Measured: 0.449 Gini. 0.101 off: ask why before you read on.",
    ]


@pytest.mark.parametrize(
    ("answer", "truth", "within", "right"),
    [
        (0.5, 0.55, 0.05, True),
        (0.5, 0.56, 0.05, False),
        ("0.5", 0.5, 0, True),
        ("ease ", "EASE", 0, True),
        ("Markov", "EASE", 0, False),
        (True, "yes", 0, True),
        ("No", False, 0, True),
        ("many", 3, 0, False),
        (1, True, 0, False),
    ],
)
def test_numbers_are_judged_by_distance_and_words_by_letters(answer, truth, within, right):
    predict("key", answer)
    reveal("key", truth, within=within)
    assert predictions._made["key"].right is right


def test_an_answer_cannot_be_changed_once_it_was_revealed(capsys):
    predict("flip", "Markov")
    predict("flip", "EASE")
    reveal("flip", "Markov")
    predict("flip", "Markov")
    assert "it stands that you said EASE" in printed(capsys)[-1]
    assert predictions._made["flip"].right is False


def test_calibration_compares_being_sure_with_being_right(capsys):
    for key, answer, confidence in [("a", 1, 0.9), ("b", 2, 0.9), ("c", 3, 0.8), ("d", 4, 0.5)]:
        predict(key, answer, confidence)
        reveal(key, 1)
    predict("e", 1, 1.0)  # never revealed, so it does not count
    capsys.readouterr()
    calibration()
    assert printed(capsys) == [
        "4 predictions, 1 right. You were sure (80 % or more) of 3, and right in 1 of them.",
        "Stated on average 78%, right 25%: surer than right.",
    ]


@pytest.mark.parametrize(
    ("confidence", "verdict"), [(0.5, "right more often than sure"), (0.95, "about as sure")]
)
def test_calibration_names_the_other_leanings(confidence, verdict, capsys):
    predict("a", 1, confidence)
    reveal("a", 1)
    calibration()
    assert verdict in printed(capsys)[-1]


def test_without_reveals_there_is_nothing_to_add_up(capsys):
    calibration()
    assert printed(capsys) == [
        "No prediction has been revealed yet, so there is nothing to add up."
    ]


def test_a_confidence_in_per_cent_is_refused():
    with pytest.raises(ValueError, match=r"between 0 and 1, got 70; 0\.7 means 70 % sure"):
        predict("flip", "EASE", 70)


def test_nothing_is_written_without_a_journal(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    predict("flip", "EASE")
    reveal("flip", "EASE")
    assert list(tmp_path.iterdir()) == []


def test_a_journal_outlives_a_restart_of_the_kernel(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(JOURNAL, str(tmp_path / "journal.json"))
    predict("flip", "EASE", 0.9)
    predictions._made.clear()  # what a restart does
    reveal("flip", "EASE")
    assert printed(capsys)[-1] == "Measured: EASE. Right."
    assert json.loads((tmp_path / "journal.json").read_text()) == {"flip": ["EASE", 0.9, "", True]}


def test_the_form_commits_what_was_chosen(capsys):
    form = Form("flip", "Which leads?", ["Markov", "EASE"])
    assert form.answer.value is None
    form.commit.click()
    assert form.said.value == "<p role='status'>Choose an answer first.</p>"
    form.answer.value, form.confidence.value, form.because.value = "EASE", 0.9, "3 < 4"
    form.commit.click()
    said = "flip: you said EASE (90% sure, because 3 &lt; 4)."
    assert form.said.value == f"<p role='status'>{said}</p>"
    reveal("flip", "EASE")
    assert printed(capsys)[-1] == "Measured: EASE. Right."


def test_a_question_without_choices_takes_a_number(capsys):
    form = Form("gini", "What is the Gini?")
    form.answer.value = "0.4"
    form.commit.click()
    reveal("gini", 0.41, within=0.02)
    assert printed(capsys)[-1] == "Measured: 0.41. Right, 0.01 off."


def test_a_number_with_words_around_it_is_not_taken():
    form = Form("gini", "What is the Gini?")
    form.answer.value = "40 %"
    form.commit.click()
    said = "Not taken: a plain number is needed, such as 0.4, got &quot;40 %&quot;."
    assert form.said.value == f"<p role='status'>{said}</p>"
    assert "gini" not in predictions._made


def test_every_control_of_the_form_has_a_label():
    form = Form("flip", "Which leads?", ["Markov", "EASE"])
    controls = [form.answer, form.confidence, form.because, form.commit]
    assert [c.description for c in controls] == ["Your answer", "How sure", "Because", "Commit"]
    assert form.box.children[0].value == "<p>Which leads?</p>"


def test_the_form_says_in_text_how_to_answer_without_it(monkeypatch):
    shown = []
    monkeypatch.setattr("rectutor.course.forms.display", lambda data, raw: shown.append(data))
    ask("flip", "Which leads?", ["Markov", "EASE"])
    assert shown[0]["text/plain"] == (
        "Question: Which leads?\n  - Markov\n  - EASE\n"
        'Answer in the form, or with predict("flip", answer, confidence=0.7, because="...").'
    )
    assert "application/vnd.jupyter.widget-view+json" in shown[0]
