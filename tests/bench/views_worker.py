"""How soon a view answers: run by run_views.py in a process of its own, once for each view.

In Python: from the change of a knob to the sentence, in processor time. In a page of a real
JupyterLab, by the clock on the wall: from a control's event until the browser has drawn what it
asks for; the grounding lab's typed texts go to the kernel and back. Then 200 events, in one go and
in tasks of their own, and how often the view was drawn. Without Chromium there are no pages.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # this clone is what is measured

import numpy as np
import views_common as shared
from bench_common import answer, arguments

from rectutor.widgets.view import View
from tests.browser.lab import FLAGS, LIMIT_MS, chromium, lab, open_and_run, write_notebook

__all__ = ["EVENTS", "TYPED", "knob_changes", "page_times", "python_times"]

N_CHANGES = 60
N_RAPID = 200
_LONG = "Mardan Kinga Norten Solmir Barost Ventor Lusten Gragagra Felila Holern and some more words"
TYPED = (
    "Marden",
    "Kinga of Norten 2",
    "the Solmir",
    _LONG,
    f"{_LONG} that no title has at all"[:120],
)
_ALIVE = "[role=option]:not([aria-disabled])"
# What a reader does with each view: selector, which of those it finds, its value; None is a click.
EVENTS: dict[str, list[tuple[str, int, Any]]] = {
    "codebooks": [
        *((f".rt-levels .rt-column {_ALIVE}", at, None) for at in (3, 1, 5)),
        *((".rt-finder select", 0, value) for value in (17, 150, 4)),
        *((".rt-controls fieldset input", at, None) for at in (1, 0, 3, 4, 2)),
        *((".rt-finder select", 0, value) for value in (88, 12, 0)),
    ],
    "trie": [
        *((".rt-controls input[type=range]", 0, value) for value in (4, 7, 2)),
        *((".rt-controls input[type=range]", 1, value) for value in (1, 4, 2, 3)),
        *((".rt-controls fieldset input", at, None) for at in (1, 3, 0, 2)),
        *((".rt-controls input[type=checkbox]", 0, None) for _ in range(2)),
    ],
    "gini": [
        *((".rt-controls input[type=range]", 1, value) for value in (1, 3, 5, 2)),
        *((".rt-controls input[type=range]", 0, value) for value in (0, 4, 1, 3)),
        *((".rt-controls select", 0, value) for value in (1, 2, 0)),
        *((".rt-controls fieldset input", at, None) for at in (1, 0)),
    ],
    "grounding": [
        *((".rt-words input", 0, text[:n]) for text in TYPED for n in (len(text) - 1, len(text))),
        *((".rt-controls input[type=range]", 0, value) for value in (1, 4)),
    ],
}  # fmt: skip
RAPID: dict[str, list[tuple[str, int, Any]]] = {
    "codebooks": EVENTS["codebooks"][3:6],
    "trie": [(".rt-controls input[type=range]", 1, value) for value in (1, 2, 3)],
    "gini": [(".rt-controls input[type=range]", 1, value) for value in (1, 2, 3)],
    "grounding": [(".rt-words input", 0, text) for text in TYPED[-3:]],
}
SCRIPT = Path(__file__).with_name("views_page.js").read_text("utf-8")


def knob_changes(name: str, view: View, seed: int) -> Iterator[tuple[str, Any]]:
    """Yield changes of a view's knobs, each to a value that it allows."""
    rng, state, page = np.random.default_rng(seed), view.state, view.page
    allowed: dict[str, list[Any]] = {
        "codebooks": {"item": range(0, shared.N, 7), "depth": range(4), "table": (0, 1),
                      "part": (0, 1, 3)},
        "trie": {"step": range(5), "person": range(4), "width": page.get("widths"),
                 "temperature": page.get("temperatures"), "is_held": (True, False)},
        "gini": {"model": range(3), "k": page.get("ks"), "way": range(2), "strength": range(6)},
        "grounding": {"text": [t[:n] for t in TYPED for n in range(1, len(t) + 1)],
                      "gamma": page.get("gammas")},
    }[name]  # fmt: skip
    knobs = list(allowed)
    for _ in range(N_CHANGES):
        knob = knobs[rng.integers(len(knobs))]
        values = [value for value in allowed[knob] if value != getattr(state, knob)]
        yield knob, values[rng.integers(len(values))]


def python_times(view: View, changes: list[tuple[str, Any]]) -> list[float]:
    """Change knobs; return the processor milliseconds until each sentence."""
    spent = []
    for knob, value in changes:
        started = time.process_time()
        setattr(view, knob, value)
        repr(view)
        spent.append(1e3 * (time.process_time() - started))
    return spent


@contextmanager
def opened(cells: list[str]) -> Iterator[Any]:
    """Open a notebook in a JupyterLab of its own; yield the page."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        write_notebook(Path(folder) / "views.ipynb", cells)
        with lab(Path(folder)) as address, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = browser.new_page(viewport={"width": 1100, "height": 900})
            page.set_default_timeout(LIMIT_MS)
            open_and_run(page, address, "views.ipynb")
            page.wait_for_selector(".rt-sentence")
            yield page
            browser.close()


def page_times(name: str, seed: int) -> dict[str, Any]:
    """Act in the page, missions skipped: milliseconds of each event, and counts of redraws."""
    here = str(Path(__file__).parent)
    make = f"import sys; sys.path.insert(0, {here!r})\nimport views_common as shared\n"
    with opened([f"{make}view = shared.make({name!r}, {seed})\nview"]) as page:
        page.locator(".rt").get_by_role("button", name="Skip the missions").click()
        page.wait_for_timeout(1000)
        asked = {"events": EVENTS[name], "rapid": RAPID[name], "n": N_RAPID}
        found: dict[str, Any] = page.evaluate(SCRIPT, asked)
    return found


def main() -> None:
    """Measure one view."""
    asked = arguments()
    view = shared.make(asked.task, asked.seed)
    spent = python_times(view, list(knob_changes(asked.task, view, asked.seed)))
    del view  # the kernel makes its own
    said = {"python": max(spent), "python_median": float(np.median(spent))}
    if chromium() and find_spec("playwright"):
        found = page_times(asked.task, asked.seed)
        waits = found.pop("waits")
        said |= {"page": max(waits), "page_median": float(np.median(waits)), **found}
    answer(**said)


if __name__ == "__main__":
    main()
