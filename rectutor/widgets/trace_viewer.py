"""Trace viewer: an agent's steps as cards; edit what a tool said and replay from there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import traitlets

from rectutor.agents.trace import Observation, Trace
from rectutor.charts.bundle import Twin
from rectutor.charts.steps import steps_chart
from rectutor.widgets.trace_state import LONGEST, Edit, Replay, TraceState, label_of, text_of
from rectutor.widgets.view import Act, Explain, Missions, Predict, View, page_code, plain

__all__ = ["TraceViewer"]


class TraceViewer(View):
    """Choose a trace, put another beside it, or edit what a tool said."""

    knobs = ("one", "beside", "edit")
    _esm = page_code("trace_viewer.js")
    one = traitlets.Int(0).tag(sync=True)
    beside = traitlets.Int(-1).tag(sync=True)
    edit = traitlets.Unicode("").tag(sync=True)
    found = traitlets.Dict().tag(sync=True)  # the frame of an edit that was typed

    def __init__(
        self,
        traces: Sequence[Trace],
        replay: Replay,
        ready: Sequence[Edit] = (),
        *,
        missions: Missions | None = None,
    ) -> None:
        """Open at the first trace.

        Args:
            traces: one or more, of the same request where they are to be compared.
            replay: makes a trace whole again: (place of the trace, its edited beginning) -> trace.
            ready: edits of the first trace that stand ready; they work without a kernel, too.
            missions: instead of the standard ones.

        Raises:
            ValueError: there is no trace, or an edit that stands ready is none of the first trace.
        """
        if not traces:
            raise ValueError("the viewer needs one trace or more, got none; run an agent first")
        state = TraceState(tuple(traces), replay)
        pairs = [(i, j) for i in range(len(traces)) for j in range(-1, len(traces))]
        frames = {f"{i}|{j}|": _frame(replace(state, one=i, beside=j)) for i, j in pairs}
        for edit in ready:
            frames[f"0|-1|{edit.knob()}"] = _frame(replace(state, edit=edit.knob()))
        page = {
            "agents": [plain(trace.agent) for trace in traces],
            "traces": [_cards(trace) for trace in traces],
            "request": plain(traces[0].request),
            "frames": frames,
            "ready": [{"knob": edit.knob(), "text": plain(edit.text)[:60]} for edit in ready],
            "longest": LONGEST,
        }
        missions = missions or _missions(state, ready)
        super().__init__(state, "Trace viewer", missions, page)
        self.observe(self._answer, list(self.knobs))

    @traitlets.validate(*knobs)
    def _check(self, proposal: Any) -> Any:
        if proposal["trait"].name == "edit":  # an edit belongs to the trace that is chosen
            replace(self._start, one=self.one, edit=proposal["value"])
            return proposal["value"]
        return self._checked(proposal)

    @traitlets.observe("one")
    def _drop_edit(self, _: Any) -> None:
        """Forget the edit of another trace."""
        self.edit = ""

    def _answer(self, _: Any) -> None:
        """Replay an edit; what stands ready is on the page already."""
        key = f"{self.one}|{self.beside}|{self.edit}"
        if key not in self.page["frames"]:
            self.found = {"key": key, **_frame(self.state)}

    def twin(self) -> Twin:
        """Return the steps of what is shown: tokens as bars, and a table."""
        table = self.state.table()
        return Twin(steps_chart(table, repr(self)), table)


def _frame(state: TraceState) -> dict[str, Any]:
    """Return what the browser draws of one state beside the traces themselves."""
    replayed = _cards(state.right) if state.edit and state.right is not None else None
    return {
        "sentence": state.sentence(),
        "goal": state.changes(),
        "differs": state.differs,
        "replayed": replayed,
    }


def _cards(trace: Trace) -> list[dict[str, Any]]:
    """Return what the browser draws of a trace; every text is shown as text."""
    return [
        {
            "kind": step.kind,
            "label": plain(label_of(step)),
            "text": "\n".join(plain(line) if line else "" for line in text_of(step).split("\n")),
            "refused": isinstance(step.what, Observation) and step.what.is_refusal,
            "tokens": step.usage.total,
            "ms": float(f"{step.ms:.2g}"),
        }
        for step in trace.steps
    ]


def _missions(state: TraceState, ready: Sequence[Edit]) -> Missions:
    """Ask whether an edit changes the answer, then for one that does, then what causes it."""
    first = replace(state, edit=ready[0].knob()) if ready else None
    step = json.loads(first.edit)[0] + 1 if first else 0
    changed = first.changes() if first else False
    return Missions(
        Predict(
            f"Step {step} is what a tool said. Somebody writes another text there, and all that "
            "follows is made again. Does the answer change?"
            if first
            else "A tool's result is edited and all that follows is made again. What may change?",
            ("Yes", "No") if first else ("The answer", "Nothing", "The request"),
            (0 if changed else 1) if first else 0,
            "The agent knows the world by what its tools say, so whoever writes a tool's result "
            "writes the answer.",
        ),
        Act(
            "Edit what a tool said so that the agent answers something else.",
            lambda s: s.changes(),
            "Nothing else was changed: same model, same tools, same request.",
        ),
        Explain(
            "Suppose an agent writes a thought before it acts. How could you find out whether the "
            "thought caused the answer?",
            "Change the thought alone, and look at what follows. Here texts of tools can be "
            "changed: where the answer changes with such an edit, the text had caused it.",
        ),
    )
