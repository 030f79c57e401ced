"""The claims ledger: what a survey says, what the paper says, what was measured here.

The claims are those of "Large Language Models for Recommendation", the survey that the course
walks through. `claims.csv` holds what was said and where; `verdicts.csv` holds our findings.
Nothing is filled in from memory: a paper that was not opened is "not looked up".
"""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from rectutor.course.show import show

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd

__all__ = [
    "COLUMNS",
    "MEASURED_CHECKS",
    "PAPER_CHECKS",
    "SURVEY",
    "claims_of",
    "ledger",
    "show_claims",
]

SURVEY = "Large Language Models for Recommendation"
PAPER_CHECKS = ("agrees", "differs", "not looked up")
MEASURED_CHECKS = ("holds", "does not", "cannot be tested here", "not measured yet")
COLUMNS = {
    "claim_id": "claim",
    "claim": "the survey says",
    "survey_value": "survey",
    "paper_value": "paper",
    "paper_check": "paper check",
    "value": "measured here",
    "measured_check": "measured check",
    "cell": "cell",
    "reason": "why",
}
_FOLDER = Path(__file__).parent


@cache
def ledger() -> pd.DataFrame:
    """Join claims and verdicts: one row per claim, all columns of both files, as text.

    Raises:
        ValueError: the two files do not hold the same claims, or a check uses another word.
    """
    import pandas as pd

    claims, verdicts = (
        pd.read_csv(_FOLDER / name, dtype=str, keep_default_na=False)
        for name in ("claims.csv", "verdicts.csv")
    )
    odd = sorted(set(claims["claim_id"]) ^ set(verdicts["claim_id"]))
    if odd:
        raise ValueError(f"{odd[0]} stands in only one of claims.csv and verdicts.csv; mend it")
    for column, allowed in (("paper_check", PAPER_CHECKS), ("measured_check", MEASURED_CHECKS)):
        strange = verdicts[~verdicts[column].isin(allowed)]
        if len(strange):
            row = strange.iloc[0]
            raise ValueError(
                f"verdicts.csv, {row.claim_id}: {column} may be {', '.join(allowed)}; "
                f"got {row[column]!r}"
            )
    return claims.merge(verdicts, on="claim_id", validate="one_to_one")


def claims_of(lesson: str) -> pd.DataFrame:
    """Return the claims of one lesson, with the columns that a reader needs.

    Args:
        lesson: its number, for instance "02".

    Raises:
        ValueError: no claim belongs to that lesson; the message lists those that have some.
    """
    known = ledger()
    rows = known[known["lesson"] == lesson]
    if rows.empty:
        lessons = ", ".join(sorted(known["lesson"].unique()))
        raise ValueError(f"there are claims for the lessons {lessons}, none for {lesson!r}")
    table = rows[list(COLUMNS)].rename(columns=COLUMNS).reset_index(drop=True)
    unread = (table["paper check"] == "not looked up").to_numpy()
    table.loc[unread, "paper"] = [_hearsay(value) for value in table.loc[unread, "paper"]]
    return table


def show_claims(lesson: str) -> None:
    """Show the claims of one lesson: what was found first, the survey's words last.

    A wrong number that is read first sticks; so each row opens with the correction. Claims
    that were measured come before those that cannot be tested here.
    """
    table = claims_of(lesson).to_dict("records")
    table.sort(key=lambda row: row["measured check"] == "cannot be tested here")
    title = f'Claims of the survey "{SURVEY}", lesson {lesson}; not all of them are right.'
    head = "".join(
        f"<th style='text-align: left; min-width: 7em'>{name}</th>"
        for name in ("", "Here", "The paper", "The survey says")
    )
    rows = "".join(
        f"<tr><td>{escape(row['claim'])}</td>"
        + "".join(f"<td style='text-align: left'>{escape(part)}</td>" for part in _parts(row))
        + "</tr>"
        for row in table
    )
    here = "Here: {}\n    Paper: {}\n    Survey: {}"
    lines = [f"{row['claim']} {here.format(*_parts(row))}" for row in table]
    html = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    show(f"<p>{escape(title)}</p>{html}", "\n".join([title, *lines]))


def _parts(row: dict[Hashable, str]) -> tuple[str, str, str]:
    """Say what was found here, what the paper says, and what the survey says."""
    check = row["measured check"] + " hold" * (row["measured check"] == "does not")
    here = map(_sentence, (check, row["measured here"], row["why"]))
    paper = (
        row["paper"]
        if row["paper check"] == "not looked up"
        else (f"{row['paper check']}: {row['paper']}")
    )
    value = f"[{row['survey']}]" if row["survey"] not in ("", "qualitative") else ""
    return " ".join(filter(None, here)), paper, f"{row['the survey says']} {value}".rstrip()


def _sentence(text: str) -> str:
    """Begin with a capital letter and end with a stop; nothing stays nothing."""
    return text[:1].upper() + text[1:] + "." * (bool(text) and text[-1] not in ".!?")


def _hearsay(value: str) -> str:
    """Keep what is generally said about a paper apart from what was read in it."""
    return f"not looked up; said to be: {value}" if value else "not looked up"
