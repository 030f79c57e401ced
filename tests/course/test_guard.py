import os
import socket

import pytest

from rectutor.course import guard
from rectutor.course.guard import NetworkRefusedError, lesson_environment, usage


@pytest.fixture(autouse=True)
def no_record(monkeypatch):
    monkeypatch.setattr(guard, "_refused", [])


@pytest.mark.parametrize(
    ("event", "args", "host"),
    [
        ("socket.connect", (None, ("192.0.2.1", 443)), "192.0.2.1"),
        ("socket.connect", (None, ("2001:db8::1", 443, 0, 0)), "2001:db8::1"),
        ("socket.sendto", (None, ("8.8.8.8", 53)), "8.8.8.8"),
        ("socket.getaddrinfo", ("example.org", 443, 0, 0, 0), "example.org"),
        ("socket.getaddrinfo", (b"example.org", 443, 0, 0, 0), "example.org"),
    ],
    ids=["v4", "v6", "datagram", "name", "bytes"],
)
def test_another_machine_is_refused_by_name_and_put_on_record(event, args, host):
    with pytest.raises(NetworkRefusedError, match=f"tried to reach {host}; everything it needs"):
        guard._refuse_network(event, args)
    assert usage()["refused"] == [host]


@pytest.mark.parametrize(
    ("event", "args"),
    [
        ("socket.connect", (None, ("127.0.0.1", 5555))),
        ("socket.connect", (None, ("::1", 5555, 0, 0))),
        ("socket.connect", (None, "/run/a-socket")),
        ("socket.getaddrinfo", ("localhost", 80, 0, 0, 0)),
        ("socket.getaddrinfo", (None, 80, 0, 0, 0)),
        ("open", ("/etc/hostname", "r", 0)),
    ],
    ids=["v4", "v6", "unix", "name", "any", "file"],
)
def test_this_machine_stays_reachable(event, args):
    guard._refuse_network(event, args)
    assert usage()["refused"] == []


def test_the_refusal_is_not_an_os_error_that_libraries_would_swallow():
    assert not issubclass(NetworkRefusedError, OSError)
    assert issubclass(socket.gaierror, OSError)  # what a missing network raises


def test_a_lesson_starts_from_a_known_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("RECTUTOR_LEARNER", "Ada")
    monkeypatch.setenv("RECTUTOR_REAL_DATA", "somewhere")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    env = lesson_environment(tmp_path)
    assert not {"RECTUTOR_LEARNER", "RECTUTOR_REAL_DATA", "RECTUTOR_JOURNAL"} & set(env)
    assert env["OMP_NUM_THREADS"] == "1"
    assert env["IPYTHONDIR"] == str(tmp_path)
    assert env["PYTHONPATH"].split(os.pathsep)[1:] == ["elsewhere"]
    config = (tmp_path / "profile_default" / "ipython_config.py").read_text()
    assert '["rectutor.course.guard"]' in config


def test_usage_counts_processor_time_and_memory_of_this_process():
    before = usage()
    sum(i * i for i in range(400_000))
    block = bytearray(40_000_000)
    after = usage()
    assert after["cpu_seconds"] >= before["cpu_seconds"]
    assert after["peak_mb"] >= max(before["peak_mb"], len(block) / 1e6)
