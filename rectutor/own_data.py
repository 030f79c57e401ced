"""Judging what somebody else made: recommendation lists, and tables of item codes.

Each command reads files, measures, prints, and writes `report.html` and `report.json`. What takes
time to load is imported when it is called, so that `rectutor --help` answers at once.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rectutor.files import write_atomically

if TYPE_CHECKING:
    import numpy as np
    from pandas import DataFrame

    from rectutor.analysis.audit import Audit
    from rectutor.analysis.report_card import ReportCard

__all__ = ["add_commands", "audit_lists", "report_codes"]


def add_commands(commands: Any) -> None:
    """Describe `report` and `audit` to the parser of `rectutor`.

    Args:
        commands: what `argparse.ArgumentParser.add_subparsers` returns.
    """
    _add_report(commands.add_parser("report", help="judge item codes that somebody else made"))
    _add_audit(commands.add_parser("audit", help="judge lists that somebody else made"))


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


def report_codes(
    codes: Path,
    *,
    items: Path | None = None,
    vectors: Path | None = None,
    codebook_size: int | None = None,
    out: Path,
) -> ReportCard:
    """Write a report card for a table of item codes.

    A last level that only counts the items of one tuple keeps ids apart and means nothing: it is
    left out, and said to be.

    Args:
        codes: JSON or NumPy; see `rectutor.data.codes`.
        items: CSV with item_id, title, and columns that group items, such as genres.
        vectors: `.npy` or `.npz` with `embeddings` [N, D], in the order of the codes, and
            perhaps `codebooks` [L, K, D]. Without these, entries are the means of their items.
        codebook_size: K; one more than the highest code when None.
        out: folder to write to.

    Returns:
        The card.

    Raises:
        FileNotFoundError: a file is missing.
        ValueError: a file is broken, or speaks of other items.
    """
    from rectutor.analysis.given_codes import groupings, is_counter, matched
    from rectutor.analysis.report_card import report_card
    from rectutor.course.card_page import write_card
    from rectutor.course.page import sources, table
    from rectutor.data.codes import read_codes
    from rectutor.data.lists import read_catalogue
    from rectutor.widgets.given_codes_page import view_of_codes

    given = read_codes(codes)
    judged = given.codes[:, :-1] if is_counter(given.codes) else given.codes
    known = matched(given.item_ids, len(judged), read_catalogue(items) if items else None)
    groups = groupings(known.items) if items else {}
    K = int(judged.max()) + 1 if codebook_size is None else codebook_size
    if judged.max() >= K:
        raise ValueError(f"--codebook-size must be above the highest code, {judged.max()}, got {K}")
    vectors_of, how = _vectors(vectors, judged, K)
    card = report_card(judged, K, groups, *vectors_of)
    how = [*_how_coded(given.codes, judged, codebook_size, K), *how]
    how += [f"{note[:1].upper()}{note[1:]}." for note in (*given.notes, *known.notes)]
    if groups:
        how.append(f"Levels are compared with {', '.join(groups)} by adjusted NMI: 0 is luck.")
    made_from = sources({"codes": codes, "catalogue": items, "vectors": vectors})
    end = "<h2>Made from</h2>" + table(made_from)
    titles = known.items["title"].to_numpy(dtype=object)
    view = view_of_codes(judged, known.items, groups, vectors_of)
    write_card(out / "report.html", card, judged, titles, (how, card.warnings), [view, end])
    about = {"whole": card.whole, "how": how, "odd": card.warnings}
    _write_json(out / "report.json", {"levels": card.levels, "made from": made_from}, about)
    print(card.levels.round(3).to_string(index=False))
    print("\n" + "\n".join(f"{name}: {value:,.4g}" for name, value in card.whole.items()))
    _print_end(card.warnings, out)
    return card


def _how_coded(whole: np.ndarray, judged: np.ndarray, size: int | None, K: int) -> list[str]:
    """Say which levels were judged, and how many codes each could use."""
    said = [f"{len(judged):,} items, {judged.shape[1]} levels."]
    if judged.shape[1] < whole.shape[1]:
        said.append(
            f"Level {whole.shape[1]} only counts the items of one tuple, up to "
            f"{whole[:, -1].max() + 1}: it is left out here, and without it ids collide."
        )
    if size is None:
        said.append(
            f"Each level is taken to have {K} codes, one more than the highest; name the number "
            "with --codebook-size if there are more."
        )
    return said


def _vectors(
    path: Path | None, codes: np.ndarray, K: int
) -> tuple[tuple[np.ndarray, np.ndarray] | tuple[()], list[str]]:
    """Return embeddings and codebooks, if there are any, and what is to be said of them."""
    from rectutor.data.codes import read_arrays
    from rectutor.models.residual_codes import entries_for

    if path is None:
        return (), ["Without --vectors, errors and neighbours are not measured."]
    arrays = read_arrays(path, "embeddings")
    embeddings = arrays["embeddings"]
    N, L = codes.shape
    if embeddings.ndim != 2 or len(embeddings) != N:
        raise ValueError(
            f"{path} needs embeddings [{N}, D], a row for each item with codes, in their order; "
            f"got {list(embeddings.shape)}. Leave out a row for padding"
        )
    if "codebooks" not in arrays:
        said = "Entries of codes are the means of their items: the file of vectors has none."
        return (embeddings, entries_for(codes, embeddings, K).codebooks), [said]
    codebooks, D = arrays["codebooks"], embeddings.shape[1]
    if codebooks.shape != (L, K, D):
        raise ValueError(
            f"{path} needs codebooks {[L, K, D]}, got {list(codebooks.shape)}; name another K with "
            "--codebook-size, or leave codebooks out"
        )
    return (embeddings, codebooks), [
        "Errors are those of the codebooks that came with the vectors."
    ]


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
    shown = table.assign(**{column: said}).drop(columns=[low, high])
    return shown.to_string(index=False, na_rep="-", float_format="%.4f")


def _add_report(parser: argparse.ArgumentParser) -> None:
    codes = "JSON ({item_id: codes} or a list of lists) or .npy, .npz"
    parser.add_argument("--codes", metavar="FILE", type=Path, required=True, help=codes)
    known = "CSV: item_id, title, and what groups items, such as genres"
    parser.add_argument("--items", metavar="CSV", type=Path, help=known)
    described = ".npz: embeddings, and codebooks if there are any; for errors and neighbours"
    parser.add_argument("--vectors", metavar="NPZ", type=Path, help=described)
    size = "codes of each level; default: one more than the highest"
    parser.add_argument("--codebook-size", metavar="K", type=int, help=size)
    page, here = "for report.html and report.json; default: rectutor-codes", Path("rectutor-codes")
    parser.add_argument("--out", metavar="DIR", type=Path, default=here, help=page)
    parser.set_defaults(run=_report)


def _add_audit(parser: argparse.ArgumentParser) -> None:
    recs = "CSV: user_id, item_id, and rank or score; without these, in the order of rows"
    parser.add_argument("--recs", metavar="CSV", type=Path, required=True, help=recs)
    log = "CSV: user_id, item_id, timestamp"
    parser.add_argument("--interactions", metavar="CSV", type=Path, required=True, help=log)
    known = "CSV of the catalogue: item_id, title; default: the items of the interactions"
    parser.add_argument("--items", metavar="CSV", type=Path, help=known)
    held = "CSV of what was held out: user_id, item_id; default: each user's last interaction"
    parser.add_argument("--truth", metavar="CSV", type=Path, help=held)
    parser.add_argument("--k", metavar="K", type=int, default=10, help="places judged; default: 10")
    page = "for report.html and report.json; default: rectutor-audit"
    parser.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("rectutor-audit"), help=page
    )
    parser.set_defaults(run=_audit)


def _report(given: argparse.Namespace) -> int:
    files, size = {"items": given.items, "vectors": given.vectors}, given.codebook_size
    report_codes(given.codes, **files, codebook_size=size, out=given.out)
    return 0


def _audit(given: argparse.Namespace) -> int:
    files = {"items": given.items, "truth": given.truth}
    audit_lists(given.recs, given.interactions, **files, k=given.k, out=given.out)
    return 0
