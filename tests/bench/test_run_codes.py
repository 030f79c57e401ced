"""The benchmark of codes: both sides get what is stated, and errors stand beside times."""

import sys

import codes_common as shared
import codes_worker
import numpy as np
import pytest
import run_codes
from run_codes import COMPARISONS, CodesLab, large_trie, measured

from rectutor.trie import Trie


def test_items_have_length_one_and_differ_between_seeds():
    vectors = shared.items(0)
    assert vectors.shape == (12_000, 384) and vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(vectors, shared.items(0))
    assert not np.array_equal(vectors, shared.items(1))


def test_ids_are_different_sorted_and_as_many_as_asked_for():
    ids = shared.ids(5_000, 0)
    assert ids.shape == (5_000, 4) and ids.dtype == np.uint8
    numbers = ids.astype(np.int64) @ 256 ** np.arange(3, -1, -1)
    assert np.all(np.diff(numbers) > 0)
    assert len(set(ids[:, 0].tolist())) == 256  # from the whole range


def test_dictionaries_hold_the_same_ids_and_their_memory_is_that_of_all_nodes():
    ids = shared.ids(300, 0)
    root = codes_worker.nested(ids)
    trie = Trie(ids, 256)
    for row, (a, b, c, d) in enumerate(ids.tolist()):
        assert root[a][b][c][d] == row + 1 == trie.find(ids[row])
    inner = {5: 1000}
    by_hand = sys.getsizeof({7: inner}) + sys.getsizeof(inner) + sys.getsizeof(1000)
    assert codes_worker.bytes_of({7: inner}) == by_hand


class ScriptedLab(CodesLab):
    """Answers without running anything."""

    def __init__(self, **numbers):
        self.answers, self.numbers = [], numbers

    def run(self, side, data="", seed=0, times=1):
        """Answer what was scripted; ours costs half as much."""
        share = 0.5 if side.who == "codes" else 1.0
        self.answers.append({name: share * value for name, value in self.numbers.items()})
        return self.answers[-1]


def test_the_error_stands_beside_the_time():
    time, error = measured(ScriptedLab(seconds=4.0, error=0.5), COMPARISONS[1], rounds=2)
    assert (time["ours"], time["peer"], time["ratio"]) == (2.0, 4.0, 2.0)
    assert (error["ours"], error["peer"], error["reached"]) == (0.25, 0.5, "yes")
    assert error["measured"] == "error of residual k-means to faiss's error"


def test_placing_entries_has_a_bound_of_three_seconds():
    step, start = measured(ScriptedLab(seconds=0.02, start=7.0), COMPARISONS[3], rounds=1)
    assert step["ours"] == 10 and step["unit"] == "CPU ms"
    assert (start["ours"], start["goal"], start["reached"]) == (3.5, 3.0, "no")


def test_a_large_trie_is_judged_by_its_slowest_round():
    rows = large_trie(ScriptedLab(seconds=1.8, mb=96.0, root_us=8.0, child_us=22.0), rounds=2)
    assert [row.get("reached") for row in rows] == ["yes", "yes", "no", None]
    assert rows[-1]["ours"] == 48.0


def test_a_peer_that_cannot_be_installed_is_left_out_in_words(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(run_codes.PEERS, "faiss", ["no such package==1"])
    arguments = ["run_codes.py", "--out", str(tmp_path), "--only", "faiss's error"]

    def refuse(self, who):
        raise run_codes.subprocess.CalledProcessError(1, "pip")

    monkeypatch.setattr(CodesLab, "make", refuse)
    monkeypatch.setattr(CodesLab, "run", lambda self, side, *_: self.python(side.who))
    monkeypatch.setattr("sys.argv", arguments)
    run_codes.main()
    assert "left out: pip could not install no such package==1" in capsys.readouterr().out


def test_memory_is_compared_in_megabytes():
    assert run_codes.megabytes({"mb": 6.5}) == 6.5
    assert run_codes.milliseconds({"seconds": 0.25}) == pytest.approx(250)
