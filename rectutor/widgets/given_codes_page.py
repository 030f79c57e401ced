"""Somebody else's codes in the codebook explorer, as a piece of a page."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from rectutor.models.residual_codes import CodeTable
from rectutor.widgets.codebook_explorer import CodebookExplorer
from rectutor.widgets.saved_page import as_html

__all__ = ["view_of_codes"]

_FEWEST, _MOST_ITEMS = 9, 20_000


def view_of_codes(
    codes: np.ndarray,
    items: pd.DataFrame,
    groups: Iterable[str],
    vectors_of: tuple[np.ndarray, np.ndarray] | tuple[()],
) -> str:
    """Return a piece of HTML in which codes can be explored, or which says why there is none.

    Args:
        codes: [N, L] int, those that were judged.
        items: a row for each item with title, and a column for each of `groups`.
        groups: columns that say what an item is, several values joined by "|".
        vectors_of: vectors [N, D] and codebooks [L, K, D], or nothing.
    """
    N = len(codes)
    if not _FEWEST <= N <= _MOST_ITEMS:
        return f"<p>The explorer shows {_FEWEST} to {_MOST_ITEMS:,} items, not {N:,}.</p>"
    facts: list[list[tuple[str, str]]] = [[] for _ in range(N)]
    for name in groups:
        for own, values in zip(facts, items[name].astype(str), strict=True):
            own += [(name, value) for value in values.split("|") if value]
    table = CodeTable(vectors_of[1], codes) if vectors_of else codes
    vectors = vectors_of[0] if vectors_of else None
    titles = items["title"].tolist()
    view = CodebookExplorer.of(titles, {"codes": table}, facts, vectors, noun="item")
    return "<h2>Look at them</h2>" + as_html(view)
