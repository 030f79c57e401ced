"""Attention map: what a model looked at, and what deleting a film really changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import traitlets

from rectutor.charts.bundle import Twin, figure
from rectutor.charts.palette import BLUE, VERMILLION
from rectutor.widgets.attention_state import AttentionCase, AttentionState, fitting
from rectutor.widgets.view import (
    Act,
    Explain,
    Missions,
    Predict,
    View,
    page_code,
    plain,
)

__all__ = ["AttentionMap"]


class AttentionMap(View):
    """Look along one row of attention, then delete a film and see what it was worth."""

    knobs = ("person", "block", "head", "position", "deleted")
    _esm = page_code("attention_map.js")
    person = traitlets.Int(0).tag(sync=True)
    block = traitlets.Int(0).tag(sync=True)
    head = traitlets.Int(0).tag(sync=True)
    position = traitlets.Int(0).tag(sync=True)
    deleted = traitlets.Int(-1).tag(sync=True)

    def __init__(
        self,
        cases: Sequence[AttentionCase],
        *,
        unit: str = "logit",
        model: str = "SASRec (CE)",
        missions: Missions | None = None,
    ) -> None:
        """Open at the first person, the last block, and the newest film.

        Args:
            cases: one or more people; the most telling first.
            unit: of the scores.
            model: whose attention it is.
            missions: instead of the standard ones.

        Raises:
            ValueError: a history is too long, or its arrays do not fit together.
        """
        clean = tuple(fitting(case, i) for i, case in enumerate(cases))
        if not clean:
            raise ValueError("AttentionMap needs one AttentionCase or more, got none")
        _same_heads(clean)
        newest = len(clean[0].titles) - 1
        state = AttentionState(
            clean, block=len(clean[0].attention) - 1, position=newest, unit=plain(unit)
        )
        missions = missions or _missions(state)
        page = {
            "model": plain(model),
            "unit": state.unit,
            "cases": [_case_page(state, i, missions) for i in range(len(clean))],
        }
        super().__init__(state, "Attention map", missions, page)

    @traitlets.validate(*knobs)
    def _check(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def twin(self) -> Twin:
        """Return one row of attention beside the effect of each deletion, and both as numbers."""
        state: AttentionState = self.state
        numbers = [f"{i + 1} {title}" for i, title in enumerate(state.case.titles)]
        table = pd.DataFrame(
            {"film": numbers, "attention": state.shares(), "change": state.changes()}
        ).round(3)
        base = alt.Chart(table).encode(y=alt.Y("film:N", sort=numbers, title=None))
        looks = base.mark_bar(color=BLUE).encode(
            x=alt.X("attention:Q", title="attention", scale=alt.Scale(domain=[0, 1])).axis(
                format="%"
            )
        )
        effect = base.mark_bar(color=VERMILLION).encode(
            x=alt.X("change:Q", title=f"change of score when deleted ({state.unit})"),
            y=alt.Y("film:N", sort=numbers, title=None, axis=None),
        )
        size = {"width": 240, "height": 24 * len(numbers)}
        chart = alt.hconcat(looks.properties(**size), effect.properties(**size))
        return Twin(figure(chart, state.sentence(), table), table)


def _same_heads(cases: tuple[AttentionCase, ...]) -> None:
    shapes = [np.shape(case.attention)[:2] for case in cases]
    for at, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise ValueError(
                f"case {at} has {shape[0]} blocks of {shape[1]} heads, case 0 has {shapes[0][0]} "
                f"of {shapes[0][1]}; take all cases from one model"
            )


def _case_page(state: AttentionState, person: int, missions: Missions) -> dict[str, Any]:
    """Lay out one person: squares, sentences for each row, sentences for each deletion."""
    state = replace(state, person=person)
    case = state.case
    blocks, heads, T, _ = np.shape(case.attention)
    changes = state.changes()
    return {
        "person": case.person,
        "titles": list(case.titles),
        "target": case.target,
        "shares": np.round(case.attention, 3).tolist(),
        "looking": [
            [
                [replace(state, block=b, head=h, position=t).looking() for t in range(T)]
                for h in range(heads)
            ]
            for b in range(blocks)
        ],
        "deletion": [replace(state, deleted=t).deletion() for t in range(T)],
        "goals": [bool(missions.act.goal(replace(state, deleted=t))) for t in range(T)],
        "changes": [round(float(change), 4) for change in changes],
        "changeTexts": [f"{change:+.2f}" for change in changes],
    }


def _missions(state: AttentionState) -> Missions:
    """Ask whether the most attended film is also the one that matters most."""
    most, changes = state.most_attended(), np.abs(state.changes())
    agrees = most == int(np.argmax(changes))
    return Missions(
        Predict(
            f"Reading the newest film, this head looks most at {state.case.titles[most]}. "
            f"Is that also the film whose deletion changes the score of {state.case.target} most?",
            ("Yes: attention shows what matters", "No: deleting another film changes it more"),
            0 if agrees else 1,
            "The right-hand bars now show what each deletion does.",
        ),
        Act(
            "Delete the film whose absence changes the score most.",
            lambda s: s.deleted == int(np.argmax(np.abs(s.changes()))),
            "That is an intervention: the model was run again without the film.",
        ),
        Explain(
            "Why can a film with little attention matter much, and one with much attention little?",
            "Attention says how the films' messages are mixed in one head, not what the messages "
            "say. Other heads, other blocks and the direct path carry the rest.",
        ),
    )
