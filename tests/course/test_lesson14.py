"""The exercises of lesson 14: the right answer passes, each usual mistake fails."""

import re

import pytest

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.tools import Found
from rectutor.agents.trace import Answer, Step, Trace
from rectutor.course.lesson14 import (
    QUESTIONS,
    between_tool,
    break_it,
    routing_pays,
)
from tests.agents.small import ITEMS
from tests.course.learners import each_mistake_fails, each_reference_passes


def shelf(pick, refuses=True, text=None):
    """Return an answer to the first exercise that differs from the right one in one thing."""

    def answer(films):
        def between(first: int, last: int) -> Found:
            """List films.

            Args:
                first: year.
                last: year.
            """
            if refuses and first > last:
                raise ValueError("the first year is after the last")
            own = pick(films, first, last)
            lines = [f"[{number}] {title} ({year})" for number, title, year in own]
            said = text if text is not None else "\n".join(lines) or "no film"
            return Found(said, tuple(number for number, _, _ in own))

        return between

    return answer


def newest_first(films, first, last):
    return sorted((own for own in films if first <= own[2] <= last), key=lambda f: (-f[2], f[0]))


def untyped(films):
    def between(first, last):
        """List films.

        Args:
            first: year.
            last: year.
        """
        return Found("no film")

    return between


def years_as_text(films):
    def between(first: str, last: str) -> Found:
        """List films.

        Args:
            first: year.
            last: year.
        """
        own = newest_first(films, int(first), int(last))
        return Found("\n".join(map(str, own)), tuple(own[0] for own in own))

    return between


def no_words_for_arguments(films):
    def between(first: int, last: int) -> Found:
        """List films."""
        return Found("no film")

    return between


MISTAKES = {
    between_tool: {
        "the last year left out": shelf(lambda f, a, b: newest_first(f, a, b - 1)),
        "oldest first": shelf(lambda f, a, b: newest_first(f, a, b)[::-1]),
        "turned years are no error": shelf(newest_first, refuses=False),
        "another text": shelf(newest_first, text="some films"),
        "no types": untyped,
        "years as text": years_as_text,
        "no words for arguments": no_words_for_arguments,
        "no function": lambda films: newest_first(films, 1990, 1999),
    },
    routing_pays: {
        "never below 0": lambda router, simple, planner: 1 - router / (planner - simple),
        "the share that is simple": lambda *own: 1 - routing_pays.reference(*own),
        "without the tool": lambda router, simple, planner: max(0, 1 - router / planner),
    },
}

test_each_usual_mistake_fails = each_mistake_fails(MISTAKES)
test_right_answers_pass = each_reference_passes(MISTAKES)


def test_a_tool_that_crashes_is_told_with_its_call():
    def answer(films):
        def between(first: int, last: int) -> Found:
            """List films.

            Args:
                first: year.
                last: year.
            """
            raise RuntimeError("the shelf fell")

        return between

    said = between_tool.check(answer).text
    assert said == "between(first=1990, last=1999) raised RuntimeError: the shelf fell"


def test_a_tool_that_returns_no_found_is_told_what_to_return():
    def answer(films):
        def between(first: int, last: int) -> Found:
            """List films.

            Args:
                first: year.
                last: year.
            """
            return [number for number, _, _ in films]

        return between

    said = between_tool.check(answer).text
    assert said.startswith("between(first=1990, last=1999) raised AttributeError: 'list' object")
    assert said.endswith("; does between return Found(text, numbers)?")


CATALOGUE = Catalogue(ITEMS)  # [1] Heat and [2] Collateral have Crime; [5] Airplane! is Comedy


def says(*items):
    """Return an agent that always names these films."""
    return lambda request: Trace("fixed", request, (Step(Answer("I found some.", items)),))


def judged(answer, *items):
    return break_it.check(lambda: answer, says(*items), CATALOGUE)


def test_an_unwanted_fact_breaks_an_agent_that_names_it():
    answer = ("no Crime please", "genre", "Crime", False)
    assert judged(answer, 5, 1)
    assert judged(answer, 5).text == "break_it: it was right: I found some."


def test_a_wanted_fact_breaks_an_agent_that_names_something_else():
    answer = ("a crime story with Al Pacino", "person", "Al Pacino", True)
    assert judged(answer, 1, 2)
    assert judged(answer, 1).state == "wrong"


@pytest.mark.parametrize(
    ("answer", "says_why"),
    [
        ("no Crime", r"return \(request, field, value, wanted\), got 'no Crime'"),
        (("no Crime", "genre", "Crime"), "return"),
        (("no Opera", "genre", "Opera", False), "no film has genre 'Opera'"),
        (("no Crime", "kind", "Crime", False), "the field must be one of genre, .*, got 'kind'"),
        (("no killing please", "genre", "Crime", False), "the request must say 'Crime'"),
        (
            ("Crime, and no jokes", "genre", "Crime", False),
            "'Crime' is not wanted, and no word before",
        ),
    ],
)
def test_what_nobody_could_understand_breaks_nothing(answer, says_why):
    result = judged(answer, 1, 5)
    assert result.state == "wrong"
    assert re.search(says_why, result.text)


def test_an_agent_that_names_no_film_is_not_broken():
    assert "it named no film" in judged(("no Crime", "genre", "Crime", False)).text


def test_the_break_of_the_lesson_does_not_count_twice():
    horror = ITEMS.assign(genres=[("Horror",)] * 5)
    result = break_it.check(
        lambda: ("no horror", "genre", "Horror", False), says(1), Catalogue(horror)
    )
    assert result.text == "break_it: 'Horror' is broken in the lesson already; find another"


def test_a_break_that_is_not_there_yet_runs_nothing():
    def never(request):
        raise AssertionError("asked")

    assert break_it.check(lambda: None, never, CATALOGUE).state == "not answered yet"
    assert break_it.check(None, never, CATALOGUE).state == "not answered yet"


def test_a_break_that_raises_is_told():
    def raising():
        raise KeyError("genre")

    assert break_it.check(raising, says(1), CATALOGUE).text == "break_it raised KeyError: 'genre'"


def test_hints_are_printed_and_numbered(capsys):
    break_it.hint(2)
    assert capsys.readouterr().out.startswith("Hint 2 of 3: It cannot negate")


def test_the_closing_questions_look_back():
    assert [lesson for lesson, _, _ in QUESTIONS] == ["14", "14", "10"]
