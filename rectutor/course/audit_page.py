"""The page of an audit: what lists hit, what they show, where they err, and on which files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from rectutor.analysis.audit import Audit
from rectutor.analysis.given_lists import NumberedLists
from rectutor.charts import lorenz, tenths
from rectutor.course.page import figure_and_table, list_of, paragraphs, table, write_page
from rectutor.metrics.exposure import gini
from rectutor.metrics.exposure import lorenz as lorenz_of

__all__ = ["most_shown", "write_audit"]

_POINTS = 101  # of a Lorenz curve


def write_audit(
    path: Path,
    audit: Audit,
    lists: NumberedLists,
    words: Sequence[Sequence[str]],
    shown: pd.DataFrame,
    made_from: pd.DataFrame,
) -> None:
    """Write one page that opens without network.

    Args:
        path: the file.
        audit: what was measured.
        lists: what it was measured on.
        words: how it was measured, and what is odd; see `rectutor.analysis.audit_words`.
        shown: from `most_shown`.
        made_from: from `rectutor.course.page.sources`.
    """
    how, odd = words
    body = [
        paragraphs("An audit of recommendation lists by rectutor."),
        "<h2>What is odd</h2>" + list_of(odd or ["nothing that this audit looks for"]),
        "<h2>Accuracy, coverage and Gini</h2>" + table(audit.measures),
        "<h2>Places that help nobody</h2>" + table(audit.faults),
        paragraphs(
            "Shares are of the filled places, those of empty places of all; a place has one fault, "
            "the first that holds."
        ),
        "<h2>Who is shown</h2>",
        figure_and_table(lorenz(_curves(audit, lists)), _ginis(audit, lists)),
        figure_and_table(tenths(audit.tenths), audit.tenths),
        "<h2>Shown most</h2>" + table(shown, digits=4),
        "<h2>How it was measured</h2>" + list_of(how),
        "<h2>People</h2>" + table(pd.DataFrame({"who": lists.facts.keys(), "n": _n(lists)})),
        "<h2>Made from</h2>" + table(made_from),
    ]
    write_page(path, "Audit of recommendation lists", body)


def most_shown(
    audit: Audit, lists: NumberedLists, titles: dict[str, str], n: int = 10
) -> pd.DataFrame:
    """List the items that stand in the most lists.

    Args:
        audit: what was measured.
        lists: what it was measured on.
        titles: by id; an item without one goes by its id.
        n: how many.

    Returns:
        item_id, title, lists, share (of the lists) and interactions (share of all that were not
        held out).
    """
    first = np.argsort(-audit.exposure, kind="stable")[:n]
    ids = lists.item_ids[first + 1].tolist()
    return pd.DataFrame(
        {
            "item_id": ids,
            "title": [titles.get(one, one) for one in ids],
            "lists": audit.exposure[first],
            "share": audit.exposure[first] / len(lists.user_ids),
            "interactions": lists.popularity[first] / max(1, lists.popularity.sum()),
        }
    )


def _n(lists: NumberedLists) -> list[int]:
    return list(lists.facts.values())


def _counts(audit: Audit, lists: NumberedLists) -> dict[str, np.ndarray]:
    counts = {"these lists": audit.exposure, "interactions": lists.popularity}
    return {name: of for name, of in counts.items() if of.sum()}


def _ginis(audit: Audit, lists: NumberedLists) -> pd.DataFrame:
    counts = _counts(audit, lists)
    return pd.DataFrame({"what": counts.keys(), "Gini": [gini(of) for of in counts.values()]})


def _curves(audit: Audit, lists: NumberedLists) -> pd.DataFrame:
    """Lay out the Lorenz curves of what is shown and of what was chosen."""
    at = np.unique(np.linspace(0, len(audit.exposure), _POINTS).astype(int))
    parts = [
        pd.DataFrame(
            {
                "model": name,
                "items": at / len(counts),
                "exposure": lorenz_of(counts)[at],
                "gini": gini(counts),
            }
        )
        for name, counts in _counts(audit, lists).items()
    ]
    return pd.concat(parts, ignore_index=True)
