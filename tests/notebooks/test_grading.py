"""The solved notebooks are nbgrader's sources: hand out, collect, grade, compare the scores."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from rectutor.course.build import build, sources
from rectutor.course.guard import lesson_environment

pytest.importorskip("nbgrader", reason="the optional extra `grading` is not installed")

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "tests" / "course" / "data" / "01_example.py"
READY = ROOT / "notebooks" / "source" / "00_ready.py"
STUB = "    # YOUR CODE HERE\n    ..."
ANSWERS = {
    "right": "    return 1 / math.log2(rank + 1) if rank <= k else 0.0",
    "wrong": "    return 1 / math.log2(rank + 1)",
    "blank": STUB,
}
OVERFLOWS = """\
    weights = np.exp(np.array(scores) / temperature)
    return weights / weights.sum()
"""
SETTINGS = """\
c = get_config()
c.CourseDirectory.course_id = "course"
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\\n..."}
"""


def nbgrader(folder, *arguments):
    """Run one nbgrader command in a course folder; a failure shows what it printed."""
    environment = lesson_environment(folder / "profile") | {"HOME": str(folder)}
    commands = str(Path(sys.executable).parent)  # nbgrader calls alembic by its bare name
    environment["PATH"] = os.pathsep.join([commands, environment["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Make a course with one assignment, released from the solved notebook."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "nbgrader_config.py").write_text(SETTINGS)
    build(EXAMPLE, folder / "source" / "first", solved=True, execute=False)
    nbgrader(folder, "generate_assignment", "first")
    return folder


def test_the_release_equals_the_student_s_notebook(course, tmp_path):
    ours = nbformat.read(build(EXAMPLE, tmp_path, execute=False), as_version=4)
    theirs = nbformat.read(course / "release" / "first" / "01_example.ipynb", as_version=4)
    assert [cell.source for cell in theirs.cells] == [cell.source for cell in ours.cells]
    assert [cell.id for cell in theirs.cells] == [cell.id for cell in ours.cells]


def test_right_wrong_and_blank_solutions_get_their_scores(course):
    for learner, answer in ANSWERS.items():
        submit(course, "first", learner, {"ndcg_of_one_rank": answer})
    nbgrader(course, "autograde", "first")
    assert scores(course, "first") == {"right": 2.0, "wrong": 0.0, "blank": 0.0}


@pytest.mark.slow  # runs a whole lesson three times, with its forms and its view
def test_a_lesson_gives_each_exercise_its_own_points(course):
    path = build(READY, course / "source" / "ready", solved=True, execute=False)
    answers, points = {}, {}
    for cell in nbformat.read(path, as_version=4).cells:
        role = cell.metadata.get("nbgrader", {})
        if role.get("solution"):
            answers[role["grade_id"]] = solution(cell.source)
        if role.get("grade"):
            points[role["grade_id"].removeprefix("check_")] = role["points"]
    nbgrader(course, "generate_assignment", "ready")
    submit(course, "ready", "blank", {})
    submit(course, "ready", "right", answers)
    submit(course, "ready", "wrong", answers | {"softmax": OVERFLOWS})
    nbgrader(course, "autograde", "ready")
    every = sum(points.values())
    graded = {"right": every, "wrong": every - points["softmax"], "blank": 0}
    assert scores(course, "ready") == graded


def solution(text):
    """Cut out what stands between the markers of a solution."""
    (inside,) = re.findall(r"### BEGIN SOLUTION\n(.*?)^ *### END SOLUTION", text, re.M | re.S)
    return inside


def submit(course, assignment, learner, answers):
    """Hand in the released notebook with answers, by grade_id, in place of the stubs."""
    (released,) = (course / "release" / assignment).glob("*.ipynb")
    notebook = nbformat.read(released, as_version=4)
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}
    for name, answer in answers.items():
        assert STUB in cells[name].source
        cells[name].source = cells[name].source.replace(STUB, answer)
    folder = course / "submitted" / learner / assignment
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / released.name)


def scores(course, assignment):
    """Export the grades and read each learner's score for one assignment."""
    nbgrader(course, "export", "--to", "grades.csv")
    with (course / "grades.csv").open(newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["assignment"] == assignment]
    return {row["student_id"]: float(row["score"]) for row in rows}


def test_every_lesson_can_be_handed_out(course):
    lessons = [EXAMPLE, *sources(ROOT / "notebooks" / "source")]
    for source in lessons:
        build(source, course / "source" / "all", solved=True, execute=False)
    nbgrader(course, "generate_assignment", "all")
    for source in lessons:
        released = (course / "release" / "all" / f"{source.stem}.ipynb").read_text()
        assert "BEGIN SOLUTION" not in released
        assert "HIDDEN TESTS" not in released
