"""One look at agents' traces: which one, beside which other, and what an edit of it leads to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from rectutor.agents.trace import Observation, Step, Trace
from rectutor.chat import ToolCall
from rectutor.widgets.view import plain

__all__ = ["LONGEST", "Edit", "Replay", "TraceState", "label_of", "text_of", "written"]

LONGEST = 2000  # characters of an edit
Replay = Callable[[int, Trace], Trace]  # (place of the trace, an edited beginning) -> whole trace


class Edit(NamedTuple):
    """Another text in place of what a tool said."""

    step: int  # of the chosen trace, from 0
    text: str

    def knob(self) -> str:
        """Write it as the knob has it."""
        return json.dumps([self.step, self.text])


@dataclass(frozen=True)
class TraceState:
    """Traces, and which are looked at."""

    traces: tuple[Trace, ...]
    replay: Replay = field(repr=False)
    one: int = 0  # the trace on the left
    beside: int = -1  # the trace on the right, -1 for none
    edit: str = ""  # JSON of an Edit of the trace on the left; its replay then stands on the right

    def __post_init__(self) -> None:
        last = len(self.traces) - 1
        if not 0 <= self.one <= last:
            raise ValueError(f"one must be 0..{last}, got {self.one}")
        if not -1 <= self.beside <= last:
            raise ValueError(f"beside must be -1..{last}, got {self.beside}")
        if self.edit:
            self._check(self.edit)

    def _check(self, knob: str) -> None:
        """Refuse what is no edit of an observation."""
        try:
            step, text = json.loads(knob)
            fits = isinstance(step, int) and isinstance(text, str) and len(text) <= LONGEST
        except (ValueError, TypeError) as error:
            raise ValueError(f"an edit must be [step, text] as JSON, got {knob[:40]!r}") from error
        steps = self.left.steps
        if not fits or not 0 <= step < len(steps):
            raise ValueError(
                f"an edit needs a step of 0..{len(steps) - 1} and at most {LONGEST} characters, "
                f"got {knob[:40]!r}"
            )
        if not isinstance(steps[step].what, Observation):
            raise ValueError(
                f"only what a tool said can be edited, and step {step} is a {steps[step].kind}"
            )

    @property
    def left(self) -> Trace:
        """The trace that is looked at."""
        return self.traces[self.one]

    @cached_property
    def right(self) -> Trace | None:
        """The trace beside it: the replay of an edit, the chosen other, or none."""
        if self.edit:
            return self.replay(self.one, self.left.edited(*json.loads(self.edit)))
        return self.traces[self.beside] if self.beside >= 0 else None

    @property
    def differs(self) -> int | None:
        """The first step in which the two differ, from 0; None where they do not."""
        if self.right is None:
            return None
        left, right = ([step.what for step in trace.steps] for trace in (self.left, self.right))
        for place, (a, b) in enumerate(zip(left, right, strict=False)):
            if a != b:
                return place
        return None if len(left) == len(right) else min(len(left), len(right))

    def changes(self) -> bool:
        """Say whether an edit led to another answer."""
        return (
            bool(self.edit) and self.right is not None and answer(self.left) != answer(self.right)
        )

    def sentence(self) -> str:
        """Say in words what is on screen."""
        said = f"{plain(self.left.agent)}: {written(self.left)}."
        if self.right is None:
            return said
        if self.edit:
            outcome = "another answer" if self.changes() else "the same answer"
            head = f"With step {json.loads(self.edit)[0] + 1} edited and all after it made again"
            return f"{said} {head}: {outcome}, {written(self.right)}."
        where = "do not differ" if self.differs is None else f"differ from step {self.differs + 1}"
        return f"{said} {plain(self.right.agent)}: {written(self.right)}. They {where}."

    def table(self) -> pd.DataFrame:
        """Return the steps of both traces, one row each."""
        shown = {plain(self.left.agent): self.left}
        if self.right is not None:
            other = "replayed" if self.edit else plain(self.right.agent)
            shown[other if other not in shown else f"{other}, again"] = self.right
        rows = [
            (name, place, step.kind, plain(label_of(step)), step.usage.total)
            for name, trace in shown.items()
            for place, step in enumerate(trace.steps, start=1)
        ]
        return pd.DataFrame(rows, columns=["agent", "step", "kind", "what", "tokens"])


def answer(trace: Trace) -> tuple[str, tuple[int, ...]] | None:
    """Return text and items of the answer."""
    return None if trace.answer is None else (trace.answer.text, trace.answer.items)


def written(trace: Trace) -> str:
    """Say how a trace went."""
    n, tokens = len(trace.calls), trace.usage.total
    head = f"{len(trace.steps)} steps, {n} call{'s' * (n != 1)} of tools, {tokens} tokens"
    if trace.answer is None:
        return f"{head}, no answer ({plain(trace.why)[:80]})"
    items = " ".join(f"[{item}]" for item in trace.answer.items[:5])
    return f"{head}, answered with {items or 'words alone'}"


def label_of(step: Step) -> str:
    """Say a step in one line."""
    what = step.what
    if isinstance(what, ToolCall):
        return f"{what.name}({', '.join(f'{k}={v!r}' for k, v in what.arguments.items())})"
    lines = what.text.splitlines() or [""]
    more = f" (+{len(lines) - 1} lines)" if len(lines) > 1 else ""
    return lines[0][:100] + more


def text_of(step: Step) -> str:
    """Return the whole text of a step."""
    return label_of(step) if isinstance(step.what, ToolCall) else step.what.text
