"""Worlds on disk: what is written, and how the truth is read back.

A world's folder holds `interactions.csv.gz`, `truth.npz` (every hidden quantity, as arrays),
`world.json` (name, seed, knobs, counts, digest), `README.md` and `SHA256SUMS`. The digest is
taken over the text before compression, since gzip libraries may pack the same text differently.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rectutor.data.choice import Knobs, Truth
from rectutor.data.film_facts import FilmFacts
from rectutor.data.people import HiddenFilms, People
from rectutor.files import write_atomically, write_sums
from rectutor.schema import INTERACTION_COLUMNS, ITEM_ID, USER_ID

__all__ = [
    "as_text",
    "digest",
    "read_truth",
    "unpack_truth",
    "write_interactions",
    "write_truth",
    "write_world",
]

_PARTS: dict[str, Any] = {"facts": FilmFacts, "hidden": HiddenFilms, "people": People}


def as_text(interactions: pd.DataFrame) -> str:
    """Write interactions as CSV text: whole ids, ratings with one digit, LF line ends."""
    columns = (interactions[name].tolist() for name in INTERACTION_COLUMNS)
    rows = [f"{u},{i},{r:.1f},{t}\n" for u, i, r, t in zip(*columns, strict=True)]
    return ",".join(INTERACTION_COLUMNS) + "\n" + "".join(rows)


def digest(interactions: pd.DataFrame, truth: Truth) -> str:
    """Return one SHA-256 over the interactions and every array of the truth."""
    sha = hashlib.sha256(as_text(interactions).encode())
    for name, array in sorted(_arrays(truth).items()):
        sha.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        sha.update(np.ascontiguousarray(array).tobytes())
    return sha.hexdigest()


def write_interactions(path: Path, interactions: pd.DataFrame) -> None:
    """Write interactions as gzipped CSV; the same table gives the same bytes (mtime is 0)."""
    with (
        write_atomically(path) as draft,
        draft.open("wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=9, fileobj=raw, mtime=0) as packed,
    ):
        packed.write(as_text(interactions).encode())


def write_truth(path: Path, truth: Truth) -> None:
    """Write every array of the truth into one compressed `.npz`."""
    with write_atomically(path) as draft, draft.open("wb") as raw:
        np.savez_compressed(raw, **_arrays(truth))  # type: ignore[arg-type]


def read_truth(folder: Path | str) -> Truth:
    """Read the hidden side of a world.

    Args:
        folder: a world's folder, or the answers of `make_hidden`; holds `truth.npz`.

    Raises:
        FileNotFoundError: there is no `truth.npz`.
        ValueError: an array is missing.
    """
    path = Path(folder) / "truth.npz"
    if not path.exists():
        raise FileNotFoundError(
            f"read_truth needs {path}, which does not exist; give the folder of a simulated "
            "world (for a hidden world: its `answers` folder)"
        )
    with np.load(path, allow_pickle=False) as stored:
        return unpack_truth({name: stored[name] for name in stored.files})


def unpack_truth(arrays: Mapping[str, np.ndarray]) -> Truth:
    """Sort the arrays of a `truth.npz`, as `load_truth` gives them, into what they describe.

    Raises:
        ValueError: an array is missing.
    """
    wanted = [f"{part}.{name}" for part, kind in _PARTS.items() for name in kind._fields]
    if missing := sorted({"knobs", *wanted} - set(arrays)):
        raise ValueError(
            f"the truth of a world needs the array {missing[0]!r}, got {len(arrays)} others; it "
            "was written by another version: make the world again with "
            "`python -m rectutor.data.make_worlds`"
        )
    values = {
        field.name: int(value) if isinstance(field.default, int) else float(value)
        for field, value in zip(fields(Knobs), arrays["knobs"], strict=True)
    }
    parts = {
        part: kind(*(arrays[f"{part}.{name}"] for name in kind._fields))
        for part, kind in _PARTS.items()
    }
    return Truth(Knobs(**values), **parts)  # type: ignore[arg-type]


def write_world(
    folder: Path | str,
    name: str,
    seed: int,
    interactions: pd.DataFrame,
    truth: Truth,
    about: str = "films",
) -> None:
    """Write a whole world, with checksums; an existing README.md is kept.

    Args:
        folder: made when it is missing; files of the same names are replaced.
        name: of the world, for instance "films".
        seed: the seed that made it.
        interactions: as `simulate` returns them.
        truth: likewise.
        about: "films" or "books"; what the README and `world.json` call the items.
    """
    folder = Path(folder)
    write_interactions(folder / "interactions.csv.gz", interactions)
    write_truth(folder / "truth.npz", truth)
    card = {"name": name, "people": "simulated", about: "real", "seed": seed}
    card |= _counts(interactions, truth)
    with write_atomically(folder / "world.json") as draft:
        draft.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    if not (folder / "README.md").exists():
        with write_atomically(folder / "README.md") as draft:
            draft.write_text(_readme(card, about), encoding="utf-8")
    write_sums(folder)


def _arrays(truth: Truth) -> dict[str, np.ndarray]:
    arrays = {"knobs": np.array(list(asdict(truth.knobs).values()), dtype=np.float64)}
    for part in _PARTS:
        stored = getattr(truth, part)
        arrays |= {f"{part}.{name}": getattr(stored, name) for name in stored._fields}
    return arrays


def _counts(interactions: pd.DataFrame, truth: Truth) -> dict[str, Any]:
    return {
        "knobs": asdict(truth.knobs),
        "n_users": int(interactions[USER_ID].nunique()),
        "n_items": int(interactions[ITEM_ID].nunique()),
        "n_interactions": len(interactions),
        "digest": digest(interactions, truth),
    }


def _readme(card: dict[str, Any], about: str) -> str:
    knobs = "\n".join(f"- {name}: {value}" for name, value in card["knobs"].items())
    return (
        f"# {card['name']}: real {about}, simulated people\n\n"
        f"{card['n_interactions']} ratings by {card['n_users']} simulated people on "
        f"{card['n_items']} real {about}, made by `rectutor.data.simulate` with seed "
        f"{card['seed']} and these knobs:\n\n{knobs}\n\n"
        f"The {about} are those of `datasets_small/{about}`, whose README says how the simulator "
        "works and what may and may not be concluded. No rating here was given by a person.\n"
    )
