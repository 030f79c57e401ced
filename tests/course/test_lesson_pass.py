import os
from types import SimpleNamespace

import pytest

from rectutor.course.lesson_pass import complaints, once_more, pytest_configure, usage_file

BUDGET = {"budget_seconds": 60, "budget_mb": 800}


def spent(**changes):
    return {"cpu_seconds": 119.0, "peak_mb": 1590.0, "refused": []} | changes


def test_up_to_twice_the_budget_nothing_is_said():
    assert complaints("01.ipynb", BUDGET, spent()) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cpu_seconds": 121.0}, "01.ipynb: 121 CPU-seconds is more than twice its budget of 60"),
        ({"peak_mb": 1700.0}, "01.ipynb: 1700 MB is more than twice its budget of 800"),
        ({"refused": ["example.org"]}, "01.ipynb: reached for the network: example.org"),
    ],
    ids=["time", "memory", "network"],
)
def test_each_breach_is_named_with_its_number(changes, message):
    (said,) = complaints("01.ipynb", BUDGET, spent(**changes))
    assert said.startswith(message)


def test_a_kernel_without_a_record_is_a_breach():
    assert "recorded nothing" in complaints("01.ipynb", BUDGET, None)[0]


def test_two_notebooks_of_one_name_keep_two_records():
    student, solved = usage_file("u", "notebooks/01.ipynb"), usage_file("u", "solved/01.ipynb")
    assert student != solved
    assert student.parent == solved.parent


def test_the_pass_hides_what_is_the_readers_own(monkeypatch):
    kept = dict(os.environ)
    monkeypatch.setenv("RECTUTOR_REAL_DATA", "/some/folder")
    try:
        pytest_configure(SimpleNamespace())
        assert "RECTUTOR_REAL_DATA" not in os.environ
        assert os.environ["OMP_NUM_THREADS"] == "1"
    finally:
        os.environ.clear()
        os.environ.update(kept)


def test_a_kernel_that_dies_at_once_is_started_once_more_and_not_for_ever():
    tried = []

    def start(name, dies):
        tried.append(name)
        if len(tried) <= dies:
            raise RuntimeError("Kernel died before replying to kernel_info")
        return "alive"

    assert once_more(start)("python", dies=1) == "alive"
    assert tried == ["python"] * 2
    tried.clear()
    with pytest.raises(RuntimeError, match="Kernel died"):
        once_more(start)("python", dies=2)
    assert len(tried) == 2
