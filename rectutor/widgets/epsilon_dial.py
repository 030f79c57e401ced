"""Turn noise, rate and steps, and see what the accountant says.

Everything that is shown is worked out by `DialState`; `EpsilonDial.table` gives the same to paper.
Epsilon is worked out by the kernel at each turn, so a saved page shows the first setting only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import anywidget
import pandas as pd
import traitlets

from rectutor.training.private import epsilon_of
from rectutor.widgets.view import View, page_code

__all__ = ["DialState", "EpsilonDial"]

_KNOBS: dict[str, tuple[str, list[float]]] = {
    "noise": ("noise, in clips", [n / 10 for n in range(3, 61)]),
    "n_expected": ("rows in a step, on average", list(range(4, 236, 4))),
    "n_steps": ("steps", list(range(8, 808, 8))),
}
_epsilon = cache(epsilon_of)  # an answer takes a while, and neighbours share theirs


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
        return _epsilon(self.noise, self.n_expected / self.n_rows, self.n_steps, self.delta)

    def rows(self) -> pd.DataFrame:
        """Compare this setting with those that one knob further gives, one row each.

        With ten times the rows delta is a tenth, so that it stays below 1 / n.

        Returns:
            setting, epsilon (two digits), and factor, exp(epsilon), as text.
        """
        twice = min(2 * self.n_expected, self.n_rows)
        others = {
            "as set": self,
            "twice the noise": replace(self, noise=2 * self.noise),
            "half the steps": replace(self, n_steps=self.n_steps // 2),
            "twice as many rows in a step": replace(self, n_expected=twice),
            "ten times the rows in all": replace(
                self, n_rows=10 * self.n_rows, delta=self.delta / 10
            ),
        }
        found = [(name, one.epsilon) for name, one in others.items()]
        table = pd.DataFrame(found, columns=["setting", "epsilon"]).round(2)
        return table.assign(factor=[_factor(epsilon) for _, epsilon in found])

    def sentence(self) -> str:
        """Say what the setting promises."""
        return (
            f"Noise of {self.noise:.1f} clips, {self.n_expected} of {self.n_rows} rows in a step, "
            f"{self.n_steps} steps: epsilon {self.epsilon:.2f} at delta {self.delta:g}."
        )


class EpsilonDial(anywidget.AnyWidget):
    """Three knobs, and epsilon beside that of their neighbours.

    Attributes:
        noise, n_expected, n_steps: the knobs; setting one answers at once.
    """

    _esm = page_code("epsilon_dial.js")
    _css = View._css
    noise = traitlets.Float().tag(sync=True)
    n_expected = traitlets.Int().tag(sync=True)
    n_steps = traitlets.Int().tag(sync=True)
    knobs = traitlets.List(traitlets.Dict()).tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)

    def __init__(self) -> None:
        start = DialState()
        knobs = [
            {"knob": name, "label": label, "values": values, "start": getattr(start, name)}
            for name, (label, values) in _KNOBS.items()
        ]
        values = {name: getattr(start, name) for name in _KNOBS}
        super().__init__(knobs=knobs, shown=_shown(start), **values)
        self.observe(self._changed, list(_KNOBS))

    @property
    def state(self) -> DialState:
        """What the knobs now describe."""
        return DialState(self.noise, self.n_expected, self.n_steps)

    def table(self) -> pd.DataFrame:
        """Return what is shown."""
        return self.state.rows()

    @traitlets.validate(*_KNOBS)
    def _check(self, proposal: Any) -> Any:
        name, value = proposal["trait"].name, proposal["value"]
        values = _KNOBS[name][1]
        if value not in values:
            raise ValueError(
                f"{name} must be from {values[0]} to {values[-1]} in steps of "
                f"{round(values[1] - values[0], 1)}, got {value}"
            )
        return value

    def _changed(self, _: Any) -> None:
        self.shown = _shown(self.state)

    def __repr__(self) -> str:
        return self.state.sentence()

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Show the knobs, or where there is no kernel the sentence and the table as text."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        text = f"{self!r}\n{self.table().to_string(index=False)}"
        return {**data, "text/plain": text}, metadata


def _factor(epsilon: float) -> str:
    """Write exp(epsilon), and no digits that nobody reads."""
    factor = math.exp(min(epsilon, 99))
    return (
        f"{factor:.1f}" if factor < 10 else f"{factor:,.0f}" if factor < 1e6 else "over a million"
    )


def _shown(state: DialState) -> dict[str, Any]:
    """Return the texts that the page lays out."""
    table = state.rows()
    rows = [[str(value) for value in row] for row in table.itertuples(index=False)]
    return {"heads": list(table.columns), "rows": rows, "said": state.sentence()}
