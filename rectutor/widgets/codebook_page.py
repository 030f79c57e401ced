"""What the browser draws the codebook explorer from: each item and each group of items once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from rectutor.widgets.codebook_catalogue import NEAR, Catalogue, common_share, nearest_items
from rectutor.widgets.codebook_state import CodebookState
from rectutor.widgets.codebook_table import Coded
from rectutor.widgets.view import Missions, plain, say

__all__ = ["codebook_page"]

_SIDE = 1000  # of the square that the map's whole numbers lie in


def codebook_page(state: CodebookState, missions: Missions, asked: list[int]) -> dict[str, Any]:
    """Lay out the catalogue, and each table.

    Groups of one item are left out: the page says them itself.

    Args:
        state: where the view opens.
        missions: whose goal is asked of every group.
        asked: the item of the first mission, and those to choose from.
    """
    catalogue, card = state.catalogue, state.card()
    words, items, facts = catalogue.known
    owned = np.split(facts, np.searchsorted(items, np.arange(1, len(catalogue.titles))))
    return {
        "titles": list(catalogue.titles),
        "noun": catalogue.noun,
        "facts": words,
        "owned": [own.tolist() for own in owned],
        "near": catalogue.nearest.tolist(),
        "map": _map(catalogue),
        "asked": asked,
        "epochs": state.n_epochs,
        "tables": [_table(replace(state, table=at), missions) for at in range(len(state.tables))],
        "card": {"columns": list(card.columns), "rows": card.to_numpy().tolist()},
        "parents": 6,
        "shown": NEAR,
    }


def _table(state: CodebookState, missions: Missions) -> dict[str, Any]:
    coded, numbers = state.coded, {w: at for at, w in enumerate(state.catalogue.known[0])}
    groups: dict[str, Any] = {}
    for depth, own in enumerate(coded.groups):
        for group in np.flatnonzero(np.bincount(own) > 1):
            here = replace(state, item=int(coded.typical[depth][group]), depth=depth)
            meaning = [[numbers[one.fact], one.n_items, say(one.lift)] for one in here.meaning]
            groups[" ".join(map(str, here.prefix))] = {
                "said": here.group_said(),
                "typical": here.item,
                "meaning": meaning,
                "goal": bool(missions.act.goal(here)),
            }
    return {
        "name": coded.name,
        "K": coded.codebook_size,
        "codes": coded.codes.tolist(),
        "groups": groups,
        "anywhere": [_anywhere(coded, level, numbers) for level in range(1, coded.n_levels)],
        "how": coded.how,
        "left": coded.left[:, 1:].tolist(),
        "mean": [int(x) for x in np.rint(coded.left[:, 1:].mean(axis=0))] if coded.how else [],
        "steps": _steps(coded),
        "trace": _trace(state),
        "warnings": [plain(words) for words in coded.card.warnings],
    }


def _anywhere(coded: Coded, level: int, numbers: dict[str, int]) -> dict[str, Any]:
    """Say for each code of a level below the first what stands out whatever comes before it."""
    found = coded.catalogue.meanings(coded.codes[:, level])
    best = ((code, own[0]) for code, own in enumerate(found) if own)
    return {str(c): [numbers[one.fact], one.n_items, say(one.lift)] for c, one in best}


def _trace(state: CodebookState) -> dict[str, Any] | None:
    trace = state.coded.trace
    if trace is None:
        return None
    epochs = range(1, len(trace.usage) + 1)
    return {
        "usage": [counts.tolist() for counts in trace.usage],
        "perplexity": [[round(float(x), 1) for x in row] for row in trace.perplexity],
        "error": [float(f"{x:.3g}") for x in trace.reconstruction],
        "said": [replace(state, epoch=epoch).epoch_said() for epoch in epochs],
    }


def _on_plane(catalogue: Catalogue, vectors: np.ndarray) -> np.ndarray:
    assert catalogue.vectors is not None
    flat: np.ndarray = (vectors - catalogue.vectors.mean(axis=0)) @ catalogue.axes
    return flat


def _map(catalogue: Catalogue) -> dict[str, Any] | None:
    """Return every item's place, and what the plane shows of the vectors."""
    if catalogue.vectors is None:
        return None
    flat = _on_plane(catalogue, catalogue.vectors)
    rows = np.linspace(0, len(flat) - 1, min(len(flat), 2_000)).astype(int)
    spread = (catalogue.vectors - catalogue.vectors.mean(axis=0)) ** 2
    return {
        "at": _whole(catalogue, flat).tolist(),
        "spread": round(float((flat**2).sum() / max(spread.sum(), 1e-12)), 3),
        "kept": round(common_share(catalogue.nearest[rows], nearest_items(flat, rows)), 3),
    }


def _steps(coded: Coded) -> list[Any]:
    """Return where the items' descriptions by 0..L codes lie, [N, L + 1, 2]."""
    places = [_whole(coded.catalogue, _on_plane(coded.catalogue, said)) for said in coded.said]
    return np.stack(places, axis=1).tolist() if places else []


def _whole(catalogue: Catalogue, flat: np.ndarray) -> np.ndarray:
    """Bring the plane to whole numbers in a square that holds all items."""
    assert catalogue.vectors is not None
    own = _on_plane(catalogue, catalogue.vectors)
    low, side = own.min(axis=0), max(float(np.ptp(own, axis=0).max()), 1e-12)
    margin = (side - np.ptp(own, axis=0)) / 2
    return np.asarray(np.rint((flat - low + margin) / side * _SIDE), dtype=np.int64)
