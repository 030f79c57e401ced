"""Vectors in the place of words."""

import pytest

from rectutor.prompts.p5 import FAMILIES, tasks
from rectutor.prompts.pod import bare_tasks, vectors_of, with_vectors


def test_a_bare_question_has_vectors_and_gaps_alone():
    for task in bare_tasks(2):
        words = task.source.text.split()
        gaps = [word for word in words if word.startswith("{")]
        assert words == [f"{task.family}_1", f"{task.family}_2", *gaps]
        known = {name for task in tasks(task.family) for name in task.source.fields}
        assert set(gaps) <= {f"{{{name}}}" for name in known}
    assert [task.family for task in bare_tasks()] == list(FAMILIES)


def test_a_bare_question_wants_what_the_first_wording_wants():
    assert [t.target for t in bare_tasks()] == [tasks(family)[0].target for family in FAMILIES]


@pytest.mark.parametrize("is_held_out", [False, True])
def test_vectors_stand_in_front_and_change_nothing_else(is_held_out):
    for task in tasks(held_out=is_held_out):
        longer = with_vectors(task, 4)
        assert longer.source.text == f"{vectors_of(task.family, 4)} {task.source.text}"
        assert (longer.family, longer.target, longer.is_held_out) == (
            task.family, task.target, is_held_out,
        )  # fmt: skip
        assert longer.name != task.name
