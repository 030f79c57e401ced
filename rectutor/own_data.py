"""Judging what somebody else made: recommendation lists, and tables of item codes.

Each function reads files, measures, prints, and writes `report.html` and `report.json`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rectutor.files import write_atomically

if TYPE_CHECKING:
    from pandas import DataFrame

    from rectutor.analysis.audit import Audit

__all__ = ["audit_lists"]


def audit_lists(
    recs: Path,
    interactions: Path,
    *,
    items: Path | None = None,
    truth: Path | None = None,
    k: int = 10,
    out: Path,
) -> Audit:
    """Audit recommendation lists against a log of interactions.

    Args:
        recs: CSV with user_id, item_id, and rank or score; see `rectutor.data.lists`.
        interactions: CSV with user_id, item_id, timestamp; see `rectutor.data.table`.
        items: CSV with item_id and title: the catalogue. Without it, the items of the
            interactions are.
        truth: CSV with user_id and item_id of what was held out. Without it, each user's last
            interaction is.
        k: places of each list that are judged.
        out: folder to write to.

    Returns:
        What was measured.

    Raises:
        FileNotFoundError: a file is missing.
        ValueError: a file is broken, or ids of one file are not known to the other.
    """
    from rectutor.analysis.audit import audit
    from rectutor.analysis.audit_words import how_measured, what_is_odd
    from rectutor.analysis.given_lists import number_lists
    from rectutor.course.audit_page import most_shown, write_audit
    from rectutor.course.page import sources
    from rectutor.data.lists import read_catalogue, read_lists, read_pairs
    from rectutor.data.table import load_table

    given = read_lists(recs)
    log = load_table(interactions)
    known = read_catalogue(items) if items else log.items
    ids = known["item_id"].astype(str).to_numpy() if items else None
    held = read_pairs(truth) if truth else None
    lists = number_lists(given.rows, log.interactions, ids, held, k)
    found = audit(lists)
    catalogue = items.name if items else "every item of the interactions"
    how = [*how_measured(lists, truth.name if truth else "", catalogue, given.order)]
    how += [f"{recs.name}: {note}." for note in given.notes]
    how += [f"{interactions.name}: {note}." for note in log.notes]
    odd = what_is_odd(found, lists)
    shown = most_shown(
        found, lists, dict(zip(known["item_id"].astype(str), known["title"], strict=True))
    )
    files = {"lists": recs, "interactions": interactions, "catalogue": items, "held out": truth}
    made_from = sources(files)
    write_audit(out / "report.html", found, lists, (how, odd), shown, made_from)
    tables = {"measures": found.measures, "faults": found.faults, "tenths": found.tenths}
    about = {"k": k, "people": lists.facts, "how": how, "odd": odd}
    _write_json(out / "report.json", {**tables, "shown": shown, "made from": made_from}, about)
    print(_in_text(found.measures, "value"), _in_text(found.faults, "share"), sep="\n\n")
    _print_end(odd, out)
    return found


def _print_end(odd: Sequence[str], out: Path) -> None:
    print("\n" + "\n".join(f"- {line}" for line in odd or ["nothing odd"]))
    print(f"\n{out / 'report.html'}\n{out / 'report.json'}")


def _write_json(path: Path, tables: Mapping[str, DataFrame], about: Mapping[str, Any]) -> None:
    """Write tables as lists of rows; what is unknown is null."""
    made = {"made": datetime.now(UTC).date().isoformat()}
    rows = {name: table.to_dict("records") for name, table in tables.items()}
    text = json.dumps(_plain({**made, **about, **rows}), indent=1, ensure_ascii=False)
    with write_atomically(path) as draft:
        draft.write_text(text + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    """Turn nan into None and NumPy numbers into Python's, at any depth."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _in_text(table: DataFrame, column: str) -> str:
    """Lay a table out for a terminal, with the interval of one column behind its value."""
    low, high = f"{column} low", f"{column} high"
    said = [
        f"{value:.4f} [{a:.4f}, {b:.4f}]"
        for value, a, b in table[[column, low, high]].itertuples(index=False)
    ]
    return table.assign(**{column: said}).drop(columns=[low, high]).to_string(index=False)
