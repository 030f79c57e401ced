"""The walk's report: one HTML page that opens without network."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from rectutor.charts import Figure
from rectutor.data.interactions import Dataset
from rectutor.files import write_atomically
from rectutor.schema import Split

__all__ = ["write_report"]

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
_COLUMNS = {
    "HR@10": "share of people whose held-out item is among the ten recommended",
    "NDCG@10": "the same, but a higher place counts more; never above HR@10 here",
    "[ , ]": "95 % bootstrap interval over people",
    "coverage": "share of the catalogue that is recommended to anybody",
    "Gini": "how unequally the ten places are shared among items: 0 even, 1 all on one",
    "how": "what was ranked; users: how many people were asked",
    "weights": "counted or trained in this run, or read from the shipped checkpoint",
}


def write_report(
    path: Path,
    dataset: Dataset,
    split: Split,
    table: pd.DataFrame,
    figures: Mapping[str, Figure],
) -> None:
    """Write one page with the leaderboard, the figures and what they mean.

    Args:
        path: the file.
        dataset: what was measured on.
        split: how it was divided.
        table: from `walk.measured`.
        figures: by name; each carries its own sentence.
    """
    head = f"rectutor: one leaderboard on {dataset.name}"
    facts = (
        f"{split.n_users:,} people, {split.n_items:,} items, {len(split.train.item_index):,} "
        "training events. The last item of each person is held out, the one before chooses when "
        "to stop; every item of the catalogue is ranked, items already seen are left out, and "
        "ties count against the held-out item."
    )
    meaning = "".join(
        f"<li><b>{html.escape(column)}</b>: {html.escape(words)}</li>"
        for column, words in _COLUMNS.items()
    )
    page = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{html.escape(head)}</title>
<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>
<h1>{html.escape(head)}</h1>
<p>{html.escape(facts)}</p>
<div class="wide">{_table(table)}</div>
<h2>How to read it</h2><ul>{meaning}</ul>
{"".join(figure.html() for figure in figures.values())}
<h2>Go on</h2>
<p><code>make lab</code> (or <code>rectutor lab</code>) opens the lessons, from 00, which checks
your machine, to 03, which asks whether two such numbers can be compared at all.</p>
<p>Data: {html.escape(dataset.source)}</p>
</body></html>
"""
    with write_atomically(path) as draft:
        draft.write_text(page, encoding="utf-8")


def _table(table: pd.DataFrame) -> str:
    """Lay the leaderboard out as an HTML table; every text is escaped."""
    metrics = [c for c in table.columns if f"{c} low" in table.columns]
    others = [c for c in table.columns if not c.endswith((" low", " high"))]
    head = "".join(f'<th scope="col">{html.escape(c)}</th>' for c in others)
    rows = []
    for _, row in table.iterrows():
        cells = []
        for column in others:
            text = _cell(row[column])
            if column in metrics:
                text = (
                    f"{row[column]:.3f} [{row[f'{column} low']:.3f}, {row[f'{column} high']:.3f}]"
                )
            cells.append(f"<td>{html.escape(text)}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "–" if math.isnan(value) else f"{value:.2f}"
    return str(value)
