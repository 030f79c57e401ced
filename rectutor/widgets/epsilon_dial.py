"""Turn noise, rate and steps, and see what the accountant says.

A small view of native controls. Everything that it shows is worked out by `DialState`, and
`EpsilonDial.table` gives the same to paper.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import ipywidgets
import pandas as pd

from rectutor.training.private import epsilon_of

__all__ = ["DialState", "EpsilonDial"]


@dataclass(frozen=True)
class DialState:
    """What DP-SGD is asked to do, and to how many rows."""

    noise: float = 1.0  # clips, above 0
    n_expected: int = 48  # rows in a step, on average
    n_steps: int = 96
    n_rows: int = 468
    delta: float = 1e-3

    @property
    def epsilon(self) -> float:
        """What all steps together give away at most."""
        return epsilon_of(self.noise, self.n_expected / self.n_rows, self.n_steps, self.delta)

    def rows(self) -> pd.DataFrame:
        """Compare this setting with those that one knob further gives, one row each."""
        twice = min(2 * self.n_expected, self.n_rows)
        others = {
            "as set": self,
            "twice the noise": replace(self, noise=2 * self.noise),
            "half the steps": replace(self, n_steps=self.n_steps // 2),
            "twice as many rows in a step": replace(self, n_expected=twice),
            "ten times the people": replace(self, n_rows=10 * self.n_rows),
        }
        found = [(name, one.epsilon) for name, one in others.items()]
        table = pd.DataFrame(found, columns=["setting", "epsilon"]).round(2)
        return table.assign(factor=[f"{math.exp(min(e, 99)):,.1f}" for _, e in found])

    def sentence(self) -> str:
        """Say what the setting promises."""
        return (
            f"Noise of {self.noise:.1f} clips, {self.n_expected} of {self.n_rows} rows in a step, "
            f"{self.n_steps} steps: epsilon {self.epsilon:.2f} at delta {self.delta:g}."
        )


class EpsilonDial(ipywidgets.VBox):
    """Three controls, and epsilon beside that of their neighbours.

    Attributes:
        noise, n_expected, n_steps: the controls.
        state: what is shown.
    """

    def __init__(self) -> None:
        self.state = DialState()
        own: dict[str, Any] = {
            "style": {"description_width": "14em"},
            "layout": {"width": "34em"},
        }
        self.noise = ipywidgets.FloatSlider(
            self.state.noise, min=0.3, max=6.0, step=0.1, description="Noise, in clips",
            readout_format=".1f", **own,
        )  # fmt: skip
        self.n_expected = ipywidgets.IntSlider(
            self.state.n_expected, 4, 234, description="Rows in a step, on average", **own
        )
        self.n_steps = ipywidgets.IntSlider(
            self.state.n_steps, 8, 800, step=8, description="Steps", **own
        )
        self.shown = ipywidgets.HTML()
        for control in (self.noise, self.n_expected, self.n_steps):
            control.observe(self._changed, "value")
        self._draw()
        super().__init__([self.noise, self.n_expected, self.n_steps, self.shown])

    def table(self) -> pd.DataFrame:
        """Return what is shown."""
        return self.state.rows()

    def _changed(self, _: Any) -> None:
        self.state = replace(
            self.state,
            noise=round(self.noise.value, 1),
            n_expected=self.n_expected.value,
            n_steps=self.n_steps.value,
        )
        self._draw()

    def _draw(self) -> None:
        table = self.table()
        head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in table.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in row) + "</tr>"
            for row in table.itertuples(index=False)
        )
        said = f"<p role='status'>{escape(self.state.sentence())}</p>"
        self.shown.value = f"{said}<table><tr>{head}</tr>{body}</table>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Show the controls, or where there is no kernel the sentence and the table as text."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        data["text/plain"] = f"{self.state.sentence()}\n{self.table().to_string(index=False)}"
        return bundle
