import os
import signal
import stat
import subprocess
import sys

import pytest

from rectutor import files

KILLED_IN_A_SAVE = """
import os, signal, sys
from rectutor.files import write_atomically
with write_atomically(sys.argv[1]) as draft:
    draft.write_text("ne")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def permissions(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def umask():
    """Set the umask for one test, and put the old one back."""
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


def test_a_file_is_replaced_when_the_block_ends(tmp_path):
    target = tmp_path / "table.csv"
    target.write_text("old")
    with files.write_atomically(target) as draft:
        draft.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert os.listdir(tmp_path) == ["table.csv"]


def test_missing_folders_are_made(tmp_path):
    with files.write_atomically(tmp_path / "a" / "b" / "table.csv") as draft:
        draft.write_text("new")
    assert (tmp_path / "a" / "b" / "table.csv").read_text() == "new"


def test_an_error_in_the_middle_of_a_save_leaves_the_old_file(tmp_path):
    target = tmp_path / "table.csv"
    target.write_text("old")
    with pytest.raises(KeyError), files.write_atomically(target) as draft:
        draft.write_text("ne")
        raise KeyError
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["table.csv"]


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "weights.bin"
    target.write_text("old")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with (
        pytest.raises(OSError, match="No space left"),
        files.write_atomically(target) as draft,
    ):
        draft.write_text("new")
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["weights.bin"]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_a_process_killed_in_the_middle_of_a_save_leaves_the_old_file(tmp_path):
    target = tmp_path / "table.csv"
    target.write_text("old")
    ended = subprocess.run([sys.executable, "-c", KILLED_IN_A_SAVE, str(target)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert target.read_text() == "old"


def test_the_draft_keeps_the_ending_so_that_writers_recognise_the_format(tmp_path):
    with files.write_atomically(tmp_path / "arrays.npz") as draft:
        assert draft.suffix == ".npz"
        assert draft.parent == tmp_path


def test_a_file_that_was_left_private_becomes_readable(tmp_path, umask):
    umask(0o022)
    with files.write_atomically(tmp_path / "model.safetensors") as draft:
        draft.write_bytes(b"weights")
        draft.chmod(0o600)  # as safetensors leaves it
    assert permissions(tmp_path / "model.safetensors") == 0o644


def test_a_strict_umask_is_respected(tmp_path, umask):
    umask(0o077)
    with files.write_atomically(tmp_path / "journal.json") as draft:
        draft.write_text("{}")
    assert permissions(tmp_path / "journal.json") == 0o600
    assert umask(0o077) == 0o077  # and reading it has not changed it


def test_the_hash_of_three_letters_is_the_published_one(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")
    published = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert files.sha256(tmp_path / "abc") == published


def test_sums_list_every_file_but_themselves(tmp_path):
    (tmp_path / "b.csv").write_text("2")
    (tmp_path / "a.csv").write_text("1")
    files.write_sums(tmp_path)
    lines = (tmp_path / files.CHECKSUMS).read_text().splitlines()
    assert [line.split("  ")[1] for line in lines] == ["a.csv", "b.csv"]
    files.write_sums(tmp_path)  # again, now that the list itself is there
    assert (tmp_path / files.CHECKSUMS).read_text().splitlines() == lines
    files.check_sums(tmp_path, remedy="restore it")


def test_a_flipped_bit_is_found_and_named(tmp_path):
    (tmp_path / "weights.bin").write_bytes(bytes(1000))
    files.write_sums(tmp_path)
    damaged = bytearray(1000)
    damaged[500] ^= 1
    (tmp_path / "weights.bin").write_bytes(damaged)
    found = files.sha256(tmp_path / "weights.bin")[:12]
    with pytest.raises(ValueError, match=rf"weights\.bin should have .* found {found}.*; rebuild"):
        files.check_sums(tmp_path, remedy="rebuild it with `make assets`")


def test_a_missing_file_is_found_and_named(tmp_path):
    (tmp_path / "items.csv").write_text("1")
    files.write_sums(tmp_path)
    (tmp_path / "items.csv").unlink()
    with pytest.raises(ValueError, match=r"items\.csv is listed in SHA256SUMS but missing; fetch"):
        files.check_sums(tmp_path, remedy="fetch it again")


def test_shipped_finds_a_folder_of_the_clone():
    assert (files.shipped("datasets_small") / "LICENSE").is_file()


def test_shipped_names_what_is_not_there():
    with pytest.raises(FileNotFoundError, match=r"datasets_small/atlantis ships with rectutor"):
        files.shipped("datasets_small", "atlantis")


TABLE = "CREATE TABLE IF NOT EXISTS t (x INTEGER);"


def test_a_store_keeps_all_of_a_block_or_nothing(tmp_path):
    path = tmp_path / "new" / "store.sqlite"
    with files.sqlite_store(path, TABLE) as store:
        store.execute("INSERT INTO t VALUES (1)")
    with pytest.raises(RuntimeError, match="in the middle"), files.sqlite_store(path, TABLE) as own:
        own.execute("INSERT INTO t VALUES (2)")
        raise RuntimeError("in the middle")
    with files.sqlite_store(path, TABLE) as store:
        assert store.execute("SELECT x FROM t").fetchall() == [(1,)]


def test_a_store_is_a_file():
    with pytest.raises(ValueError, match="must be a file, got ':memory:'"):
        files.sqlite_store(":memory:", TABLE).__enter__()
