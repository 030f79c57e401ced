"""Traces as files, which another session or the viewer can open."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
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
        # half a character, as terminals may send one, becomes its escape, which is JSON, too
        draft.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")


def load_trace(path: Path | str) -> Trace:
    """Read a trace that `save_trace` wrote.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no trace; says what is wrong with it.
    """
    try:
        written = json.loads(Path(path).read_text(encoding="utf-8"))
        steps = tuple(_step(dict(step)) for step in written["steps"])
        trace = Trace(**{**written, "steps": steps})
        _check({"agent", "request", "stop", "why"}, trace._asdict())
        return trace
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        OverflowError,  # a number that is infinite
        RecursionError,
    ) as error:
        raise ValueError(
            f"{path} must be a trace that `save_trace` wrote, and is not "
            f"({type(error).__name__}: {error}); record it again"
        ) from error


def _step(written: dict[str, Any]) -> Step:
    """Read one step."""
    kind = KINDS[written.pop("kind")]
    usage, ms = Usage(*map(int, written.pop("usage"))), float(written.pop("ms"))
    _check({"text", "name", "call_id"} & set(written), written)
    if not isinstance(written.get("arguments", {}), dict):
        raise TypeError(f"arguments must be an object, got {written['arguments']!r}")
    if "items" in written:
        written["items"] = tuple(int(item) for item in written["items"])
    return Step(kind(**written), usage, ms)


def _check(names: Iterable[str], written: Mapping[str, Any]) -> None:
    """Refuse what is no text where one is needed."""
    for name in sorted(names):
        if not isinstance(written[name], str):
            raise TypeError(f"{name} must be a text, got {written[name]!r}")
