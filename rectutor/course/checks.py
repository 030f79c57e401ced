"""Check an exercise by what the answer does, never by how it is written.

A lesson keeps its exercises in a module of its own, `lesson01` and so on: a reference, a
function that draws cases, and three hints for each. A check never raises: whatever the learner
wrote, the result is a sentence with a truth value.
"""

from __future__ import annotations

import copy
import os
import textwrap
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from inspect import signature
from typing import Any, Literal, NamedTuple

import numpy as np

from rectutor.course.show import words

__all__ = ["LEARNER", "RIGHT", "UNANSWERED", "CheckResult", "Exercise", "learner_seed"]

LEARNER = "RECTUTOR_LEARNER"  # a name; every learner gets other data of the same difficulty
RIGHT, UNANSWERED = ": right.", ": not answered yet."
_LONGEST = 300  # characters of a value in a message


def learner_seed(name: str = "") -> int:
    """Turn a learner's name into a seed, the same on every machine.

    Args:
        name: any text; by default the environment variable `RECTUTOR_LEARNER`, else "".
    """
    known = name or os.environ.get(LEARNER, "")
    return int(sha256(known.strip().casefold().encode()).hexdigest()[:8], 16)


class CheckResult(NamedTuple):
    """What a check found; true only when the answer is right, and printed as its text."""

    state: Literal["right", "wrong", "not answered yet"]
    text: str

    def __bool__(self) -> bool:
        """Be true for a right answer only."""
        return self.state == "right"

    def __repr__(self) -> str:
        """Show the sentence, in a notebook and in `print`."""
        return self.text


@dataclass(frozen=True)
class Exercise:
    """One exercise: what is asked for, on which cases it is tried, and how to help.

    The answer is a function, called like `reference` on every case, or a value, compared with
    what `reference` gives for the first case (`case()` shows the learner that case).
    """

    name: str
    reference: Callable[..., Any]
    cases: Callable[[np.random.Generator], Sequence[tuple[Any, ...]]]
    hints: tuple[str, str, str]  # where to look; what to do; nearly the answer
    tolerance: float = 1e-6  # absolute, for numbers

    def case(self, name: str = "") -> tuple[Any, ...]:
        """Return this learner's first case, as a fresh copy."""
        return self._cases(name)[0]

    def hint(self, level: int = 1) -> None:
        """Print the hint of that level, 1 to 3, and say how to get the next.

        Raises:
            ValueError: there is no such level.
        """
        if level not in (1, 2, 3):
            raise ValueError(f"hints go from 1 to 3, got {level}")
        print(textwrap.fill(f"Hint {level} of 3: {self.hints[level - 1]}", 95))

    def check(self, answer: Any, name: str = "") -> CheckResult:
        """Compare an answer with the reference on this learner's cases.

        Args:
            answer: the learner's function or value.
            name: the learner's name, for the seed.
        """
        if answer is None or answer is ...:
            return self._unanswered()
        cases = self._cases(name)
        if not callable(answer):
            return self._compare(answer, cases[0], self.name)
        for case in cases:
            call = self._call(case)
            try:
                got = answer(*copy.deepcopy(case))
            except NotImplementedError:
                return self._unanswered()
            except Exception as error:
                return CheckResult("wrong", f"{call} raised {_told(error)}")
            if got is None or got is ...:
                return self._unanswered()
            result = self._compare(got, case, call)
            if not result:
                return result
        return CheckResult("right", f"{self.name}{RIGHT}")

    def _cases(self, name: str) -> Sequence[tuple[Any, ...]]:
        return self.cases(np.random.default_rng(learner_seed(name)))

    def _unanswered(self) -> CheckResult:
        return CheckResult("not answered yet", f"{self.name}{UNANSWERED}")

    def _call(self, case: tuple[Any, ...]) -> str:
        names = signature(self.reference).parameters
        arguments = (f"{n}={_short(value)}" for n, value in zip(names, case, strict=True))
        return f"{self.name}({', '.join(arguments)})"

    def _compare(self, got: Any, case: tuple[Any, ...], asked: str) -> CheckResult:
        expected = self.reference(*copy.deepcopy(case))
        difference = _difference(got, expected, self.tolerance)
        if difference:
            return CheckResult("wrong", f"{asked}: {difference}")
        return CheckResult("right", f"{self.name}{RIGHT}")


def _difference(got: Any, expected: Any, tolerance: float) -> str:
    """Say in words how two values differ; "" when they agree."""
    said = [_short(got), _short(expected)]
    if said[0] == said[1]:  # alike when rounded: show every digit
        said = [str(got), str(expected)]
    came = "came {}, expected {}".format(*said)
    if isinstance(expected, str | bool):
        agrees = isinstance(got, str | bool | np.bool_) and got == expected
        return "" if agrees else came
    try:
        left, right = _array(got), _array(expected)
    except (TypeError, ValueError):
        return came
    if left.shape != right.shape:
        return f"came shape {left.shape}, expected shape {right.shape}; {came}"
    if right.dtype.kind in "iufb" and left.dtype.kind in "iufb":
        agrees = np.allclose(left, right, rtol=0.0, atol=tolerance, equal_nan=True)
    else:
        agrees = bool(np.all(left == right))
    return "" if agrees else came


def _array(value: Any) -> np.ndarray:
    """View numbers, lists, data frames and tensors as an array."""
    if hasattr(value, "detach"):  # a torch tensor that may carry a gradient
        value = value.detach().cpu()
    if isinstance(value, set | frozenset):
        value = sorted(value)
    return np.asarray(value)


def _short(value: Any) -> str:
    """Write a value in one line of bounded length."""
    if isinstance(value, float | np.floating):
        return words(value)
    if isinstance(value, np.ndarray):
        value = np.round(value, 3).tolist() if value.dtype.kind == "f" else value.tolist()
    text = " ".join(str(value).split()) if not isinstance(value, str) else repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _told(error: Exception) -> str:
    """Tell an exception in one sentence, with the learner's own line when it can be found."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    line = f', in line {last.lineno}: "{last.line}"' if last.line else ""
    return f"{type(error).__name__}: {error}{line}"
