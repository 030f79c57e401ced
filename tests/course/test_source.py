from pathlib import Path

import pytest

from rectutor.course.source import (
    lesson_number,
    read_lesson,
    without_hidden_tests,
    without_solution,
)

EXAMPLE = Path(__file__).parent / "data" / "01_example.py"
HEADER = """\
# ---
# jupyter:
#   rectutor:
#     lesson: "02"
#     title: A title
#     minutes: 5
#     budget_seconds: 20
#     budget_mb: 600
# ---
"""


@pytest.fixture
def lesson(tmp_path):
    def write(body, header=HEADER, name="02_lesson.py"):
        path = tmp_path / name
        path.write_text(f"{header}\n{body}")
        return path

    return write


def test_a_solution_becomes_a_stub_that_runs():
    text = "def f(x):\n    ### BEGIN SOLUTION\n    y = x\n    return y\n    ### END SOLUTION"
    assert without_solution(text) == "def f(x):\n    # YOUR CODE HERE\n    ..."


def test_a_stub_at_the_margin_displays_nothing():
    text = "answer = None\n### BEGIN SOLUTION\nanswer = 3\n### END SOLUTION\nprint(answer)"
    assert without_solution(text) == "answer = None\n# YOUR CODE HERE\nprint(answer)"


def test_two_solutions_in_one_cell_become_two_stubs():
    text = "{0}1\n{1}middle = 2\n{0}3\n{1}".format("### BEGIN SOLUTION\n", "### END SOLUTION\n")
    assert without_solution(text) == "# YOUR CODE HERE\nmiddle = 2\n# YOUR CODE HERE"


def test_hidden_tests_disappear_with_their_markers():
    text = "print(r)\n### BEGIN HIDDEN TESTS\nassert r\n### END HIDDEN TESTS"
    assert without_hidden_tests(text) == "print(r)"


def test_the_solved_notebook_keeps_solution_hidden_tests_and_markers():
    text = "\n".join(cell.source for cell in read_lesson(EXAMPLE, solved=True).cells)
    for kept in ("### BEGIN SOLUTION", "math.log2(rank + 1)", "### BEGIN HIDDEN TESTS"):
        assert kept in text


def test_the_student_s_notebook_holds_neither():
    text = "\n".join(cell.source for cell in read_lesson(EXAMPLE).cells)
    for gone in ("SOLUTION", "return 1 / math.log2", "HIDDEN", "assert result"):
        assert gone not in text


def test_ids_are_fixed_and_alike_in_both_notebooks():
    student, solved = read_lesson(EXAMPLE), read_lesson(EXAMPLE, solved=True)
    ids = [cell.id for cell in student.cells]
    assert ids == [cell.id for cell in solved.cells] == [c.id for c in read_lesson(EXAMPLE).cells]
    assert "01-measure" in ids and len(set(ids)) == len(ids)


def test_a_new_cell_leaves_the_ids_of_the_others_alone(lesson):
    before = read_lesson(lesson("# %%\na = 1\n\n# %%\nb = 2\n"))
    after = read_lesson(lesson("# %%\na = 1\n\n# %%\nnew = 0\n\n# %%\nb = 2\n"))
    assert [after.cells[i].id for i in (0, 2)] == [cell.id for cell in before.cells]


def test_the_same_text_twice_gets_two_ids(lesson):
    first, second = read_lesson(lesson("# %%\nprint(1)\n\n# %%\nprint(1)\n")).cells
    assert first.id != second.id


def test_tags_and_grades_are_written_as_nbval_and_nbgrader_read_them():
    cells = {cell.id: cell for cell in read_lesson(EXAMPLE).cells}
    grades = {
        cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader
        for cell in cells.values()
        if "nbgrader" in cell.metadata
    }
    assert grades["ndcg_of_one_rank"] == {
        "schema_version": 3,
        "grade_id": "ndcg_of_one_rank",
        "solution": True,
        "grade": False,
        "locked": False,
        "task": False,
    }
    assert grades["check_ndcg_of_one_rank"] == {
        "schema_version": 3,
        "grade_id": "check_ndcg_of_one_rank",
        "solution": False,
        "grade": True,
        "locked": True,
        "points": 2,
        "task": False,
    }
    tagged = [cell.metadata.tags for cell in cells.values() if "tags" in cell.metadata]
    assert tagged == [["nbval-ignore-output"]]
    assert cells["01-measure"].metadata == {}


def test_the_header_travels_in_the_notebook():
    assert read_lesson(EXAMPLE).metadata.rectutor == {
        "lesson": "01",
        "title": "What is one rank worth?",
        "minutes": 5,
        "budget_seconds": 20,
        "budget_mb": 600,
    }


@pytest.mark.parametrize(
    ("name", "number"), [("01_first_scores.py", "01"), ("02b_loss.ipynb", "02b")]
)
def test_the_number_stands_in_the_file_name(name, number):
    assert lesson_number(Path("notebooks") / name) == number


@pytest.mark.parametrize("name", ["1_first.py", "first.py", "01-first.py", "01ab_x.py"])
def test_another_file_name_is_refused(name):
    with pytest.raises(ValueError, match=f"NN_name.py or NNb_name.py, got '{name}'"):
        lesson_number(name)


def test_a_header_without_budget_is_refused(lesson):
    header = HEADER.replace("#     budget_mb: 600\n", "").replace("#     minutes: 5\n", "")
    with pytest.raises(ValueError, match=r"02_lesson\.py needs .*; missing: minutes, budget_mb"):
        read_lesson(lesson("# %%\na = 1\n", header))


def test_a_number_that_differs_from_the_file_name_is_refused(lesson):
    with pytest.raises(ValueError, match=r'03_lesson\.py says lesson: "02"'):
        read_lesson(lesson("# %%\na = 1\n", name="03_lesson.py"))


SOLUTION = "### BEGIN SOLUTION\na = 1\n### END SOLUTION\n"
CHECK = "print(1)\n### BEGIN HIDDEN TESTS\nassert a\n### END HIDDEN TESTS\n"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("# %% colour='red'\na = 1\n", r"'a = 1'.*metadata may be id, tags, .*; got 'colour'"),
        ("# %%\n" + SOLUTION, 'exercise="name" and `### BEGIN SOLUTION` go together'),
        ('# %% exercise="a"\na = 1\n', "needs both an exercise and a check"),
        ('# %% check="a"\n' + CHECK, "'a' needs both an exercise and a check"),
        ("# %%\n" + CHECK, 'check="name" and `### BEGIN HIDDEN TESTS` go together'),
        (
            f'# %% exercise="a"\n{SOLUTION}\n# %% check="a"\nprint(1)\n',
            'check="name" and `### BEGIN HIDDEN TESTS` go together',
        ),
        (
            f'# %% exercise="a"\n### BEGIN SOLUTION\na = 1\n\n# %% check="a"\n{CHECK}',
            "`### BEGIN SOLUTION` stands 1 times, `### END SOLUTION` 0 times",
        ),
        (
            f'# %% exercise="a"\n{SOLUTION}\n# %% exercise="a"\n{SOLUTION}',
            "the name 'a' stands twice",
        ),
        ('# %% id="x"\na = 1\n\n# %% id="x"\nb = 2\n', "two cells have the id '02-x'"),
    ],
    ids=range(9),
)
def test_a_broken_convention_is_named_with_its_cell(lesson, body, message):
    with pytest.raises(ValueError, match=message):
        read_lesson(lesson(body))
