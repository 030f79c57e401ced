"""Item names: one film as several schemes write it, read token by token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import traitlets

from rectutor.charts.bundle import Twin
from rectutor.charts.names import films_left
from rectutor.widgets.name_state import Names, NameState
from rectutor.widgets.view import Act, Explain, Missions, Predict, View, page_code, percent, plain

__all__ = ["ItemNames"]

_EXAMPLES = 4  # titles shown of those that are left


class ItemNames(View):
    """Choose a film and read its names token by token; see who begins alike."""

    knobs = ("film", "read")
    _esm = page_code("finder.js", "item_names.js")
    film = traitlets.Int(0).tag(sync=True)
    read = traitlets.Int(0).tag(sync=True)

    def __init__(self, state: NameState, *, missions: Missions | None = None) -> None:
        """Open at `state`; `missions` instead of the standard ones."""
        missions = missions or _missions(state)
        super().__init__(state, "One film, several names", missions, _page(state, missions))

    @classmethod
    def of(
        cls,
        titles: Sequence[str],
        schemes: Mapping[str, Sequence[Sequence[str]]],
        kinds: np.ndarray,
        *,
        offered: int = 100,
    ) -> ItemNames:
        """Open at the best known film, before any token is read.

        Args:
            titles: N of them, the best known first.
            schemes: for each the N names, tuples of tokens of one length.
            kinds: [N] int, what items may have in common that no name says.
            offered: how many of the best known can be chosen.

        Raises:
            ValueError: the parts do not fit together.
        """
        names = tuple(
            Names(plain(scheme), tuple(tuple(plain(t) for t in name) for name in every))
            for scheme, every in schemes.items()
        )
        return cls(NameState(tuple(map(plain, titles)), names, np.asarray(kinds), offered))

    @traitlets.validate(*knobs)
    def _check(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def twin(self) -> Twin:
        """Return what is left under each scheme as bars, and as a table."""
        state, table = self.state, self.state.table()
        title = f"{state.titles[state.film]}, tokens read: {state.read}"
        return Twin(films_left(table, len(state.titles), repr(self), title), table.round(2))


def _page(state: NameState, missions: Missions) -> dict[str, Any]:
    """Lay out every film that can be chosen, with every number of tokens."""
    films, reads = range(state.n_offered), range(state.longest + 1)
    every = [[state.at(film, read) for read in reads] for film in films]

    def row(one: NameState, names: Names) -> list[Any]:
        others = names.alike(one.film, one.read)
        share = one.same_kind(others)
        return [1 + len(others), None if np.isnan(share) else round(share, 3),
                others[:_EXAMPLES].tolist()]  # fmt: skip

    rows = [[[row(one, names) for names in state.schemes] for one in own] for own in every]
    used = sorted({i for own in rows for step in own for _, _, few in step for i in few})
    return {
        "titles": list(state.titles[: state.n_offered]),
        "others": {str(i): state.titles[i] for i in used},
        "schemes": [names.scheme for names in state.schemes],
        "tokens": [[list(names.tokens[film]) for names in state.schemes] for film in films],
        "reads": list(reads),
        "total": len(state.titles),
        "rows": rows,
        "frames": [
            [{"sentence": one.sentence(), "goal": bool(missions.act.goal(one))} for one in own]
            for own in every
        ],
    }


def _missions(state: NameState) -> Missions:
    """Ask which scheme's first token knows the hidden kind, then for a film that shows it."""
    shares = [_same_after_one(names, state.kinds) for names in state.schemes]
    best = int(np.nanargmax(shares))
    names = state.schemes[best]
    chance = float((np.bincount(state.kinds) / len(state.kinds)) @ np.bincount(state.kinds))
    chance = (chance - 1) / (len(state.kinds) - 1)
    said = ", ".join(
        f"{n.scheme} {percent(s)}" for n, s in zip(state.schemes, shares, strict=True) if s == s
    )
    few = sorted(
        (_share(state.at(film, 1), names) for film in range(state.n_offered)), reverse=True
    )
    enough = few[len(few) // 3]  # a third of the films will do
    many = "all" if enough == 1 else f"{percent(enough)} or more"
    return Missions(
        Predict(
            "Films have a hidden kind. Which scheme's first token tells most of it?",
            tuple(names.scheme for names in state.schemes),
            best,
            f"Pairs of films that share a first token are of one kind in: {said}. "
            f"By luck {percent(chance)}.",
        ),
        Act(
            f"Find another film and read one token, so that under '{names.scheme}' "
            f"{many} of the films left are of its kind.",
            lambda s: s.film != state.film and s.read == 1 and _share(s, names) >= enough,
            "A model that has learned what follows this token has learned it for all of them.",
        ),
        Explain(
            "A model has never seen this film follow that one. Under which scheme can it still "
            "expect it, and why?",
            "Where both begin like films that it has seen follow each other. A token that films "
            "share lets them share what is learned; a token of its own shares nothing; and a token "
            "shared by accident ties films that have nothing to do with each other.",
        ),
    )


def _share(state: NameState, names: Names) -> float:
    return float(np.nan_to_num(state.same_kind(names.alike(state.film, state.read)), nan=0.0))


def _same_after_one(names: Names, kinds: np.ndarray) -> float:
    """Return how often two items whose names share the first token have one kind."""
    table = np.zeros((names.groups[1].max() + 1, kinds.max() + 1))
    np.add.at(table, (names.groups[1], kinds), 1)
    sizes = table.sum(axis=1)
    pairs = (sizes * (sizes - 1)).sum()
    return float((table * (table - 1)).sum() / pairs) if pairs else float("nan")
