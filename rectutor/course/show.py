"""Show a thing twice, as HTML and as plain text; and name a cell that has not been run."""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING, Any

from IPython.display import display

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MissingCellError", "need", "show", "words"]


class MissingCellError(NameError):
    """A cell was run before one that it needs; shown in a notebook without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def need(names: Mapping[str, Any], *wanted: str, cell: str) -> None:
    """Stop with a helpful sentence when an earlier cell has not been run.

    Args:
        names: the notebook's `globals()`.
        wanted: names that the earlier cell defines.
        cell: that cell's heading, for instance "2. Load the films".

    Raises:
        MissingCellError: one of the names is not there.
    """
    missing = [name for name in wanted if name not in names]
    if missing:
        raise MissingCellError(
            f"this cell needs `{'`, `'.join(missing)}`, which does not exist yet: "
            f'run the cells under "{cell}" first, then this one again'
        )


def show(html: str, text: str) -> None:
    """Display HTML where it can be shown, and the same content as text elsewhere.

    Args:
        html: already escaped; nothing in it may come unescaped from data.
        text: what a terminal, a test and a reader without HTML get.
    """
    display({"text/html": html, "text/plain": text}, raw=True)


def words(value: Any) -> str:
    """Write a value as a lesson prints it: yes or no, three significant digits, or itself."""
    if isinstance(value, bool) or type(value).__name__ == "bool":  # numpy has its own
        return "yes" if value else "no"
    if isinstance(value, Integral | str):
        return str(value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    return f"{number:.0f}" if 1000 <= abs(number) < 1e9 else f"{number:.3g}"
