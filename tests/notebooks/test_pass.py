"""The one pass over all lessons fails where it should: wrong output, network, budget."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import nbformat
import pytest

from rectutor.course.build import build, solve, sources

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "tests" / "course" / "data" / "01_example.py"
LESSONS = sources(ROOT / "notebooks" / "source")


def run_pass(folder, *options):
    """Run the pass over one folder, as the Makefile does; return the finished process."""
    config = [sys.executable, "-m", "pytest", "-c", "tests/notebooks/nbval.ini"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    return subprocess.run(
        [*config, "--rootdir", str(folder), str(folder), *options],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def write(notebook, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """Build the example once; return the folder with both of its notebooks."""
    folder = tmp_path_factory.mktemp("example")
    build(EXAMPLE, folder / "student")
    solve(EXAMPLE, folder / "student", folder / "solved")
    return folder


def read(example):
    return nbformat.read(example / "student" / "01_example.ipynb", as_version=4)


def test_a_lesson_and_its_solved_twin_pass_and_their_cost_is_reported(example):
    done = run_pass(example)
    assert done.returncode == 0, done.stdout
    for name in ("student", "solved"):
        assert f" MB  {name}/01_example.ipynb" in done.stdout


def test_a_wrong_solution_makes_the_solved_twin_fail(example, tmp_path):
    notebook = nbformat.read(example / "solved" / "01_example.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("rank > k", "rank >= k")
    write(notebook, tmp_path / "01_example.ipynb")
    done = run_pass(tmp_path)
    assert done.returncode == 1
    assert "Cell execution caused an exception" in done.stdout


def test_a_lesson_over_twice_its_budget_fails_though_every_cell_agrees(example, tmp_path):
    notebook = read(example)
    notebook.metadata.rectutor.budget_mb = 5
    write(notebook, tmp_path / "01_example.ipynb")
    done = run_pass(tmp_path)
    assert done.returncode == 1
    assert "failed" not in done.stdout
    assert "MB is more than twice its budget of 5" in done.stdout


def test_a_swallowed_attempt_to_reach_the_network_fails_the_pass(example, tmp_path):
    notebook = read(example)
    source = (
        "import urllib.request\ntry:\n    urllib.request.urlopen('http://192.0.2.1/')\n"
        "except Exception:\n    pass"
    )
    extra = nbformat.v4.new_code_cell(source, execution_count=99)
    notebook.cells.append(extra)
    write(notebook, tmp_path / "01_example.ipynb")
    done = run_pass(tmp_path)
    assert done.returncode == 1
    assert "01_example.ipynb: reached for the network: 192.0.2.1" in done.stdout


def plant(notebook):
    """Change the first compared text output and drop what follows.

    Returns:
        the number of the changed cell among the code cells.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code):
        texts = [output for output in cell.outputs if output.get("text", "").strip()]
        if texts and "nbval-ignore-output" not in cell.metadata.get("tags", []):
            texts[0].text += "and a line that no run prints\n"
            del notebook.cells[notebook.cells.index(cell) + 1 :]
            return number
    raise AssertionError("the lesson has no compared text output")


@pytest.mark.parametrize("source", LESSONS, ids=[path.stem for path in LESSONS])
def test_a_planted_wrong_output_fails_at_its_cell_and_nowhere_else(source, tmp_path):
    notebook = nbformat.read(ROOT / "notebooks" / f"{source.stem}.ipynb", as_version=4)
    wrong = plant(notebook)
    write(notebook, tmp_path / f"{source.stem}.ipynb")
    run_pass(tmp_path, "--junitxml", str(tmp_path / "result.xml"))
    found = {
        case.get("name"): [child.tag for child in case]
        for case in ElementTree.parse(tmp_path / "result.xml").iter("testcase")
    }
    failed = [name for name, outcome in found.items() if "failure" in outcome]
    assert failed == [f"Cell {wrong}"]
    assert len(found) == wrong + 1
