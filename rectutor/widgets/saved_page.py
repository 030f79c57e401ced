"""A view in a page of its own: it answers without kernel and network."""

from __future__ import annotations

import json
from itertools import count

from rectutor.widgets.view import View

__all__ = ["as_html"]

_NUMBER = count(1)  # a page may hold several views
_SCRIPT = """
const given = JSON.parse(document.getElementById("%(place)s-data").textContent), heard = {};
const model = {
  get: (name) => given.state[name],
  set: (name, value) => {
    given.state[name] = value;
    (heard[`change:${name}`] ?? []).forEach((listener) => listener());
  },
  save_changes: () => {},
  on: (event, listener) => (heard[event] ??= []).push(listener),
  off: (event, listener) => (heard[event] = (heard[event] ?? []).filter((f) => f !== listener)),
};
const code = URL.createObjectURL(new Blob([given.code], { type: "text/javascript" }));
const el = document.getElementById("%(place)s");
import(code).then(({ default: view }) => view.render({ model, el }));
"""


def as_html(view: View) -> str:
    """Return a piece of HTML that shows a view at its present knobs, missions done.

    Only views whose page says everything can stand alone; one that asks Python while it is used
    keeps its first answer.

    Args:
        view: any view.
    """
    place = f"rectutor-view-{next(_NUMBER)}"
    state = {name: getattr(view, name) for name in view.knobs}
    state |= {"page": view.page, "prediction": -1, "done": 3}
    data = json.dumps({"code": str(view._esm), "state": state}).replace("<", "\\u003c")
    return (
        f"<style>{view._css}</style>"
        f'<div id="{place}"></div>'
        f'<script type="application/json" id="{place}-data">{data}</script>'
        f"<script>{{{_SCRIPT % {'place': place}}}}</script>"
    )
