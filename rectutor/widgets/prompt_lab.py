"""Prompt-sensitivity lab: one question asked in many ways, by a frozen model and by tuned ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import traitlets

from rectutor.analysis.luck import auc_intervals, resampled_aucs
from rectutor.analysis.prompt_grid import Cell, ask_cells
from rectutor.analysis.prompt_sensitivity import FACTORS, PARTS, Lab
from rectutor.charts.bundle import Twin
from rectutor.charts.prompts import prompt_grid
from rectutor.prompts.template import Template, check_template
from rectutor.prompts.yes_no import OPTIONAL, REQUIRED
from rectutor.schema import LanguageModel
from rectutor.widgets.prompt_bench import Bench, Measured
from rectutor.widgets.prompt_page import lab_page, triples
from rectutor.widgets.prompt_state import PromptState
from rectutor.widgets.view import Act, Explain, Missions, Predict, View, page_code, plain, say

__all__ = ["PromptLab"]


class PromptLab(View):
    """Choose two cells of a grid of prompts, count templates, try one of your own."""

    knobs = ("m", "model", "a", "b", "picks")
    _esm = page_code("prompt_lab.js")
    m = traitlets.Int(1).tag(sync=True)
    model = traitlets.Int(0).tag(sync=True)
    a = traitlets.Int(0).tag(sync=True)
    b = traitlets.Int(1).tag(sync=True)
    picks = traitlets.Int(0).tag(sync=True)
    wanted = traitlets.Unicode("").tag(sync=True)  # the learner's own template, as it is sent
    own = traitlets.Dict().tag(sync=True)  # what became of it

    def __init__(
        self,
        bench: Bench,
        answers: Mapping[str, Mapping[str, np.ndarray]],
        live: Mapping[str, LanguageModel] | None = None,
        *,
        missions: Missions | None = None,
    ) -> None:
        """Open at the two cells of the first column that differ most in the first model.

        Args:
            bench: what was asked.
            answers: for each model its log-odds: "grid" [G, Q], "fresh" [T, Q'], "shuffles" [R, Q].
            live: models that can be asked about the learner's own template, by the same names.
            missions: instead of the standard ones.

        Raises:
            ValueError: answers do not fit the bench.
        """
        models = tuple(
            Measured(plain(name), bench, own["grid"], own["fresh"], own["shuffles"])
            for name, own in answers.items()
        )
        firsts = models[0].aucs["value"].to_numpy()[:: bench.n_columns]
        a, b = (int(place) * bench.n_columns for place in (firsts.argmax(), firsts.argmin()))
        state = PromptState(bench, models, m=bench.n_templates, a=a, b=b)
        self._live = dict(live or {})
        missions = missions or _missions(state)
        super().__init__(state, "Prompt-sensitivity lab", missions, lab_page(state))
        self.observe(self._run_wanted, "wanted")

    @classmethod
    def from_lab(cls, lab: Lab, live: Mapping[str, LanguageModel] | None = None) -> PromptLab:
        """Show the recorded answers of `rectutor.analysis.prompt_sensitivity`."""
        bench = Bench(tuple(PARTS["grid"]), FACTORS, lab.asked, lab.fresh, lab.titles)
        return cls(bench, lab.answers, live)

    @traitlets.validate(*knobs)
    def _check(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def try_template(self, text: str) -> dict[str, Any]:
        """Check a template, ask the model of the moment in every column of it, and show it.

        Its first column is asked of the fresh people too, since you may write many templates and
        keep the best.

        Returns:
            `text`, `error` ("" when it ran), `cells` and `fresh` as [value, low, high].
        """
        self.own = {"text": text, "error": "", "cells": [], "fresh": [], "model": self.model}
        try:
            check_template(text, REQUIRED, OPTIONAL)
            self.own = {**self.own, **self._asked(Template("your own", text))}
        except (ValueError, LookupError) as problem:
            self.own = {**self.own, "error": str(problem.args[0])}
        return dict(self.own)

    def _asked(self, template: Template) -> dict[str, Any]:
        """Return the cells of a new row, and its first column for the fresh people."""
        bench, name = self.state.bench, self.state.measured.name
        if name not in self._live:
            known = ", ".join(self._live) or "none"
            raise LookupError(
                f"{name!r} is recorded, not loaded; models that can be asked: {known}"
            )
        row = [cell._replace(template=template) for cell in bench.cells[: bench.n_columns]]
        model = self._live[name]
        answers = ask_cells(model, bench.asked, bench.titles, row, on_cell=self._tell)
        again = ask_cells(model, bench.fresh, bench.titles, [Cell(template)], progress=False)
        parts = ((answers, bench.asked), (again, bench.fresh))
        cells, fresh = (
            triples(auc_intervals(resampled_aucs(x, asked.is_liked, asked.user_index)))
            for x, asked in parts
        )
        return {"cells": cells, "fresh": fresh[0]}

    def _tell(self, n_done: int) -> None:
        self.own = {**self.own, "n_done": n_done}

    def _run_wanted(self, change: Any) -> None:
        if change["new"]:
            self.try_template(change["new"])
            self.wanted = ""

    def twin(self) -> Twin:
        """Return the grid as dots with intervals, and as a table."""
        state: PromptState = self.state
        table = state.table()
        return Twin(prompt_grid(table, state.measured.name, repr(self)), table)


def _missions(state: PromptState) -> Missions:
    """Ask whether the best keeps its lead, and from how many templates on luck is sure to lead."""
    first, fresh = state.models[0].lead()
    name = state.models[0].name
    return Missions(
        Predict(
            f'The best of {state.bench.n_templates} templates for the model "{name}" leads their '
            f"mean by {say(first)} AUC. On {len(state.bench.fresh.item_index)} other people?",
            ("It keeps half of its lead or more", "It keeps less than half of its lead"),
            0 if fresh >= first / 2 else 1,
            f"On other people its lead is {say(fresh)}. The hollow mark shows it.",
        ),
        Act(
            "Turn the number of templates: from how many on would the best of equally good ones "
            "almost surely lie above the mean, by luck alone? (the whole band right of it)",
            lambda s: s.m == s.enough(),
            "From there on, reporting the best template reports luck, whatever the templates are.",
        ),
        Explain(
            "A paper tunes on one template, reports its AUC on that template, and calls the model "
            "robust. What would you ask for?",
            "Its AUC on paraphrases that were not tuned on, all of them, with intervals; the "
            "share of answers that change between two of them; and other people than those by "
            "whom the template was chosen.",
        ),
    )
