"""The rules that every lesson keeps; nothing is run here."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

from rectutor.course.build import out_of_date, sources
from rectutor.course.claims import ledger
from rectutor.course.source import lesson_number, read_lesson

ROOT = Path(__file__).parents[2]
LESSONS = sources(ROOT / "notebooks" / "source")
LONGEST_CELL = 14

each_lesson = pytest.mark.parametrize("source", LESSONS, ids=[path.stem for path in LESSONS])


def stored(source):
    return nbformat.read(ROOT / "notebooks" / f"{source.stem}.ipynb", as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@each_lesson
def test_the_notebook_agrees_with_its_source(source):
    assert out_of_date(source, ROOT / "notebooks") == ""


def test_every_notebook_has_a_source():
    notebooks = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert notebooks <= {path.stem for path in LESSONS}


def test_every_number_is_used_once():
    numbers = [lesson_number(path) for path in LESSONS]
    assert len(numbers) == len(set(numbers))


@each_lesson
def test_every_code_cell_was_run_and_stored_in_order(source):
    counts = [cell.execution_count for cell in code_cells(stored(source))]
    assert counts == list(range(1, len(counts) + 1))


@each_lesson
def test_no_output_is_an_unexpected_error(source):
    for cell in code_cells(stored(source)):
        if "raises-exception" not in cell.metadata.get("tags", []):
            assert [o for o in cell.outputs if o.output_type == "error"] == [], cell.id


@each_lesson
def test_nothing_is_written_to_stderr(source):
    for cell in code_cells(stored(source)):
        assert [o.text for o in cell.outputs if o.get("name") == "stderr"] == [], cell.id


@each_lesson
def test_no_progress_bar_is_stored(source):
    for cell in code_cells(stored(source)):
        for output in cell.outputs:
            assert "%|" not in str(output.get("data", {}).get("text/plain", "")), cell.id


@each_lesson
def test_every_expectation_holds_in_what_is_stored(source):
    for cell in code_cells(stored(source)):
        for output in cell.outputs:
            assert ": no, it is " not in output.get("text", ""), cell.id


@each_lesson
def test_most_cells_are_compared(source):
    cells = code_cells(stored(source))
    tagged = [c for c in cells if "nbval-ignore-output" in c.metadata.get("tags", [])]
    assert len(tagged) <= len(cells) / 3
    assert not any("nbval-skip" in c.metadata.get("tags", []) for c in cells)
    assert not any(re.search(r"#\s*NBVAL_", c.source) for c in cells), "use a tag, it is visible"


@each_lesson
def test_every_figure_has_words_beside_it(source):
    for cell in code_cells(stored(source)):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                assert len(output.data.get("text/plain", "")) > 20, f"{cell.id}: no text twin"


@each_lesson
def test_cells_are_short(source):
    for cell in code_cells(read_lesson(source)):
        if "nbgrader" not in cell.metadata:
            lines = ast.unparse(parsed(cell)).splitlines()  # a wrapped line counts once
            assert len(lines) <= LONGEST_CELL, f"{cell.id} has {len(lines)} lines"


@each_lesson
def test_no_cell_hides_its_value_behind_a_semicolon(source):
    for cell in code_cells(read_lesson(source, solved=True)):
        assert not cell.source.rstrip().endswith(";"), f"{cell.id}: nbval trips over it; use _ ="


@each_lesson
def test_no_helper_is_defined_in_two_lessons(source):
    others = [path for path in LESSONS if path != source]
    shared = functions(source) & set().union(*map(functions, others))
    assert shared == set(), "move it into rectutor"


def functions(source):
    """Name the functions that a lesson defines, exercises and methods of classes apart."""
    cells = [c for c in code_cells(read_lesson(source)) if "nbgrader" not in c.metadata]
    nodes = (node for cell in cells for node in parsed(cell).body)
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


def parsed(cell):
    """Parse a cell without the lines that only IPython understands."""
    return ast.parse(re.sub(r"^[!%].*$", "", cell.source, flags=re.M))


@each_lesson
def test_every_claim_of_the_lesson_has_a_verdict(source):
    table = ledger()
    mine = table[table["lesson"] == lesson_number(source)]
    open_claims = mine.loc[mine["measured_check"] == "not measured yet", "claim_id"]
    assert open_claims.tolist() == []


@each_lesson
def test_the_cells_that_the_ledger_points_to_exist(source):
    table = ledger()
    cells = {cell.id for cell in read_lesson(source).cells}
    named = table.loc[table["cell"].str.startswith(f"{lesson_number(source)}-"), "cell"]
    assert set(named) <= cells
