"""What each grounding takes a text for: the nearest title, the runner-up, and how far they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.decoding.bm25 import BM25
from rectutor.decoding.grounding import Grounded, nearest
from rectutor.decoding.title_grounding import TitleIndex
from rectutor.decoding.vector_grounding import popularity_weighted, vector_distances
from rectutor.schema import PAD
from rectutor.widgets.view import plain, say

__all__ = ["FORGIVEN", "GAMMAS", "LONGEST", "Grounder", "GroundingState", "Snap", "Space"]

FORGIVEN = 0.2  # edits as a share of the letters, up to which a text counts as a misspelt title
GAMMAS = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 100.0)
LONGEST = 120  # letters of a text
_NEAR = 0.7  # edits as a share of the letters; to measure what is farther takes twice the time
_EXACT, _WORDS, _EDITS, _SEARCH = "exact", "same words", "fewest edits", "search (BM25)"
_NOTHING = "no such title"


class Space(NamedTuple):
    """Vectors of all titles, and how a text gets one."""

    vectors: np.ndarray  # [N, D]
    how: str  # "l2" or "cosine"
    embed: Callable[[Sequence[str]], np.ndarray]


class Snap(NamedTuple):
    """What one way takes a text for."""

    way: str
    titles: tuple[str, ...]  # the nearest and the runner-up; fewer where there is no other
    values: tuple[float, ...]  # their distances; of a search, scores
    shares: tuple[float, ...]  # lengths of their bars, 0 to 1
    verdict: str  # "" where there is nothing to add


class Grounder:
    """A catalogue made ready for every way at once.

    Args:
        titles: N of them.
        spaces: by name.
        popularity: [N] how often each was chosen; without it, none weighs.
        noun: what an item is called.

    Raises:
        ValueError: a space, or popularity, is not for N titles.
    """

    def __init__(
        self,
        titles: Sequence[str],
        spaces: Mapping[str, Space],
        popularity: np.ndarray | None = None,
        noun: str = "film",
    ) -> None:
        N = len(titles)
        for name, n in [
            *((name, len(space.vectors)) for name, space in spaces.items()),
            ("popularity", N if popularity is None else len(popularity)),
        ]:
            if n != N:
                raise ValueError(f"{name} must be of {N} {noun}s, got {n}; leave out the padding")
        self.titles, self.spaces = tuple(map(plain, titles)), dict(spaces)
        self.popularity, self.noun = popularity, noun
        self._index, self._engine = TitleIndex(titles), BM25(titles)
        self._known: dict[str, tuple[tuple[Snap, ...], np.ndarray | None]] = {}

    def snaps(self, text: str, gamma: float = 0.0) -> tuple[Snap, ...]:
        """Ask every way, and the first space once more with popularity."""
        if text not in self._known:
            if len(self._known) > 64:
                self._known.clear()
            self._known[text] = self._asked(text)
        snaps, far = self._known[text]
        if far is None or self.popularity is None:
            return snaps
        weighted = popularity_weighted(far, self.popularity, gamma)
        name = f"{next(iter(self.spaces))}, popularity"
        return (*snaps, self._snap(name, nearest(weighted, 2), 1.0))

    def _asked(self, text: str) -> tuple[tuple[Snap, ...], np.ndarray | None]:
        """Ask every way without popularity; keep the distances [1, N] in the first space."""
        if not text.strip():
            empty = (_EXACT, _WORDS, _EDITS, _SEARCH, *self.spaces)
            return tuple(Snap(way, (), (), (), "type a title") for way in empty), None
        snaps = [
            self._snap(_EXACT, self._index.exact([text], 2), None),
            self._snap(_WORDS, self._index.normalised([text], 2), None),
            self._edited(text),
            self._searched(text),
        ]
        first: np.ndarray | None = None
        embeds = {space.embed for space in self.spaces.values()}
        own = {embed: embed([text]) for embed in embeds}  # spaces may share one
        for name, space in self.spaces.items():
            far = vector_distances(own[space.embed], space.vectors, space.how)
            first = far if first is None else first
            snaps.append(self._snap(name, nearest(far, 2), float(np.median(far))))
        return tuple(snaps), first

    def _edited(self, text: str) -> Snap:
        """Ask for the fewest edits, and say where they are too many for a misspelling."""
        found = self._index.fuzzy([text], 2, within=_NEAR)
        snap = self._snap(_EDITS, found, 1.0, found.distances[0, 0] > FORGIVEN)
        return snap if snap.titles else snap._replace(verdict="no title is near")

    def _searched(self, text: str) -> Snap:
        """Ask the search engine, whose scores are better the higher they are."""
        scores = self._engine.scores([text])
        best = float(scores.max())
        found = nearest(np.where(scores > 0, best - scores, np.inf), 2)
        snap = self._snap(_SEARCH, found, None)
        values = tuple(best - gap for gap in found.distances[0] if gap < np.inf)
        shares = tuple(value / best for value in values)
        return (
            snap._replace(values=values, shares=shares)
            if values
            else snap._replace(verdict="no word in common")
        )

    def _snap(self, way: str, found: Grounded, full: float | None, is_far: bool = False) -> Snap:
        """Put one way's answer into words; `full` is the distance of a full bar, None for none."""
        rows = [item for item in found.items[0].tolist() if item != PAD]
        if not rows:
            return Snap(way, (), (), (), _NOTHING)
        values = tuple(float(value) for value in found.distances[0, : len(rows)])
        shares = tuple(min(1.0, value / full) if full else 0.0 for value in values)
        verdict = "too far for a misspelling" if is_far else ""
        if not found.is_certain[0]:
            verdict = "a tie: the first in the list is taken"
        titles = tuple(self.titles[item - 1] for item in rows)
        if full is None:
            values, shares = (), ()
        return Snap(way, titles, values, shares, verdict)


@dataclass(frozen=True)
class GroundingState:
    """A text, and how much popularity weighs."""

    grounder: Grounder = field(repr=False)
    text: str
    gamma: float = 0.0

    def __post_init__(self) -> None:
        if len(self.text) > LONGEST:
            raise ValueError(f"a title may have {LONGEST} letters, got {len(self.text)}; cut it")
        if self.gamma not in GAMMAS:
            raise ValueError(
                f"gamma must be one of {', '.join(map(say, GAMMAS))}, got {self.gamma}"
            )

    @property
    def snaps(self) -> tuple[Snap, ...]:
        """What every way says."""
        return self.grounder.snaps(self.text, self.gamma)

    def named(self) -> dict[str, list[str]]:
        """Return each title that is named, with the ways that take the text for it."""
        named: dict[str, list[str]] = {}
        for snap in self.snaps:
            if snap.titles:
                named.setdefault(snap.titles[0], []).append(snap.way)
        return named

    def is_split(self) -> bool:
        """Tell whether no title has these words, and edits and the first space disagree."""
        by_way = {snap.way: snap.titles for snap in self.snaps}
        edits, space = by_way[_EDITS], by_way[next(iter(self.grounder.spaces), _EDITS)]
        return bool(not by_way[_WORDS] and edits and space and edits[0] != space[0])

    def sentence(self) -> str:
        """Say which ways find nothing, and what the others take the text for."""
        if not self.text.strip():
            return "Nothing is typed yet."
        named, n_ways = self.named(), len(self.snaps)
        nothing = [snap.way for snap in self.snaps if not snap.titles]
        said = [f"{title} by {_and(ways)}" for title, ways in named.items()]
        noun = self.grounder.noun + ("" if len(named) == 1 else "s")
        count = f"{n_ways - len(nothing)} of {n_ways} ways name {len(named)} {noun}"
        nobody = f". Nothing by {_and(nothing)}" if nothing else ""
        return f'"{plain(self.text)}": {count}. {"; ".join(said)}{nobody}.'.replace("..", ".")

    def table(self) -> pd.DataFrame:
        """Return `way`, `place` (1 or 2), `title`, `value` and `verdict`; title "" for nothing."""
        rows: list[tuple[str, int, str, float, str]] = []
        for snap in self.snaps:
            for place, title in enumerate(snap.titles or ("",)):
                value = snap.values[place] if snap.values else np.nan
                rows.append((snap.way, place + 1, title, value, snap.verdict))
        return pd.DataFrame(rows, columns=["way", "place", "title", "value", "verdict"])


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
