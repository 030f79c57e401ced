"""The solved notebooks are nbgrader's sources: hand out, collect, grade, compare the scores."""

import os
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
STUB = "    # YOUR CODE HERE\n    ..."
ANSWERS = {
    "right": "    return 1 / math.log2(rank + 1) if rank <= k else 0.0",
    "wrong": "    return 1 / math.log2(rank + 1)",
    "blank": STUB,
}
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
    released = (course / "release" / "first" / "01_example.ipynb").read_text()
    for learner, answer in ANSWERS.items():
        notebook = nbformat.reads(released, as_version=4)
        for cell in notebook.cells:
            cell.source = cell.source.replace(STUB, answer)
        folder = course / "submitted" / learner / "first"
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / "01_example.ipynb")
    nbgrader(course, "autograde", "first")
    assert scores(course) == {"right": 2.0, "wrong": 0.0, "blank": 0.0}


def scores(course):
    """Export the grades and read each learner's score for the assignment."""
    nbgrader(course, "export", "--to", "grades.csv")
    lines = [line.split(",") for line in (course / "grades.csv").read_text().splitlines()]
    learner, score = lines[0].index("student_id"), lines[0].index("score")
    return {line[learner]: float(line[score]) for line in lines[1:]}


def test_every_lesson_can_be_handed_out(course):
    lessons = [EXAMPLE, *sources(ROOT / "notebooks" / "source")]
    for source in lessons:
        build(source, course / "source" / "all", solved=True, execute=False)
    nbgrader(course, "generate_assignment", "all")
    for source in lessons:
        released = (course / "release" / "all" / f"{source.stem}.ipynb").read_text()
        assert "BEGIN SOLUTION" not in released
        assert "HIDDEN TESTS" not in released
