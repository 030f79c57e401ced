"""Whom exercises are tested with: learners, each with other data, and the mistakes they make."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from rectutor.course.checks import Exercise

for_each_learner = pytest.mark.parametrize("learner", ["", "Ada", "Grace", "Alan"])


def for_each_mistake(
    mistakes: Mapping[Exercise, Mapping[str, Callable[..., Any]]],
) -> pytest.MarkDecorator:
    """Give a test every `exercise` with every `mistake`, named by both."""
    cases = [
        pytest.param(exercise, answer, id=f"{exercise.name}: {name}")
        for exercise, answers in mistakes.items()
        for name, answer in answers.items()
    ]
    return pytest.mark.parametrize(("exercise", "mistake"), cases)
