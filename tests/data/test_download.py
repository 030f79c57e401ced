import hashlib
import io
import urllib.error
import zipfile

import pytest

from rectutor.data import download
from rectutor.data.download import download_ml_latest_small, read_members


def archive(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return buffer.getvalue()


GOOD = {
    "ml-latest-small/ratings.csv": b"r",
    "ml-latest-small/movies.csv": b"m",
    "ml-latest-small/README.txt": b"licence",
    "ml-latest-small/tags.csv": b"t",
}


@pytest.fixture
def publisher(monkeypatch):
    """A publisher inside this process: hand it the answer, then download."""

    def answer_with(data: bytes | Exception) -> None:
        def urlopen(address, timeout):
            assert address == download.ARCHIVE
            assert timeout == 10
            if isinstance(data, Exception):
                raise data
            return io.BytesIO(data)

        monkeypatch.setattr(download.urllib.request, "urlopen", urlopen)

    sums = {"ratings.csv": hashlib.sha256(b"r"), "movies.csv": hashlib.sha256(b"m")}
    monkeypatch.setattr(download, "SHA256", {name: s.hexdigest() for name, s in sums.items()})
    return answer_with


def test_the_two_tables_and_the_licence_arrive(publisher, tmp_path):
    publisher(archive(GOOD))
    folder = download_ml_latest_small(tmp_path)
    assert folder == tmp_path / "ml-latest-small"
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.txt", "movies.csv", "ratings.csv",
    ]  # fmt: skip
    assert (folder / "ratings.csv").read_bytes() == b"r"


@pytest.mark.parametrize(
    "error", [urllib.error.URLError("no route"), TimeoutError("timed out"), OSError("refused")]
)
def test_without_network_the_way_by_hand_is_named(publisher, tmp_path, error):
    publisher(error)
    with pytest.raises(
        ConnectionError,
        match=r"cannot be fetched .*; without network, copy ml-latest-small\.zip from https://group",
    ):
        download_ml_latest_small(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_log_in_page_is_no_archive(publisher, tmp_path):
    publisher(b"<html>please log in</html>")
    with pytest.raises(ConnectionError, match="answered with 26 bytes that are no zip archive"):
        download_ml_latest_small(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_short_answer_is_no_archive(publisher, tmp_path):
    publisher(archive(GOOD)[:-30])
    with pytest.raises(ConnectionError, match="no zip archive"):
        download_ml_latest_small(tmp_path)
    assert not list(tmp_path.iterdir())


def test_another_release_is_not_written(publisher, tmp_path):
    publisher(archive(GOOD | {"ml-latest-small/movies.csv": b"changed"}))
    found = hashlib.sha256(b"changed").hexdigest()[:12]
    with pytest.raises(ValueError, match=rf"movies\.csv should have SHA-256 .* has {found}"):
        download_ml_latest_small(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "name", ["../evil.csv", "/etc/evil", "a/../../evil", "..\\evil", "C:\\evil"]
)
def test_a_member_that_points_outside_is_refused(publisher, tmp_path, name):
    publisher(archive(GOOD | {name: b"x"}))
    with pytest.raises(ValueError, match="points outside its folder; do not use this file"):
        download_ml_latest_small(tmp_path)
    assert not list(tmp_path.iterdir())


def test_an_archive_of_absurd_size_is_refused_before_it_is_unpacked(publisher, tmp_path):
    publisher(archive(GOOD | {"ml-latest-small/zeros": bytes(30_000_000)}))
    with pytest.raises(ValueError, match=r"would unpack to 3000.* bytes, more than 20000000"):
        download_ml_latest_small(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_missing_member_is_named():
    with pytest.raises(ValueError, match=r"no movies\.csv, only \['ratings\.csv'\]"):
        read_members(archive({"x/ratings.csv": b"r"}), ["ratings.csv", "movies.csv"])


def test_a_damaged_member_is_named():
    data = archive({"ratings.csv": bytes(range(256)) * 40})
    middle = data.index(b"ratings.csv") + 60
    broken = data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :]
    with pytest.raises(ValueError, match="the archive is damaged"):
        read_members(broken, ["ratings.csv"])
