"""The exercises of lesson 14: write a tool, break an agent, reckon when a router pays."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.tools import Found, Toolbox, tool
from rectutor.agents.trace import Trace
from rectutor.chat import ToolCall
from rectutor.course.checks import RIGHT, UNANSWERED, CheckResult, Exercise

__all__ = ["QUESTIONS", "Breakable", "ToolExercise", "between_tool", "break_it", "routing_pays"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "14",
        "An agent's trace holds a convincing thought right before its call. What would show that "
        "the thought caused the call?",
        "An edit of the thought alone, played again from there: the call has to change with it. "
        "The order of steps shows nothing, two agents may write the same trace.",
    ),
    (
        "14",
        "For which questions is it worth its tokens to keep abandoned branches in view?",
        "For those whose clues lie on several branches, so that what one step leaves is needed "
        "later. Where each step needs the one before, it is more to pay and more to misread.",
    ),
    (
        "10",
        "The tiny agent writes only calls that the schemas allow. What did a trie guarantee in the "
        "same way, and what not?",
        "That every tuple of codes is a film, not that it is a good one. Here every call can be "
        "run, and four of ten requests in new wordings are still answered with the wrong call.",
    ),
]
_Films = list[tuple[int, str, int]]  # number, title, year


@dataclass(frozen=True)
class ToolExercise(Exercise):
    """An exercise whose answer makes a tool; the tool is called through a box, as a model would.

    A case is what the answer is given.
    """

    def _compare(self, got: Any, case: tuple[Any, ...], asked: str) -> CheckResult:
        """Compare what the box says to each call."""
        try:
            box = Toolbox([tool(got)])
        except Exception as error:
            return CheckResult("wrong", f"{self.name}: no tool can be made of it: {error}")
        (name,) = box.tools
        wanted = Toolbox([tool(self.reference(*copy.deepcopy(case)))])
        for arguments in _CALLS:
            call = f"{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})"
            try:
                seen = box.run(ToolCall(name, dict(arguments)))
            except AttributeError as error:  # the box looks for the text of what came back
                asks = f"does {name} return Found(text, numbers)?"
                return CheckResult("wrong", f"{call} raised AttributeError: {error}; {asks}")
            except Exception as error:
                return CheckResult("wrong", f"{call} raised {type(error).__name__}: {error}")
            (other,) = wanted.tools
            due = wanted.run(ToolCall(other, dict(arguments)))
            if (seen.is_refusal, seen.items) != (due.is_refusal, due.items):
                return CheckResult("wrong", f"{call}: came {_told(seen)}, expected {_told(due)}")
            if not due.is_refusal and seen.text != due.text:
                return CheckResult("wrong", f"{call}: came {seen.text!r}, expected {due.text!r}")
        return CheckResult("right", f"{self.name}{RIGHT}")


def _told(seen: Any) -> str:
    return f"a refusal ({seen.text})" if seen.is_refusal else f"the films {list(seen.items)}"


def _between_tool(films: _Films) -> Callable[..., Found]:
    """Return the tool."""

    def between(first: int, last: int) -> Found:
        """List films by when they came out, the newest first.

        Args:
            first: the first year.
            last: the last year, inclusive.
        """
        if first > last:
            raise ValueError(f"the first year must not be after the last, got {first} and {last}")
        own = sorted((-year, number, title) for number, title, year in films
                     if first <= year <= last)  # fmt: skip
        lines = [f"[{number}] {title} ({-year})" for year, number, title in own]
        return Found("\n".join(lines) or "no film", tuple(number for _, number, _ in own))

    return between


def _shelves(rng: np.random.Generator) -> list[tuple[_Films]]:
    """Draw a few films; three of them came out in 1990, 1990 and 1999."""
    cases = []
    for n in (6, 9):
        years = rng.integers(1980, 2010, size=n)
        years[:3] = (1990, 1999, 1990)
        numbers = rng.permutation(np.arange(1, 40))[:n]
        films = [(int(i), f"Film {i}", int(year)) for i, year in zip(numbers, years, strict=True)]
        cases.append((films,))
    return cases


_CALLS: tuple[dict[str, Any], ...] = (  # the last four are to be refused
    {"first": 1990, "last": 1999},
    {"first": 1990, "last": 1990},
    {"first": 1900, "last": 1910},
    {"first": 1999, "last": 1990},
    {"first": "1990", "last": 1999},
    {"first": 1990},
    {"first": 1990, "last": 1999, "person": 7},
)

between_tool = ToolExercise(
    name="between_tool",
    reference=_between_tool,
    cases=_shelves,
    hints=(
        "Who refuses what? The box refuses wrong types, missing and unknown arguments, once the "
        "signature has types and the docstring a line under Args for each. What is left to you?",
        "A first year after the last: raise ValueError with a sentence. No film in between is no "
        "error: Found('no film'). Sort by minus the year, then by number.",
        "`own = sorted((-year, number, title) for number, title, year in films if first <= year "
        "<= last)`; lines are f'[{number}] {title} ({-year})'; return Found(text, numbers).",
    ),
)

_FIELDS = ("genre", "theme", "person", "country")
_NOT = ("no ", "not ", "n't ", "without ", "except ", "never ", "anything but ")


@dataclass(frozen=True)
class Breakable:
    """An agent to be broken: a request that says what is wanted, and films that are not that.

    What a request means is judged by one fact that stands in its words; the agent is really run.
    """

    name: str
    hints: tuple[str, str, str]
    known: tuple[str, ...] = ()  # values that the lesson has used up

    def hint(self, level: int = 1) -> None:
        """Print the hint of that level, 1 to 3."""
        Exercise(self.name, print, lambda _: [], self.hints).hint(level)

    def check(self, answer: Any, ask: Callable[[str], Trace], catalogue: Catalogue) -> CheckResult:
        """Run the agent on the learner's request, and look at the films that it names.

        Args:
            answer: a function without parameters that returns (request, field, value, wanted).
            ask: runs the agent on a request.
            catalogue: of the films.
        """
        try:
            given = answer() if callable(answer) else answer
        except Exception as error:
            return CheckResult("wrong", f"{self.name} raised {type(error).__name__}: {error}")
        if given is None or given is ...:
            return CheckResult("not answered yet", f"{self.name}{UNANSWERED}")
        if wrong := self._malformed(given, catalogue):
            return CheckResult("wrong", f"{self.name}: {wrong}")
        request, field, value, wanted = given
        trace = ask(request)
        if trace.answer is None or not trace.answer.items:
            said = trace.why if trace.answer is None else trace.answer.text
            return CheckResult("wrong", f"{self.name}: it named no film ({said}); try another")
        fact = (field, value.casefold())
        has = [
            fact in {(name, own.casefold()) for name, own in catalogue.facts_of(item)}
            for item in trace.answer.items
        ]
        if all(own == wanted for own in has):
            return CheckResult("wrong", f"{self.name}: it was right: {trace.answer.text}")
        return CheckResult("right", f"{self.name}{RIGHT}")

    def _malformed(self, given: Any, catalogue: Catalogue) -> str:
        """Say what is wrong with an answer, or nothing."""
        if not isinstance(given, tuple) or [type(own) for own in given] != [str, str, str, bool]:
            return f"return (request, field, value, wanted), got {given!r}"
        request, field, value, wanted = given
        text = request.casefold()
        if field not in _FIELDS:
            return f"the field must be one of {', '.join(_FIELDS)}, got {field!r}"
        if value.casefold() not in {own.casefold() for own in catalogue.values(field)}:
            return f"no film has {field} {value!r}"
        if value.casefold() in self.known:
            return f"{value!r} is broken in the lesson already; find another"
        if value.casefold() not in text:
            return f"the request must say {value!r}, or nobody could know that it matters"
        if not wanted and not any(word in text.split(value.casefold())[0] for word in _NOT):
            return f"{value!r} is not wanted, and no word before it says so"
        return ""


break_it = Breakable(
    name="break_it",
    hints=(
        "What does the tiny agent not look at? Section 2 shows three things.",
        "It cannot negate, and it takes two people in one wish for two questions. Say a request, "
        "then name the fact that an answer must have (True) or must not have (False).",
        "`return 'anything but a ... film', 'genre', '...', False` with a genre of your own.",
    ),
    known=("horror",),
)


def _routing_pays(router: float, simple: float, planner: float) -> float:
    """Solve router + (1 - q) simple + q planner = planner for q."""
    return min(1.0, max(0.0, 1 - router / (planner - simple)))


def _prices(rng: np.random.Generator) -> list[tuple[float, float, float]]:
    """Draw costs: a cheap router, a dear one, one that costs more than it can save, a free one."""
    simple, gap = (int(own) for own in rng.integers(50, 200, size=2))
    shares = (0.1, 0.6, 1.4, 0.0)
    return [(round(share * gap, 1), simple, simple + gap) for share in shares]


routing_pays = Exercise(
    name="routing_pays",
    reference=_routing_pays,
    cases=_prices,
    hints=(
        "Write down what a request costs on average with the router, when a share q is complex.",
        "router + (1 - q) simple + q planner; it must be less than planner. Solve for q, and keep "
        "the result between 0 and 1.",
        "`min(1.0, max(0.0, 1 - router / (planner - simple)))`.",
    ),
)
