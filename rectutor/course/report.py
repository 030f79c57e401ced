"""The walk's report: one HTML page that opens without network."""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from rectutor.charts import Figure
from rectutor.course.page import paragraphs, write_page
from rectutor.course.page import table as table_in_html
from rectutor.data.interactions import Dataset
from rectutor.schema import Split

__all__ = ["write_report"]

_COLUMNS = {
    "HR@10": "share of people whose held-out item is among the ten recommended",
    "NDCG@10": "the same, but a higher place counts more; never above HR@10 here",
    "[ , ]": "95 % bootstrap interval over people",
    "coverage": "share of the catalogue that is recommended to anybody",
    "Gini": "how unequally the ten places are shared among items: 0 even, 1 all on one",
    "how": "what was ranked; users: how many people were asked. Of who reorders candidates: HR@10 "
    "of these people with the candidates as found, and the ceiling, the share of people whose "
    "held-out item is among them, which no order can exceed",
    "calls": "of an agent, in the mean per person: turns of its model or models, calls of tools",
    "weights": "counted or trained in this run, or read from the shipped checkpoint; by rule: the "
    "agent has none of its own",
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
    lessons = (
        "<code>make lab</code> (or <code>rectutor lab</code>) opens the lessons, from 00, which "
        "checks your machine, to 03, which asks whether two such numbers can be compared at all."
    )
    meaning = "".join(
        f"<li><b>{html.escape(column)}</b>: {html.escape(words)}</li>"
        for column, words in _COLUMNS.items()
    )
    body = [
        paragraphs(facts),
        table_in_html(table),
        f"<h2>How to read it</h2><ul>{meaning}</ul>",
        *(figure.html() for figure in figures.values()),
        f"<h2>Go on</h2><p>{lessons}</p>",
        paragraphs(f"Data: {dataset.source}"),
    ]
    write_page(path, head, body)
