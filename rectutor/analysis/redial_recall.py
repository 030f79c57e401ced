"""Recall of the recommended film in ReDial, and how much of it is naming again what was named.

`python -m rectutor.analysis.redial_recall FOLDER` reads the conversations in FOLDER (not shipped),
counts on four of five, and asks before each recommendation of the others:

- **named again**: films of this conversation, newest first;
- **popularity**: films mentioned in most conversations;
- **mentioned together**: films that share conversations with those mentioned so far (cosine of
  counts), which the course's item-CF does for histories.

Each with and without films that were mentioned before; He et al. (2023) call that the
shortcut of repeated items. `over popularity` is the paired difference on the same turns. Turns of
one conversation are alike, so intervals draw whole conversations.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.data.redial import Dialogue, Turn, read_redial, turns
from rectutor.metrics.bootstrap import mean_interval, paired_difference
from rectutor.training.fingerprint import code_fingerprint

__all__ = ["CODE", "NAME", "Mentions", "recall_rows"]

NAME = "redial_recall"
CODE = ("rectutor.analysis.redial_recall", "rectutor.data.redial")
KS = (1, 10, 50)


class Mentions:
    """Who was mentioned with whom, over conversations.

    Args:
        dialogues: to count on.
    """

    def __init__(self, dialogues: Sequence[Dialogue]) -> None:
        own = [{film for u in dialogue.utterances for film in u.films} for dialogue in dialogues]
        self.films = np.array(sorted(set().union(*own)), dtype=np.int64)
        self.column = {int(film): place for place, film in enumerate(self.films)}
        self.there = np.zeros((len(own), len(self.films)), dtype=np.float32)
        for row, films in enumerate(own):
            self.there[row, [self.column[film] for film in films]] = 1
        self.counts = self.there.sum(axis=0)

    def popularity(self, named: Sequence[int]) -> np.ndarray:
        """Score all films by how many conversations mention them, whatever was named."""
        return self.counts

    def together(self, named: Sequence[int]) -> np.ndarray:
        """Score all films by the cosine with those named; by popularity where none is known."""
        known = [self.column[film] for film in named if film in self.column]
        if not known:
            return self.counts
        shared = self.there.T @ self.there[:, known]  # [N, known]
        norms = np.sqrt(np.outer(self.counts, self.counts[known]))
        return (shared / norms).sum(axis=1) + 1e-6 * self.counts


def recall_rows(
    learned: Mentions, asked: Sequence[Turn], seed: int = 0
) -> Iterator[dict[str, Any]]:
    """Measure each way on each turn: the share of recommended films among the first k.

    Args:
        learned: counted on other conversations.
        asked: turns to foretell.
        seed: of the intervals, which resample conversations.
    """
    ways: dict[str, Callable[[Sequence[int]], np.ndarray] | None] = {
        "popularity": learned.popularity,
        "named again": None,
        "mentioned together": learned.together,
    }
    for repeats in (True, False):
        wanted = [_wanted(turn, repeats) for turn in asked]
        turned = [turn for turn, films in zip(asked, wanted, strict=True) if films]
        wanted = [films for films in wanted if films]
        talks = np.array([turn.dialogue.dialogue_id for turn in turned])
        plain: dict[int, np.ndarray] = {}
        for way, scores_of in ways.items():
            lists = [_ranked(learned, _named(turn), scores_of, repeats) for turn in turned]
            for k in KS:
                pairs = zip(wanted, lists, strict=True)
                recall = np.array([len(films & set(own[:k])) / len(films) for films, own in pairs])
                interval = mean_interval(recall, seed, groups=talks)
                over = paired_difference(recall, plain.setdefault(k, recall), seed, groups=talks)
                yield {
                    "way": way,
                    "repeats count": repeats,
                    "k": k,
                    "turns": len(recall),
                    "recall": interval.mean,
                    "low": interval.low,
                    "high": interval.high,
                    "over popularity": over.mean,
                    "over low": over.low,
                    "over high": over.high,
                }


def _named(turn: Turn) -> list[int]:
    """List the films named so far, newest first, each once."""
    return list(dict.fromkeys(f for said in turn.known[::-1] for f in said.films[::-1]))


def _wanted(turn: Turn, repeats: bool) -> set[int]:
    """Return the films of a turn; without repeats only those that are new in the talk."""
    films = zip(turn.films, turn.is_repeat, strict=True)
    return {film for film, old in films if repeats or not old}


def _ranked(
    learned: Mentions,
    named: Sequence[int],
    scores_of: Callable[[Sequence[int]], np.ndarray] | None,
    repeats: bool,
) -> list[int]:
    """Rank films; without repeats those named before are left out."""
    if scores_of is None:
        return list(named) if repeats else []
    order = np.argsort(-scores_of(named), kind="stable")
    films = [int(film) for film in learned.films[order]]
    old = set() if repeats else set(named)
    return [film for film in films if film not in old]


def main(folder: str) -> None:
    """Measure and write the record."""
    talks = read_redial(Path(folder))
    split = len(talks) * 4 // 5
    asked = list(turns(talks[split:], only_suggested=False))
    table = pd.DataFrame(recall_rows(Mentions(talks[:split]), asked))
    print(table.round(3).to_string(index=False))
    command = "python -m rectutor.analysis.redial_recall FOLDER"
    print(write_record(NAME, table, command, code_fingerprint(CODE)))


if __name__ == "__main__":
    main(sys.argv[1])
