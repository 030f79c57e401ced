"""What the browser draws the Gini lab from: numbers of every setting, shipped once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from rectutor.analysis.exposure_lab import INTERACTIONS, SHARES
from rectutor.widgets.gini_state import GiniState
from rectutor.widgets.gini_table import Row
from rectutor.widgets.view import Missions, model_looks

__all__ = ["gini_page"]

_ALWAYS = ("random", "oracle")  # names that begin so are drawn with every other


def gini_page(state: GiniState, missions: Missions) -> dict[str, Any]:
    """Lay out all settings.

    Returns:
        `frames` by "model|part|k|way|strength" (places, and k itself), where a setting was
        measured or is said to be missing; `strengths` in words; `always`, the places of models that
        are drawn with every other.
    """
    own = state.all
    return {
        "models": list(own.models),
        "looks": model_looks([*own.models, INTERACTIONS]),
        "parts": list(own.parts),
        "ks": list(own.ks),
        "ways": [way for way, _ in own.ways],
        "strengths": [_in_words(state, way) for way in range(len(own.ways))],
        "shares": list(SHARES),
        "always": [
            place
            for place, name in enumerate(own.models)
            if name.casefold().startswith(_ALWAYS) and "," not in name
        ],
        "interactions": None if own.interactions is None else _numbers(own.interactions),
        "frames": {
            _key(one): {
                **_numbers(one.row()),
                "sentence": one.sentence(),
                "goal": bool(missions.act.goal(one)),
                "measured": bool(one.strength == 0 or one.setting()[1]),
            }
            for one in _settings(state)
        },
    }


def _settings(state: GiniState) -> Iterator[GiniState]:
    """Yield every setting of the knobs that differs from the others."""
    own = state.all
    for model in range(len(own.models)):
        for on in range(len(own.parts)):
            for k in own.ks:
                base = replace(state, model=model, on=on, k=k, way=0, strength=0)
                yield base
                for way in range(len(own.ways)):
                    last = 1  # one of an unmeasured knob says so for all of them
                    if replace(base, way=way, strength=1).setting()[1]:
                        last = len(own.ways[way][1])
                    yield from (replace(base, way=way, strength=i) for i in range(1, last + 1))


def _key(one: GiniState) -> str:
    return f"{one.model}|{one.on}|{one.k}|{one.way}|{one.strength}"


def _in_words(state: GiniState, way: int) -> list[str]:
    """Name the places of the strength slider."""
    strengths = state.all.ways[way][1]
    words = ["as it is", *(f"{strength:g}" for strength in strengths)]
    return words + words[-1:] * (state.most_strengths + 1 - len(words))


def _numbers(row: Row) -> dict[str, Any]:
    """Round what is drawn; hits of what people chose are not known."""
    tenths = [value for name, value in row.items() if name.startswith("tenth ")]
    return {
        "gini": round(row["Gini"], 4),
        "hr": [round(row[name], 4) for name in ("HR", "HR low", "HR high")]
        if row["HR"] == row["HR"]
        else None,
        "curve": [round(row[f"L{share:g}"], 3) for share in SHARES],
        "tenths": [round(value, 3) for value in tenths],
    }
