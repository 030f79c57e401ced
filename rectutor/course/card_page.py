"""The page of a report card: what a table of codes uses, confuses and means."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from rectutor.analysis.given_codes import crowded, largest
from rectutor.analysis.report_card import ReportCard
from rectutor.charts import Figure, code_use
from rectutor.course.page import figure_and_table, list_of, paragraphs, table, write_page

__all__ = ["use_of_codes", "write_card"]

_MOST = 512  # codes of a level that can be drawn apart


def write_card(
    path: Path,
    card: ReportCard,
    codes: np.ndarray,
    titles: np.ndarray,
    words: Sequence[Sequence[str]],
    pieces: Sequence[str],
) -> None:
    """Write one page that opens without network.

    Args:
        path: the file.
        card: what was measured.
        codes: [N, L] int, those that were judged.
        titles: [N].
        words: how it was measured, and what is odd.
        pieces: HTML that follows the tables, such as a view of the codes, or the files it was made
            from.
    """
    how, odd = words
    K = int(card.levels["K"].iloc[0])
    whole = pd.DataFrame([{**card.whole, "items": int(card.whole["items"])}])
    body = [
        paragraphs("A report card of item codes by rectutor."),
        "<h2>What is odd</h2>" + list_of(odd or ["nothing that this card looks for"]),
        "<h2>Level by level</h2>" + table(card.levels, digits=3),
        "<h2>As a whole</h2>" + table(whole, digits=3),
        "<h2>How often each code is used</h2>",
        _drawn(codes, K) if K <= _MOST else paragraphs(f"{K} codes a level are not drawn."),
        "<h2>The most used codes of level 1</h2>" + table(largest(codes, titles)),
        _shared(codes, titles),
        "<h2>How it was measured</h2>" + list_of(how),
        *pieces,
    ]
    write_page(path, "Report card of item codes", body)


def use_of_codes(codes: np.ndarray, codebook_size: int) -> pd.DataFrame:
    """Count the items of every code: level (from 1), code, items.

    Args:
        codes: [N, L] int, 0..K-1.
        codebook_size: K.
    """
    L = codes.shape[1]
    counts = [np.bincount(level, minlength=codebook_size) for level in codes.T]
    return pd.DataFrame(
        {
            "level": np.repeat(np.arange(1, L + 1), codebook_size),
            "code": np.tile(np.arange(codebook_size), L),
            "items": np.concatenate(counts),
        }
    )


def _drawn(codes: np.ndarray, codebook_size: int) -> str:
    use = use_of_codes(codes, codebook_size)
    return figure_and_table(_figure(use, codebook_size), use[use["items"] > 0])


def _figure(use: pd.DataFrame, codebook_size: int) -> Figure:
    said = []
    for level, rows in use.groupby("level"):
        n_used, most = int((rows["items"] > 0).sum()), int(rows["items"].max())
        said.append(
            f"level {level} uses {n_used} of {codebook_size} codes, the commonest for {most} items"
        )
    return code_use(use, f"Use of codes: {'; '.join(said)}.")


def _shared(codes: np.ndarray, titles: np.ndarray) -> str:
    found = crowded(codes, titles)
    if found.empty:
        return paragraphs("No two items share all their codes.")
    return "<h2>Items with one id</h2>" + table(found)
