"""Folders that ship with the project: believed when they are whole and made from today's code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rectutor.files import ASSETS_REMEDY, check_sums, write_atomically, write_sums

__all__ = ["check_shipped", "is_stale", "left_to_make", "write_facts"]


def is_stale(folder: Path, fingerprint: str, facts: str = "config.json") -> bool:
    """Tell whether a folder is missing, or was made from other data or code than a fingerprint's.

    Args:
        folder: with a JSON file of facts.
        fingerprint: of today's data and code.
        facts: the file's name.
    """
    path = folder / facts
    if not path.exists():
        return True
    return bool(json.loads(path.read_text(encoding="utf-8"))["fingerprint"] != fingerprint)


def left_to_make(
    asked: Sequence[str], every: Iterable[str], stale: Callable[[str], bool]
) -> Iterator[str]:
    """Give what a command has to make: what is asked for, or all that is missing or stale.

    So a run that was stopped goes on where it was, and a name makes one thing again whatever it is.
    Each is looked at when its turn comes, since making one can make another stale.

    Args:
        asked: names from the command line.
        every: all names there are, in the order in which they are made.
        stale: tells of a name whether it is missing or was made from other data or code.
    """
    if asked:
        yield from asked
        return
    for name in every:
        if stale(name):
            yield name
        else:
            print(f"{name}: made from today's data and code, kept")


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
