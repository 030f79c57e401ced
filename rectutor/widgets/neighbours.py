"""Neighbours: does similar text mean similar taste? One film's nearest films in two spaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import traitlets

from rectutor.charts.bundle import Twin
from rectutor.charts.nearest import SPACE_HUES, two_lists
from rectutor.widgets.neighbour_state import SHORTEST, Facts, NeighbourState, Space, overlap_of_all
from rectutor.widgets.view import Act, Explain, Missions, Predict, View, page_code, plain, say

__all__ = ["Neighbours"]


class Neighbours(View):
    """Choose a film and compare its nearest films by words with those by behaviour."""

    knobs = ("film", "k")
    _esm = page_code("finder.js", "neighbours.js")
    film = traitlets.Int(0).tag(sync=True)
    k = traitlets.Int(5).tag(sync=True)

    def __init__(self, state: NeighbourState, *, missions: Missions | None = None) -> None:
        """Open at `state`; `missions` instead of the standard ones."""
        missions = missions or _missions(state)
        super().__init__(state, "Nearest neighbours", missions, _page(state, missions))

    @classmethod
    def from_vectors(
        cls,
        titles: Sequence[str],
        spaces: Mapping[str, np.ndarray],
        facts: Sequence[Sequence[tuple[str, str]]],
        *,
        start: str | int | None = None,
        k: int = 5,
        kind: str = "theme",
    ) -> Neighbours:
        """Open at the film `start`, or at one whose two lists differ much but not wholly.

        Args:
            titles: N of them, each its own.
            spaces: for two names such as "by words" the vectors [N, E] of any length; a row of
                zeros is a film without a vector.
            facts: for each film (kind, value) pairs, as in `("theme", "heists")`.
            start: a title or an index.
            k: neighbours in each list, 3..10.
            kind: of the facts that the sentence counts.

        Raises:
            ValueError: the parts do not fit together, no film is called `start`, or k is outside.
        """
        known = tuple(tuple((plain(a), plain(b)) for a, b in own) for own in facts)
        both = tuple(Space(plain(name), vectors) for name, vectors in spaces.items())
        clean = tuple(plain(title) for title in titles)
        state = NeighbourState(clean, both, Facts(known, kind), k=k)
        return cls(state.choose(_telling(state) if start is None else start))

    @traitlets.validate(*knobs)
    def _check(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def choose(self, film: str | int) -> None:
        """Go to a film by its title or index."""
        self.film = self.state.choose(film).film

    def twin(self) -> Twin:
        """Return both lists as bars, and as a table with what each film shares."""
        table, names = self.state.table(), [space.name for space in self.state.spaces]
        return Twin(two_lists(table, names, self.state.title, repr(self)), table)


def _page(state: NeighbourState, missions: Missions) -> dict[str, Any]:
    """Lay out all films once; a phrase that occurs often is written once."""
    seen: dict[str, int] = {}
    ks = list(range(SHORTEST, state.longest + 1))
    every = [[state.choose(i).with_k(k) for i in range(len(state.titles))] for k in ks]

    def at(words: str) -> int:
        return seen.setdefault(words, len(seen))

    def rows(film: NeighbourState, space: str) -> list[list[int]]:
        near = film.neighbours(space)
        return [[one.item, round(100 * one.cosine), at(one.shared)] for one in near]

    return {
        "titles": list(state.titles),
        "spaces": [space.name for space in state.spaces],
        "hues": list(SPACE_HUES),
        "nothing": [f"It has no vector {s.name}, so no neighbours here." for s in state.spaces],
        "ks": ks,
        "near": [[rows(film, space.name) for film in every[-1]] for space in state.spaces],
        "said": [[[at(part) for part in film.parts()] for film in films] for films in every],
        "own": [at(state.facts.words(item)) for item in range(len(state.titles))],
        "goals": [int(missions.act.goal(film)) for films in every for film in films],
        "phrases": list(seen),
    }


def _telling(state: NeighbourState) -> int:
    """Find a film with something, not all, in common, whose lists share facts most unlike."""
    films = [state.choose(item) for item in range(len(state.titles))]
    counts = [(0 < film.overlap() < film.k, np.ptp(film.sharing())) for film in films]
    return max(range(len(films)), key=lambda item: counts[item])


def _missions(state: NeighbourState) -> Missions:
    """Ask how much is common over all films, and for a film with much in common."""
    (one, other), k = (space.name for space in state.spaces), state.k
    share, chance, _ = overlap_of_all(state, k)
    longest = state.with_k(state.longest)
    counts = sorted(
        longest.choose(i).overlap() for i in range(len(state.titles)) if i != state.film
    )
    many = counts[-1 - len(counts) // 50]  # about one film in fifty has as many
    return Missions(
        Predict(
            f"Over all films: how many of the {k} nearest {one} are also nearest {other}?",
            ("Less than 2 %", "2 to 10 %", "10 to 30 %", "30 % or more"),
            int(np.searchsorted([0.02, 0.1, 0.3], share, side="right")),
            f"{say(100 * share)} % on average; by chance {say(100 * chance)} %.",
        ),
        Act(
            f"Find another film with {many} or more in both lists, at any k.",
            lambda s: s.film != state.film and s.overlap() >= many,
            "What do the two films share that words and behaviour both see?",
        ),
        Explain(
            "Which films do words bring together that behaviour keeps apart, and the reverse?",
            "Words say what a film is about; behaviour says who chooses it, and when. A film that "
            "nobody has chosen yet has only its words.",
        ),
    )
