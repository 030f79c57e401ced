"""What the browser draws the trie stepper from: every search once, every beginning once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rectutor.widgets.trie_hand import HAND, SHOWN, Tree
from rectutor.widgets.trie_paths import Candidate, Look
from rectutor.widgets.trie_state import BY_HAND, TrieState
from rectutor.widgets.view import Missions

__all__ = ["trie_page"]

_HISTORY = 4  # of the last items, those that are shown


def trie_page(state: TrieState, missions: Missions) -> dict[str, Any]:
    """Lay out every setting of the knobs.

    Args:
        state: where the view opens.
        missions: whose goal is asked of every step of every search.
    """
    models = [_Model(replace(state, model=at)) for at in range(len(state.models))]
    laid_out = [model.page(missions) for model in models]
    used = {item for model in models for item in model.used}
    used |= {i for asked in state.cases for i in (*asked.history[-_HISTORY:], asked.target) if i}
    catalogue = state.searched.catalogue
    return {
        "noun": catalogue.noun,
        "titles": {str(item): catalogue.titles[item - 1] for item in sorted(used)},
        "cases": [
            [asked.person, list(asked.history[-_HISTORY:]), asked.target] for asked in state.cases
        ],
        "models": laid_out,
        "widths": state.widths,
        "temperatures": state.temperatures,
        "holds": state.holds,
        "steps": state.n_steps,
        "keep": HAND,
        "choose": SHOWN,
    }


class _Model:
    """One model's searches, and a number for every beginning that occurs in them."""

    def __init__(self, state: TrieState) -> None:
        self.state = state
        self.numbers: dict[tuple[int, ...], int] = {}
        self.beginnings: list[Any] = []
        self.used: set[int] = set()

    def page(self, missions: Missions) -> dict[str, Any]:
        state, searched = self.state, self.state.searched
        cases = [replace(state, person=at) for at in range(len(state.cases))]
        widths = [width for width in state.widths if width != BY_HAND]
        searches = [
            [
                [
                    [
                        self._search(
                            replace(one, width=W, temperature=T, is_held=is_held), missions
                        )
                        for W in widths
                    ]
                    for is_held in state.holds
                ]
                for T in state.temperatures
            ]
            for one in cases
        ]
        return {
            "name": searched.name,
            "levels": searched.trie.n_levels,
            "true": [list(one.true_id) for one in cases],
            "searches": searches,
            "hand": [self._branch(tree, ()) for tree in searched.trees],
            "beginnings": self.beginnings,
        }

    def _search(self, state: TrieState, missions: Missions) -> dict[str, Any]:
        """Lay out one search with what is said at each of its steps."""
        steps = [replace(state, step=at) for at in range(state.n_levels + 1)]
        return {
            "said": [f"{one.step_said()}{one.true_said()}" for one in steps],
            "goals": [bool(missions.act.goal(one)) for one in steps],
            "steps": [self._step(state, look) for look in state.looks],
        }

    def _step(self, state: TrieState, look: Look) -> dict[str, Any]:
        return {
            "kept": [self._row(state, one) for one in look.kept],
            "pruned": [self._row(state, one) for one in look.pruned],
            "parents": list(look.parents),
            "legal": look.n_legal,
            "cut": _short(look.cut),
            "cuts": [_short(cut) for cut in look.cuts],
            "true": [look.true_rank, _short(look.true_p) if look.true_rank else 0],
        }

    def _row(self, state: TrieState, one: Candidate) -> list[float]:
        rank = state.exact_rank(one)
        return [self._number(one), _short(one.p), *([rank] if rank else [])]

    def _branch(self, tree: Tree, prefix: tuple[int, ...]) -> list[Any]:
        """Lay out what can be kept by hand: number, probability, and what comes below."""
        return [
            [self._number(one), _short(one.p), *([below] if below else [])]
            for one in tree.get(prefix, ())
            for below in [self._branch(tree, one.prefix)]
        ]

    def _number(self, one: Candidate) -> int:
        """Number a beginning, and describe it when it comes up first."""
        if one.prefix not in self.numbers:
            searched = self.state.searched
            items = searched.typical(one)
            is_whole = len(one.prefix) == searched.trie.n_levels
            said = "" if is_whole and items else searched.below(one)
            self.numbers[one.prefix] = len(self.beginnings)
            self.beginnings.append([list(one.prefix), said, items])
            self.used |= set(items)
        return self.numbers[one.prefix]


def _short(value: float) -> float:
    return float(f"{value:.3g}")
