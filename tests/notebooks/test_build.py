from pathlib import Path

import nbformat
import pytest

from rectutor.course.build import build

EXAMPLE = Path(__file__).parents[1] / "course" / "data" / "01_example.py"


def test_a_build_runs_every_cell_under_the_rules(tmp_path):
    notebook = nbformat.read(build(EXAMPLE, tmp_path), as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    text = "".join(output.get("text", "") for cell in code for output in cell.outputs)
    assert "rank 3 is worth 0.50" in text
    assert "ndcg_of_one_rank: not answered yet." in text


def test_a_lesson_that_reaches_for_the_network_is_not_built(tmp_path):
    cell = "import socket\nsocket.create_connection(('192.0.2.1', 80))"
    path = tmp_path / "01_example.py"
    path.write_text(f"{EXAMPLE.read_text()}\n# %%\n{cell}\n")
    with pytest.raises(Exception, match=r"tried to reach 192\.0\.2\.1; everything it needs ships"):
        build(path, tmp_path)
    assert not (tmp_path / "01_example.ipynb").exists()
