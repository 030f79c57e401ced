"""The frame of a report: one HTML page that opens without network, and its tables."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from rectutor.charts import Figure
from rectutor.files import sha256, write_atomically

__all__ = ["figure_and_table", "list_of", "paragraphs", "sources", "table", "write_page"]

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid #8886; }
th, td { white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
.wide { overflow-x: auto; } figure { margin: 2rem 0; } figure img { background: white; }
figcaption { font-size: 14px; }
"""


def write_page(path: Path, head: str, body: Iterable[str]) -> None:
    """Write a page.

    Args:
        path: the file.
        head: its title and first heading, plain text.
        body: pieces of HTML, in order.
    """
    title = html.escape(head)
    text = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>
<h1>{title}</h1>
{"".join(f"{piece}{chr(10)}" for piece in body)}</body></html>
"""
    with write_atomically(path) as draft:
        draft.write_text(text, encoding="utf-8")


def paragraphs(*texts: str) -> str:
    """Put plain texts into paragraphs."""
    return "".join(f"<p>{html.escape(text)}</p>" for text in texts)


def list_of(texts: Iterable[str]) -> str:
    """Put plain texts into a list of points."""
    return f"<ul>{''.join(f'<li>{html.escape(text)}</li>' for text in texts)}</ul>"


def figure_and_table(figure: Figure, frame: pd.DataFrame, digits: int = 3) -> str:
    """Show a figure with the numbers behind it, which open on demand."""
    numbers = f"<details><summary>The numbers</summary>{table(frame, digits)}</details>"
    return f"{figure.html()}{numbers}"


def table(frame: pd.DataFrame, digits: int = 2) -> str:
    """Lay a table out in HTML; every text is escaped.

    Args:
        frame: where a column "x" has neighbours "x low" and "x high", the three become one cell,
            with three decimals.
        digits: decimals of other fractions; nan is a dash.
    """
    with_interval = {c for c in frame if f"{c} low" in frame}
    shown = [str(c) for c in frame if not str(c).endswith((" low", " high"))]
    head = "".join(f'<th scope="col">{html.escape(c)}</th>' for c in shown)
    rows = []
    for row in frame.to_dict("records"):
        cells = [
            f"{_cell(row[c], 3)} [{_cell(row[f'{c} low'], 3)}, {_cell(row[f'{c} high'], 3)}]"
            if c in with_interval
            else _cell(row[c], digits)
            for c in shown
        ]
        rows.append(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>")
    body = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return f'<div class="wide">{body}</div>'


def sources(files: Mapping[str, Path | str | None]) -> pd.DataFrame:
    """Name the files that a report was made from, so that it can be made again.

    Args:
        files: what each is for, and where it lies; None where there is none.

    Returns:
        holds, file (its name alone), changed (date, UTC) and SHA-256.
    """
    rows = [
        (
            what,
            Path(path).name,
            datetime.fromtimestamp(Path(path).stat().st_mtime, UTC).date().isoformat(),
            sha256(path),
        )
        for what, path in files.items()
        if path is not None
    ]
    return pd.DataFrame(rows, columns=["holds", "file", "changed", "SHA-256"])


def _cell(value: object, digits: int) -> str:
    if isinstance(value, float):
        return "–" if math.isnan(value) else f"{value:.{digits}f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
