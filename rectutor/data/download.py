"""Fetching the one real data set whose checksums are known, and unpacking it safely."""

from __future__ import annotations

import hashlib
import io
import urllib.error
import urllib.request
import zipfile
from pathlib import Path, PurePosixPath

from rectutor.data.movielens import PAGE, SHA256
from rectutor.files import write_atomically

__all__ = ["ARCHIVE", "download_ml_latest_small", "read_members"]

ARCHIVE = "https://files.grouplens.org/datasets/movielens/ml-latest-small.zip"
_SECONDS = 10  # without an answer
_MAX_BYTES = 20_000_000  # the archive has about 1 MB, its files about 3 MB
_README = "README.txt"  # the licence travels with the data


def download_ml_latest_small(folder: Path | str) -> Path:
    """Fetch ml-latest-small from its publisher into `folder`/ml-latest-small.

    Nothing is written until both CSV files have their known checksums.

    Args:
        folder: where the data set's own folder is made.

    Returns:
        The folder with ratings.csv, movies.csv and the publisher's README.txt.

    Raises:
        ConnectionError: there is no network, or the answer is not the archive; names the way
            to do it by hand.
        ValueError: the archive is unsafe, incomplete or of another release.
    """
    place = Path(folder) / "ml-latest-small"
    try:
        with urllib.request.urlopen(ARCHIVE, timeout=_SECONDS) as answer:
            data = answer.read(_MAX_BYTES + 1)
    except (OSError, urllib.error.URLError) as error:
        raise ConnectionError(
            f"{ARCHIVE} cannot be fetched ({error}); {_by_hand(place)}"
        ) from error
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise ConnectionError(
            f"{ARCHIVE} answered with {len(data)} bytes that are no zip archive (a log-in page of "
            f"the network perhaps); {_by_hand(place)}"
        )
    members = read_members(data, [*SHA256, _README])
    for name, known in SHA256.items():
        found = hashlib.sha256(members[name]).hexdigest()
        if found != known:
            raise ValueError(
                f"{name} should have SHA-256 {known[:12]}..., the download has {found[:12]}...: "
                f"the publisher may have changed it. Nothing was written; {_by_hand(place)}"
            )
    for name, content in members.items():
        with write_atomically(place / name) as draft:
            draft.write_bytes(content)
    return place


def read_members(archive: bytes, names: list[str], max_bytes: int = _MAX_BYTES) -> dict[str, bytes]:
    """Unpack some files of a zip archive into memory.

    Args:
        archive: the bytes of the zip file.
        names: the wanted files, by their last path component.
        max_bytes: the most that all members together may unpack to.

    Returns:
        The content of each wanted file.

    Raises:
        ValueError: a member would be written outside the folder, the archive unpacks to too
            much, is damaged, or lacks a wanted file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            for member in opened.infolist():
                _check_name(member.filename)
            size = sum(member.file_size for member in opened.infolist())
            if size > max_bytes:
                raise ValueError(
                    f"the archive would unpack to {size} bytes, more than {max_bytes}; "
                    "do not use this file"
                )
            found = {PurePosixPath(m.filename).name: m for m in opened.infolist()}
            for name in names:
                if name not in found:
                    raise ValueError(f"the archive has no {name}, only {sorted(found)}")
            return {name: opened.read(found[name]) for name in names}
    except zipfile.BadZipFile as error:
        raise ValueError(f"the archive is damaged ({error}); fetch it again") from error


def _check_name(name: str) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name:
        raise ValueError(
            f'the archive has a member "{name}" that points outside its folder; '
            "do not use this file"
        )


def _by_hand(place: Path) -> str:
    return (
        f"without network, copy ml-latest-small.zip from {PAGE} and unpack it into {place.parent}"
    )
