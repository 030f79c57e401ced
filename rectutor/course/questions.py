"""Closed-book questions: the answer is folded away until the learner opens it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from rectutor.course.show import show

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["closed_book"]


def closed_book(questions: Sequence[tuple[str, str, str]]) -> None:
    """Show questions to answer from memory, each with its answer folded.

    Args:
        questions: (lesson, question, answer) triples; three of them: this lesson, the one
            before, a much earlier one.
    """
    folded = "".join(
        f"<li><p>{escape(question)} <em>(lesson {escape(lesson)})</em></p>"
        f"<details><summary>Answer</summary><p>{escape(answer)}</p></details></li>"
        for lesson, question, answer in questions
    )
    lines = [f"{n}. {q} (lesson {lesson})" for n, (lesson, q, _) in enumerate(questions, 1)]
    answers = [f"{n}. {answer}" for n, (_, _, answer) in enumerate(questions, 1)]
    show(f"<ol>{folded}</ol>", "\n".join([*lines, "Answers:", *answers]))
