"""Read a lesson's source, a jupytext percent file, as a notebook that has not been run.

One source gives two notebooks: the student's, with stubs, and the solved one. Cell ids are
fixed: an explicit `id="..."`, else a hash of the lesson and the cell's text, so that editing
one cell leaves the ids of all others alone.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbformat import NotebookNode

__all__ = ["HEADER", "lesson_number", "read_lesson", "without_hidden_tests", "without_solution"]

HEADER = ("lesson", "title", "minutes", "budget_seconds", "budget_mb")
_CELL_KEYS = ("id", "tags", "exercise", "check", "points")
_FROM_JUPYTEXT = ("title", "lines_to_next_cell", "lines_to_end_of_cell_marker")
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def lesson_number(path: Path | str) -> str:
    """Return the number in a lesson's file name, for instance "02b" of `02b_loss.py`.

    Raises:
        ValueError: the name does not begin with two digits, at most one letter, and `_`.
    """
    name = Path(path).name
    found = re.match(r"(\d\d[a-z]?)_\w+\.", name)
    if not found:
        raise ValueError(
            f"a lesson's file is called NN_name.py or NNb_name.py, got {name!r}; rename it"
        )
    return found.group(1)


def read_lesson(path: Path | str, solved: bool = False) -> NotebookNode:
    """Turn a source into a notebook without outputs.

    Args:
        path: `NN_name.py` in jupytext's percent format.
        solved: keep solutions and hidden tests, with their markers, as nbgrader wants its
            source; otherwise solutions become stubs and hidden tests disappear.

    Raises:
        ValueError: the header lacks a field, a cell has unknown metadata or broken markers, or
            two cells share an id; the message names the cell's first line.
    """
    import jupytext
    import nbformat

    path = Path(path)
    raw = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    header = _header(path, raw.metadata)
    notebook = nbformat.v4.new_notebook()
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": _KERNEL, "language_info": {"name": "python"}, "rectutor": header}
    )
    cells = [cell for cell in raw.cells if cell.source.strip()]
    _check_exercises(path, cells)
    ids = _cell_ids(header["lesson"], cells)
    notebook.cells = [_cell(c, i, solved) for c, i in zip(cells, ids, strict=True)]
    return notebook


def without_solution(text: str) -> str:
    """Replace every solution by a stub that runs: nbgrader's comment and, indented, `...`.

    At the left margin the comment stands alone, since a closing `...` would be displayed.
    """

    def stub(indent: str) -> str:
        return f"{indent}# YOUR CODE HERE\n" + (f"{indent}...\n" if indent else "")

    return _replace_regions(text, "SOLUTION", stub)


def without_hidden_tests(text: str) -> str:
    """Remove every hidden test together with its markers."""
    return _replace_regions(text, "HIDDEN TESTS", lambda _indent: "")


def _replace_regions(text: str, name: str, stub: Callable[[str], str]) -> str:
    begins, ends = (len(re.findall(rf"^ *### {w} {name}$", text, re.M)) for w in ("BEGIN", "END"))
    if begins != ends:
        raise ValueError(f"`### BEGIN {name}` stands {begins} times, `### END {name}` {ends} times")
    region = rf"^( *)### BEGIN {name}\n.*?^ *### END {name}(?:\n|\Z)"
    filled = re.sub(region, lambda found: stub(found.group(1)), text, flags=re.M | re.S)
    return filled.rstrip("\n")


def _header(path: Path, metadata: dict[str, Any]) -> dict[str, Any]:
    header = dict(metadata.get("rectutor", {}))
    if missing := [name for name in HEADER if name not in header]:
        raise ValueError(
            f"{path.name} needs {', '.join(HEADER)} under `jupyter: rectutor:` in its header; "
            f"missing: {', '.join(missing)}"
        )
    if header["lesson"] != lesson_number(path):
        raise ValueError(f'{path.name} says lesson: "{header["lesson"]}"; name and number differ')
    return header


def _check_exercises(path: Path, cells: list[Any]) -> None:
    """Make sure that every check belongs to an exercise, and every name is used once."""
    exercises, checks = (
        [cell.metadata[key] for cell in cells if key in cell.metadata]
        for key in ("exercise", "check")
    )
    for names in (exercises, checks):
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"{path.name}: the name {twice[0]!r} stands twice; it is a grade's id")
    if odd := sorted(set(exercises) ^ set(checks)):
        raise ValueError(f"{path.name}: {odd[0]!r} needs both an exercise and a check")


def _cell_ids(lesson: str, cells: list[Any]) -> list[str]:
    ids: list[str] = []
    for cell in cells:
        seen = sum(other.source == cell.source for other in cells[: len(ids)])
        digest = sha256(f"{lesson}\n{cell.cell_type}\n{cell.source}\n{seen}".encode()).hexdigest()
        ids.append(f"{lesson}-{cell.metadata.get('id', digest[:8])}")
        if ids[-1] in ids[:-1]:
            raise ValueError(f"two cells have the id {ids[-1]!r}; rename the second")
    return ids


def _cell(cell: Any, cell_id: str, solved: bool) -> Any:
    """Build one cell; its metadata keeps the tags and gains what nbgrader reads."""
    import nbformat

    wanted = {k: v for k, v in cell.metadata.items() if k not in _FROM_JUPYTEXT}
    where = f"cell {cell_id} ({cell.source.splitlines()[0]!r})"
    if unknown := sorted(set(wanted) - set(_CELL_KEYS)):
        raise ValueError(f"{where}: metadata may be {', '.join(_CELL_KEYS)}; got {unknown[0]!r}")
    try:
        text = cell.source if solved else without_hidden_tests(without_solution(cell.source))
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
    if ("### BEGIN SOLUTION" in cell.source) != ("exercise" in wanted):
        raise ValueError(f'{where}: exercise="name" and `### BEGIN SOLUTION` go together')
    if ("### BEGIN HIDDEN TESTS" in cell.source) != ("check" in wanted):
        raise ValueError(f'{where}: check="name" and `### BEGIN HIDDEN TESTS` go together')
    new = {"markdown": nbformat.v4.new_markdown_cell, "raw": nbformat.v4.new_raw_cell}.get(
        cell.cell_type, nbformat.v4.new_code_cell
    )(text)
    new.id = cell_id
    new.metadata = nbformat.from_dict(_metadata(wanted))
    return new


def _metadata(wanted: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {"tags": wanted["tags"]} if wanted.get("tags") else {}
    common = {"schema_version": 3, "task": False}
    if name := wanted.get("exercise"):
        role = {"grade_id": name, "solution": True, "grade": False, "locked": False}
        kept["nbgrader"] = common | role
    elif name := wanted.get("check"):
        role = {"grade_id": f"check_{name}", "solution": False, "grade": True, "locked": True}
        kept["nbgrader"] = common | role | {"points": wanted.get("points", 1)}
    return kept
