"""Look over a machine before the first lesson, and say what to mend.

`machine.read` takes the readings; `examine` judges them and touches nothing, so every complaint
can be tested with made-up readings.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from rectutor.course.machine import EXTENSIONS, HOME, NEEDED, TRIED_PYTHON, Readings, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Finding", "Readings", "examine", "is_ready", "read", "report"]

_INSTALL = "install again: `pip install -c constraints.txt -e .` in a clone, or a new environment"


class Finding(NamedTuple):
    """One line of the report."""

    state: str  # "ok", "warn" or "fail"
    what: str  # the thing and its value
    remedy: str = ""  # what to do; empty when ok


def examine(readings: Readings) -> list[Finding]:
    """Judge readings: one finding for each thing that is fine, doubtful or broken."""
    return [
        _python(readings.python),
        *_packages(readings.versions, readings.pinned),
        _memory(readings.memory_gb),
        _disk(readings.disk_gb),
        _threads(readings.cores, readings.environment),
        *_writing(readings.unwritable),
        *_widgets(readings.missing_extensions),
        *_shadows(readings.scripts),
        *_shipped(readings.damage),
    ]


def is_ready(findings: list[Finding]) -> bool:
    """Tell whether the lessons will run: nothing failed, though there may be warnings."""
    return all(finding.state != "fail" for finding in findings)


def report(findings: list[Finding]) -> str:
    """Write findings as lines of text: state, thing, and what to do about it.

    Example:
        >>> print(report([Finding("ok", "Python 3.11.7"), Finding("fail", "disk", "make room")]))
        ok    Python 3.11.7
        fail  disk
              -> make room
        1 of 2 checks failed: mend these first
    """
    lines = []
    for state, what, remedy in findings:
        lines.append(f"{state:<5} {what}")
        if remedy:
            lines.append(f"      -> {remedy}")
    failed, doubtful = (sum(f.state == state for f in findings) for state in ("fail", "warn"))
    if failed:
        lines.append(f"{failed} of {len(findings)} checks failed: mend these first")
    else:
        lines.append("ready" + (f", with {doubtful} warning(s)" if doubtful else ""))
    return "\n".join(lines)


def _python(version: tuple[int, int, int]) -> Finding:
    what = f"Python {'.'.join(map(str, version))}"
    tried = ".".join(map(str, TRIED_PYTHON))
    if version[:2] < TRIED_PYTHON:
        return Finding("fail", what, f"rectutor needs Python {tried} or newer")
    if version[:2] > TRIED_PYTHON:
        remedy = f"the course was tested with {tried} only; go on, or make an environment with it"
        return Finding("warn", what, remedy)
    return Finding("ok", what)


def _packages(versions: Mapping[str, str | None], pinned: Mapping[str, str]) -> Iterator[Finding]:
    good = 0
    for name, version in versions.items():
        tested = pinned.get(name)
        if version is None:
            yield Finding("fail", f"{name} is missing", _INSTALL)
        elif tested and version.split("+")[0] != tested:
            remedy = (
                f"tested with {tested}; if something looks wrong, `pip install {name}=={tested}`"
            )
            yield Finding("warn", f"{name} {version}", remedy)
        else:
            good += 1
    yield Finding("ok", f"{good} of {len(versions)} packages in the tested version")


def _memory(memory_gb: float | None) -> Finding:
    if memory_gb is None:
        return Finding("warn", "memory: this system does not say", "a lesson may need 2 GB")
    what = f"memory {memory_gb:.1f} GB"
    if memory_gb < 2:
        return Finding("fail", what, "a lesson may need 2 GB: use a machine with at least 4 GB")
    if memory_gb < 4:
        return Finding("warn", what, "close other programs and other notebooks during a lesson")
    return Finding("ok", what)


def _disk(disk_gb: float) -> Finding:
    what = f"disk {disk_gb:.1f} GB free"
    if disk_gb < 0.2:
        return Finding("fail", what, "make room: the course writes up to 200 MB")
    return Finding("ok", what) if disk_gb >= 1 else Finding("warn", what, "make room for 1 GB")


def _threads(cores: int, environment: Mapping[str, str]) -> Finding:
    threads = environment.get("OMP_NUM_THREADS", "")
    what = f"{cores} cores, OMP_NUM_THREADS {threads or 'not set'}"
    first = threads.split(",")[0]
    if threads and not (first.isdigit() and int(first) > 0):
        return Finding("fail", what, "set it to a whole number: `export OMP_NUM_THREADS=1`")
    if threads and int(first) > cores:
        remedy = f"more threads than cores make training slower: `export OMP_NUM_THREADS={cores}`"
        return Finding("warn", what, remedy)
    if environment.get("OMP_WAIT_POLICY", "").upper() != "PASSIVE":
        remedy = "on a busy machine set `export OMP_WAIT_POLICY=PASSIVE`; `rectutor lab` does so"
        return Finding("warn", f"{what}, waiting threads spin", remedy)
    return Finding("ok", f"{what}, waiting threads sleep")


def _writing(unwritable: tuple[str, ...]) -> Iterator[Finding]:
    for name in unwritable:
        if name == HOME:
            remedy = (
                "`rectutor lab` keeps Jupyter's files beside the lessons instead; elsewhere set "
                "JUPYTER_CONFIG_DIR, JUPYTER_DATA_DIR and IPYTHONDIR to folders of your own"
            )
            yield Finding("warn", f"cannot write to {name}", remedy)
        else:
            remedy = "`rectutor lessons DIR` puts the lessons into a folder that you can write to"
            yield Finding("fail", f"cannot write to {name}", remedy)
    if not unwritable:
        yield Finding("ok", "working folder and home folder can be written to")


def _widgets(missing: tuple[str, ...]) -> Iterator[Finding]:
    for name in missing:
        remedy = f"`pip install --force-reinstall {EXTENSIONS[name]}`, then restart JupyterLab"
        yield Finding("fail", f"JupyterLab extension {name} is missing", remedy)
    if not missing:
        yield Finding("ok", "JupyterLab can show widgets and charts")


def _shadows(scripts: tuple[str, ...]) -> Iterator[Finding]:
    known = {*sys.stdlib_module_names, *NEEDED.values(), "rectutor"}
    hiding = [name for name in scripts if name.removesuffix(".py") in known]
    for name in hiding:
        remedy = f"rename {name}: Python would import it instead of the real module"
        yield Finding("fail", f"{name} in the working folder", remedy)
    if not hiding:
        yield Finding("ok", "no file in the working folder hides a module")


def _shipped(damage: tuple[str, ...]) -> Iterator[Finding]:
    for message in damage:
        what, _, remedy = message.partition("; ")
        yield Finding("fail", what, remedy)
    if not damage:
        yield Finding("ok", "shipped data and models are as they were made")
