"""Who is asked, and every search of one model: what the trie stepper looks things up in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rectutor.decoding.sweeps import Sweep
from rectutor.trie import Trie
from rectutor.widgets.codebook_catalogue import Catalogue, Meaning
from rectutor.widgets.trie_hand import Tree, hand_tree
from rectutor.widgets.trie_paths import Candidate, Ids, Look, read_search

__all__ = ["Asked", "Searched"]


class Asked(NamedTuple):
    """One person, and what truly came next."""

    person: str
    history: tuple[int, ...]  # item indices, oldest first
    target: int  # item index, 0 where it is unknown


@dataclass(frozen=True, eq=False)
class Searched:
    """One model's searches of all cases."""

    name: str
    trie: Trie
    sweep: Sweep
    catalogue: Catalogue
    cases: tuple[Asked, ...]
    counts: np.ndarray  # [N] how often each item was chosen: well known ones stand for others

    @cached_property
    def ids(self) -> Ids:
        """The ids as a table."""
        return Ids(self.trie)

    @cached_property
    def _known(self) -> dict[tuple[int, int, float, bool], list[Look]]:
        return {}

    def looks(self, case: int, width: int, temperature: float, is_held: bool) -> list[Look]:
        """Lay out one search, step by step; each is laid out once."""
        key = (case, width, temperature, is_held)
        if key not in self._known:
            seen = np.array(self.cases[case].history, dtype=np.int64)
            beams = self.sweep.beams[key[1:]]
            self._known[key] = read_search(
                self.trie, beams, case, self.true_id(case), seen, is_held
            )
        return self._known[key]

    @cached_property
    def trees(self) -> list[Tree]:
        """For each case what is needed to keep beams by hand; none where nothing was kept."""
        full = self.sweep.full
        return [hand_tree(self.trie, full, at) for at in range(len(self.cases))] if full else []

    def true_id(self, case: int) -> tuple[int, ...]:
        """Return the codes of the true item, none where it is unknown."""
        target = self.cases[case].target
        return tuple(self.ids.codes[target - 1].tolist()) if target else ()

    @cached_property
    def _ranks(self) -> dict[tuple[int, float], np.ndarray]:
        return {}

    def exact_rank(self, case: int, temperature: float, item: int) -> int:
        """Return an item's rank by exact scores among those not seen; 0 where there is none."""
        if temperature not in self.sweep.exact:
            return 0
        key = (case, temperature)
        if key not in self._ranks:
            scores = self.sweep.exact[temperature][case].astype(np.float64)
            scores[[0, *self.cases[case].history]] = -np.inf
            ranks = 1 + np.searchsorted(np.sort(-scores), -scores)  # ties share the better rank
            self._ranks[key] = np.where(scores > -np.inf, ranks, 0)
        return int(self._ranks[key][item])

    @cached_property
    def meanings(self) -> list[list[list[Meaning]]]:
        """What stands out below each node of levels 0..L."""
        return [self.catalogue.meanings(groups) for groups in self.ids.groups]

    def items(self, one: Candidate) -> list[int]:
        """Return the items below a beginning; none where no id begins so."""
        return [] if one.node < 0 else self.ids.below(len(one.prefix), one.node).tolist()

    def typical(self, one: Candidate, n: int = 2) -> list[int]:
        """Return the items below a beginning that are chosen most often."""
        items = np.array(self.items(one), dtype=np.int64)
        best: list[int] = items[np.argsort(-self.counts[items - 1], kind="stable")[:n]].tolist()
        return best

    def below(self, one: Candidate) -> str:
        """Say in words what lies below a beginning: how many items, and what stands out."""
        noun, items = self.catalogue.noun, self.items(one)
        if not items:
            return f"no such {noun}"
        if len(one.prefix) == self.trie.n_levels:
            return self.catalogue.titles[items[0] - 1]
        meaning = self.meanings[len(one.prefix)][one.node]
        many = f"{len(items)} {noun}{'s' if len(items) > 1 else ''}"
        return f"{many}, {meaning[0].fact} in {meaning[0].n_items}" if meaning else many
