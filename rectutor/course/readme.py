"""Keep the tables of the README equal to the measured ones in `figures/`.

    python -m rectutor.course.readme

A table stands between `<!-- leaderboard:films -->` and `<!-- end -->` and comes from
`figures/leaderboard-films.csv`. Such a file opens with lines like `# date: 2026-01-31`, which
become the line under the table. A test compares; nobody types a number.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

from rectutor import files

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["fill", "main", "markdown", "save_table"]

_MARKED = re.compile(r"(<!-- (\w+):([\w-]+) -->\n).*?(<!-- end -->)", flags=re.DOTALL)
_METRIC = re.compile(r"(HR|NDCG|MRR|MAP|Recall)@\d+")


def save_table(table: pd.DataFrame, path: Path | str, notes: Mapping[str, str]) -> None:
    """Write a measured table with where it came from.

    Args:
        table: a row for each model, columns as in `evaluation.leaderboard`.
        path: `figures/leaderboard-NAME.csv`.
        notes: for instance date, machine and command; one line each.
    """
    lines = [f"# {name}: {value}\n" for name, value in notes.items()]
    with files.write_atomically(path) as draft:
        draft.write_text("".join(lines) + table.round(6).to_csv(index=False), encoding="utf-8")


def markdown(text: str) -> str:
    r"""Turn the text of a measured table into Markdown.

    `HR@10`, `HR@10 low` and `HR@10 high` become one cell, "0.134 [0.108, 0.161]".

    Example:
        >>> print(markdown("# date: 2026-01-31\nmodel,HR@10,users\nRandom,0.0027,610\n"))
        | model | HR@10 | users |
        |---|---|---|
        | Random | 0.003 | 610 |
        <BLANKLINE>
        Measured: date 2026-01-31.
    """
    lines = text.splitlines()
    notes = [line.removeprefix("# ") for line in lines if line.startswith("# ")]
    rows = list(csv.DictReader(line for line in lines if not line.startswith("# ")))
    columns = [name for name in rows[0] if not name.endswith((" low", " high"))]
    out = [_row(columns), _row(["---"] * len(columns), space="")]
    out += [_row([_cell(row, name) for name in columns]) for row in rows]
    if notes:
        out += ["", f"Measured: {'; '.join(note.replace(': ', ' ', 1) for note in notes)}."]
    return "\n".join(out)


def fill(readme: str, figures: Path) -> str:
    """Write the measured tables between their markers.

    Args:
        readme: the text of the README.
        figures: the folder of the measured tables.

    Raises:
        FileNotFoundError: a marker names a table that was not measured.
    """

    def replace(found: re.Match[str]) -> str:
        path = figures / f"{found[2]}-{found[3]}.csv"
        if not path.exists():
            raise FileNotFoundError(f"README.md shows {path.name}, which is not in {figures}")
        return f"{found[1]}{markdown(path.read_text(encoding='utf-8'))}\n{found[4]}"

    return _MARKED.sub(replace, readme)


def main() -> None:
    """Bring README.md up to date."""
    figures = files.shipped("figures")
    path = figures.parent / "README.md"
    text = fill(path.read_text(encoding="utf-8"), figures)
    with files.write_atomically(path) as draft:
        draft.write_text(text, encoding="utf-8")


def _row(cells: list[str], space: str = " ") -> str:
    return "|" + "|".join(f"{space}{cell}{space}" for cell in cells) + "|"


def _cell(row: Mapping[str, str], name: str) -> str:
    """Write one value: metrics with three decimals, other numbers with three digits."""
    value = row[name]
    if _METRIC.fullmatch(name):
        low, high = row.get(f"{name} low"), row.get(f"{name} high")
        interval = f" [{float(low):.3f}, {float(high):.3f}]" if low and high else ""
        return f"{float(value):.3f}{interval}" if value else "–"
    try:
        number = float(value)
    except ValueError:
        return value.replace("|", "\\|") or "–"
    return f"{number:,.0f}" if abs(number) >= 100 or number == int(number) else f"{number:.3g}"


if __name__ == "__main__":
    main()
