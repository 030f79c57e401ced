"""When does it pay to look at branches that were left? Two kinds of task, three ways to plan.

`python -m rectutor.analysis.planning_table` asks each way of `agents.planning` the same questions
about real films and counts how many it answers within a number of calls.

- **two clues**: "Which film did the director of A make with the lead of B?" The clues lie on two
  branches; whoever forgets one looks it up again.
- **one trail**: "When did the first film listed with the lead of A come out?" Each step
  needs the one before, and the other branches are distractions.

Who proposes is a rule that never guesses (`planning_tasks`), so differences come from what a way
shows it, and from nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.film_tools import FilmTools
from rectutor.agents.planning import WAYS, Limits, plan
from rectutor.agents.tools import Toolbox
from rectutor.analysis.planning_tasks import Task, trails, two_clues
from rectutor.analysis.records import write_record
from rectutor.data.triples import load_triples
from rectutor.data.worlds import load
from rectutor.lm.chat.scripted import ScriptedChat
from rectutor.training.fingerprint import fingerprint

__all__ = ["CODE", "NAME", "rows_of"]

NAME = "planning"
N_TASKS, CALLS = 40, range(1, 13)
CODE = (
    "rectutor.agents.catalogue",
    "rectutor.agents.filters",
    "rectutor.agents.film_tools",
    "rectutor.agents.planning",
    "rectutor.agents.tools",
    "rectutor.analysis.planning_table",
    "rectutor.analysis.planning_tasks",
)


def rows_of(
    toolbox: Toolbox, tasks: Sequence[Task], calls: Sequence[int]
) -> Iterator[dict[str, Any]]:
    """Ask every question in every way, with each number of calls allowed.

    Args:
        toolbox: of the catalogue.
        tasks: the questions.
        calls: how many may be made.
    """
    for task in tasks:
        for way in WAYS:
            for n_calls in calls:
                limits = Limits(n_branches=2, n_steps=n_calls + 1, n_calls=n_calls)
                model = ScriptedChat(task.propose)
                done = plan(model, toolbox, task.request, way, _worth, limits)
                said = done.trace.answer.text if done.trace.answer else ""
                steps = len(done.explored) if way == "chain" else (len(done.explored) + 1) // 2
                yield {
                    "task": task.kind,
                    "way": way,
                    "calls allowed": n_calls,
                    "right": int(said == task.answer),
                    "calls": len(done.explored),
                    "steps": steps,
                    "tokens": done.usage.total,
                }


def _worth(seen: Any) -> float:
    """Judge an observation: a refusal is worth nothing, all others are worth the same."""
    return 0.0 if seen.is_refusal else 1.0


def main() -> None:
    """Ask everything and write the record."""
    items = load("films").items
    catalogue = Catalogue(items)
    toolbox = Toolbox(FilmTools(catalogue, load_triples("films")).tools)
    tasks = [*two_clues(catalogue, items, N_TASKS, 0), *trails(catalogue, items, N_TASKS, 0)]
    rows = pd.DataFrame(rows_of(toolbox, tasks, CALLS))
    table = (
        rows.groupby(["task", "way", "calls allowed"], sort=False)
        .agg(right=("right", "mean"), calls=("calls", "mean"), steps=("steps", "mean"),
             tokens=("tokens", "mean"), tasks=("right", "size"))
        .reset_index()
    )  # fmt: skip
    print(table.pivot(index="calls allowed", columns=["task", "way"], values="right").round(2))
    print(table[table["calls allowed"] == max(CALLS)].round(1).to_string(index=False))
    command = "python -m rectutor.analysis.planning_table"
    print(write_record(NAME, table, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
