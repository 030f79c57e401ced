"""What the trie stepper decides: whose search it is, how it was run, and how far it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rectutor.widgets.codebook_state import chips
from rectutor.widgets.trie_hand import HAND, SHOWN, Turn, by_hand
from rectutor.widgets.trie_paths import Candidate, Look
from rectutor.widgets.trie_searched import Asked, Searched
from rectutor.widgets.view import percent

__all__ = ["BY_HAND", "TrieState", "nth"]

BY_HAND = 0  # the width at which the learner chooses


@dataclass(frozen=True, eq=False)
class TrieState:
    """One search of those that were run, read up to a step; or two beams kept by hand."""

    models: tuple[Searched, ...]  # searches of the same cases in the same settings
    width: int  # beams, one of those that were run; 0 by hand
    temperature: float = 1.0  # one of those that were run; 1 by hand
    model: int = 0  # which of them
    is_held: bool = True  # by the trie; by hand always
    person: int = 0  # which case
    step: int = 0  # codes that are written, 0..L; a shorter id stays at its end
    hand: tuple[int, ...] = ()  # places of the beginnings kept by hand, two a step
    is_enlarged: bool = False  # the strip shows only the probability that the beams hold

    def __post_init__(self) -> None:
        limits = {
            "model": len(self.models) - 1,
            "person": len(self.cases) - 1,
            "step": self.n_steps,
        }
        for name, high in limits.items():
            if not 0 <= getattr(self, name) <= high:
                raise ValueError(f"{name} must be 0..{high}, got {getattr(self, name)}")
        allowed: dict[str, list[Any]] = {
            "width": self.widths,
            "temperature": self.temperatures,
            "is_held": self.holds,
        }
        for name, known in allowed.items():
            if getattr(self, name) not in known:
                raise ValueError(f"{name} must be one of {known}, got {getattr(self, name)}")
        object.__setattr__(self, "hand", tuple(self.hand))
        if len(self.hand) > HAND * self.n_steps or any(not 0 <= at < SHOWN for at in self.hand):
            raise ValueError(
                f"by hand {HAND} of {SHOWN} beginnings are kept at each of {self.n_steps} steps, "
                f"hand must list their places 0..{SHOWN - 1}, got {self.hand}"
            )

    @property
    def cases(self) -> tuple[Asked, ...]:
        """Everyone who can be asked about."""
        return self.models[0].cases

    @property
    def widths(self) -> list[int]:
        """Every width that was run, and 0 where beams can be kept by hand."""
        by_hand = [BY_HAND] if self.models[0].trees else []
        return by_hand + sorted({width for width, _, _ in self.models[0].sweep.beams})

    @property
    def temperatures(self) -> list[float]:
        """Every temperature that was run."""
        return sorted({T for _, T, _ in self.models[0].sweep.beams})

    @property
    def holds(self) -> list[bool]:
        """Whether searches ran with the trie, without it, or both."""
        return sorted({is_held for _, _, is_held in self.models[0].sweep.beams}, reverse=True)

    @property
    def n_steps(self) -> int:
        """Return the codes of the longest id."""
        return max(model.trie.n_levels for model in self.models)

    @property
    def asked(self) -> Asked:
        """The person."""
        return self.cases[self.person]

    @property
    def searched(self) -> Searched:
        """The model."""
        return self.models[self.model]

    @property
    def looks(self) -> list[Look]:
        """Every step of the search, none by hand."""
        if self.width == BY_HAND:
            return []
        return self.searched.looks(self.person, self.width, self.temperature, self.is_held)

    @property
    def n_levels(self) -> int:
        """Return the codes of the model's ids."""
        return self.searched.trie.n_levels

    @property
    def read(self) -> int:
        """Return how many steps are read."""
        return min(self.step, self.n_levels)

    @property
    def turns(self) -> list[Turn]:
        """Every step by hand so far."""
        return by_hand(self.searched.trees[self.person], self.n_levels, self.hand)

    @property
    def true_id(self) -> tuple[int, ...]:
        """The codes of the true item, none where it is unknown."""
        return self.searched.true_id(self.person)

    @property
    def lost_at(self) -> int:
        """Return the step at which the beam lost the true item, 0 where it never did."""
        if not self.asked.target:
            return 0
        return next((at for at, look in enumerate(self.looks, 1) if not look.is_kept), 0)

    @property
    def n_no_item(self) -> int:
        """Count the beams of the step that no item begins with."""
        return sum(one.node < 0 for one in self.looks[self.read - 1].kept) if self.read else 0

    def exact_rank(self, one: Candidate) -> int:
        """Return the rank of a whole id by exact scores, 0 of a beginning or of no item."""
        items = self.searched.items(one) if len(one.prefix) == self.n_levels else []
        ranks = [self.searched.exact_rank(self.person, self.temperature, i) for i in items]
        return ranks[0] if ranks else 0

    def sentence(self) -> str:
        """Say who is asked, what the step did, and how the true item fared."""
        name, person = self.searched.name, self.asked.person
        if self.width == BY_HAND:
            return f"{name}, {person}, by hand. {self.hand_said()}."
        off = "" if self.is_held else ", trie off"
        head = f"{name}, {person}, temperature {self.temperature:g}{off}."
        said = f"{self.step_said()}{self.true_said()}"
        return f"{head} Step {self.read} of {self.n_levels}: {said}."

    def hand_said(self) -> str:
        """Say what is kept, and at the end whether the true item is among it."""
        turns, noun = self.turns, self.searched.catalogue.noun
        if not turns[-1].is_over:
            n = len(turns[-1].kept)
            what = f"{n} of {HAND} beginnings kept" if n else f"keep {HAND} beginnings"
            return f"Step {len(turns)} of {self.n_levels}: {what}"
        found = " and ".join(self.searched.below(one) for one in turns[-1].kept)
        true = self.true_id
        if not true:
            return f"You found {found}"
        kept = [true[:at] in [one.prefix for one in turn.kept] for at, turn in enumerate(turns, 1)]
        title = self.searched.catalogue.titles[self.asked.target - 1]
        fate = "among them" if all(kept) else f"dropped at step {1 + kept.index(False)}"
        return f"You found {found}; the true {noun}, {title}, {chips(true)}, is {fate}"

    def step_said(self) -> str:
        """Say how many beams there are, what the trie left them, and how many name no item."""
        noun, trie = self.searched.catalogue.noun, self.searched.trie
        if not self.read:
            n = int(trie.n_children(0, np.zeros(1, dtype=np.int64))[0])
            return f"nothing is written; {n} of {trie.codebook_size} codes begin a {noun}"
        look = self.looks[self.read - 1]
        n = len(look.kept)
        beams = f"{n} beam{'' if n == 1 else 's'}"
        if self.is_held:
            had = f" ({look.n_seen} known already)" if look.n_seen else ""
            return (
                f"{beams}, {look.n_legal:,} legal {'child' if look.n_legal == 1 else 'children'}"
                f"{had}, {percent(look.cut)} of the probability had nowhere to go"
            )
        what = f"no such {noun}" if self.read == self.n_levels else f"the beginning of no {noun}"
        share = percent(self.n_no_item / max(1, n))
        return f"{beams}, {self.n_no_item} of them ({share}) {what}"

    def true_said(self) -> str:
        """Say the rank of the true item's beginning, and whether it lives on."""
        if not self.asked.target:
            return ""
        what = f"; the true {self.searched.catalogue.noun}"
        if not self.read:
            title = self.searched.catalogue.titles[self.asked.target - 1]
            return f"{what} is {title}, {chips(self.true_id)}"
        look = self.looks[self.read - 1]
        if not look.true_rank:
            return f"{what} was dropped at step {self.lost_at}"
        exact = 0
        if self.read == self.n_levels:
            exact = self.searched.exact_rank(self.person, self.temperature, self.asked.target)
        also = f" ({nth(exact)} by exact score)" if exact else ""
        fate = "is kept" if look.is_kept else "was dropped"
        return f"{what} is {nth(look.true_rank)}{also} and {fate}"

    def table(self) -> pd.DataFrame:
        """Return a row for each candidate that is shown, of every step of the search."""
        rows = [
            (at, place, chips(one.prefix), one.p, self.searched.below(one),
             "kept" if place <= len(look.kept) else "dropped",
             one.prefix == self.true_id[:at], self.exact_rank(one))
            for at, look in enumerate(self.looks, 1)
            for place, one in enumerate((*look.kept, *look.pruned), 1)
        ]  # fmt: skip
        columns = ["step", "rank", "codes", "p", "below", "fate", "is true", "exact rank"]
        return pd.DataFrame(rows, columns=columns)


def nth(n: int) -> str:
    """Write a rank as an ordinal.

    Example:
        >>> nth(1), nth(12), nth(23)
        ('1st', '12th', '23rd')
    """
    last = {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{'th' if n % 100 in (11, 12, 13) else last}"
