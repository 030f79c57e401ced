import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from rectutor import files
from rectutor.course import machine
from rectutor.course.doctor import Finding, Readings, examine, is_ready, read, report

ROOT = Path(__file__).parents[2]
HEALTHY = Readings(
    versions={"torch": "2.13.0+cpu", "pandas": "3.1.1"},
    pinned={"torch": "2.13.0", "pandas": "3.1.1"},
    environment={"OMP_NUM_THREADS": "2", "OMP_WAIT_POLICY": "PASSIVE"},
)


def complaints(**changes):
    """Return the findings of a healthy machine with one thing changed, without the good ones."""
    return [f for f in examine(replace(HEALTHY, **changes)) if f.state != "ok"]


def test_a_healthy_machine_is_ready_without_a_warning():
    findings = examine(HEALTHY)
    assert {finding.state for finding in findings} == {"ok"}
    assert all(not finding.remedy for finding in findings)
    assert is_ready(findings)
    assert report(findings).splitlines()[-1] == "ready"


@pytest.mark.parametrize(
    ("changes", "state", "what", "remedy"),
    [
        ({"python": (3, 10, 2)}, "fail", "Python 3.10.2", "needs Python 3.11 or newer"),
        ({"python": (3, 13, 1)}, "warn", "Python 3.13.1", "tested with 3.11 only"),
        ({"versions": {"torch": None}}, "fail", "torch is missing", "pip install"),
        ({"versions": {"torch": "2.14.0"}}, "warn", "torch 2.14.0", "torch==2.13.0"),
        ({"memory_gb": 1.5}, "fail", "memory 1.5 GB", "at least 4 GB"),
        ({"memory_gb": 3.0}, "warn", "memory 3.0 GB", "close other programs"),
        ({"memory_gb": None}, "warn", "memory: this system does not say", "2 GB"),
        ({"disk_gb": 0.1}, "fail", "disk 0.1 GB free", "make room"),
        ({"disk_gb": 0.5}, "warn", "disk 0.5 GB free", "make room"),
        ({"environment": {"OMP_NUM_THREADS": "many"}}, "fail", "many", "OMP_NUM_THREADS=1"),
        ({"environment": {"OMP_NUM_THREADS": "16"}}, "warn", "2 cores", "OMP_NUM_THREADS=2"),
        ({"environment": {}}, "warn", "not set, waiting threads spin", "OMP_WAIT_POLICY=PASSIVE"),
        ({"unwritable": ("lessons",)}, "fail", "cannot write to lessons", "rectutor lessons DIR"),
        ({"unwritable": (machine.HOME,)}, "warn", "your home folder", "JUPYTER_CONFIG_DIR"),
        ({"unwritable": (machine.HOME,)}, "warn", "your home folder", "`rectutor lab` keeps"),
        ({"missing_extensions": ("anywidget",)}, "fail", "extension anywidget", "reinstall anyw"),
        ({"scripts": ("random.py",)}, "fail", "random.py in the working", "rename random.py"),
        ({"scripts": ("torch.py", "mine.py")}, "fail", "torch.py", "rename torch.py"),
        ({"damage": ("items.csv is wrong; get it",)}, "fail", "items.csv is wrong", "get it"),
    ],
)
def test_each_fault_is_named_with_its_remedy(changes, state, what, remedy):
    (finding,) = complaints(**changes)
    assert finding.state == state
    assert what in finding.what
    assert remedy in finding.remedy
    assert is_ready([finding]) == (state == "warn")


def test_a_report_counts_what_must_be_mended():
    findings = [Finding("ok", "a"), Finding("warn", "b", "do b"), Finding("fail", "c", "do c")]
    assert report(findings).splitlines() == [
        "ok    a",
        "warn  b",
        "      -> do b",
        "fail  c",
        "      -> do c",
        "1 of 3 checks failed: mend these first",
    ]
    assert report(findings[:2]).splitlines()[-1] == "ready, with 1 warning(s)"


def test_the_packages_looked_for_are_those_the_project_needs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = {line.split(">=")[0] for line in project["dependencies"]}
    assert set(machine.NEEDED) == needed
    assert project["requires-python"] == ">=" + ".".join(map(str, machine.TRIED_PYTHON))


def test_readings_of_this_machine_make_sense(tmp_path):
    (tmp_path / "random.py").write_text("")
    readings = read(tmp_path)
    assert readings.scripts == ("random.py",)
    assert readings.versions["numpy"] == __import__("numpy").__version__
    assert readings.pinned["torch"] == "2.13.0"
    assert readings.cores >= 1
    assert readings.memory_gb is None or readings.memory_gb > 0
    assert readings.disk_gb > 0
    assert str(tmp_path) not in readings.unwritable


def test_a_package_without_its_module_counts_as_missing():
    assert machine.installed_version("numpy", "no_such_module") is None
    assert machine.installed_version("no-such-package", "numpy") is None


def test_a_folder_that_does_not_exist_cannot_be_written_to(tmp_path):
    assert machine.is_writable(tmp_path)
    assert not machine.is_writable(tmp_path / "missing")
    assert not list(tmp_path.iterdir())


def test_a_damaged_data_file_is_found(tmp_path, monkeypatch):
    world = tmp_path / "tiny"
    world.mkdir()
    (world / "items.csv").write_text("1")
    files.write_sums(world)
    monkeypatch.setattr(files, "shipped", lambda *parts: tmp_path)
    before = list(machine.damaged_files())
    (world / "items.csv").write_text("2")
    (message,) = set(machine.damaged_files()) - set(before)
    assert "items.csv should have SHA-256" in message
    assert "; install again, or `git checkout datasets_small`" in message


def test_missing_data_are_a_finding_and_no_crash(monkeypatch):
    def nothing(*parts):
        raise FileNotFoundError("datasets_small ships with rectutor but was not found; install")

    monkeypatch.setattr(files, "shipped", nothing)
    assert list(machine.damaged_files()) == [
        "datasets_small ships with rectutor but was not found; install"
    ]
