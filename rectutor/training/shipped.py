"""Folders that ship with the project: believed when they are whole and made from today's code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rectutor.files import ASSETS_REMEDY, check_sums, write_atomically, write_sums

__all__ = ["check_shipped", "is_stale", "write_facts"]


def is_stale(folder: Path, fingerprint: str) -> bool:
    """Tell whether a folder was made from other data or code than that of a fingerprint."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return bool(config["fingerprint"] != fingerprint)


def check_shipped(folder: Path, what: str, made_from: str, fingerprint: str) -> None:
    """Refuse a folder that is missing, damaged or stale.

    Args:
        folder: with `config.json` and checksums.
        what: is in it, for messages, such as "asset 'sasrec-films'".
        made_from: what a stale one was made from, such as "other data or code".
        fingerprint: of today's.

    Raises:
        ValueError: says which of the three, and what to do.
    """
    if not folder.exists():
        raise ValueError(f"{what} is not at {folder}; {ASSETS_REMEDY}")
    check_sums(folder, ASSETS_REMEDY)
    if is_stale(folder, fingerprint):
        raise ValueError(f"{what} was made from {made_from} than today's; {ASSETS_REMEDY}")


def write_facts(folder: Path, facts: Mapping[str, Any], card: str) -> None:
    """Write what is known of a folder's weights, the card for readers, and the checksums."""
    with write_atomically(folder / "config.json") as draft:
        draft.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    with write_atomically(folder / "README.md") as draft:
        draft.write_text(card, encoding="utf-8")
    write_sums(folder)
