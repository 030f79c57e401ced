"""A pytest plugin for the one pass over all lessons.

nbval compares every cell with what is stored. This plugin starts each kernel under the rules
of `rectutor.course.guard` and, when all have run, fails the pass where a lesson reached for
the network or took more than twice the budget that its header states.

A kernel that dies before it answers is started once more: two kernels that begin at one moment may
choose the same free port, and one of them cannot open it.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbval.kernel
import pytest

from rectutor.course.guard import USAGE, lesson_environment

__all__ = ["ALLOWANCE", "complaints", "once_more", "usage_file"]

ALLOWANCE = 2  # machines differ: a lesson fails at twice its budget
_FOLDER = "RECTUTOR_LESSON_PASS"  # shared by the workers of one pass
_ran: set[str] = set()
_report: list[str] = []


def usage_file(folder: str, notebook: str) -> Path:
    """Name the file in which the kernel of one notebook keeps its cost."""
    return Path(folder) / (re.sub(r"[^\w.-]+", "_", notebook) + ".json")


def complaints(name: str, budget: dict[str, Any], spent: dict[str, Any] | None) -> list[str]:
    """Say what is wrong with the cost of one lesson; nothing when all is well.

    Args:
        name: the notebook.
        budget: the `rectutor` part of its metadata.
        spent: what its kernel recorded, or None.
    """
    if spent is None:
        return [f"{name}: its kernel recorded nothing; was it started under the lesson's rules?"]
    found = [f"{name}: reached for the network: {host}" for host in spent["refused"]]
    for spending, limit, unit in (
        ("cpu_seconds", "budget_seconds", "CPU-seconds"),
        ("peak_mb", "budget_mb", "MB"),
    ):
        if spent[spending] > ALLOWANCE * budget[limit]:
            found.append(
                f"{name}: {spent[spending]:.0f} {unit} is more than twice its budget of "
                f"{budget[limit]}; make it cheaper, or state a larger budget in its header"
            )
    return found


def once_more(start: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that starts a kernel, and again where the first one died at once.

    Args:
        start: raises RuntimeError where the kernel gave no sign of life.
    """

    def started(*args: Any, **knobs: Any) -> Any:
        try:
            return start(*args, **knobs)
        except RuntimeError:
            return start(*args, **knobs)

    return started


def pytest_configure(config: pytest.Config) -> None:
    """Set the lessons' environment once, before the workers inherit it."""
    nbval.kernel.start_new_kernel = once_more(nbval.kernel.start_new_kernel)
    if not hasattr(config, "workerinput"):
        profile = tempfile.mkdtemp(prefix="lessons-")
        wanted = lesson_environment(profile) | {_FOLDER: profile}
        for personal in set(os.environ) - set(wanted):
            del os.environ[personal]  # a folder of real data would be measured, minutes long
        os.environ.update(wanted)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tell the kernel that is about to start where to record its cost."""
    if item.path.suffix == ".ipynb":
        os.environ[USAGE] = str(usage_file(os.environ[_FOLDER], str(item.path)))
        item.user_properties.append(("notebook", str(item.path)))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember which notebooks ran, on whichever worker."""
    _ran.update(str(value) for key, value in report.user_properties if key == "notebook")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Compare what each lesson cost with its budget."""
    if hasattr(session.config, "workerinput"):
        return
    wrong: list[str] = []
    for notebook in sorted(_ran):
        stored = json.loads(Path(notebook).read_text(encoding="utf-8"))
        name = os.path.relpath(notebook, session.config.rootpath)
        path = usage_file(os.environ[_FOLDER], notebook)
        spent = json.loads(path.read_text()) if path.exists() else None
        if spent:
            cost = f"{spent['cpu_seconds']:6.1f} CPU-seconds {spent['peak_mb']:6.0f} MB"
            _report.append(f"{cost}  {name}")
        wrong += complaints(name, stored["metadata"]["rectutor"], spent)
    _report.extend(wrong)
    if wrong and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the cost of every lesson below nbval's own report."""
    terminalreporter.section("what the lessons cost")
    for line in _report:
        terminalreporter.write_line(line)
