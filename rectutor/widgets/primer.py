"""Primer: from two vectors to a score, from scores to probabilities, with a temperature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import traitlets

from rectutor.charts.bundle import Twin, figure
from rectutor.charts.palette import BLUE
from rectutor.widgets.view import (
    Act,
    Explain,
    Missions,
    Predict,
    View,
    page_code,
    percent,
    plain,
    say,
)

__all__ = ["TEMPERATURES", "PrimerState", "PrimerView"]

TEMPERATURES = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
ANGLES = tuple(range(0, 360, 15))  # degrees, from the first axis
LENGTH = 1.5  # of the person's vector
_NAMES = ("Alien", "Casablanca", "Titanic", "Toy Story")
_VECTORS = ((1.7, 0.2), (0.2, 1.4), (1.0, 1.2), (-0.9, 0.5))  # suspense, romance


@dataclass(frozen=True)
class PrimerState:
    """A person's vector, some films' vectors, and the temperature of the softmax."""

    names: tuple[str, ...]
    vectors: tuple[tuple[float, float], ...]
    temperature: float = 1.0  # one of TEMPERATURES
    angle: int = 30  # degrees, one of ANGLES

    def __post_init__(self) -> None:
        if self.temperature not in TEMPERATURES:
            raise ValueError(f"temperature must be one of {TEMPERATURES}, got {self.temperature}")
        if self.angle not in ANGLES:
            raise ValueError(f"angle must be a multiple of 15 from 0 to 345, got {self.angle}")
        if len(self.names) != len(self.vectors) or not self.names:
            raise ValueError(
                f"PrimerView needs one vector for each of one or more names, got "
                f"{len(self.names)} names and {len(self.vectors)} vectors"
            )

    @property
    def person(self) -> np.ndarray:
        """The person's vector [2]."""
        turn = np.deg2rad(self.angle)
        return LENGTH * np.array([np.cos(turn), np.sin(turn)])

    def scores(self) -> np.ndarray:
        """Return the dot product of each film with the person, [films]."""
        return np.asarray(self.vectors) @ self.person

    def probabilities(self) -> np.ndarray:
        """Return softmax(scores / temperature), [films]; the sum is 1."""
        scaled = self.scores() / self.temperature
        weights = np.exp(scaled - scaled.max())
        return weights / weights.sum()

    def sentence(self) -> str:
        """Say which film leads, and how clearly."""
        shares = self.probabilities()
        order = np.argsort(-shares, kind="stable")
        said = ", ".join(f"{self.names[i]} {percent(shares[i])}" for i in order)
        return f"Temperature {self.temperature:g}, person at {self.angle} degrees: {said}."


class PrimerView(View):
    """Turn a person's vector and a temperature; see scores become probabilities."""

    knobs = ("temperature", "angle")
    _esm = page_code("primer.js")
    temperature = traitlets.Float(1.0).tag(sync=True)
    angle = traitlets.Int(30).tag(sync=True)

    def __init__(
        self,
        names: Sequence[str] = _NAMES,
        vectors: Sequence[Sequence[float]] = _VECTORS,
        *,
        temperature: float = 1.0,
        angle: int = 30,
        axes: tuple[str, str] = ("suspense", "romance"),
        missions: Missions | None = None,
    ) -> None:
        """Open at a temperature and an angle.

        Args:
            names: the films.
            vectors: one vector of two numbers for each film, about -2..2.
            temperature: one of TEMPERATURES.
            angle: direction of the person's vector in degrees, a multiple of 15.
            axes: what the two numbers mean.
            missions: instead of the standard ones.
        """
        pairs = tuple((float(x), float(y)) for x, y in vectors)
        state = PrimerState(tuple(map(plain, names)), pairs, float(temperature), int(angle))
        missions = missions or _MISSIONS
        page = {
            "names": list(state.names),
            "vectors": [list(pair) for pair in pairs],
            "axes": [plain(axis) for axis in axes],
            "temperatures": list(TEMPERATURES),
            "angles": list(ANGLES),
            "frames": [
                [_frame(replace(state, temperature=t, angle=a), missions) for a in ANGLES]
                for t in TEMPERATURES
            ],
        }
        super().__init__(state, "From vectors to probabilities", missions, page)

    @traitlets.validate(*knobs)
    def _check(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def twin(self) -> Twin:
        """Return the probabilities as bars, with the scores they come from."""
        state: PrimerState = self.state
        table = pd.DataFrame(
            {"film": state.names, "score": state.scores(), "probability": state.probabilities()}
        ).round(3)
        bars = alt.Chart(table).encode(
            y=alt.Y("film:N", sort=list(state.names), title=None),
            x=alt.X("probability:Q", scale=alt.Scale(domain=[0, 1])).axis(format="%"),
        )
        chart = alt.layer(
            bars.mark_bar(color=BLUE, height=18),
            bars.mark_text(align="left", dx=6).encode(text=alt.Text("probability:Q", format=".0%")),
        ).properties(width=460, height=34 * len(table))
        return Twin(figure(chart, state.sentence(), table), table)


def _frame(state: PrimerState, missions: Missions) -> dict[str, Any]:
    x, y = state.person
    sums = [
        f"{say(x)} x {say(u)} + {say(y)} x {say(v)} = {say(score)}".replace("+ -", "- ")
        for (u, v), score in zip(state.vectors, state.scores(), strict=True)
    ]
    return {
        "sentence": state.sentence(),
        "goal": bool(missions.act.goal(state)),
        "person": [round(float(x), 3), round(float(y), 3)],
        "sums": sums,
        "shares": [round(float(p), 4) for p in state.probabilities()],
        "texts": [percent(p) for p in state.probabilities()],
    }


_MISSIONS = Missions(
    Predict(
        "The temperature goes from 1 down to 0.1. What happens to the longest bar?",
        ("It grows towards 100 %", "It shrinks", "It stays: the order is the same"),
        0,
        "Dividing by a small number widens every gap between scores, and exp turns gaps into "
        "ratios.",
    ),
    Act(
        "Find a setting in which even the best film has less than 30 %.",
        lambda state: state.probabilities().max() < 0.3,
        "A high temperature makes all films nearly equal; so does a person who likes them alike.",
    ),
    Explain(
        "Why does the temperature never change the order of the films?",
        "Dividing all scores by the same positive number keeps their order, and so does exp.",
    ),
)
