"""Turn the lessons' sources into executed notebooks with fixed cell ids.

    python -m rectutor.course.build                 both trees, every lesson
    python -m rectutor.course.build 01 02           both trees, these lessons
    python -m rectutor.course.build --only solved   the solved tree alone; runs nothing
    python -m rectutor.course.build --check         which notebooks are out of date; runs nothing

The student's notebooks go to `notebooks/` and are committed. Every lesson runs from its top in
a clean kernel under the rules of `guard`. The solved ones go to `build/solved/` and are not run
here: no cell may depend on a stub, so they must show what the student's show, except that each
check says "right". The test pass runs them and compares.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rectutor import files
from rectutor.course.checks import RIGHT, UNANSWERED
from rectutor.course.guard import lesson_environment
from rectutor.course.source import lesson_number, read_lesson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbformat import NotebookNode

__all__ = ["build", "main", "out_of_date", "solve", "sources", "tidy"]

_VIEW = "application/vnd.jupyter.widget-view+json"  # a live view: nothing without its kernel
_CELL_SECONDS = 600


def sources(folder: Path | str | None = None) -> list[Path]:
    """List the lessons' sources in the order of the course.

    Args:
        folder: where the `NN_name.py` lie; by default those that ship with this version.
    """
    return sorted((Path(folder) if folder else files.shipped("notebooks", "source")).glob("*.py"))


def build(source: Path, out: Path, solved: bool = False, execute: bool = True) -> Path:
    """Write the notebook of one lesson into the folder `out`, and return its path.

    Nothing is written when a cell raises or prints a path of this machine.

    Args:
        source: `NN_name.py`.
        out: the folder for `NN_name.ipynb`; made when it is missing.
        solved: with solutions, or with stubs in their place.
        execute: run it and store what the cells show.

    Raises:
        ValueError: the source breaks a convention, or an output names a folder of this machine.
        nbclient.exceptions.CellExecutionError: a cell raised.
    """
    notebook = read_lesson(source, solved)
    if execute:
        _execute(notebook)
        tidy(notebook)
    return _write(notebook, Path(out) / f"{Path(source).stem}.ipynb")


def solve(source: Path, student: Path, out: Path) -> Path:
    """Write the solved notebook of one lesson, with the outputs that it must show.

    Args:
        source: `NN_name.py`.
        student: the folder of the executed student's notebook.
        out: the folder for the solved one.

    Raises:
        ValueError: the student's notebook does not agree with its source.
    """
    import nbformat

    if complaint := out_of_date(source, student):
        raise ValueError(f"{complaint}; run `make lessons` first")
    stored = nbformat.read(Path(student) / f"{Path(source).stem}.ipynb", as_version=4)
    notebook = read_lesson(source, solved=True)
    for cell, shown in zip(notebook.cells, stored.cells, strict=True):
        if cell.cell_type == "code":
            cell.execution_count = shown.execution_count
            cell.outputs = shown.outputs
        if cell.metadata.get("nbgrader", {}).get("grade"):
            for output in cell.outputs:
                output.text = output.get("text", "").replace(UNANSWERED, RIGHT)
    return _write(notebook, Path(out) / f"{Path(source).stem}.ipynb")


def tidy(notebook: NotebookNode) -> None:
    """Keep what every machine would show alike; drop times, widget state and tracebacks.

    Raises:
        ValueError: an output holds a path of this machine; the message names the cell.
    """
    notebook.metadata.pop("widgets", None)
    notebook.metadata.language_info = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(_VIEW, None)
            if output.output_type == "error":
                output.traceback = [f"{output.ename}: {output.evalue}"]
        if found := _machine_path(cell.get("outputs", [])):
            raise ValueError(
                f"cell {cell.id} shows {found!r}, a path of this machine: "
                "print the file's name, or catch the warning that holds it"
            )


def out_of_date(source: Path, out: Path, solved: bool = False) -> str:
    """Say in words how a built notebook differs from its source; "" when it does not.

    Cells, ids, tags and header are compared, outputs are not.
    """
    import nbformat

    path = Path(out) / f"{Path(source).stem}.ipynb"
    if not path.exists():
        return f"{path.name} has not been built"
    wanted, found = read_lesson(source, solved), nbformat.read(path, as_version=4)
    if wanted.metadata != found.metadata:
        return f"{path.name}: the header differs from its source"
    for number, (new, old) in enumerate(zip(wanted.cells, found.cells, strict=False), start=1):
        if (new.id, new.cell_type, new.source, new.metadata) != (
            old.id,
            old.cell_type,
            old.source,
            old.metadata,
        ):
            return f"{path.name}: cell {number} ({new.id}) differs from its source"
    if len(wanted.cells) != len(found.cells):
        return f"{path.name} has {len(found.cells)} cells, its source {len(wanted.cells)}"
    return ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Build or check lessons; return the exit status (1: something is out of date)."""
    parser = argparse.ArgumentParser(
        prog="python -m rectutor.course.build",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("lessons", nargs="*", help="numbers such as 01 02b; all when none is given")
    parser.add_argument("--check", action="store_true", help="compare only, run nothing")
    parser.add_argument("--only", choices=["student", "solved"], help="one of the two trees")
    options = parser.parse_args(arguments)
    everything = sources()
    numbers = {lesson_number(path): path for path in everything}
    if unknown := sorted(set(options.lessons) - set(numbers)):
        parser.error(f"there is no lesson {unknown[0]}; there are {', '.join(numbers)}")
    chosen = [numbers[n] for n in options.lessons] or everything
    out = files.shipped("notebooks")
    solved = out.parent / "build" / "solved"
    if options.check:
        stale = list(filter(None, (out_of_date(path, out) for path in chosen)))
        print("\n".join(stale) or f"{len(chosen)} notebooks agree with their sources")
        return int(bool(stale))
    for source in chosen:
        print(f"{source.stem} ...", flush=True)
        if options.only != "solved":
            build(source, out)
        if options.only != "student":
            solve(source, out, solved)
    return 0


def _execute(notebook: NotebookNode) -> None:
    """Run every cell in a fresh kernel, whose working folder is empty and temporary."""
    from nbclient import NotebookClient

    with tempfile.TemporaryDirectory() as profile, tempfile.TemporaryDirectory() as work:
        client = NotebookClient(
            notebook,
            timeout=_CELL_SECONDS,
            kernel_name="python3",
            coalesce_streams=True,
            record_timing=False,
            resources={"metadata": {"path": work}},
        )
        client.execute(env=lesson_environment(profile))


def _write(notebook: NotebookNode, path: Path) -> Path:
    import nbformat

    nbformat.validate(notebook)
    with files.write_atomically(path) as draft:
        draft.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    return path


def _machine_path(outputs: list[Any]) -> str | None:
    """Find the first absolute path of this machine in what a cell shows as text."""
    places = (Path(files.__file__).parents[1], Path.home(), sys.prefix, tempfile.gettempdir())
    known = "|".join(re.escape(str(place)) for place in places if len(Path(place).parts) > 1)
    pattern = re.compile(rf"(?<![\w.-])(?:{known})(?![\w-])[^\s'\"<>]*")
    for output in outputs:
        data = [v for k, v in output.get("data", {}).items() if not k.startswith("image/")]
        for text in [output.get("text", ""), output.get("evalue", ""), *data]:
            if found := pattern.search(str(text)):
                return found.group()
    return None


if __name__ == "__main__":
    sys.exit(main())
