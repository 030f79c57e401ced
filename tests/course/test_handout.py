from pathlib import Path

import nbformat
import pytest

from rectutor.course.handout import hand_out

DATA = Path(__file__).parent / "data"


def test_a_working_copy_has_no_outputs_and_no_solutions(tmp_path):
    (path,) = hand_out(tmp_path / "mine", source=DATA)
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert path.name == "01_example.ipynb"
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert any("# YOUR CODE HERE" in cell.source for cell in code)


def test_a_lecturer_s_copy_has_solutions(tmp_path):
    (path,) = hand_out(tmp_path, solved=True, source=DATA)
    assert "### BEGIN SOLUTION" in path.read_text()


def edit(path):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].source = "my own work"
    nbformat.write(notebook, path)


def test_changed_work_is_never_overwritten_silently(tmp_path):
    (path,) = hand_out(tmp_path, source=DATA)
    edit(path)
    mine = path.read_bytes()
    with pytest.raises(FileExistsError, match=r"work of yours .*: 01_example\.ipynb; .* --force"):
        hand_out(tmp_path, source=DATA)
    assert path.read_bytes() == mine


def test_a_missing_lesson_is_written_beside_changed_work(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    example = (DATA / "01_example.py").read_text()
    (source / "01_example.py").write_text(example)
    (path,) = hand_out(tmp_path / "mine", source=source)
    edit(path)
    (source / "02_new.py").write_text(example.replace('lesson: "01"', 'lesson: "02"'))
    with pytest.raises(FileExistsError, match=r"01_example\.ipynb; it was left as it is"):
        hand_out(tmp_path / "mine", source=source)
    assert (tmp_path / "mine" / "02_new.ipynb").exists()


def test_force_keeps_a_backup_of_each_changed_copy(tmp_path):
    (path,) = hand_out(tmp_path, source=DATA)
    for number in (1, 2):
        edit(path)
        hand_out(tmp_path, force=True, source=DATA)
        backup = tmp_path / f"01_example.backup-{number}.ipynb"
        assert "my own work" in backup.read_text()
        assert "my own work" not in path.read_text()


def test_a_copy_that_was_only_run_is_left_as_it_is(tmp_path):
    (path,) = hand_out(tmp_path, source=DATA)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="mine")]
    nbformat.write(notebook, path)
    mine = path.read_bytes()
    for force in (False, True):
        hand_out(tmp_path, source=DATA, force=force)
    assert path.read_bytes() == mine
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_is_no_notebook_counts_as_the_learner_s(tmp_path):
    (tmp_path / "01_example.ipynb").write_text("{ half a file")
    with pytest.raises(FileExistsError, match=r"01_example\.ipynb"):
        hand_out(tmp_path, source=DATA)
    hand_out(tmp_path, source=DATA, force=True)
    assert (tmp_path / "01_example.backup-1.ipynb").read_text() == "{ half a file"


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "mine").write_text("notes")
    with pytest.raises(NotADirectoryError, match=r"mine is a file; name a folder"):
        hand_out(tmp_path / "mine", source=DATA)
    assert (tmp_path / "mine").read_text() == "notes"
