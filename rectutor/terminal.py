"""A conversation with the film agent in a terminal: every step is shown, and can be saved."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rectutor.agents.tools import Toolbox
    from rectutor.agents.trace import Step, Trace
    from rectutor.chat import ChatModel

__all__ = ["add_chat", "film_toolbox", "shown", "talk"]

_SIGNS = {"thought": "thinks ", "call": "calls  ", "observation": "sees   ", "answer": "says   "}
_GREETING = (
    "Ask for a film, for example: a comedy from the nineties\n"
    "An empty line, or Ctrl-D, ends the talk.\n"
)


def add_chat(commands: Any) -> None:
    """Describe the command, for the parser and for the test of the README."""
    chat = commands.add_parser("chat", help="talk to the film agent and see its steps")
    model = "tiny, hf:NAME, openai:BASE_URL#MODEL or replay:FILE; default: tiny"
    chat.add_argument("--model", metavar="MODEL", default="tiny", help=model)
    person = "whose session it is, user_id of the films data; default: 1"
    chat.add_argument("--person", metavar="ID", type=int, default=1, help=person)
    save = "write the last trace there; the trace viewer opens it"
    chat.add_argument("--save", metavar="FILE", type=Path, help=save)
    chat.set_defaults(run=_chat)


def film_toolbox(person: int) -> Toolbox:
    """Make the tools of one person's session on the shipped films, with three recommenders.

    They are the shipped SASRec, the shipped TIGER that scores every id, and item-item CF; a model
    that names none asks SASRec.

    Args:
        person: a user_id.

    Raises:
        ValueError: there is no such person.
    """
    import numpy as np

    from rectutor.agents.catalogue import Catalogue
    from rectutor.agents.film_tools import FilmTools
    from rectutor.agents.session_tools import SessionTools
    from rectutor.agents.tools import Toolbox
    from rectutor.data.triples import load_triples
    from rectutor.data.worlds import load
    from rectutor.models.code_recommender import Exact
    from rectutor.models.item_knn import ItemKNN
    from rectutor.training.assets import fit_or_load
    from rectutor.training.recipes import split_of, text_vectors

    split = split_of("films")
    rows = np.flatnonzero(split.user_ids[split.test.queries.user_index] == person)
    if not len(rows):
        raise ValueError(
            f"person must be one of 1 to {int(split.user_ids.max())}, got {person}; "
            "`rectutor data show films` lists some"
        )
    items = load("films").items.set_index("item_id").loc[split.item_ids[1:]].reset_index()
    catalogue = Catalogue(items)
    query = split.test.queries.take(rows[:1])
    neighbours = ItemKNN()
    neighbours.count(split.train, split.n_items)
    recommenders = {
        "SASRec": fit_or_load("sasrec-films"),
        "TIGER": Exact(fit_or_load("tiger-films")),
        "item-CF": neighbours,
    }
    session = SessionTools(catalogue, recommenders, query)
    films = FilmTools(catalogue, load_triples("films"), text_vectors("films", split))
    return Toolbox([*films.tools, *session.tools])


def talk(
    model: ChatModel, toolbox: Toolbox, lines: Iterable[str], say: Callable[[str], None]
) -> list[Trace]:
    """Answer one line after the other; each is a request of its own.

    Args:
        model: who takes the agent's turns.
        toolbox: what it may call.
        lines: what the person says; an empty one ends the talk.
        say: where the steps go, one line each.

    Returns:
        The traces.
    """
    from rectutor.agents.react import react

    traces = []
    for line in lines:
        request = line.strip()
        if not request:
            break
        trace = react(model, toolbox, request)
        traces.append(trace)
        for step in trace.steps:
            say(shown(step))
        if trace.why:
            say(f"stopped: {trace.why}")
    return traces


def shown(step: Step) -> str:
    """Write a step for a terminal, without control characters; further lines are indented."""
    from rectutor.widgets.trace_state import label_of, text_of
    from rectutor.widgets.view import plain

    if step.kind == "call":
        return f"{_SIGNS['call']} {plain(label_of(step))}"
    first, *rest = [plain(line) for line in text_of(step).splitlines()] or [""]
    tokens = f"  ({step.usage.total} tokens, {step.ms:.0f} ms)" if step.kind == "answer" else ""
    more = "".join(f"\n{' ' * 8}{line}" for line in rest)
    return f"{_SIGNS[step.kind]} {first}{more}{tokens}"


def _chat(given: argparse.Namespace) -> int:
    """Run the command."""
    from rectutor.agents.trace_files import save_trace
    from rectutor.lm.chat import CheckedChat, chat_model

    model = CheckedChat(chat_model(given.model))
    toolbox = film_toolbox(given.person)
    print(_GREETING)
    traces = talk(model, toolbox, sys.stdin, print)
    if given.save and traces:
        save_trace(traces[-1], given.save)
        print(f"the last trace is in {given.save}")
    return 0
