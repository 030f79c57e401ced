"""Gini lab: whom lists show, and at what price; every model, every k, some knobs of decoding."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import traitlets

from rectutor.analysis.exposure_lab import (
    INTERACTIONS,
    SHARES,
    Catalogue,
    interactions_rows,
    measure_scores,
    settings,
)
from rectutor.charts.bundle import Twin
from rectutor.charts.exposure import lorenz
from rectutor.schema import Cases
from rectutor.widgets.gini_page import gini_page
from rectutor.widgets.gini_state import GiniState
from rectutor.widgets.gini_table import read_exposures
from rectutor.widgets.view import Act, Explain, Missions, Predict, View, page_code, say

__all__ = ["GiniLab"]

_FALL = 0.05  # of Gini, what the second mission asks for


class GiniLab(View):
    """Choose a model, a length of list and a knob of decoding; see whom the lists show."""

    knobs = ("model", "k", "way", "strength", "on")
    _esm = page_code("lines.js", "gini_charts.js", "gini_lab.js")
    model = traitlets.Int(0).tag(sync=True)
    k = traitlets.Int(10).tag(sync=True)
    way = traitlets.Int(0).tag(sync=True)
    strength = traitlets.Int(0).tag(sync=True)
    on = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        table: pd.DataFrame,
        *,
        model: str = "",
        k: int = 10,
        missions: Missions | None = None,
    ) -> None:
        """Open at one model as it is, on the first part.

        Args:
            table: rows of `exposure_lab.measure`, and of `interactions_rows` where what people
                chose is to be drawn; the record `exposure` has both.
            model: its name; the first one with settings if it is "".
            k: length of the lists; the nearest there is.
            missions: instead of the standard ones.

        Raises:
            ValueError: the table lacks something, or there is no such model.
        """
        own = read_exposures(table)
        if model and model not in own.models:
            raise ValueError(f"model must be one of {list(own.models)}, got {model!r}")
        swept = (name for name, *_, strength in own.rows if strength)
        chosen = model or next(swept, own.models[0])
        near = min(own.ks, key=lambda one: abs(one - k))
        state = GiniState(own, own.models.index(chosen), near)
        missions = missions or _missions(state)
        super().__init__(state, "Gini lab", missions, gini_page(state, missions))

    @classmethod
    def of(
        cls,
        scores: Mapping[str, np.ndarray],
        cases: Cases,
        catalogue: Catalogue,
        swept: Collection[str] = (),
        **options: Any,
    ) -> GiniLab:
        """Measure scores of any origin, and show them.

        Args:
            scores: for each model [B, N + 1], the column is the item index; seen items are masked
                here.
            cases: the B questions and their held-out items.
            catalogue: of the items.
            swept: names of the models whose scores are logarithms of probabilities; they get the
                knobs of decoding.
            options: passed on to the view.
        """
        parts = [interactions_rows(catalogue.counts)]
        for name, own in scores.items():
            variants = settings(own, catalogue.counts) if name in swept else ()
            parts.append(measure_scores(name, own, cases, catalogue, variants))
        return cls(pd.concat(parts, ignore_index=True), **options)

    @traitlets.validate(*knobs)
    def _check(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def twin(self) -> Twin:
        """Return the Lorenz curves of this setting and of what stands beside it, and all models."""
        state: GiniState = self.state
        own = state.all
        always = [own.models[place] for place in self.page["always"]]
        drawn = {name: own.row(name, state.part, state.k) for name in always}
        drawn[state.name] = state.row()
        if own.interactions is not None:
            drawn[INTERACTIONS] = own.interactions
        curves = [
            pd.DataFrame({"model": name, "items": SHARES, "gini": row["Gini"]}).assign(
                exposure=[row[f"L{share:g}"] for share in SHARES]
            )
            for name, row in drawn.items()
        ]
        rows = [(name, *_shown(own.row(name, state.part, state.k))) for name in own.models]
        columns = ["model", f"HR@{state.k}", "low", "high", "Gini", "coverage"]
        table = pd.DataFrame(rows, columns=columns).sort_values("Gini", ignore_index=True)
        return Twin(lorenz(pd.concat(curves, ignore_index=True)), table)


def _shown(row: Mapping[str, float]) -> list[float]:
    return [round(row[name], 3) for name in ("HR", "HR low", "HR high", "Gini", "coverage")]


def _missions(state: GiniState) -> Missions:
    """Ask what k does, then for a lower Gini at no price, then what a low Gini is worth."""
    ks = state.all.ks
    short, long = replace(state, k=ks[0]), replace(state, k=ks[-1])
    change = long.base()["Gini"] - short.base()["Gini"]
    part, name = state.part, state.name
    tail = " Then look at the other part." if len(state.all.parts) > 1 else ""
    return Missions(
        Predict(
            f"{name} shows everybody lists of {ks[0]}, or of {ks[-1]}. Is exposure more or less "
            f"concentrated with {ks[-1]}?",
            ("More: Gini rises", "Less: Gini falls", f"The same within {_FALL}"),
            2 if abs(change) <= _FALL else 0 if change > 0 else 1,
            f"Gini is {say(short.base()['Gini'])} with lists of {ks[0]} and "
            f"{say(long.base()['Gini'])} with lists of {ks[-1]}. So it means nothing without k.",
        ),
        Act(
            f"Take a knob of decoding and lower the Gini of a model by {_FALL} or more on {part}, "
            "without a loss of hits that can be told from noise.",
            lambda s: s.on == 0 and s.fall() >= _FALL and not s.loses(),
            f"It can be done without training.{tail} Is the price still within noise?",
        ),
        Explain(
            "The lists of the random recommender have the lowest Gini. Are they fair?",
            "They spread exposure evenly, over items that fit nobody, too. Gini says how "
            "concentrated exposure is; what is fair needs an idea of what each item deserves.",
        ),
    )
