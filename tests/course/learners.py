"""Whom exercises are tested with: learners, each with other data, and the mistakes they make."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

from rectutor.course.checks import Exercise

for_each_learner = pytest.mark.parametrize("learner", ["", "Ada", "Grace", "Alan"])


def each_mistake_fails(
    mistakes: Mapping[Exercise, Mapping[str, Callable[..., Any]]],
) -> Callable[..., None]:
    """Return a test: every usual mistake in every exercise is wrong for every learner.

    Args:
        mistakes: by exercise, name and wrong answer of each; the tests are named by both.
    """
    cases = [
        pytest.param(exercise, answer, id=f"{exercise.name}: {name}")
        for exercise, answers in mistakes.items()
        for name, answer in answers.items()
    ]

    @pytest.mark.parametrize(("exercise", "mistake"), cases)
    @for_each_learner
    def test(exercise: Exercise, mistake: Callable[..., Any], learner: str) -> None:
        assert exercise.check(mistake, learner).state == "wrong"

    return test


def each_reference_passes(exercises: Iterable[Exercise]) -> Callable[..., None]:
    """Return a test: every exercise takes its own reference, for every learner."""

    @pytest.mark.parametrize("exercise", exercises, ids=lambda exercise: exercise.name)
    @for_each_learner
    def test(exercise: Exercise, learner: str) -> None:
        assert exercise.check(exercise.reference, learner)

    return test
