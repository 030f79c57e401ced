"""What a router saves, and where it errs: one turn for all, a plan for all, or as the request is.

`python -m rectutor.analysis.routing_table` asks a mix of simple and hard questions about films
(`routing_questions`), and the same agent about invented jobs. Simple requests want one call or two;
two clues name two films in one clause; one trail names one film and needs three steps, so that a
router which counts names sends it the wrong way. Milliseconds are of one thread's computing, the
median over questions; planners are rules, so a plan's tokens tell more of its cost than its time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.film_tools import FilmTools
from rectutor.agents.planning import Limits
from rectutor.agents.react import react
from rectutor.agents.rec_mind import rec_mind
from rectutor.agents.routing import JOBS, as_items, reworded, routed
from rectutor.agents.session_tools import SessionTools
from rectutor.agents.tools import Toolbox
from rectutor.agents.trace import Trace
from rectutor.analysis.records import write_record
from rectutor.analysis.routing_questions import (
    Question,
    film_questions,
    job_questions,
    named_call,
    reader,
)
from rectutor.chat import ChatModel
from rectutor.data.jobs import invented_jobs
from rectutor.data.triples import derive, load_triples
from rectutor.data.worlds import load
from rectutor.lm.chat.linking import Linker
from rectutor.lm.chat.tiny import TinyChat
from rectutor.metrics.bootstrap import mean_interval
from rectutor.training.assets import fit_or_load
from rectutor.training.fingerprint import fingerprint
from rectutor.training.recipes import split_of, text_vectors

__all__ = ["CODE", "NAME", "rows_of", "ways_of"]

NAME = "routing"
N, SEED = 40, 0
_LIMITS = Limits(n_branches=2, n_steps=5, n_calls=8)
CODE = (
    "rectutor.agents.catalogue",
    "rectutor.agents.errands",
    "rectutor.agents.film_tools",
    "rectutor.agents.planning",
    "rectutor.agents.react",
    "rectutor.agents.rec_mind",
    "rectutor.agents.routing",
    "rectutor.agents.session_tools",
    "rectutor.agents.tools",
    "rectutor.analysis.planning_tasks",
    "rectutor.analysis.routing_questions",
    "rectutor.analysis.routing_table",
    "rectutor.data.jobs",
    "rectutor.data.requests",
    "rectutor.lm.chat.clauses",
    "rectutor.lm.chat.evidence",
    "rectutor.lm.chat.linking",
    "rectutor.lm.chat.notation",
    "rectutor.lm.chat.tiny",
    "rectutor.lm.chat.writer",
)
Way = Callable[[Question], Trace]


def ways_of(model: ChatModel, toolbox: Toolbox, linker: Linker) -> dict[str, Way]:
    """Return three ways to answer: in one turn, by a plan, and by whichever the request needs.

    Args:
        model: answers in one turn.
        toolbox: what may be called.
        linker: finds the names that the router counts.
    """

    def direct(question: Question) -> Trace:
        return react(model, toolbox, question.request)

    def planned(question: Question) -> Trace:
        return rec_mind(question.planner, toolbox, question.request, limits=_LIMITS)

    def by_need(own: Question) -> Trace:
        return routed(own.request, linker, lambda _: direct(own), lambda _: planned(own))

    return {"always one turn": direct, "always a plan": planned, "routed": by_need}


def rows_of(
    domain: str, ways: Mapping[str, Way], questions: Sequence[Question], linker: Linker
) -> Iterator[dict[str, Any]]:
    """Ask every question in every way; a row for each kind of question, and one for all of them.

    Args:
        domain: what the questions are about.
        ways: from `ways_of`.
        questions: of any kinds.
        linker: of the router.
    """
    kinds = list(dict.fromkeys(own.kind for own in questions))
    for name, way in ways.items():
        way(questions[0])  # what is done once is not timed
        found = pd.DataFrame([_asked(way, own, linker) for own in questions])
        for kind in [*kinds, "all"]:
            part = found if kind == "all" else found[found["kind"] == kind]
            mean, low, high = mean_interval(part["right"].to_numpy(dtype=float), SEED)
            yield {
                "domain": domain,
                "way": name,
                "questions": kind,
                "right": mean,
                "low": low,
                "high": high,
                "taken for hard": part["hard"].mean(),
                "calls": part["calls"].mean(),
                "turns": part["turns"].mean(),
                "tokens": part["tokens"].mean(),
                "ms": part["ms"].median(),
                "n": len(part),
            }


def _asked(way: Way, question: Question, linker: Linker) -> dict[str, Any]:
    """Ask once, and count."""
    began = time.process_time()
    trace = way(question)
    ms = 1000 * (time.process_time() - began)
    taken = trace.agent.startswith("routed to RecMind")
    return {
        "kind": question.kind,
        "right": question.is_right(trace),
        "hard": taken if trace.agent.startswith("routed") else np.nan,
        "calls": len(trace.calls),
        "turns": sum(step.usage.total > 0 for step in trace.steps),
        "tokens": trace.usage.total,
        "ms": ms,
    }


def _of_films() -> Iterator[dict[str, Any]]:
    """Ask about films, in one person's session."""
    split = split_of("films")
    items = load("films").items.set_index("item_id").loc[split.item_ids[1:]].reset_index()
    catalogue, linker, tiny = Catalogue(items), Linker(items), TinyChat(items)
    films = FilmTools(catalogue, load_triples("films"), text_vectors("films", split))
    query = split.test.queries.take(np.array([0]))
    session = SessionTools(catalogue, {"SASRec": fit_or_load("sasrec-films")}, query)
    toolbox = Toolbox([*films.tools, *session.tools])
    questions = film_questions(items, catalogue, tiny, toolbox.schemas, N, SEED)
    return rows_of("films", ways_of(tiny, toolbox, linker), questions, linker)


def _of_jobs() -> Iterator[dict[str, Any]]:
    """Ask about jobs: the same agent, another configuration."""
    items = as_items(invented_jobs(), JOBS)
    catalogue, linker = Catalogue(items), Linker(items)
    triples = derive(items)
    triples = triples.assign(relation=triples["relation"].replace(dict(JOBS.words)))
    toolbox = reworded(Toolbox(FilmTools(catalogue, triples).tools), JOBS)
    questions = job_questions(items, catalogue, linker, JOBS, N, SEED)
    model = reader(lambda request: [named_call(linker, JOBS, request)])
    return rows_of("invented jobs", ways_of(model, toolbox, linker), questions, linker)


def main() -> None:
    """Ask all and write the record."""
    table = pd.DataFrame([*_of_films(), *_of_jobs()])
    print(table.round(2).to_string(index=False))
    command = f"python -m rectutor.analysis.{NAME}_table"
    print(write_record(NAME, table, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
