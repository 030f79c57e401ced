"""Measure how soon views of 10,000 items answer: part of `make bench`.

    python tests/bench/run_views.py --out build/bench [--rounds 3] [--only NAME ...] [--record DIR]

Nothing is compared: each row says what must stay below its goal, and `ours` is the largest value of
all rounds. A control has to be answered within 150 ms, in Python by processor time and in the page
of a real JupyterLab by the clock on the wall; 200 events at once have to end in one redraw.
Python has one thread.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from importlib.metadata import version

from run import Answer, Side, asked_for, bound_row, is_asked, report, settings
from run_lm import OwnLab

SOON = 150.0  # ms
NAMES = {
    "codebooks": "codebook explorer",
    "trie": "trie stepper",
    "gini": "Gini lab",
    "grounding": "grounding lab",
}
ANSWERED = {"grounding"}  # views that ask the kernel, whose answer is drawn once more
WORKERS = ("views_common.py", "views_worker.py")


def rows_of(view: str, answers: Sequence[Answer]) -> list[Answer]:
    """Return what one view's rounds say: times, and counts of redraws where pages were opened."""
    name = NAMES[view]
    rows = timed(f"{name}, answer in Python", "CPU ms", "python", answers)
    if any("page" not in answer for answer in answers):
        return rows
    rows += timed(f"{name}, drawn in JupyterLab", "ms", "page", answers)
    bursts = [float(answer["burst"]) for answer in answers]
    most, also = (3.0, ", and of the kernel's answer") if view in ANSWERED else (2.0, "")
    rows.append(bound_row(f"{name}, redraws of 200 events at once{also}", "redraws", bursts, most))
    shares = [answer["spread"] / answer["frames"] for answer in answers]
    alone = f"{name}, redraws of 200 events in tasks of their own"
    return [*rows, bound_row(alone, "redraws a frame", shares, 1.1)]


def timed(name: str, unit: str, key: str, answers: Sequence[Answer]) -> list[Answer]:
    """Return the row of the slowest answer, and below it that of the median one."""
    slowest = bound_row(f"{name}, slowest", unit, [answer[key] for answer in answers], SOON)
    middle = statistics.median(answer[f"{key}_median"] for answer in answers)
    usual = {"measured": "  the median", "unit": unit, "ours": middle, "rounds": len(answers)}
    return [slowest, usual]


def main() -> None:
    """Measure, print one table, and write it with every single answer."""
    asked = asked_for(__doc__, has_peers=False)
    lab = OwnLab(asked.out.absolute(), None)
    rows: list[Answer] = []
    for view, name in NAMES.items():
        if is_asked(name, asked):
            print(name, flush=True)
            rounds = range(asked.rounds)
            rows += rows_of(view, [lab.run(Side("views", view), seed=seed) for seed in rounds])
    if any("page" not in answer for answer in lab.answers):
        print("left out: pages, for there is no Chromium or no Playwright on this machine")
    with_ = "; ".join(f"{name}=={version(name)}" for name in ("anywidget", "jupyterlab", "numpy"))
    said = f"{settings(WORKERS)}\n\none thread"
    report("run_views.py", rows, lab.answers, asked, with_, said)


if __name__ == "__main__":
    main()
