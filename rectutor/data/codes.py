"""Somebody else's item codes, in the forms that public projects write them.

Read are `{"item": [12, 7, ...]}`, `{"item": ["<a_12>", "<b_7>", ...]}` and `{"item":
"<a_12><b_7>..."}` (a token names level and code), `{"item_ids": [...], "codes": [[...], ...]}`, a
list of lists, and NumPy arrays.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

__all__ = ["GivenCodes", "read_arrays", "read_codes"]

_TOKEN = re.compile(r"<?\|?([A-Za-z]\w*?)_?(\d+)\|?>?")  # its name, and the code
_PIECES = re.compile(r"<[^<>]+>")


class GivenCodes(NamedTuple):
    """Codes as their file has them."""

    item_ids: np.ndarray | None  # [N] text, in the order of the file; None where it names none
    codes: np.ndarray  # [N, L] int64, 0 or more
    notes: tuple[str, ...]  # what a reader should know


def read_codes(path: Path | str) -> GivenCodes:
    """Read a table of item codes.

    Codes whose levels count on from each other, such as 0-255, 256-511, are counted from the
    lowest of each level, and a note says so.

    Args:
        path: a file that ends in `.json`, `.npy` or `.npz` (with an array `codes`, or one array
            alone, and perhaps `item_ids`).

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is broken or holds no table of codes; says where, and what is needed.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}; check the path and the name")
    if path.suffix == ".json":
        ids, rows = _from_json(path)
    elif path.suffix in (".npy", ".npz"):
        arrays = read_arrays(path, "codes")
        names = arrays.get("item_ids")
        ids, rows = None if names is None else names.tolist(), arrays["codes"].tolist()
    else:
        raise ValueError(f"codes come as .json, .npy or .npz, got {path.name}; write one of these")
    codes = _table(rows, ids, path)
    notes = []
    if _counts_on(codes):
        notes.append(
            f"levels count on from each other (level 2 begins at {codes[:, 1].min()}), so each is "
            "counted from its own lowest code"
        )
        codes = codes - codes.min(axis=0)
    return GivenCodes(None if ids is None else _names(ids, len(codes), path), codes, tuple(notes))


def read_arrays(path: Path | str, name: str) -> dict[str, np.ndarray]:
    """Read a `.npy` or `.npz` file without pickles.

    Args:
        path: the file.
        name: of the array that must be there; an array alone goes by it, whatever its name.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is broken, or several arrays are there and none has the name.
    """
    path = Path(path)
    try:
        loaded = np.load(path, allow_pickle=False)
        arrays = {name: loaded} if isinstance(loaded, np.ndarray) else dict(loaded)
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no file {path}; check the path and the name") from None
    except (ValueError, EOFError, OSError) as error:
        raise ValueError(
            f"{path} cannot be read as NumPy arrays ({error}); save plain numbers with np.savez"
        ) from error
    if len(arrays) == 1:
        return {name: next(iter(arrays.values()))}
    if name not in arrays:
        raise ValueError(f'{path} needs an array "{name}", found {sorted(arrays)}; rename one')
    return arrays


def _from_json(path: Path) -> tuple[Sequence[Any] | None, Sequence[Any]]:
    """Return the items' names, if any, and their rows."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=_once)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is no JSON: {error}; copy or write it again") from error
    except KeyError as error:
        raise ValueError(f"{path} has the item {error} twice; leave one of them") from error
    if isinstance(found, dict) and isinstance(found.get("codes"), list):
        rows = found["codes"]
        if rows and isinstance(rows[0], list):  # not an item that is called "codes"
            return found.get("item_ids"), rows
    if isinstance(found, dict):
        return list(found), list(found.values())
    if isinstance(found, list):
        return None, found
    raise ValueError(
        f"{path} must hold an object from item to codes, or a list of lists, got "
        f"{type(found).__name__}"
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a dict of a JSON object, in which a name may stand once."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise KeyError(Counter(name for name, _ in pairs).most_common(1)[0][0])
    return found


def _table(rows: Sequence[Any], ids: Sequence[Any] | None, path: Path) -> np.ndarray:
    """Turn rows into [N, L] whole numbers, or name the first item that does not fit."""
    rows = [_PIECES.findall(row) if isinstance(row, str) else row for row in rows]
    n_levels = _length(rows, ids, path)
    flat = [code for row in rows for code in row]
    if any(isinstance(code, str) for code in flat):
        flat = _from_tokens(flat, n_levels, ids, path)
    for at, code in enumerate(flat):
        if (
            isinstance(code, bool)
            or not isinstance(code, (int, float))
            or not code >= 0
            or code % 1
        ):
            raise ValueError(
                f"{path} needs whole numbers of 0 or more, {_name(ids, at // n_levels)} has "
                f"{code!r} on level {at % n_levels + 1}"
            )
    return np.array(flat, dtype=np.int64).reshape(-1, n_levels)


def _length(rows: Sequence[Any], ids: Sequence[Any] | None, path: Path) -> int:
    """Return L, the number of codes that every item has."""
    if not rows:
        raise ValueError(f"{path} holds no item; write codes for one item or more")
    lengths = [len(row) if isinstance(row, list) else -1 for row in rows]
    usual = Counter(lengths).most_common(1)[0][0]
    for place, length in enumerate(lengths):
        if length != usual or length < 1:
            what = f"{length} codes" if length >= 0 else "no list of codes"
            raise ValueError(
                f"{path} needs as many codes for every item, {_name(ids, place)} has {what}, most "
                f"have {max(usual, 0)}; mend or leave out such items"
            )
    return usual


def _from_tokens(
    flat: list[Any], n_levels: int, ids: Sequence[Any] | None, path: Path
) -> list[Any]:
    """Take the codes out of tokens, whose names must be the same on one level."""
    codes: list[Any] = []
    names: dict[int, str] = {}
    for at, token in enumerate(flat):
        level = at % n_levels
        match = _TOKEN.fullmatch(token.strip()) if isinstance(token, str) else None
        if isinstance(token, str) and token.strip().isdigit():
            codes.append(int(token))
            continue
        if match is None:
            raise ValueError(
                f"{path} needs tokens such as <a_12>, {_name(ids, at // n_levels)} has {token!r} "
                f"on level {level + 1}"
            )
        if names.setdefault(level, match[1]) != match[1]:
            raise ValueError(
                f'{path} needs one letter a level, level {level + 1} has "{names[level]}" and '
                f'"{match[1]}" ({_name(ids, at // n_levels)}); put the tokens of each item in order'
            )
        codes.append(int(match[2]))
    return codes


def _name(ids: Sequence[Any] | None, place: int) -> str:
    return f"row {place + 1}" if ids is None else f'item "{ids[place]}"'


def _names(ids: Sequence[Any], n: int, path: Path) -> np.ndarray:
    names = np.array([str(one).strip() for one in ids], dtype=object)
    if len(names) != n or len(set(names)) != n:
        raise ValueError(
            f"{path} needs a name of its own for each of {n} items, got {len(names)} names, "
            f"{len(set(names))} of them different"
        )
    return names


def _counts_on(codes: np.ndarray) -> bool:
    """Tell whether every level's codes lie above those of the level before."""
    ends = list(zip(codes.min(axis=0), codes.max(axis=0), strict=True))
    is_one = any(low == high for low, high in ends)  # a single code a level tells nothing
    return len(ends) > 1 and not is_one and all(a[1] < b[0] for a, b in pairwise(ends))
