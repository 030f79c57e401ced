"""Hand out working copies of the lessons: no outputs, so that no prediction is spoilt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rectutor.course.build import build, sources
from rectutor.course.source import read_lesson

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["hand_out"]


def hand_out(
    folder: Path | str,
    solved: bool = False,
    force: bool = False,
    source: Path | str | None = None,
) -> list[Path]:
    """Write every lesson into `folder`, unrun, with its reveals closed.

    A copy whose cells are unchanged is left alone, with whatever outputs it has by now.

    Args:
        folder: the learner's folder; made when it is missing.
        solved: with solutions, for lecturers.
        force: replace changed copies too, and keep each as `NAME.backup-1.ipynb`.
        source: the folder of the sources; by default those that ship with this version.

    Returns:
        The notebooks in `folder`, in the order of the course.

    Raises:
        FileExistsError: a copy was changed and `force` is off; it stays as it is, and lessons
            that were missing are written all the same.
        NotADirectoryError: a file has the folder's name.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"{folder} is a file; name a folder for the lessons")
    lessons = {path: folder / f"{path.stem}.ipynb" for path in sources(source)}
    changed = [copy for path, copy in lessons.items() if _is_changed(copy, path, solved)]
    for copy in changed if force else []:
        copy.rename(_backup(copy))
    for path, copy in lessons.items():
        if not copy.exists():
            build(path, folder, solved, execute=False)
    if changed and not force:
        names = ", ".join(copy.name for copy in changed)
        raise FileExistsError(
            f"{folder} holds work of yours that differs from the lessons: {names}; it was left "
            "as it is. Choose another folder, or use --force, which keeps a backup of each"
        )
    return list(lessons.values())


def _is_changed(copy: Path, source: Path, solved: bool) -> bool:
    """Tell whether a copy exists whose cells are not those of the lesson."""
    if not copy.exists():
        return False
    return _cells(_read(copy)) != _cells(read_lesson(source, solved))


def _read(path: Path) -> NotebookNode | None:
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except Exception:  # whatever it holds, it is the learner's
        return None


def _cells(notebook: NotebookNode | None) -> list[tuple[str, str]] | None:
    if notebook is None:
        return None
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def _backup(path: Path) -> Path:
    """Choose the first free name `NAME.backup-N.ipynb`."""
    number = 1
    while (backup := path.with_name(f"{path.stem}.backup-{number}.ipynb")).exists():
        number += 1
    return backup
