"""The wheel: built once, installed into an empty folder, and used from elsewhere."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from rectutor import __version__

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

USE_IT = """
from pathlib import Path
import rectutor
from rectutor import files
from rectutor.course.build import sources
from rectutor.data import load

home = Path(rectutor.__file__).parent
print(home)
for name in ("films", "tiny"):
    dataset = load(name)
    assert dataset.folder.is_relative_to(home), dataset.folder
    print(dataset.name, len(dataset.items) > 0)
assert all(path.is_relative_to(home) for path in sources())
print([path.name for path in sources()])
print(sorted(path.name for path in files.shipped("notebooks").glob("*.ipynb")))
"""


def run(*words, **options):
    ended = subprocess.run(words, capture_output=True, text=True, check=False, **options)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build the wheel without a network and unpack it where nothing else lies."""
    place = tmp_path_factory.mktemp("wheel")
    words = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(ROOT)]
    run(sys.executable, *words)
    (wheel,) = place.glob("*.whl")
    folder = place / "elsewhere"
    words = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target"]
    run(sys.executable, *words, str(folder), str(wheel))
    return folder


def test_an_installed_wheel_finds_data_and_lessons_from_anywhere(installed, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    out = run(sys.executable, "-c", USE_IT, cwd=tmp_path, env=environment).splitlines()
    lessons = [path.stem for path in sorted((ROOT / "notebooks" / "source").glob("*.py"))]
    assert out == [
        str(installed / "rectutor"),
        "films True",
        "tiny True",
        str([f"{name}.py" for name in lessons]),
        str([f"{name}.ipynb" for name in lessons]),
    ]


def test_everything_that_lies_in_the_clone_lies_in_the_wheel(installed):
    shipped = installed / "rectutor" / "shipped"
    missing = [
        str(path.relative_to(ROOT))
        for folder in ("datasets_small", "figures", "notebooks/source")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
        if not (shipped / path.relative_to(ROOT)).exists()
    ]
    inside = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "rectutor").rglob("*")
        if path.suffix in {".py", ".js", ".css", ".csv", ".json", ".safetensors", ".md"}
        if not path.name.startswith(".") and not (installed / path.relative_to(ROOT)).exists()
    ]
    assert missing + inside == []


def test_the_wheel_holds_no_tests_and_no_builds(installed):
    top = {path.name for path in installed.iterdir()}
    assert top == {"rectutor", "bin", f"rectutor-{__version__}.dist-info"}


def test_the_command_of_the_wheel_answers(installed, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    out = run(str(installed / "bin" / "rectutor"), "--version", cwd=tmp_path, env=environment)
    assert out == f"rectutor {__version__}\n"


def test_one_version_stands_everywhere():
    assert PROJECT["version"] == __version__
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {__version__}\n" in citation
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## Unreleased" in changes or f"## {__version__}" in changes


def test_every_dependency_is_pinned_and_no_pin_names_a_place():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", pin) for pin in pins), pins
    assert "torch==2.13.0" in pins
    pinned = {pin.split("==")[0].lower().replace("_", "-") for pin in pins}
    asked = list(PROJECT["dependencies"])
    for extra in PROJECT["optional-dependencies"].values():
        asked += extra
    assert {re.split(r"[><=~!\[]", line)[0].lower() for line in asked} - pinned == set()


def test_every_dependency_gives_its_reason():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.split("dependencies = [\n", 1)[1].split("\n]", 1)[0]
    lines = [line for line in block.splitlines() if line.strip().startswith('"')]
    assert len(lines) == len(PROJECT["dependencies"])
    assert [line for line in lines if "# " not in line] == []


def test_only_versions_that_were_run_are_declared():
    declared = [c for c in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d+", c)]
    assert declared == ["Programming Language :: Python :: 3.11"]
