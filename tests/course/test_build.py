from pathlib import Path

import nbformat
import pytest

from rectutor.course import build as module
from rectutor.course.build import build, main, out_of_date, solve, sources, tidy

EXAMPLE = Path(__file__).parent / "data" / "01_example.py"


def notebook_with(output):
    cell = nbformat.v4.new_code_cell("x", id="01-x", outputs=[output], execution_count=1)
    cell.metadata.execution = {"iopub.execute_input": "2026-01-01"}
    notebook = nbformat.v4.new_notebook(cells=[cell])
    notebook.metadata.widgets = {"state": {"big": 1}}
    notebook.metadata.language_info = {"name": "python", "version": "3.11.7"}
    return notebook


def test_times_versions_and_widget_state_are_dropped():
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "form"}
    notebook = notebook_with(nbformat.v4.new_output("display_data", view))
    tidy(notebook)
    assert notebook.metadata == {"language_info": {"name": "python"}}
    assert notebook.cells[0].metadata == {}
    assert notebook.cells[0].outputs[0].data == {"text/plain": "form"}


def test_a_traceback_shrinks_to_its_last_line():
    shown = nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=["a", "b"])
    notebook = notebook_with(shown)
    tidy(notebook)
    assert notebook.cells[0].outputs[0].traceback == ["ValueError: no"]


@pytest.mark.parametrize("place", [Path.home(), Path(module.__file__).parents[2]])
def test_a_path_of_this_machine_is_refused_with_its_cell(place):
    output = nbformat.v4.new_output("stream", text=f"saved in {place}/secret/x.npz.")
    with pytest.raises(ValueError, match=f"cell 01-x shows '{place}/secret/x.npz.'"):
        tidy(notebook_with(output))


@pytest.mark.parametrize("text", ["/home/you/films", "and/root/cause", "/rootless", "images/tmpl"])
def test_other_paths_may_be_shown(text, monkeypatch):
    monkeypatch.setattr(module.Path, "home", lambda: Path("/root"))
    tidy(notebook_with(nbformat.v4.new_output("stream", text=text)))


def test_an_unbuilt_notebook_is_out_of_date(tmp_path):
    assert out_of_date(EXAMPLE, tmp_path) == "01_example.ipynb has not been built"


def test_a_notebook_agrees_with_its_source_until_a_cell_is_edited(tmp_path):
    path = build(EXAMPLE, tmp_path, execute=False)
    assert out_of_date(EXAMPLE, tmp_path) == ""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[3].source += "\nprint(1)"
    nbformat.write(notebook, path)
    said = out_of_date(EXAMPLE, tmp_path)
    assert said == f"01_example.ipynb: cell 4 ({notebook.cells[3].id}) differs from its source"


def test_a_missing_cell_and_another_header_are_seen(tmp_path):
    path = build(EXAMPLE, tmp_path, execute=False)
    notebook = nbformat.read(path, as_version=4)
    cells = len(notebook.cells)
    del notebook.cells[-1]
    nbformat.write(notebook, path)
    assert f"has {cells - 1} cells, its source {cells}" in out_of_date(EXAMPLE, tmp_path)
    notebook.metadata.rectutor.budget_mb = 9000
    nbformat.write(notebook, path)
    assert "the header differs" in out_of_date(EXAMPLE, tmp_path)


def test_outputs_do_not_make_a_notebook_out_of_date(tmp_path):
    path = build(EXAMPLE, tmp_path, execute=False)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[3].outputs = [nbformat.v4.new_output("stream", text="anything")]
    nbformat.write(notebook, path)
    assert out_of_date(EXAMPLE, tmp_path) == ""


def test_the_solved_notebook_must_show_what_the_student_s_shows_and_right(tmp_path):
    path = build(EXAMPLE, tmp_path, execute=False)
    student = nbformat.read(path, as_version=4)
    for cell in student.cells:
        if cell.cell_type == "code":
            text = "ndcg_of_one_rank: not answered yet.\n"
            cell.outputs = [nbformat.v4.new_output("stream", text=text)]
            cell.execution_count = 1
    nbformat.write(student, path)
    solved = nbformat.read(solve(EXAMPLE, tmp_path, tmp_path / "solved"), as_version=4)
    shown = {c.id: c.outputs[0].text for c in solved.cells if c.cell_type == "code"}
    checks = [c.id for c in solved.cells if c.metadata.get("nbgrader", {}).get("grade")]
    assert [shown.pop(name) for name in checks] == ["ndcg_of_one_rank: right.\n"]
    assert set(shown.values()) == {"ndcg_of_one_rank: not answered yet.\n"}
    assert out_of_date(EXAMPLE, tmp_path / "solved", solved=True) == ""


def test_a_stale_notebook_is_not_solved(tmp_path):
    with pytest.raises(ValueError, match=r"01_example\.ipynb has not been built; run `make less"):
        solve(EXAMPLE, tmp_path, tmp_path / "solved")


@pytest.fixture
def course(tmp_path, monkeypatch):
    folder = tmp_path / "notebooks" / "source"
    folder.mkdir(parents=True)
    (folder / "01_example.py").write_text(EXAMPLE.read_text())
    monkeypatch.setattr(module.files, "shipped", tmp_path.joinpath)
    return tmp_path


def test_the_check_names_what_is_out_of_date_and_fails(course, capsys):
    assert main(["--check"]) == 1
    assert capsys.readouterr().out == "01_example.ipynb has not been built\n"
    build(sources()[0], course / "notebooks", execute=False)
    assert main(["--check", "01"]) == 0
    assert capsys.readouterr().out == "1 notebooks agree with their sources\n"


def test_the_solved_tree_alone_is_written_without_running(course):
    build(sources()[0], course / "notebooks", execute=False)
    assert main(["--only", "solved"]) == 0
    assert (course / "build" / "solved" / "01_example.ipynb").exists()


def test_an_unknown_lesson_lists_the_known(course, capsys):
    with pytest.raises(SystemExit):
        main(["09"])
    assert "there is no lesson 09; there are 01" in capsys.readouterr().err
