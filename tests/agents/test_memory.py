"""Notes about one person, found again by what they mean."""

import numpy as np
import pytest

from rectutor.agents.memory import Memory

WORDS = ["heist", "comedy", "war"]


def embed(texts):
    """Count three words: a vector that can be worked out by hand."""
    return np.array([[text.count(word) for word in WORDS] for text in texts], dtype=np.float32)


def memory(tmp_path, person="ann", **options):
    return Memory(tmp_path / "notes" / "memory.sqlite", person, embed, **options)


def test_the_note_that_means_most_comes_first(tmp_path):
    own = memory(tmp_path)
    own.add(["liked a heist film", "liked a comedy about war", "no word that counts"], at=100)
    found = own.recall("a war film", now=100)
    assert found[0].text == "liked a comedy about war"
    assert found[0].score == pytest.approx(1 / np.sqrt(2))
    assert [note.score for note in found[1:]] == [0.0, 0.0]
    assert len(own.recall("a war film", now=100, k=1)) == 1


def test_a_note_counts_half_after_its_half_life(tmp_path):
    own = memory(tmp_path, half_life=50.0)
    own.add(["heist, old"], at=0)
    own.add(["heist, new"], at=100)
    assert own.recall("heist", now=100) == [("heist, new", 100, 1.0), ("heist, old", 0, 0.25)]


def test_what_is_not_yet_known_is_not_read(tmp_path):
    own = memory(tmp_path)
    own.add(["heist"], at=100)
    assert own.recall("heist", now=99) == []


def test_nobody_reads_the_notes_of_another(tmp_path):
    memory(tmp_path).add(["heist of ann"], at=0)
    memory(tmp_path, "bob").add(["heist of bob"], at=0)
    assert [note.text for note in memory(tmp_path, "bob").recall("heist", now=1, k=9)] == [
        "heist of bob"
    ]
    assert memory(tmp_path, "b' OR '1'='1").recall("heist", now=1) == []
    assert memory(tmp_path, "bob").forget() == 1
    assert len(memory(tmp_path).recall("heist", now=1)) == 1


def test_an_empty_memory_knows_nothing_and_writes_nothing(tmp_path):
    own = memory(tmp_path)
    assert own.recall("heist", now=1) == []
    assert own.forget() == 0
    own.add([], at=0)
    assert not own.path.exists()


def test_a_file_that_is_no_store_is_named_and_kept(tmp_path):
    path = tmp_path / "memory.sqlite"
    path.write_text("not a database, but long enough to be looked at as if it were one")
    with pytest.raises(ValueError, match=r"memory\.sqlite cannot be used as a store"):
        Memory(path, "ann", embed).add(["heist"], at=0)
    assert path.read_text().startswith("not a database")


def test_the_half_life_is_above_zero(tmp_path):
    with pytest.raises(ValueError, match=r"above 0 seconds, got 0\.0"):
        memory(tmp_path, half_life=0.0)
