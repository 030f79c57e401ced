"""Where shipped files lie, and how files are written and checked.

Every file that the package writes goes through `write_atomically`: a reader sees the old file
or the new one, never half of one, also when the process is killed or the disk is full.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = [
    "ASSETS",
    "ASSETS_REMEDY",
    "CHECKSUMS",
    "check_sums",
    "sha256",
    "shipped",
    "sqlite_store",
    "write_atomically",
    "write_sums",
]

CHECKSUMS = "SHA256SUMS"
_PACKAGE = Path(__file__).resolve().parent
ASSETS = _PACKAGE / "assets"  # trained weights that ship with the package
ASSETS_REMEDY = "run `make assets`, or restore it with `git checkout rectutor/assets`"


def shipped(*parts: str) -> Path:
    """Find a file or folder that ships with the project, in a clone and in an installed wheel.

    Args:
        parts: a path below the project's root, such as `("datasets_small", "films")`.

    Raises:
        FileNotFoundError: nothing of that name ships with this version.
    """
    inside = _PACKAGE / "shipped" / Path(*parts)  # an installed wheel
    beside = _PACKAGE.parent / Path(*parts)  # a clone
    for path in (beside, inside) if (_PACKAGE.parent / "pyproject.toml").exists() else (inside,):
        if path.exists():
            return path
    raise FileNotFoundError(
        f"{Path(*parts)} ships with rectutor but was not found at {inside} nor at {beside}; "
        "install the package again, or restore the clone with `git checkout`"
    )


@contextmanager
def write_atomically(path: Path | str) -> Iterator[Path]:
    """Hand out a temporary path; move it to `path` only when the block ends well.

    The file is readable by everybody the umask allows (some writers leave it at 0600).

    Args:
        path: the file to write; its folder is made when it is missing.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.chmod(0o666 & ~_umask())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def sqlite_store(path: Path | str, schema: str) -> Iterator[sqlite3.Connection]:
    """Open a SQLite file for one transaction: all of the block is written, or nothing.

    Args:
        path: the file; it and its folder are made when they are missing. ":memory:" is refused,
            because it would be gone after the block.
        schema: statements that make the tables, each with IF NOT EXISTS.

    Raises:
        ValueError: the file is no SQLite store, or it is ":memory:"; names it.
    """
    if str(path) == ":memory:":
        raise ValueError("a store must be a file, got ':memory:', which keeps nothing")
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    store = sqlite3.connect(path, timeout=10.0)  # seconds to wait for another writer
    try:
        store.executescript(schema)
        with store:
            yield store
    except sqlite3.DatabaseError as error:
        raise ValueError(f"{path} cannot be used as a store ({error}); move it away") from error
    finally:
        store.close()


def sha256(path: Path | str) -> str:
    """Return the SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_sums(folder: Path | str) -> None:
    """Write `SHA256SUMS` for every other file in `folder`, in the format of `sha256sum`."""
    folder = Path(folder)
    names = sorted(p.name for p in folder.iterdir() if p.is_file() and p.name != CHECKSUMS)
    with write_atomically(folder / CHECKSUMS) as draft:
        draft.write_text("".join(f"{sha256(folder / name)}  {name}\n" for name in names))


def check_sums(folder: Path | str, remedy: str) -> None:
    """Compare every file named in `SHA256SUMS` with its bytes.

    Args:
        folder: a folder written by `write_sums`.
        remedy: what the reader should do when a file is damaged, for instance
            "restore it with `git checkout datasets_small`".

    Raises:
        ValueError: a file is missing or its bytes differ; the message names it and the remedy.
    """
    folder = Path(folder)
    for line in (folder / CHECKSUMS).read_text().splitlines():
        expected, name = line.split("  ", 1)
        path = folder / name
        if not path.exists():
            raise ValueError(f"{path} is listed in {CHECKSUMS} but missing; {remedy}")
        found = sha256(path)
        if found != expected:
            raise ValueError(
                f"{path} should have SHA-256 {expected[:12]}..., found {found[:12]}...; {remedy}"
            )


def _umask() -> int:
    """Read the umask; the system offers no way to read it without setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
