"""Long-term memory: notes about one person, kept in SQLite, found again by what they mean.

A note is found by the cosine between its vector and that of the question, times a factor that
halves with age. RecMind (Wang et al., "RecMind: Large Language Model Powered Agent For
Recommendation", 2024) keeps a personalised memory of a person's reviews and ratings.

**Departures.** Ageing is RecAgent's idea (Wang et al., "User Behavior Simulation with Large
Language Model-based Agents", 2024), here with one half-life and no note of importance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rectutor.files import sqlite_store

__all__ = ["Memory", "Note"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS notes (
    number INTEGER PRIMARY KEY, person TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL,
    vector BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS of_person ON notes (person, at);
"""


class Note(NamedTuple):
    """One thing that was kept."""

    text: str
    at: int  # seconds since 1970
    score: float  # of the question that found it


class Memory:
    """The memory of one person; notes of others in the same file are never read.

    Args:
        path: the SQLite file; made at the first note.
        person: whose memory it is.
        embed: texts -> vectors [B, D], such as the `embed` of a text encoder.
        half_life: seconds after which a note counts half; infinity for notes that do not age.
    """

    def __init__(
        self,
        path: Path | str,
        person: str,
        embed: Callable[[Sequence[str]], np.ndarray],
        half_life: float = float("inf"),
    ) -> None:
        if not half_life > 0:
            raise ValueError(f"half_life must be above 0 seconds, got {half_life}")
        self.path, self.person, self.embed, self.half_life = Path(path), person, embed, half_life

    def add(self, texts: Sequence[str], at: int) -> None:
        """Keep notes, all of them or, if something fails, none.

        Args:
            texts: what to keep.
            at: when, in seconds since 1970.
        """
        if not texts:
            return
        vectors = self._unit(texts)
        rows = [
            (self.person, text, at, vector.tobytes())
            for text, vector in zip(texts, vectors, strict=True)
        ]
        with sqlite_store(self.path, _SCHEMA) as store:
            store.executemany("INSERT INTO notes (person, text, at, vector) VALUES (?,?,?,?)", rows)

    def recall(self, question: str, now: int, k: int = 3) -> list[Note]:
        """Find the notes that fit a question best.

        Args:
            question: any text.
            now: seconds since 1970; later notes are not read.
            k: the most notes to return.

        Returns:
            Best first; of equal ones, the older first.
        """
        if not self.path.exists():
            return []
        with sqlite_store(self.path, _SCHEMA) as store:
            rows = store.execute(
                "SELECT text, at, vector FROM notes WHERE person = ? AND at <= ? ORDER BY number",
                (self.person, now),
            ).fetchall()
        if not rows:
            return []
        vectors = np.stack([np.frombuffer(row[2], dtype=np.float32) for row in rows])
        ages = np.array([now - row[1] for row in rows], dtype=float)
        scores = (vectors @ self._unit([question])[0]) * 0.5 ** (ages / self.half_life)
        best = np.argsort(-scores, kind="stable")[:k]
        return [Note(rows[row][0], rows[row][1], float(scores[row])) for row in best]

    def forget(self) -> int:
        """Delete every note of this person; return how many there were."""
        if not self.path.exists():
            return 0
        with sqlite_store(self.path, _SCHEMA) as store:
            return store.execute("DELETE FROM notes WHERE person = ?", (self.person,)).rowcount

    def _unit(self, texts: Sequence[str]) -> np.ndarray:
        """Embed texts as vectors [B, D] float32 of length 1; a vector of zeros stays one."""
        vectors = np.asarray(self.embed(list(texts)), dtype=np.float32)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.where(norms > 0, norms, np.float32(1.0))
