"""Traces as files, which another session or the viewer can open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rectutor.agents.trace import KINDS, Step, Trace
from rectutor.chat import Usage
from rectutor.files import write_atomically

__all__ = ["load_trace", "save_trace"]


def save_trace(trace: Trace, path: Path | str) -> None:
    """Write a trace as JSON."""
    steps = [
        {"kind": step.kind, **step.what._asdict(), "usage": list(step.usage), "ms": step.ms}
        for step in trace.steps
    ]
    text = json.dumps({**trace._asdict(), "steps": steps}, indent=1, ensure_ascii=False)
    with write_atomically(path) as draft:
        draft.write_text(text + "\n", encoding="utf-8")


def load_trace(path: Path | str) -> Trace:
    """Read a trace that `save_trace` wrote.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no trace; says what is wrong with it.
    """
    try:
        written = json.loads(Path(path).read_text(encoding="utf-8"))
        steps = tuple(_step(dict(step)) for step in written["steps"])
        return Trace(**{**written, "steps": steps})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{path} must be a trace that `save_trace` wrote, and is not "
            f"({type(error).__name__}: {error}); record it again"
        ) from error


def _step(written: dict[str, Any]) -> Step:
    """Read one step."""
    kind = KINDS[written.pop("kind")]
    usage, ms = Usage(*written.pop("usage")), float(written.pop("ms"))
    if "items" in written:
        written["items"] = tuple(int(item) for item in written["items"])
    return Step(kind(**written), usage, ms)
