"""What all views share: state from traits, three missions, the page's code, a standing twin.

A view has three parts. The **state** is a frozen dataclass that decides everything and says
itself in one sentence. The **page** is what the browser draws from: Python computes a frame for
each setting of the knobs and ships them once, so a view also works in a saved HTML page. The
**wiring** is one trait for each knob: a control sets it, the state follows, the page redraws.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Protocol

import anywidget
import traitlets

from rectutor.charts.bundle import Twin
from rectutor.charts.palette import BLACK, LEVEL_HUES, MARKERS, TRUE_ITEM, ModelStyle, model_style

__all__ = [
    "Act",
    "Explain",
    "Missions",
    "Predict",
    "State",
    "View",
    "model_looks",
    "page_code",
    "plain",
    "say",
]

_FOLDER = Path(__file__).parent
_UNSAFE = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF}  # directions
_INK = "var(--rt-ink)"  # black would vanish in the dark theme


class State(Protocol):
    """All decisions of a view; a frozen dataclass that checks itself when it is made."""

    def sentence(self) -> str:
        """Say in words what is on screen."""
        ...


class Predict(NamedTuple):
    """A question to commit to before the other knobs open."""

    ask: str
    options: tuple[str, ...]
    answer: int  # the option that holds here; -1 where only playing can tell
    reply: str


class Act(NamedTuple):
    """Something to bring about with the knobs."""

    ask: str
    goal: Callable[[Any], bool]  # of the state
    reply: str


class Explain(NamedTuple):
    """A question to answer in one's own words, then to compare."""

    ask: str
    reply: str


class Missions(NamedTuple):
    """Predict, act, explain: in this order."""

    predict: Predict
    act: Act
    explain: Explain

    def page(self) -> dict[str, Any]:
        """Return what the browser needs; goals travel with the frames."""
        return {
            "predict": {**self.predict._asdict(), "options": list(self.predict.options)},
            "act": {"ask": self.act.ask, "reply": self.act.reply},
            "explain": self.explain._asdict(),
        }


def plain(title: object) -> str:
    r"""Return a title without control and direction characters, safe in a terminal and a page.

    Example:
        >>> plain("Alien \x1b[31m(1979)")
        'Alien [31m(1979)'
    """
    kept = (
        c
        for c in str(title)
        if unicodedata.category(c) not in ("Cc", "Cs") and ord(c) not in _UNSAFE
    )
    return "".join(kept).strip() or "(no title)"


def say(value: float) -> str:
    """Write a number with at most three significant digits.

    Example:
        >>> say(0.123456), say(-0.00001), say(0.5)
        ('0.123', '-1e-05', '0.5')
    """
    return f"{value:.3g}"


def percent(share: float) -> str:
    """Write a share as whole per cent, and say so when it is less than one.

    Example:
        >>> percent(0.234), percent(0.002), percent(0.0)
        ('23 %', '<1 %', '0 %')
    """
    return "<1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def page_code(*files: str) -> str:
    """Join the palette, `base.js` and a view's own files into one module."""
    parts = [_FOLDER.joinpath(name).read_text(encoding="utf-8") for name in ("base.js", *files)]
    return "\n".join([f"const LOOK = {json.dumps(_fixed_looks(), sort_keys=True)};", *parts])


class View(anywidget.AnyWidget):
    """One interactive view; a subclass names its knobs, its state and its page."""

    knobs: ClassVar[tuple[str, ...]] = ()
    _css = _FOLDER.joinpath("base.css").read_text(encoding="utf-8")

    page = traitlets.Dict().tag(sync=True)
    prediction = traitlets.Int(-1).tag(sync=True)
    done = traitlets.Int(0, min=0, max=3).tag(sync=True)

    def __init__(self, state: State, title: str, missions: Missions, page: dict[str, Any]) -> None:
        """Ship the page and open at `state`; nothing is displayed yet."""
        self._start: Any = state
        values = {name: getattr(state, name) for name in self.knobs}
        common = {
            "title": title,
            "missions": missions.page(),
            "knobs": list(self.knobs),
            "start": [list(v) if isinstance(v, tuple) else v for v in values.values()],
        }
        super().__init__(page={**common, **page}, **values)

    @property
    def state(self) -> Any:
        """The state that the knobs now describe."""
        values = {name: getattr(self, name) for name in self.knobs}
        return replace(self._start, **values)

    def twin(self) -> Twin:
        """Return what a page without a kernel can show of the state: a figure and its table."""
        raise TypeError(f"{type(self).__name__} has no twin; a view must say how it stands still")

    def __repr__(self) -> str:
        return str(self.state.sentence())

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        figure = self.twin().figure
        still = {"text/plain": repr(self), "image/png": figure.png}
        return {**data, **still}, {**metadata, "image/png": figure.metadata["image/png"]}

    def _checked(self, proposal: Any) -> Any:
        """Let the state judge a new value; a knob's validator calls it."""
        value = proposal["value"]
        replace(self._start, **{proposal["trait"].name: value})
        return value


def model_looks(names: list[str]) -> dict[str, Any]:
    """Return the looks of some models as the page's code wants them."""
    return {name: _look(model_style(name)) for name in names}


def _look(style: ModelStyle) -> dict[str, Any]:
    colour = _INK if style.colour == BLACK else style.colour
    dash = " ".join(str(length) for length in style.dash)
    return {"colour": colour, "path": MARKERS[style.marker], "dash": dash}


def _fixed_looks() -> dict[str, Any]:
    return {
        "other": _look(model_style("")),
        "true": _look(TRUE_ITEM),
        "levels": list(LEVEL_HUES),
    }
