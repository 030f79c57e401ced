from rectutor.course import questions
from rectutor.course.questions import closed_book


def test_answers_are_folded_escaped_and_repeated_as_text(monkeypatch):
    shown = []
    monkeypatch.setattr(questions, "show", lambda *twins: shown.extend(twins))
    closed_book([("01", "Is 1 < 2?", "<img onerror=x> & yes"), ("00", "Why?", "So.")])
    html, text = shown
    assert "<img" not in html
    assert (
        "<details><summary>Answer</summary><p>&lt;img onerror=x&gt; &amp; yes</p></details>" in html
    )
    assert text.splitlines() == [
        "1. Is 1 < 2? (lesson 01)",
        "2. Why? (lesson 00)",
        "Answers:",
        "1. <img onerror=x> & yes",
        "2. So.",
    ]
